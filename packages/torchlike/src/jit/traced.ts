import {
  acrossBatches,
  type BatchedStep,
  Tensor as CoreTensor,
  type GraphFunction,
  ops,
  recordRun,
  replayAt,
  tupleOf,
  withGrad,
} from '@stele/core';
import { NotImplementedError, RuntimeError, sizeText } from '../errors';
import { typeName } from '../functions/typeName';
import { refusingDraws } from '../random';
import type { Tensor } from '../tensor';

/** How the tensors of a result stand in it: a place in the list of them, a tuple, a list or a dictionary. */
export type Template =
  | number
  | null
  | { readonly tuple: readonly Template[] }
  | { readonly list: readonly Template[] }
  | { readonly dict: readonly (readonly [string, Template])[] };

const dictWarning =
  "Encountering a dict at the output of the tracer might cause the trace to be incorrect, this is only valid if the container structure does not change based on the module's inputs. Consider using a constant container instead (e.g. for `list`, use a `tuple` instead. for `dict`, use a `NamedTuple` instead). If you absolutely need this and know the side effects, pass strict=False to trace() to allow this behavior.";

/** Takes a result apart into its tensors and the way they stand in it. */
function takeApart(result: unknown, strict: boolean, tensors: Tensor[]): Template {
  if (result instanceof CoreTensor) return tensors.push(result as Tensor) - 1;
  if (Array.isArray(result)) {
    const parts = result.map((r) => takeApart(r, strict, tensors));
    return Object.getPrototypeOf(result) === Array.prototype ? { list: parts } : { tuple: parts };
  }
  const entries =
    result instanceof Map
      ? [...result]
      : typeof result === 'object' && result !== null && Object.getPrototypeOf(result) === Object.prototype
        ? Object.entries(result)
        : null;
  if (entries === null)
    throw new RuntimeError(
      'Only tensors, lists, tuples of tensors, or dictionary of tensors can be output from traced functions',
    );
  if (strict) throw new RuntimeError(dictWarning);
  return { dict: entries.map(([k, v]) => [String(k), takeApart(v, strict, tensors)] as const) };
}
function putTogether(template: Template, tensors: readonly CoreTensor[]): unknown {
  if (template === null) return null;
  if (typeof template === 'number') return tensors[template];
  if ('tuple' in template) return tupleOf(template.tuple.map((t) => putTogether(t, tensors)));
  if ('list' in template) return template.list.map((t) => putTogether(t, tensors));
  return Object.fromEntries(template.dict.map(([k, t]) => [k, putTogether(t, tensors)]));
}

export interface TracedParts {
  readonly traced: GraphFunction;
  readonly template: Template;
  /** The steps at any batch size; null where only the traced shapes are allowed. */
  readonly attrs: readonly BatchedStep[] | null;
}
const drawing =
  'torch.jit.trace: this draws random numbers, which a trace in Stele would hold fast; call eval() on the module first, or pass what is drawn as an input';

/** Runs a function on copies of the inputs and writes down what it does with them. */
function record(
  func: (...inputs: any[]) => unknown,
  inputs: readonly Tensor[],
  state: readonly Tensor[],
  strict: boolean,
): { traced: GraphFunction; template: Template } {
  const copies = inputs.map((t) => t.detach().clone());
  const tensors: Tensor[] = [];
  const { traced, result } = tracing(() =>
    recordRun(
      copies.map((t, i) => [`input_${i}`, t] as const),
      state,
      () => withGrad(false, () => refusingDraws(drawing, () => func(...copies))),
      (out) => {
        takeApart(out, strict, tensors);
        return tensors;
      },
    ),
  );
  return { traced, template: takeApart(result, strict, []) };
}
let depth = 0;
function tracing<T>(body: () => T): T {
  depth++;
  try {
    return body();
  } finally {
    depth--;
  }
}
/** Whether a function is being traced. */
export const is_tracing = (): boolean => depth > 0;

/** The inputs with other numbers of rows: those rows again, in turn. */
function withRows(inputs: readonly Tensor[], from: number, to: number): Tensor[] {
  return inputs.map((t) => {
    if (t.sizes[0] !== from) return t;
    const rows = Array.from({ length: to }, (_, i) => ops.select(t, 0, i % from));
    return ops.stack(rows, 0) as Tensor;
  });
}

/** A traced function: what it did with the example inputs, done with others. */
export class Traced {
  private known: TracedParts['attrs'] | undefined;
  readonly traced: GraphFunction;
  readonly template: Template;
  private readonly rerun: ((rows: number) => GraphFunction | null) | null;

  private constructor(parts: { traced: GraphFunction; template: Template }, rerun: Traced['rerun']) {
    this.traced = parts.traced;
    this.template = parts.template;
    this.rerun = rerun;
  }
  static of(
    func: (...inputs: any[]) => unknown,
    inputs: readonly Tensor[],
    state: readonly Tensor[],
    strict: boolean,
  ): Traced {
    const examples = inputs.map((t) => t.detach().clone());
    const rows = examples[0]?.sizes[0];
    return new Traced(record(func, inputs, state, strict), (to) => {
      if (rows === undefined) return null;
      try {
        return record(func, withRows(examples, rows, to), state, strict).traced;
      } catch {
        // the function itself refuses that batch size: then only the traced one is allowed
        return null;
      }
    });
  }
  static read(parts: TracedParts): Traced {
    const out = new Traced(parts, null);
    out.known = parts.attrs;
    return out;
  }
  private get shapes(): readonly (readonly number[])[] {
    return this.traced.inputs.map(([, t]) => t.sizes);
  }
  get rows(): number | null {
    return this.shapes[0]?.[0] ?? null;
  }
  /** The attributes at any batch size, told from two more runs when first needed. */
  get attrs(): readonly BatchedStep[] | null {
    if (this.known !== undefined) return this.known;
    this.known = null;
    const { rows, rerun } = this;
    // a run that changes something must not be repeated
    if (rows === null || rows === 0 || rerun === null || this.traced.graph.steps.some((s) => s.attrs === null))
      return null;
    const sizes = [rows, rows + 1, 2 * rows + 3];
    const more = sizes.slice(1).map(rerun);
    if (more.every((run) => run !== null)) this.known = acrossBatches([this.traced, ...more], sizes);
    return this.known;
  }

  call(inputs: readonly unknown[]): unknown {
    const { shapes, rows } = this;
    if (inputs.length !== shapes.length)
      throw new RuntimeError(
        `forward() expected ${shapes.length} tensor${shapes.length === 1 ? '' : 's'} as traced but received ${inputs.length} argument(s).`,
      );
    const tensors = inputs.map((t, i) => {
      if (!(t instanceof CoreTensor))
        throw new RuntimeError(
          `forward() Expected a value of type 'Tensor' for argument ${i} but instead found type '${typeName(t)}'.`,
        );
      const type = this.traced.inputs[i]![1].scalarType;
      if (t.scalarType !== type)
        throw new RuntimeError(
          `forward() was traced with a torch.${type} for argument ${i} but received a torch.${t.scalarType}: cast it, or trace again`,
        );
      return t;
    });
    if (tensors.every((t, i) => same(t.sizes, shapes[i]!))) {
      const { graph, inputs: symbols, outputs } = this.traced;
      const wanted = outputs.map(([, t]) => t);
      return putTogether(
        this.template,
        graph.replay(
          symbols.map(([, t]) => t),
          tensors,
          wanted,
        ),
      );
    }
    const size = tensors[0]?.sizes[0];
    const fitting = tensors.every((t, i) => same(t.sizes, batched(shapes[i]!, rows, size)));
    const attrs = fitting ? this.attrs : null;
    if (attrs === null || size === undefined)
      throw new NotImplementedError(
        `forward() was traced with ${shapes.map(sizeText).join(' and ')} and received ${tensors.map((t) => sizeText(t.sizes)).join(' and ')}: ${fitting ? 'what it does depends on the batch size' : 'only another batch size is allowed'}; trace again with example inputs of these shapes`,
      );
    return putTogether(this.template, replayAt(this.traced, attrs, size, tensors));
  }
}
const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((s, i) => s === b[i]);
const batched = (sizes: readonly number[], rows: number | null, size: number | undefined): readonly number[] =>
  rows !== null && size !== undefined && sizes[0] === rows ? [size, ...sizes.slice(1)] : sizes;
