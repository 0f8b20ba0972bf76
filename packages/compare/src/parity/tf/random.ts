import { type Tensor as CoreTensor, fromArray } from '@stele/core';
import { NDArray, np } from '@stele/core/numpy';
import { scriptRandom } from '@stele/core/random';
import * as keras from '@stele/keraslike';
import * as tf from '@stele/tflow';
import type { CaseContext } from '../adapter';
import { exact, type Tolerance } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { BrokenRow, Unsupported } from '../outcome';
import { callByKeyword, callPython, hasMember, resolve } from '../resolve';
import { isTensorRecord, readValues, type Values, valuesOf } from '../tensors';
import { argument, describe, family, isTensor } from './values';

type Loose = any;

const roots: Readonly<Record<string, unknown>> = { tf, keras };
const range = (n: number): number[] => [...Array(n).keys()];

/** Carries out the steps of one row; `objects` holds what they name. */
class Script {
  readonly objects = new Map<string, Loose>();
  /** Layers and data sets that steps share without naming them. */
  private readonly shared = new Map<string, Loose>();

  constructor(private readonly row: JsonObject) {}

  private get name(): string {
    return String(this.row.name);
  }
  private once(key: string, make: () => Loose): Loose {
    if (!this.shared.has(key)) this.shared.set(key, make());
    return this.shared.get(key);
  }

  /** Arguments by name; `{ ref }` is an object of an earlier step. */
  private keywords(args: Json | undefined): Record<string, unknown> {
    if (!isObject(args)) return {};
    return Object.fromEntries(
      Object.entries(args).map(([key, value]) => [
        key,
        isObject(value) && typeof value.ref === 'string' ? this.objects.get(value.ref) : argument(value, key),
      ]),
    );
  }

  run(step: JsonObject): Loose {
    const op = String(step.op);
    const known = this.special(op, step);
    if (known !== undefined) return known.value;
    const path = /^(\w+)(?:\[(\d+)\])?(?:\.(\w+))?$/.exec(op);
    const object = path === null ? undefined : this.objects.get(path[1]!);
    if (object !== undefined) {
      const part = path![2] === undefined ? object : object[Number(path![2])];
      const method = path![3];
      if (method === undefined) return this.applied(part, step.args);
      if (method === 'state') return Array.isArray(part) ? part.map((p: Loose) => p.state) : part.state;
      if (!hasMember(part, method)) throw new Unsupported(`${path![1]}.${method}`);
      return callByKeyword(method, part[method], part, this.keywords(step.args));
    }
    const { value, owner } = resolve(op, roots);
    return callByKeyword(op, value, owner, this.keywords(step.args));
  }

  /** An initializer or a layer, called. */
  private applied(object: Loose, args: Json | undefined): Loose {
    const { inputs, shape, ...rest } = this.keywords(args) as Record<string, Loose>;
    const first = inputs ?? shape;
    return Object.keys(rest).length === 0 ? object(first) : object(first, rest);
  }

  /** Steps that describe what is done in words. */
  private special(op: string, step: JsonObject): { value: Loose } | undefined {
    const args = isObject(step.args) ? step.args : {};
    const steps = (step.body as JsonObject[] | undefined) ?? [];
    if (op === 'tf.function') {
      const made = callPython('tf.function', (tf as Loose).function, tf, [() => steps.map((s) => this.run(s))]);
      this.objects.set(String(step.name), made);
      return { value: null };
    }
    if (op === 'call') return { value: this.objects.get(String(step.name))() };
    if (op === 'graph') return { value: this.graph(steps) };
    if (op === 'session.run') {
      const v1 = resolve('tf.compat.v1', roots).value as Loose;
      const graph = this.shared.get('graph');
      const session = this.once(`session ${String(step.session)}`, () => new v1.Session({ graph: graph.graph }));
      return { value: session.run(graph.fetches) };
    }
    if (op === 'numpy.random.rand') return { value: np.random.rand(args.n as number) };
    if (op === 'random.random') return { value: np.array(scriptRandom().random()) };
    if (op.startsWith('iterate')) return { value: this.iterate(op, args, step) };
    if (op === 'epoch order' || op === 'second fit, epoch order') return { value: this.epochOrder(op, args, step) };
    if (op.startsWith('internal operation seeds')) return { value: this.operationSeeds(args) };
    if (op === 'tf.compat.v1.random.get_seed') {
      tf.random.set_seed(args.global_seed as number);
      const { value, owner } = resolve(op, roots);
      return { value: array(callPython(op, value, owner, [args.op_seed]) as number[]) };
    }
    const weight = /^keras\.layers\.(\w+) (\w+)$/.exec(op);
    if (weight !== null) return { value: this.layerWeight(weight[1]!, weight[2]!, args) };
    const dropout = /^keras\.layers\.Dropout\(([\d.]+)\)\(ones\[(\d+)\], training=True\)$/.exec(op);
    if (dropout !== null) {
      const layer = this.once(op, () => new keras.layers.Dropout(Number(dropout[1])));
      const ones = fromArray(family, new Float32Array(Number(dropout[2])).fill(1), [Number(dropout[2])], 'float32');
      return { value: layer(ones, { training: true }) };
    }
    return undefined;
  }

  private graph(steps: readonly JsonObject[]): null {
    const graph = new (tf as Loose).Graph();
    const scope = graph.as_default();
    const fetches: Loose[] = [];
    const body = (): void => {
      // the seed of the row belongs to the graph
      const seed = (this.row.steps as JsonObject[]).find((s) => s.op === 'tf.compat.v1.set_random_seed');
      if (seed !== undefined) this.run(seed);
      for (const s of steps) fetches.push(this.run(s));
    };
    try {
      scope.__enter__?.();
      body();
    } finally {
      if (typeof scope.__exit__ === 'function') scope.__exit__(null, null, null);
      else scope[Symbol.dispose]();
    }
    this.shared.set('graph', { graph, fetches });
    return null;
  }

  /** The layer that several steps ask for its weights. */
  private layerWeight(kind: string, name: string, args: JsonObject): Loose {
    const recurrent = /^(SimpleRNN|GRU|LSTM)$/.test(kind);
    const make = (): Loose => {
      const config = { ...(argument(args.config ?? {}, 'config') as object), ...this.namedConfig() };
      const own = recurrent ? { units: args.units, ...config } : config;
      const { value, owner } = resolve(`keras.layers.${kind}`, roots);
      const layer = callPython(`keras.layers.${kind}`, value, owner, [], own) as Loose;
      const shape = recurrent ? [null, 1, args.input_dim] : args.input_shape;
      layer.build(shape);
      return layer;
    };
    const layer = recurrent ? this.once(kind, make) : make();
    const named = name === 'kernel' && kind === 'Embedding' ? 'embeddings' : name;
    const found = layer.weights.find((w: Loose) => w.name === named);
    if (found === undefined) throw new Unsupported(`keras.layers.${kind} weight ${named}`);
    return found;
  }
  /** `LSTM weights after set_random_seed(1) {'bias_initializer': 'ones'}`: the configuration stands in the name. */
  private namedConfig(): Record<string, unknown> {
    const text = /\{.*\}$/.exec(this.name)?.[0];
    if (text === undefined) return {};
    return JSON.parse(
      text
        .replaceAll("'", '"')
        .replace(/\bTrue\b/g, 'true')
        .replace(/\bFalse\b/g, 'false')
        .replace(/\bNone\b/g, 'null'),
    ) as Record<string, unknown>;
  }

  private iterate(op: string, args: JsonObject, step: JsonObject): NDArray {
    const Dataset = tf.data.Dataset as Loose;
    const n = isTensorRecord(step.out) ? readValues(step.out!).data.length : 0;
    if (op === 'iterate') {
      const made = this.once('random', () => {
        if (!hasMember(Dataset, 'random')) throw new Unsupported('tf.data.Dataset.random');
        return Dataset.random(args.seed).take(args.take);
      });
      return collect(made);
    }
    const spelled = /range\((\d+)\)\.shuffle\((\d+)(?:, seed=(-?\d+|None))?/.exec(this.name);
    const size = spelled === null ? n : Number(spelled[1]);
    const buffer = spelled === null ? this.once('buffer', () => this.unsaidBuffer(size)) : Number(spelled[2]);
    const seed = spelled?.[3] === undefined || spelled[3] === 'None' ? null : Number(spelled[3]);
    const shuffled = (data: Loose, more: object = {}): Loose =>
      data.shuffle(buffer, { ...(seed === null ? {} : { seed }), ...more });
    const dataset = op.startsWith('iterate dataset')
      ? this.once('datasets', () => [shuffled(Dataset.range(size)), shuffled(Dataset.range(size))])[Number(op.at(-1))]
      : op === 'iterate range.repeat(2).shuffle'
        ? shuffled(Dataset.range(size).repeat(2))
        : op.includes('reshuffle_each_iteration=False')
          ? this.once('fixed', () => shuffled(Dataset.range(size), { reshuffle_each_iteration: false }))
          : op === 'iterate ds.repeat(3)'
            ? shuffled(Dataset.range(size)).repeat(3)
            : op === 'iterate ds'
              ? this.once('ds', () => shuffled(Dataset.range(size)))
              : null;
    if (dataset === null) throw new Unsupported(`random step ${op}`, `the runner does not know the step ${op}`);
    return collect(dataset);
  }

  /** Rows of unseeded data sets do not say their buffer: it is the one that gives all their orders, if any does. */
  private unsaidBuffer(size: number): number {
    const steps = this.row.steps as JsonObject[];
    const fits = (buffer: number): boolean => {
      for (const s of steps)
        if (s.op === 'tf.random.set_seed') tf.random.set_seed((s.args as JsonObject).seed as number);
      const pair = [0, 1].map(() => (tf.data.Dataset as Loose).range(size).shuffle(buffer));
      return steps
        .filter((s) => String(s.op).startsWith('iterate dataset'))
        .every((s) => String(collect(pair[Number(String(s.op).at(-1))]).data) === String(readValues(s.out!).data));
    };
    const found = range(size + 1).find((buffer) => buffer > 0 && fits(buffer)) ?? size;
    for (const s of steps) if (s.op === 'tf.random.set_seed') tf.random.set_seed((s.args as JsonObject).seed as number);
    return found;
  }

  /** The order in which `fit` takes the samples: a layer notes what passes through it. */
  private epochOrder(op: string, args: JsonObject, step: JsonObject): NDArray {
    const n = readValues(step.out!).data.length;
    const fit = (epochs: number): number[] => {
      const seen = this.shared.get('seen') as number[];
      seen.length = 0;
      const model = this.once('model', () => spyModel(this.shared.get('seen')));
      const x = new NDArray({ dtype: 'float32', shape: [n, 1], data: Float32Array.from(range(n)) });
      const options = { epochs, batch_size: 1, shuffle: true, verbose: 0 };
      if (!hasMember(model, 'fit_sync')) throw new Unsupported('keras.Model.fit_sync');
      model.fit_sync(x, x, options);
      return [...seen];
    };
    this.once('seen', () => []);
    if (op === 'epoch order') {
      const epochs = (this.row.steps as JsonObject[]).filter((s) => s.op === 'epoch order').length;
      const order = this.once('orders', () => fit(epochs)) as number[];
      const epoch = Number(args.epoch);
      return array(order.slice(epoch * n, (epoch + 1) * n));
    }
    return array(fit(1));
  }

  private operationSeeds(args: JsonObject): NDArray {
    tf.random.set_seed(args.seed as number);
    const { value, owner } = resolve('tf.compat.v1.random.get_seed', roots);
    return array(
      range(Number(args.n)).map(
        () => (callPython('tf.compat.v1.random.get_seed', value, owner, [null]) as number[])[1]!,
      ),
    );
  }
}

function spyModel(seen: number[]): Loose {
  class Spy extends keras.layers.Layer {
    override call(x: CoreTensor): CoreTensor {
      for (const v of valuesOf(x).data as Float32Array) seen.push(v);
      return x;
    }
  }
  const model = new keras.Sequential([new Spy(), new keras.layers.Dense(1)]) as Loose;
  // built before, so that nothing but the samples passes
  model.build([null, 1]);
  seen.length = 0;
  model.compile({ optimizer: 'sgd', loss: 'mse', run_eagerly: true });
  return model;
}

const array = (values: readonly (number | bigint)[]): NDArray =>
  new NDArray({ dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values.map((v) => BigInt(v))) });
const collect = (dataset: Iterable<Loose>): NDArray =>
  array([...dataset].map((v) => (isTensor(v) ? (valuesOf(v).data[0] as number) : Number(v))));

/** Everything is exact to the bit but a QR factorisation. */
const toleranceOf = (op: string, row: JsonObject): Tolerance =>
  /recurrent_kernel/.test(op) || /Orthogonal/.test(String(row.name)) || /gamma/.test(op)
    ? { rtol: 1e-6, atol: 1e-6 }
    : exact;

function valuesFrom(value: unknown): Values | null {
  if (isTensor(value)) return valuesOf(value);
  if (value instanceof NDArray) return { dtype: value.dtype, shape: value.shape, data: value.data };
  if (hasMember(value, 'value') && isTensor((value as Loose).value)) return valuesOf((value as Loose).value);
  return null;
}

export function runRandom(row: JsonObject, { check }: CaseContext): void {
  if (!Array.isArray(row.steps)) throw new BrokenRow("the row has no 'steps'");
  const script = new Script(row);
  row.steps.forEach((step, i) => {
    if (!isObject(step) || typeof step.op !== 'string') throw new BrokenRow(`step ${i} has no 'op'`);
    const got = script.run(step);
    if (typeof step.as === 'string') script.objects.set(step.as, got);
    if (step.out === undefined) return;
    const compare = (where: string, value: Loose, want: Json): void => {
      if (isTensorRecord(want)) {
        const state = hasMember(value, 'state') && !isTensor(value) ? value.state : value;
        const own = valuesFrom(state);
        const expected = readValues(want);
        if (own === null) check.differ({ where, expected: 'a tensor', got: describe(value) });
        else check.values(where, own, expected, toleranceOf(String(step.op), row));
      } else if (Array.isArray(want)) {
        check.same(`${where}: results`, value.length, want.length);
        want.forEach((w, k) => {
          compare(`${where}[${k}]`, value[k], w);
        });
      } else check.same(where, value, want);
    };
    compare(`step ${i} ${step.op}`, got, step.out);
  });
}
