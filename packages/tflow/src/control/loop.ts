import { type Tensor as CoreTensor, currentTracer, floatsAreMarked, type Graph, isTuple, tupleOf } from '@stele/core';
import { PyFloat } from '@stele/core/printing';
import { define } from '../define';
import { valueError } from '../errors';
import { isCarrier } from '../function/carrier';
import { mapLeaves } from '../nest';
import { type Dims, dimsFrom, dimsOf, fits, nameSymbol, shapeOf, symbolName, TensorSpec } from '../spec';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { type ResultSpec, step, symbolFor, writesItsOwnSteps } from '../tracing';
import { type Branch, bindOutside, branchOf, holds, inGraph, innerOf, outsideOf, pack, replay } from './branch';
import { withLoopOptions } from './loopOptions';
import { staticControl } from './static';

writesItsOwnSteps('while_loop');

const asArguments = (vars: unknown): readonly unknown[] => (Array.isArray(vars) ? vars : [vars]);
/** What a loop's body gave, in the structure of the loop's variables. */
function sameLoop(vars: unknown, next: unknown): unknown {
  if (!Array.isArray(vars)) return next;
  const list = Array.isArray(next) ? next : [next];
  if (list.length !== vars.length)
    throw valueError(
      `The two structures don't have the same nested structure.\n\nFirst structure: type=${isTuple(vars) ? 'tuple' : 'list'} str=${String(vars)}\n\nSecond structure: type=${isTuple(next) ? 'tuple' : 'list'} str=${String(next)}`,
    );
  const prototype = Object.getPrototypeOf(vars);
  return prototype === Array.prototype ? [...list] : isTuple(vars) ? tupleOf([...list]) : list;
}

/** A loop as a step: condition and body traced once, run as often as the condition holds. */
export function loopStep(
  test: (...vars: any[]) => unknown,
  body: (...vars: any[]) => unknown,
  vars: unknown,
  invariants: readonly Dims[] | null,
  limit: unknown,
  names: readonly string[] | null = null,
): unknown {
  const start = pack(vars);
  const labels = names === null ? [] : (vars as unknown[]).flatMap((v, k) => pack(v).tensors.map(() => names[k]!));
  let dims = start.tensors.map((t, i) => (invariants?.[i] === undefined ? dimsOf(t) : invariants[i]!));
  for (;;) {
    const symbols = (): Tensor[] =>
      start.tensors.map((t, i) => {
        const symbol = symbolFor(currentTracer() as Graph, dims[i]!, t.scalarType, t.sizes);
        nameSymbol(symbol, `while/loop_var_${i}:0`);
        return symbol;
      });
    let given: readonly Tensor[] = [];
    const trace = (f: (...args: any[]) => unknown, fix: (value: unknown) => unknown): [Branch, readonly Tensor[]] => {
      const branch = branchOf(() => {
        given = symbols();
        return fix(f(...asArguments(start.unpack(given))));
      });
      return [branch, given];
    };
    const [tested, testSymbols] = trace(test, (x) => x);
    const [[turned, turnSymbols], asked] = withLoopOptions(
      () => given,
      () => trace(body, (x) => sameLoop(vars, x)),
    );
    if (asked.some(([i, d]) => !fits(d, dims[i]!) || !fits(dims[i]!, d))) {
      dims = dims.map((d, i) => asked.find(([k]) => k === i)?.[1] ?? d);
      continue;
    }
    const after = turned.packed.tensors;
    if (after.length !== start.tensors.length)
      throw valueError("The two structures don't have the same number of elements.");
    const label = (i: number): string | null => (names === null ? null : (labels[i] ?? names.at(-1)!));
    after.forEach((t, i) => {
      const before = start.tensors[i]!;
      const name = label(i);
      if (t.scalarType !== before.scalarType)
        throw new TypeError(
          name === null
            ? `Input tensor 'loop_var_${i}:0' enters the loop with dtype <dtype: '${before.scalarType}'>, but has dtype <dtype: '${t.scalarType}'> after 1 iteration.`
            : `'${name}' has dtype ${before.scalarType} before the loop, but dtype ${t.scalarType} after one iteration`,
        );
      const [entry, exit] = [dims[i]!, dimsOf(t)];
      if (fits(exit, entry)) return;
      if (name === null)
        throw valueError(
          `Input tensor \`${symbolName(before)}\` enters the loop with shape ${shapeOf(entry)}, but has shape ${shapeOf(exit)} after one iteration. To allow the shape to vary across iterations, use the \`shape_invariants\` argument of tf.while_loop to specify a less-specific shape.`,
        );
      throw valueError(
        asked.some(([k]) => k === i)
          ? `'${name}' has shape ${shapeOf(exit)} after one iteration, which does not conform with the shape invariant ${shapeOf(entry)}.`
          : `'${name}' has shape ${shapeOf(entry)} before the loop, but shape ${shapeOf(exit)} after one iteration. Use tf.autograph.experimental.set_loop_options to set shape invariants.`,
      );
    });
    const outside = outsideOf(tested, turned);
    const count = start.tensors.length;
    const most = limit === undefined || limit === null ? null : toTensor(limit as TensorLike);
    const inputs = [...start.tensors, ...outside, ...(most === null ? [] : [most])];
    const specs = start.tensors.map(
      (t, i): ResultSpec => ({ sizes: t.sizes, scalarType: t.scalarType, dims: dims[i]! }),
    );
    const outputs = step(
      'While',
      inputs,
      specs,
      (values) => {
        const bound = bindOutside(outside, values.slice(count, count + outside.length), [tested, turned]);
        let current: readonly CoreTensor[] = values.slice(0, count);
        let left = most === null ? Number.POSITIVE_INFINITY : Number((values.at(-1) as Tensor).item());
        while (left-- > 0 && holds(replay(tested, testSymbols, current, bound)[0]))
          current = replay(turned, turnSymbols, current, bound);
        return current;
      },
      {
        kind: 'while',
        test: innerOf(tested, testSymbols),
        body: innerOf(turned, turnSymbols),
        outside,
        limited: most !== null,
      },
    );
    return start.unpack(outputs);
  }
}

/**
 * Runs `body` on the loop's variables as long as `cond` holds.
 * @see https://www.tensorflow.org/api_docs/python/tf/while_loop
 */
export const while_loop = define(
  'tf.while_loop',
  'cond, body, loop_vars, shape_invariants=None, parallel_iterations=10, back_prop=True, swap_memory=False, maximum_iterations=None, name=None',
  (
    test: (...vars: any[]) => unknown,
    body: (...vars: any[]) => unknown,
    loop_vars: unknown,
    shape_invariants?: unknown,
    _parallel?: unknown,
    _back?: unknown,
    _swap?: unknown,
    maximum_iterations?: unknown,
  ): any => {
    if (typeof test !== 'function') throw new TypeError("'cond' must be callable.");
    if (typeof body !== 'function') throw new TypeError("'body' must be callable.");
    const empty = loop_vars === null || loop_vars === undefined || (Array.isArray(loop_vars) && loop_vars.length === 0);
    if (empty || loop_vars === 0 || (loop_vars instanceof PyFloat && loop_vars.value === 0))
      throw valueError("'loop_vars' must be provided.");
    if (floatsAreMarked() && !inGraph() && (typeof loop_vars === 'number' || loop_vars instanceof PyFloat))
      throw new TypeError(`object of type '${typeof loop_vars === 'number' ? 'int' : 'float'}' has no len()`);
    const invariants =
      shape_invariants === undefined || shape_invariants === null
        ? null
        : (shape_invariants as unknown[]).map((s) => (s instanceof TensorSpec ? s.dims : dimsFrom(s)));
    if (staticControl?.active()) return staticControl.loop(test, body, loop_vars, maximum_iterations);
    if (inGraph()) return loopStep(test, body, loop_vars, invariants, maximum_iterations);
    let left =
      maximum_iterations === undefined || maximum_iterations === null
        ? Number.POSITIVE_INFINITY
        : Number(toTensor(maximum_iterations as TensorLike).item());
    let vars = mapLeaves(loop_vars, (leaf) =>
      leaf === null || leaf === undefined || isCarrier(leaf) ? leaf : toTensor(leaf as TensorLike),
    );
    while (left-- > 0 && holds(test(...asArguments(vars)))) {
      const next = sameLoop(vars, body(...asArguments(vars)));
      vars = mapLeaves(next, (leaf) =>
        leaf === null || leaf === undefined || isCarrier(leaf) ? leaf : toTensor(leaf as TensorLike),
      );
    }
    return vars;
  },
);
