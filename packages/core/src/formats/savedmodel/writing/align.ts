import { type Graph, type InnerGraph, listOf, meaningOf, type Step, type StepMeaning } from '../../../graph/index';
import { Differs } from '../../../graph/merging';
import { copyData } from '../../../tensor/access';
import type { DType } from '../../../tensor/dtype';
import type { Storage, Tensor } from '../../../tensor/tensor';
import { FormatError } from '../../bytes';
import { fitted, mergedValue, type Size, type SizeTable } from './sizes';

/** Where a value comes from. */
export type Source =
  | { readonly kind: 'value'; readonly id: number; readonly sizes: readonly Size[]; readonly dtype: DType }
  | { readonly kind: 'variable'; readonly tensor: Tensor; readonly sizes: readonly Size[]; readonly dtype: DType }
  /** The same everywhere, or a value by a rule of the sizes. */
  | {
      readonly kind: 'constant';
      readonly tensor: Tensor;
      readonly rule: Rule | null;
      readonly sizes: readonly Size[];
      readonly dtype: DType;
    }
  | {
      readonly kind: 'list';
      readonly length: number;
      readonly element: DType;
      readonly sizes: [];
      readonly dtype: DType;
    };
/** How a constant follows the sizes: one number everywhere, numbers in steps, or element by element. */
export type Rule =
  | { readonly fill: Size }
  | { readonly from: Size; readonly step: Size }
  | { readonly elements: readonly Size[] };
export type Value = Extract<Source, { kind: 'value' }>;

export interface AlignedStep {
  readonly name: string;
  /** Null for what is no op. */
  readonly attrs: Readonly<Record<string, any>> | null;
  readonly inputs: readonly Source[];
  readonly outputs: readonly Value[];
  readonly meaning: Meaning | null;
}
export interface AlignedGraph {
  readonly inputs: readonly Value[];
  readonly steps: readonly AlignedStep[];
  readonly outputs: readonly Source[];
}
export type Meaning =
  | Exclude<StepMeaning, { kind: 'if' | 'while' | 'rows' | 'call' }>
  | { readonly kind: 'if'; readonly outside: readonly Source[]; readonly yes: AlignedGraph; readonly no: AlignedGraph }
  | {
      readonly kind: 'while';
      readonly outside: readonly Source[];
      readonly test: AlignedGraph;
      readonly body: AlignedGraph;
      readonly limited: boolean;
    }
  | {
      readonly kind: 'rows';
      readonly outside: readonly Source[];
      readonly turn: AlignedGraph;
      readonly elems: number;
      readonly kept: boolean;
      readonly back: boolean;
    }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly unknown[];
      readonly sized: SizedCall | undefined;
    };

type SizedCall = NonNullable<Extract<StepMeaning, { kind: 'call' }>['sized']>;
/** A tensor among the arguments of a call. */
export class Argument {
  readonly source: Source;
  constructor(source: Source) {
    this.source = source;
  }
}

/** One run of a function: what came in and out. */
export interface Run {
  readonly graph: Graph;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** Sees the runs of a function at several sizes as one, its numbers as rules of the sizes. */
export class Alignment {
  private readonly table: SizeTable;
  private readonly isVariable: (t: Tensor) => boolean;
  /** By run: what each value of a graph is counted as. */
  private readonly ids: Map<Storage, number>[];
  private count = 0;

  constructor(table: SizeTable, isVariable: (t: Tensor) => boolean) {
    this.table = table;
    this.isVariable = isVariable;
    this.ids = table.map(() => new Map());
  }
  private sizesOf(tensors: readonly Tensor[]): Size[] {
    if (tensors.some((t) => t.rank !== tensors[0]!.rank)) throw new Differs();
    return tensors[0]!.sizes.map((_, i) =>
      fitted(
        tensors.map((t) => t.sizes[i]!),
        this.table,
      ),
    );
  }
  private value(tensors: readonly Tensor[]): Value {
    const id = this.count++;
    tensors.forEach((t, run) => {
      this.ids[run]!.set(t.storage, id);
    });
    const [first] = tensors as readonly [Tensor];
    if (tensors.some((t) => t.scalarType !== first.scalarType)) throw new Differs();
    return { kind: 'value', id, sizes: this.sizesOf(tensors), dtype: first.scalarType };
  }
  private source(tensors: readonly Tensor[]): Source {
    const [first] = tensors as readonly [Tensor];
    const found = tensors.map((t, run) => this.ids[run]!.get(t.storage));
    const [id] = found;
    if (found.some((other) => other !== id)) throw new Differs();
    const dtype = first.scalarType;
    if (id !== undefined) return { kind: 'value', id, sizes: this.sizesOf(tensors), dtype };
    if (first.symbolic) throw new FormatError('SavedModel: a value of the function is read before it is computed');
    if (this.isVariable(first)) {
      if (tensors.some((t) => t !== first)) throw new Differs();
      return { kind: 'variable', tensor: first, sizes: first.sizes, dtype };
    }
    const list = listOf(first);
    if (list !== undefined && list.length < 0)
      throw new FormatError('SavedModel: a TensorArray that was filled outside of the function cannot be written yet');
    if (list !== undefined) return { kind: 'list', length: list.length, element: list.dtype, sizes: [], dtype };
    return { kind: 'constant', tensor: first, rule: this.rule(tensors), sizes: this.sizesOf(tensors), dtype };
  }
  /** How a constant follows the sizes; null where it does not. */
  private rule(tensors: readonly Tensor[]): Rule | null {
    const [first] = tensors as readonly [Tensor];
    if (tensors.every((t) => t === first)) return null;
    const data = tensors.map((t) => copyData(t));
    const numbers = data.map((d) => Array.from(d as Float64Array, Number));
    const one = numbers[0]!;
    const same = numbers.every((list) => list.length === one.length && list.every((v, i) => Object.is(v, one[i])));
    if (same && tensors.every((t) => String(t.sizes) === String(first.sizes))) return null;
    if (numbers.every((list) => list.length > 0 && list.every((v) => Object.is(v, list[0]))))
      return {
        fill: fitted(
          numbers.map((list) => list[0]!),
          this.table,
        ),
      };
    if (numbers.every((list) => list.length === one.length) && one.length <= 64)
      return {
        elements: one.map((_, i) =>
          fitted(
            numbers.map((list) => list[i]!),
            this.table,
          ),
        ),
      };
    const steps = numbers.map((list) => list[1]! - list[0]!);
    const even = numbers.every((list, run) => list.every((v, i) => v === list[0]! + i * steps[run]!));
    if (!even || first.rank !== 1) throw new Differs();
    return {
      from: fitted(
        numbers.map((list) => list[0]!),
        this.table,
      ),
      step: fitted(steps, this.table),
    };
  }
  graph(runs: readonly Run[]): AlignedGraph {
    const inputs = runs[0]!.inputs.map((_, i) => this.value(runs.map((r) => r.inputs[i]!)));
    const lists = runs.map(needed);
    if (lists.some((list) => list.length !== lists[0]!.length)) throw new Differs();
    const steps = lists[0]!.map((_, i) => this.step(lists.map((list) => list[i]!)));
    const outputs = runs[0]!.outputs.map((_, i) => this.source(runs.map((r) => r.outputs[i]!)));
    return { inputs, steps, outputs };
  }
  private step(steps: readonly Step[]): AlignedStep {
    const [first] = steps as readonly [Step];
    if (steps.some((s) => s.name !== first.name || s.inputs.length !== first.inputs.length)) throw new Differs();
    const inputs = first.inputs.map((_, i) => this.source(steps.map((s) => s.inputs[i]!)));
    const meaning = this.meaning(steps, inputs);
    const attrs =
      first.attrs === null
        ? null
        : (mergedValue(
            steps.map((s) => s.attrs),
            this.table,
          ) as Record<string, unknown>);
    const outputs = first.outputs.map((_, i) => this.value(steps.map((s) => s.outputs[i]!)));
    return { name: first.name, attrs, inputs, outputs, meaning };
  }
  private meaning(steps: readonly Step[], inputs: readonly Source[]): Meaning | null {
    const all = steps.map(meaningOf);
    const [first] = all;
    if (first === undefined) return null;
    if (all.some((m) => m?.kind !== first.kind)) throw new Differs();
    if (first.kind === 'if') {
      const given = all as (typeof first)[];
      const outside = inputs.slice(1);
      return { kind: 'if', outside, yes: this.inner(given, 'yes', outside), no: this.inner(given, 'no', outside) };
    }
    if (first.kind === 'while') {
      const given = all as (typeof first)[];
      const outside = inputs.slice(first.test.symbols.length, first.test.symbols.length + first.outside.length);
      return {
        kind: 'while',
        outside,
        test: this.inner(given, 'test', outside),
        body: this.inner(given, 'body', outside),
        limited: first.limited,
      };
    }
    if (first.kind === 'rows') {
      const given = all as (typeof first)[];
      const { elems, kept, back } = first;
      const outside = inputs.slice(first.turn.symbols.length);
      return { kind: 'rows', outside, turn: this.inner(given, 'turn', outside), elems, kept, back };
    }
    if (first.kind !== 'call') return first;
    const given = all as (typeof first)[];
    const marks = given.map((m) => substitute(m.args, new Map(m.tensors.map((t, i) => [t, i]))));
    const args = mergedValue(marks, this.table) as unknown[];
    return { kind: 'call', name: first.name, args: revive(args, inputs) as unknown[], sized: first.sized };
  }
  /** An inner graph, whose values from outside count as what the step reads them from. */
  private inner<K extends string>(
    given: readonly (Readonly<Record<K, InnerGraph>> & { readonly outside: readonly Tensor[] })[],
    name: K,
    outside: readonly Source[],
  ): AlignedGraph {
    given.forEach((m, run) => {
      m.outside.forEach((t, i) => {
        const source = outside[i]!;
        if (source.kind === 'value') this.ids[run]!.set(t.storage, source.id);
      });
    });
    return this.graph(given.map((m) => ({ ...m[name], inputs: m[name].symbols })));
  }
}

/** The steps that a run's outputs depend on, and those that change something. */
function needed({ graph, outputs }: Run): Step[] {
  const wanted = new Set<Storage>(outputs.map((t) => t.storage));
  const found: Step[] = [];
  for (const step of [...graph.steps].reverse()) {
    if (!step.outputs.some((t) => wanted.has(t.storage)) && !acts(step)) continue;
    found.push(step);
    for (const t of step.inputs) wanted.add(t.storage);
  }
  return found.reverse();
}
/** Whether a step does something besides computing its outputs. */
function acts(step: Step): boolean {
  const meaning = meaningOf(step);
  if (meaning === undefined) return step.attrs === null;
  if (meaning.kind === 'assign') return true;
  if (meaning.kind === 'if') return [meaning.yes, meaning.no].some((g) => g.graph.steps.some(acts));
  if (meaning.kind === 'rows') return meaning.turn.graph.steps.some(acts);
  return meaning.kind === 'while' && [meaning.test, meaning.body].some((g) => g.graph.steps.some(acts));
}

/** Arguments with their tensors as numbered marks. */
function substitute(value: unknown, places: ReadonlyMap<unknown, number>): unknown {
  const place = places.get(value);
  if (place !== undefined) return { $argument: place };
  if (Array.isArray(value)) return value.map((v) => substitute(v, places));
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, substitute(v, places)]));
  return value;
}
function revive(value: unknown, inputs: readonly Source[]): unknown {
  if (Array.isArray(value)) return value.map((v) => revive(v, inputs));
  if (typeof value !== 'object' || value === null) return value;
  if ('$argument' in value) return new Argument(inputs[value.$argument as number]!);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, revive(v, inputs)]));
}
