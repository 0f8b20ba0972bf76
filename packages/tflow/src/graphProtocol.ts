import { type Tensor as CoreTensor, currentTracer, fromNested, Graph, isTuple, ops, traceInto } from '@stele/core';
import { inGraphFunction } from './autograph';
import { type Branch, bindOutside, branchFrom, holds, innerOf, outsideOf, pack, replay } from './control/branch';
import { loopStep } from './control/loop';
import { range } from './creation';
import { valueError } from './errors';
import { isCarrier } from './function/carrier';
import { isState, looped } from './loopState';
import { cast, logical_and, logical_not, logical_or } from './math';
import { entriesOf, leavesOf } from './nest';
import { sort } from './ordering';
import { enterGraph } from './random/seeds';
import { shape } from './reshaping';
import { dimsOf, widened } from './spec';
import { Tensor, type TensorLike, tfFamily, toTensor } from './tensor';
import { FunctionGraph, type ResultSpec, step } from './tracing';

type Get = () => unknown[];
type Set = (values: readonly unknown[]) => void;

interface Side {
  readonly graph: FunctionGraph;
  readonly values: readonly unknown[];
}
/** Runs one side of a branch with the variables as they were, and keeps what they have become. */
function sideOf(run: () => unknown[]): Side {
  const graph = new FunctionGraph();
  const leave = enterGraph(graph);
  try {
    return { graph, values: traceInto(graph, run) };
  } finally {
    leave();
  }
}
const packed = (side: Side, values: readonly unknown[]): Branch =>
  branchFrom(
    side.graph,
    traceInto(side.graph, () => pack(values)),
  );

const dtypeOf = (value: unknown): string => toTensor(value as TensorLike).scalarType;
/** What one name has become in both branches, checked as autograph does. */
function verifyBranches(name: string, yes: unknown, no: unknown): void {
  if (yes === undefined) throw valueError(`'${name}' must also be initialized in the main branch`);
  if (no === undefined) throw valueError(`'${name}' must also be initialized in the else branch`);
  if (yes === null) throw valueError(`'${name}' is None at the end of the main branch.`);
  if (no === null) throw valueError(`'${name}' is None at the end of the else branch.`);
  const [a, b] = [leavesOf(yes), leavesOf(no)];
  if (nestText(yes) !== nestText(no))
    throw new TypeError(
      `'${name}' must have the same nested structure in the main and else branches:\n\nThe two structures don't have the same nested structure.\n\nFirst structure: ${nestText(yes)}\n\nSecond structure: ${nestText(no)}`,
    );
  for (const [k, leaf] of a.entries()) {
    const text = [leaf, b[k]].map((value) => typeof value === 'string');
    if (text[0] !== text[1]) {
      const [one, two] = [leaf, b[k]].map((value, i) => (text[i] ? 'string' : dtypeOf(value)));
      throw new TypeError(`'${name}' has dtype ${one} in the main branch, but dtype ${two} in the else branch`);
    }
    for (const value of [leaf, b[k]])
      if (!isState(value))
        throw new TypeError(
          `'${name}' must be a Tensor, int, float, bool or a list, tuple or dict thereof where the branch is over a tensor; it is ${String(value)}`,
        );
    if (isCarrier(leaf) || isCarrier(b[k])) continue;
    const [main, other] = [dtypeOf(leaf), dtypeOf(b[k])];
    if (main !== other)
      throw new TypeError(`'${name}' has dtype ${main} in the main branch, but dtype ${other} in the else branch`);
  }
}
/** The shape of a structure, in words. */
function nestText(value: unknown): string {
  if (isTuple(value)) return `(${value.map(nestText).join(', ')})`;
  if (Array.isArray(value)) return `[${value.map(nestText).join(', ')}]`;
  const entries = entriesOf(value);
  if (entries !== null) return `{${entries.map(([k, v]) => `${String(k)}: ${nestText(v)}`).join(', ')}}`;
  return '.';
}

/** Two sides as one step, for the values of both that are of one structure. */
function merge(pred: CoreTensor, yes: Side, no: Side, names: readonly string[]): unknown[] {
  for (const [i, name] of names.entries()) verifyBranches(name, yes.values[i], no.values[i]);
  const [a, b] = [packed(yes, yes.values), packed(no, no.values)];
  const [x, y] = [a.packed.tensors, b.packed.tensors];
  const outside = outsideOf(a, b);
  const specs = x.map(
    (t, i): ResultSpec => ({
      sizes: t.sizes,
      scalarType: t.scalarType,
      dims: widened(dimsOf(t), dimsOf(y[i]!)),
    }),
  );
  const outputs = step(
    'If',
    [pred, ...outside],
    specs,
    ([p, ...values]) => {
      const bound = bindOutside(outside, values, [a, b]);
      return replay(holds(p) ? a : b, [], [], bound);
    },
    { kind: 'if', yes: innerOf(a), no: innerOf(b), outside },
  );
  return a.packed.unpack(outputs) as unknown[];
}

/** A test over a tensor: one truth value. */
function tested(cond: CoreTensor, where: string): CoreTensor {
  if (cond.scalarType !== 'bool' || (dimsOf(cond) ?? []).some((d) => d !== null && d > 1))
    throw valueError(
      `condition of ${where} expected to be \`tf.bool\` scalar, got ${String(cond)}${cond.scalarType === 'bool' ? '' : '; to use as boolean Tensor, use `tf.cast`'}; to check for None, use \`is not None\``,
    );
  return cond.rank === 0 ? cond : ops.reshape(cond, []);
}

const protocol: Record<string, (this: Tensor, ...args: any[]) => unknown> = {
  __graph_symbolic__() {
    // tensors with values count too: what decides on a branch of a graph is a step of it
    return inGraphFunction() && currentTracer() instanceof Graph;
  },
  /** `if t:` whose sides bind names, or return: then what they return. */
  __graph_if__(then: () => unknown, otherwise: () => unknown, names: readonly string[], get: Get, set: Set) {
    const cond = tested(this, 'if statement');
    const before = get();
    const side = (run: () => unknown): Side & { readonly result: unknown } => {
      let result: unknown;
      const done = sideOf(() => {
        set(before);
        result = run();
        return result === undefined ? get() : [result];
      });
      return { ...done, result };
    };
    const yes = side(then);
    const no = side(otherwise);
    if (yes.result !== undefined || no.result !== undefined) {
      if (no.result === undefined) throw valueError('the else branch must also have a return statement.');
      if (yes.result === undefined) throw valueError('the main branch must also have a return statement.');
      set(before);
      if (yes.result === null && no.result === null) return null;
      return merge(cond, yes, no, ['retval_'])[0];
    }
    const changed = names.flatMap((_, i) => (yes.values[i] === no.values[i] ? [] : [i]));
    const pick = (s: Side): Side => ({ graph: s.graph, values: changed.map((i) => s.values[i]) });
    const merged = merge(
      cond,
      pick(yes),
      pick(no),
      changed.map((i) => names[i]!),
    );
    const after = names.map((_, i) => yes.values[i]);
    changed.forEach((i, k) => {
      after[i] = merged[k];
    });
    set(after);
    return undefined;
  },
  /** `x if t else y`. */
  __graph_choice__(then: () => unknown, otherwise: () => unknown) {
    return merge(
      this,
      sideOf(() => [then()]),
      sideOf(() => [otherwise()]),
      ['value'],
    )[0];
  },
  __graph_while__(
    test: () => unknown,
    body: () => void,
    names: readonly string[],
    get: Get,
    set: Set,
    live: readonly string[],
  ) {
    tested(this, 'while loop');
    looped({ names, get, set, live, extra: [], once: body }, (state) =>
      loopStep(
        (...given: unknown[]) => {
          state.put(given);
          return tested(toTensor(test() as TensorLike), 'while loop');
        },
        (...given: unknown[]) => {
          state.put(given);
          body();
          return state.vars();
        },
        state.vars(),
        null,
        null,
        state.labels,
      ),
    );
  },
  __graph_for__(
    body: (item: unknown) => void,
    names: readonly string[],
    get: Get,
    set: Set,
    live: readonly string[],
    more: (() => unknown) | null,
  ) {
    const source = this as CoreTensor;
    const dims = dimsOf(source);
    if (dims !== null && dims.length === 0) throw valueError('Scalar tensor has no `len()`');
    const whole: ResultSpec = { sizes: [], scalarType: 'int32', dims: [] };
    const count = step('Shape', [source], [whole], ([x]) => [fromNested(tfFamily, x!.sizes[0]!, 'int32')], {
      kind: 'call',
      name: 'first size',
      args: [source],
      tensors: [source],
    })[0]!;
    const row: ResultSpec = {
      sizes: source.sizes.slice(1),
      scalarType: source.scalarType,
      dims: dims === null ? null : dims.slice(1),
    };
    const item = (i: CoreTensor): CoreTensor => {
      const at = ([x, k]: readonly CoreTensor[]) => [ops.select(x!, 0, Number((k as Tensor).item()))];
      const tensors = [source, i];
      return step('GatherV2', tensors, [row], at, { kind: 'call', name: 'entry', args: tensors, tensors })[0]!;
    };
    const zero = fromNested(tfFamily, 0, 'int32');
    looped({ names, get, set, live, extra: [zero], once: () => body(item(zero)) }, (state) =>
      loopStep(
        (i: Tensor, ...given: unknown[]) => {
          const left = ops.less(i, count);
          if (more === null) return left;
          state.put([i, ...given]);
          return logical_and(left, toTensor(more() as TensorLike));
        },
        (i: Tensor, ...given: unknown[]) => {
          state.put([i, ...given]);
          body(item(i));
          return [ops.add(i, 1), ...state.vars().slice(1)];
        },
        state.vars(),
        null,
        null,
        state.labels,
      ),
    );
  },
  __graph_not__() {
    return logical_not(this.scalarType === 'bool' ? this : cast(this, 'bool'));
  },
  __graph_bool__(op: string, other: unknown) {
    const right = toTensor(other as TensorLike);
    return (op === 'and' ? logical_and : logical_or)(this, right);
  },
  __graph_builtin__(name: string, [key, reverse]: readonly unknown[]) {
    if (name === 'len') {
      const dims = dimsOf(this);
      if (dims?.length === 0) throw valueError(`len requires a non-scalar tensor, got one of shape ${shape(this)}`);
      return dims?.[0] ?? shape(this).at(0);
    }
    if (name !== 'sorted') return undefined;
    if (key !== undefined && key !== null)
      throw valueError('sorted() got an unsupported key argument: only tensors themselves are compared');
    return sort(this, -1, reverse === true ? 'DESCENDING' : 'ASCENDING');
  },
  __graph_range__(start: unknown, stop: unknown, by: unknown) {
    return range(start, stop, by);
  },
};

for (const [name, value] of Object.entries(protocol))
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
