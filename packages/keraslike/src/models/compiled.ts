import { floatsAreMarked, ops, Tensor, toNumbers } from '@stele/core';
import { keyError, show, typeError, typeName, valueError } from '../errors';
import * as losses from '../losses/index';
import { Loss, LossFunctionWrapper } from '../losses/loss';
import * as metrics from '../metrics/index';
import { inNodeScope } from '../names';
import { toArray } from '../tensors';
import {
  at,
  entriesOf,
  flatten,
  isNested,
  mapStructure,
  packAs,
  plain,
  sameStructure,
  showStructure,
} from './structure';

type Path = readonly (string | number)[];
type Pair = (y_true: any, y_pred: any, sample_weight?: any) => Tensor;

/** What labels and predictions of these shapes are: binary, class indices, or neither. */
function kindOf(y: Tensor, p: Tensor): 'binary' | 'sparse' | 'categorical' {
  const [labels, classes] = [y.sizes.at(-1), p.sizes.at(-1)];
  if (classes === 1) return 'binary';
  return y.rank < p.rank || (labels === 1 && (classes ?? 0) > 1) ? 'sparse' : 'categorical';
}
const nameOf = (x: any): string => x?.name || x?.constructor?.name;

function lossOf(identifier: any, y: Tensor, p: Tensor): Loss {
  const word = typeof identifier === 'string' ? identifier.toLowerCase() : '';
  const kinds = {
    binary: 'binary_crossentropy',
    sparse: 'sparse_categorical_crossentropy',
    categorical: 'categorical_crossentropy',
  } as const;
  if (typeof identifier === 'function' && identifier.prototype instanceof Loss) return new identifier();
  const made = losses.get(word === 'crossentropy' || word === 'ce' ? kinds[kindOf(y, p)] : identifier);
  if (made instanceof Loss) return made;
  return new LossFunctionWrapper(
    made as never,
    {
      name: typeof identifier === 'string' ? identifier : nameOf(made),
    } as never,
  );
}

interface Weighted {
  readonly loss: any;
  readonly weight: number | null;
}
class Leaf implements Weighted {
  readonly loss: any;
  readonly weight: number | null;
  constructor(loss: any, weight: number | null) {
    this.loss = loss;
    this.weight = weight;
  }
}
interface Flat {
  readonly path: Path;
  readonly loss: Loss;
  readonly weight: number | null;
  readonly name: string;
}

/** The losses of a model's outputs, matched to them when the first batch shows their structure. */
export class CompileLoss {
  readonly metrics: metrics.Mean[] = [];
  private flat: readonly Flat[] | null = null;
  private readonly given: any;
  private readonly weights: any;
  private readonly output_names: readonly string[] | null;

  /** TensorFlow's graphs do not know how many samples a batch holds: there batches count the same in the outputs' means. */
  private readonly eager: boolean;

  constructor(loss: any, loss_weights: any, output_names: readonly string[] | null, eager = true) {
    this.eager = eager;
    this.given = plain(loss);
    this.weights = plain(loss_weights);
    this.output_names = output_names;
    if (
      loss_weights !== null &&
      !isNested(loss_weights) &&
      typeof loss_weights !== 'number' &&
      Number.isNaN(Number(loss_weights))
    )
      throw valueError(
        `Expected \`loss_weights\` argument to be a float (single output case) or a list, tuple, or dict (multiple output case). Received instead: loss_weights=${show(loss_weights)} of type <class '${typeName(loss_weights)}'>`,
      );
  }
  get variables(): any[] {
    return this.metrics.flatMap((m) => m.variables);
  }

  private packed(y_pred: unknown): any {
    let { given, weights } = this;
    const names = this.output_names;
    if (names === null && isNested(given) && !Array.isArray(given) && !isNested(y_pred) && floatsAreMarked())
      throw typeError("'NoneType' object is not iterable");
    if (
      names !== null &&
      isNested(given) &&
      !Array.isArray(given) &&
      (!isNested(y_pred) || Array.isArray(plain(y_pred)))
    ) {
      const keys = Object.keys(given);
      if (keys.length !== names.length || !names.every((n) => keys.includes(n)))
        throw valueError(`Expected keys ${show([...names])} in loss dict, but found loss.keys()=${show(keys)}`);
      given = names.map((n) => given[n]);
      if (isNested(weights) && !Array.isArray(weights)) weights = names.map((n) => (weights as any)[n] ?? null);
      if (!isNested(y_pred)) given = given[0];
    }
    if (weights === null || weights === undefined)
      return mapStructure(given, (l) => (l === null ? null : new Leaf(l, null)));
    const list = flatten(weights);
    const leaves = flatten(given);
    if (list.length !== leaves.length)
      throw valueError(
        `\`loss_weights\` must match the number of losses, got ${leaves.length} losses and ${list.length} weights.`,
      );
    return packAs(
      given,
      leaves.map((l, i) => (l === null ? null : new Leaf(l, list[i] === null ? null : Number(list[i])))),
    );
  }
  private build(y_true: any, y_pred: any): readonly Flat[] {
    let loss = this.packed(y_pred);
    const names: any =
      packAs(y_pred, this.output_names ?? []) ?? packAs(y_pred, Array(flatten(y_pred).length).fill(null));
    if (!isNested(loss)) {
      const one = loss;
      loss = mapStructure(y_pred, () => one);
    }
    const found: Flat[] = [];
    const visit = (y: any, p: any, l: any, name: any, path: Path): void => {
      if (l === null || l === undefined) return;
      if (l instanceof Leaf) {
        const made = lossOf(l.loss, flatten(y)[0], flatten(p)[0]);
        const own = isNested(name) ? flatten(name).join('_') : (name ?? made.name);
        const place = path.length === 0 ? [own] : typeof path.at(-1) === 'number' ? [...path.slice(0, -1), own] : path;
        found.push({ path, loss: made, weight: l.weight, name: place.join('/') });
        return;
      }
      let own = plain(l) as any;
      if (Array.isArray(own) && own.every((v) => !isNested(v)) && own.length === flatten(p).length)
        own = packAs(p, own) ?? own;
      else if (Array.isArray(own) && !Array.isArray(plain(p))) {
        for (const each of own) visit(y, p, each, name, path);
        return;
      }
      if (own instanceof Leaf) {
        visit(y, p, own, name, path);
        return;
      }
      if (!isNested(p) || Array.isArray(own) !== Array.isArray(plain(p)))
        throw keyError(
          `The path: ${show([...path])} in the \`loss\` argument, can't be found in the model's output (\`y_pred\`).`,
        );
      const pairs: [string | number, any][] = Array.isArray(own) ? own.map((v, i) => [i, v]) : Object.entries(own);
      for (const [key, value] of pairs) {
        if (value === null) continue;
        const [inY, inP] = [at(y, [key]), at(p, [key])];
        if (inY === undefined || inP === undefined)
          throw keyError(
            `The path: ${show([...path, key])} in the \`loss\` argument, can't be found in either the model's output (\`y_pred\`) or in the labels (\`y_true\`).`,
          );
        visit(inY, inP, value, isNested(name) ? at(name, [key]) : null, [...path, key]);
      }
    };
    visit(y_true, y_pred, loss, names, []);
    if (found.length > 1) for (const f of found) this.metrics.push(new metrics.Mean(`${f.name}_loss`));
    return found;
  }
  /** Labels in the structure of the predictions. */
  private matched(given: any, y_pred: any): any {
    if (sameStructure(given, y_pred)) return given;
    let y = given;
    if (!isNested(y) && isNested(y_pred) && flatten(y_pred).length === 1) y = [y];
    else if (Array.isArray(plain(y_pred)) && isNested(y) && !Array.isArray(plain(y))) {
      const names = this.output_names ?? [];
      if (names.every((n) => at(y, [n]) !== undefined)) y = names.map((n) => at(y, [n]));
    }
    const packed = packAs(y_pred, flatten(y));
    if (packed !== undefined) return packed;
    const wanted = flatten(this.given);
    const present = wanted.flatMap((l, i) => (l === null ? [] : [i]));
    const leaves = flatten(y);
    if (isNested(this.given) && present.length === leaves.length) {
      const all: unknown[] = wanted.map(() => null);
      present.forEach((place, i) => {
        all[place] = leaves[i];
      });
      return packAs(this.given, all);
    }
    throw valueError(
      `y_true and y_pred have different structures.\ny_true: ${showStructure(y)}\ny_pred: ${showStructure(y_pred)}\n`,
    );
  }

  call(y_true: any, y_pred: any, sample_weight: any = null): Tensor | null {
    return inNodeScope('compile_loss', () => this.total(y_true, y_pred, sample_weight));
  }
  private total(y_true: any, y_pred: any, sample_weight: any): Tensor | null {
    if (isNested(y_true) && !isNested(y_pred) && !Array.isArray(plain(y_true))) {
      const keys = Object.keys(plain(y_true) as object);
      const known = this.output_names ?? [];
      if (!keys.some((key) => known.includes(key)))
        throw typeError(`Expected float32, but got ${keys[0]} of type 'str'.`);
    }
    const y = this.matched(y_true, y_pred);
    this.flat ??= this.build(y, y_pred);
    let total: Tensor | null = null;
    this.flat.forEach(({ path, loss, weight }, i) => {
      const [yt, yp] = [at(y, path), at(y_pred, path)];
      const w = sample_weight !== null && isNested(sample_weight) ? (at(sample_weight, path) ?? null) : sample_weight;
      const value = (loss as unknown as { __call__: Pair }).__call__(yt, yp, w);
      const mean = this.metrics[i];
      if (mean !== undefined) {
        const n = this.eager ? (flatten(yp)[0] as Tensor).sizes[0]! : 1;
        mean.add(Math.fround(toNumbers(value)[0]! * n), n);
      }
      const scaled = weight === null ? value : ops.mul(value, weight);
      total = total === null ? scaled : ops.add(total, scaled);
    });
    return total;
  }
}

interface OfOutput {
  readonly list: readonly metrics.Metric[];
  readonly output_name: string | null;
}

function metricOf(identifier: any, y: Tensor, p: Tensor): metrics.Metric {
  if (identifier === null || identifier === undefined) throw valueError('Expected metric, received `None`');
  const made = metrics.resolve(identifier, y, p);
  if (typeof identifier === 'string') made.name = identifier;
  return made;
}

/** The metrics of a model's outputs, matched to them when the first batch shows their structure. */
export class CompileMetrics {
  readonly name = 'compile_metrics';
  private readonly plainGiven: any;
  private readonly weightedGiven: any;
  private readonly output_names: readonly string[] | null;
  private resolved: readonly string[] | null = null;
  private built: {
    readonly plain: readonly (OfOutput | null)[];
    readonly weighted: readonly (OfOutput | null)[];
  } | null = null;

  constructor(given: any, weighted: any, output_names: readonly string[] | null) {
    const check = (what: string, value: any): any => {
      const v = plain(value);
      if (v && !isNested(v))
        throw valueError(
          `Expected \`${what}\` argument to be a list, tuple, or dict. Received instead: ${what}=${show(v)} of type ${typeof v}`,
        );
      return v;
    };
    this.plainGiven = check('metrics', given);
    this.weightedGiven = check('weighted_metrics', weighted);
    this.output_names = output_names;
  }
  get metrics(): metrics.Metric[] {
    if (this.built === null) return [];
    return [...this.built.plain, ...this.built.weighted].flatMap((o) => o?.list ?? []);
  }
  get variables(): any[] {
    return this.metrics.flatMap((m) => m.variables);
  }
  private build(y_true: any, y_pred: any): void {
    const leaves = flatten(y_pred);
    const flat = isNested(y_pred) && entriesOf(y_pred).length === leaves.length;
    let names: readonly string[] | null = this.output_names;
    if (flat && !Array.isArray(plain(y_pred))) {
      const keys = entriesOf(y_pred).map(([k]) => String(k));
      const own = this.output_names;
      names = own !== null && own.length === keys.length && own.every((n) => keys.includes(n)) ? own : keys;
    }
    this.resolved = leaves.length > 1 && flat ? names : null;
    const [y, p] = [this.leaves(y_true), this.leaves(y_pred)];
    const make = (given: any, what: string): (OfOutput | null)[] => {
      const none = leaves.map(() => null);
      if (!given || (Array.isArray(given) && given.length === 0)) return none;
      const of = (list: any, i: number, name: string | null): OfOutput | null => {
        if (list === null || list === undefined) return null;
        const all = Array.isArray(list) ? list : [list];
        return { list: all.map((m) => metricOf(m, y[i]!, p[i]!)), output_name: name };
      };
      if (leaves.length === 1) return [of(flatten(given), 0, null)];
      const keys = Array.isArray(given) ? [] : Object.keys(given);
      if (flat && Array.isArray(given) && given.length === leaves.length)
        return given.map((g, i) => of(g, i, names?.[i] ?? null));
      if (flat && !Array.isArray(given) && names !== null && keys.every((k) => names!.includes(k)))
        return names.map((n, i) => of(plain(given[n] ?? null), i, n));
      throw valueError(
        `Invalid \`${what}\`. \`${what}\` should contain metrics objects and either be a dict or a list matching the output names of the functional model ${show([...(this.output_names ?? [])])} or match the output structure of the model: ${showStructure(y_pred).replaceAll('*', "'X'")}.\nReceived: ${what}=${show(given)}`,
      );
    };
    this.built = { plain: make(this.plainGiven, 'metrics'), weighted: make(this.weightedGiven, 'weighted_metrics') };
  }
  private leaves(y: any): Tensor[] {
    if (this.resolved !== null && isNested(y) && !Array.isArray(plain(y))) return this.resolved.map((n) => at(y, [n]));
    return flatten(y);
  }
  /** Finds the metrics by what the first step gives: before any loss is computed. */
  prepare(y_true: any, y_pred: any): void {
    if (this.built === null) this.build(y_true, y_pred);
  }
  update_state(y_true: any, y_pred: any, sample_weight: any = null): void {
    this.prepare(y_true, y_pred);
    const [y, p] = [this.leaves(y_true), this.leaves(y_pred)];
    this.built!.plain.forEach((o, i) => {
      for (const m of o?.list ?? []) m.update_state(y[i], p[i]);
    });
    let weights =
      sample_weight === null || sample_weight === undefined ? y.map(() => null) : this.leaves(sample_weight);
    if (weights.length < y.length) weights = y.map(() => weights[0]!);
    this.built!.weighted.forEach((o, i) => {
      for (const m of o?.list ?? []) m.update_state(y[i], p[i], weights[i]);
    });
  }
  reset_state(): void {
    for (const m of this.metrics) m.reset_state();
  }
  /** Each metric under the name that logs give it. */
  named(): [string, metrics.Metric][] {
    const found: [string, metrics.Metric][] = [];
    const seen = new Map<string, number>();
    const put = (name: string, m: metrics.Metric): void => {
      const n = seen.get(name) ?? 0;
      seen.set(name, n + 1);
      found.push([n === 0 ? name : `${name}_${n}`, m]);
    };
    const before = (o: OfOutput, name: string): string => (o.output_name === null ? name : `${o.output_name}_${name}`);
    for (const o of this.built?.plain ?? []) for (const m of o?.list ?? []) put(before(o!, m.name), m);
    for (const o of this.built?.weighted ?? [])
      for (const m of o?.list ?? []) {
        const name = before(o!, m.name);
        put(seen.has(name) ? before(o!, `weighted_${m.name}`) : name, m);
      }
    return found;
  }
  result(): Record<string, unknown> {
    return Object.fromEntries(this.named().map(([name, m]) => [name, m.result()]));
  }
}

/** A metric's value so far as a number. */
export function numberOf(metric: metrics.Metric): number {
  if (metric instanceof metrics.Mean && metric.result === metrics.Mean.prototype.result) return metric.number();
  return asNumber(metric.result());
}
export function asNumber(value: unknown): any {
  if (!(value instanceof Tensor)) return typeof value === 'object' && value !== null ? Number(value) : value;
  return value.rank === 0 ? toNumbers(value)[0]! : toArray(value);
}
