import { Tensor as CoreTensor, describeValue, floatsAreMarked, isTuple } from '@stele/core';
import { pyRepr, pyStr } from '@stele/core/printing';
import { define } from '../define';
import { InvalidArgumentError, valueError } from '../errors';
import { equal } from '../math';
import { entriesOf } from '../nest';
import { dimsOf, widened } from '../spec';
import { type TensorLike, toTensor } from '../tensor';
import { type ResultSpec, step, writesItsOwnSteps } from '../tracing';
import { type Branch, bindOutside, branchOf, holds, inGraph, innerOf, outsideOf, replay } from './branch';
import { staticControl } from './static';

writesItsOwnSteps('cond', 'case', 'switch_case');

const structureText = (value: unknown): string => {
  if (value instanceof CoreTensor) return '*';
  if (isTuple(value)) return `(${value.map(structureText).join(',')})`;
  if (Array.isArray(value)) return `[${value.map(structureText).join(',')}]`;
  const entries = entriesOf(value);
  if (entries !== null) return `{${entries.map(([k, v]) => `${String(k)}:${structureText(v)}`).join(',')}}`;
  return value === null || value === undefined ? 'None' : '*';
};

/**
 * What one of two functions gives. In a graph both are traced, and the value of `pred` chooses when it runs.
 * @see https://www.tensorflow.org/api_docs/python/tf/cond
 */
export const cond = define(
  'tf.cond',
  'pred, true_fn=None, false_fn=None, name=None',
  (pred: unknown, true_fn?: () => unknown, false_fn?: () => unknown): any => {
    for (const [name, f] of Object.entries({ true_fn, false_fn }))
      if (f === undefined || f === null) throw new TypeError(`cond(): '${name}' argument required`);
    if (typeof true_fn !== 'function') throw new TypeError("'true_fn' must be callable.");
    if (typeof false_fn !== 'function') throw new TypeError("'false_fn' must be callable.");
    if (staticControl?.active() && pred instanceof CoreTensor) return staticControl.cond(pred, true_fn, false_fn);
    if (pred === null || pred === undefined) toTensor(pred as never);
    if (typeof pred === 'boolean' && inGraph())
      throw new TypeError(`('pred must not be a Python bool', ${pred ? 'True' : 'False'})`);
    if (!(pred instanceof CoreTensor && pred.symbolic)) return holds(pred) ? true_fn() : false_fn();
    const [yes, no] = [branchOf(true_fn), branchOf(false_fn)];
    const [a, b] = [yes.packed.tensors, no.packed.tensors];
    if (a.length !== b.length) throw Object.assign(new Error(`[${a.length}, ${b.length}]`), { name: 'AssertionError' });
    const [one, other] = [yes.packed.unpack(a), no.packed.unpack(b)];
    const different = a.find((t, i) => b[i] !== undefined && t.scalarType !== b[i]!.scalarType);
    if (different !== undefined || structureText(one) !== structureText(other))
      throw new TypeError(
        `true_fn and false_fn arguments to tf.cond must have the same number, type, and overall structure of return values.\n\ntrue_fn output: ${String(one)}\nfalse_fn output: ${String(other)}\n\nError details:\n${String(one)} and ${String(other)} have different types`,
      );
    return choose('If', pred, yes, no);
  },
);
function choose(name: string, pred: CoreTensor, yes: Branch, no: Branch): unknown {
  const outside = outsideOf(yes, no);
  const specs = yes.packed.tensors.map((t, i): ResultSpec => {
    const other = no.packed.tensors[i]!;
    return { sizes: t.sizes, scalarType: t.scalarType, dims: widened(dimsOf(t), dimsOf(other)) };
  });
  const outputs = step(
    name,
    [pred, ...outside],
    specs,
    ([p, ...values]) => {
      const bound = bindOutside(outside, values, [yes, no]);
      return replay(holds(p) ? yes : no, [], [], bound);
    },
    { kind: 'if', yes: innerOf(yes), no: innerOf(no), outside },
  );
  return yes.packed.unpack(outputs);
}

/** A message that would name an eager tensor fails at its name. */
function nameOf(): never {
  throw Object.assign(new Error('Tensor.name is undefined when eager execution is enabled.'), {
    name: 'AttributeError',
  });
}
/** The first function whose condition holds; else the default, else the last. */
const cases = define(
  'tf.case',
  'pred_fn_pairs, default=None, exclusive=False, strict=False, name="case"',
  (
    pairs: readonly (readonly [unknown, () => unknown])[] | Map<unknown, () => unknown>,
    fallback?: (() => unknown) | null,
    exclusive?: boolean,
  ): any => {
    if (pairs instanceof Map && !exclusive && !inGraph())
      throw valueError(
        "Unordered dictionaries are not supported for the 'pred_fn_pairs' argument when `exclusive=False` and eager mode is enabled.",
      );
    const listed = pairs instanceof Map ? [...pairs] : pairs;
    if (!Array.isArray(listed))
      throw new TypeError(`'pred_fn_pairs' must be a list, tuple, or dict. Received: ${describeValue(pairs).type}`);
    if (listed.length === 0) throw valueError('not enough values to unpack (expected 2, got 0)');
    for (const pair of listed) {
      if (!isTuple(pair) && !(Array.isArray(pair) && !floatsAreMarked()))
        throw new TypeError(`Each entry in 'pred_fn_pairs' must be a 2-tuple. Received ${pyStr(pair)}.`);
      if (pair.length !== 2)
        throw new TypeError(`Each entry in 'pred_fn_pairs' must be a 2-tuple. Received ${pyStr(pair)}.`);
      const [test, f] = pair;
      if (!(test instanceof CoreTensor)) throw new TypeError(`pred must be a Tensor, got: ${pyRepr(test)}`);
      if ((typeof f !== 'function' || test.scalarType !== 'bool') && !test.symbolic) nameOf();
    }
    if (
      exclusive &&
      inGraph() &&
      !listed.some(([p]) => p instanceof CoreTensor && p.symbolic) &&
      listed.filter(([p]) => holds(p)).length > 1
    )
      throw new InvalidArgumentError(
        'assertion failed: [More than one condition evaluated as True but exclusive=True.]',
      );
    const next = (i: number): unknown => {
      const pair = listed[i];
      if (pair === undefined) {
        if (fallback !== undefined && fallback !== null && typeof fallback !== 'function')
          throw new TypeError("'false_fn' must be callable.");
        if (typeof fallback === 'function') return fallback();
        throw new InvalidArgumentError(
          `Expected '${listed.length === 1 ? String(listed[0]![0]) : String(listed.at(-1)![0])}' to be true. Summarized data: b'Input error: None of conditions evaluated as True:'\n${listed.map(([test]) => (holds(test) ? 'True' : 'False')).join(', ')}`,
        );
      }
      // without a default the last function stands for it
      if (i === listed.length - 1 && typeof fallback !== 'function' && inGraph()) return pair[1]();
      return cond(pair[0], pair[1], () => next(i + 1));
    };
    return next(0);
  },
);

/** The function at an index; the default, or the last, where there is none. */
export const switch_case = define(
  'tf.switch_case',
  'branch_index, branch_fns, default=None, name="switch_case"',
  (branch_index: TensorLike, branch_fns: unknown, fallback?: (() => unknown) | null): any => {
    if (!(branch_index instanceof CoreTensor) && (floatsAreMarked() || typeof branch_index === 'string'))
      throw new TypeError(`'branch_index' must be a Tensor, got ${describeValue(branch_index).type}`);
    const index = toTensor(branch_index);
    if (!index.scalarType.includes('int'))
      throw new TypeError(`'branch_index' must be an integer Tensor, got ${index.dtype}`);
    const list =
      branch_fns instanceof Map
        ? [...branch_fns].sort(([a], [b]) => Number(a) - Number(b))
        : [...((branch_fns ?? []) as unknown[])];
    if (list.length === 0) throw valueError("Must provide at least one item in 'branch_fns'");
    for (const entry of list) {
      if (typeof entry !== 'function' && !(Array.isArray(entry) && entry.length === 2))
        throw new TypeError(`Each entry in 'branch_fns' must be a 2-tuple. Received ${pyRepr(entry)}.`);
      const [key, f] = typeof entry === 'function' ? [0, entry] : (entry as [unknown, unknown]);
      if (!Number.isInteger(key)) throw new TypeError(`key must be a Python \`int\`, got ${describeValue(key).type}`);
      if (typeof f !== 'function') throw new TypeError(`fn for key ${pyRepr(key)} must be callable.`);
    }
    const pairs = list.map((f, i) =>
      typeof f === 'function' ? ([i, f] as const) : ([Number((f as unknown[])[0]), (f as unknown[])[1]] as const),
    ) as readonly (readonly [number, () => unknown])[];
    const keys = pairs.map(([key]) => key).sort((a, b) => a - b);
    if (keys.some((key, i) => key !== i))
      throw valueError(
        `branch indices (keys) must form contiguous range of [0 to ${keys.length}) but found {${keys.join(',')}}`,
      );
    const last = typeof fallback === 'function' ? fallback : pairs.at(-1)![1];
    if (!index.symbolic) {
      const k = Number(index.item());
      return (pairs.find(([i]) => i === k)?.[1] ?? last)();
    }
    const next = (i: number): unknown => {
      const pair = pairs[i];
      if (pair === undefined) return last();
      return cond(equal(index, pair[0]), pair[1], () => next(i + 1));
    };
    return next(0);
  },
);
export { cases as case };
