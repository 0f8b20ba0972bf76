import { Tensor as CoreTensor, currentTracer, type Graph, isTuple, ops, tupleOf } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { define } from '../define';
import { dtypeName } from '../dtypes';
import { InvalidArgumentError, indexError, noAttribute, OutOfRangeError, valueError } from '../errors';
import { entriesOf, leavesOf, mapLeaves } from '../nest';
import { dimsOf } from '../spec';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { type ResultSpec, specOf, step, symbolFor, writesItsOwnSteps } from '../tracing';
import { bindOutside, branchOf, inGraph, innerOf, outsideOf, pack, replay } from './branch';

writesItsOwnSteps('map_fn', 'vectorized_map', 'scan', 'foldl', 'foldr');

/** The rows of the tensors of a structure. */
function rows(elems: unknown, i: number): unknown {
  return mapLeaves(elems, (leaf) => ops.select(leaf as CoreTensor, 0, i));
}
const asTensors = (value: unknown): unknown => {
  const visit = (v: unknown): unknown => {
    if (isTuple(v) || entriesOf(v) !== null) {
      if (Array.isArray(v)) return tupleOf(v.map(visit));
      return v instanceof Map ? new Map([...v].map(([k, p]) => [k, visit(p)])) : mapLeaves(v, visit);
    }
    if (Array.isArray(v) && v.some((p) => p instanceof CoreTensor)) return v.map(visit);
    return toTensor(v as TensorLike);
  };
  return visit(value);
};
function lengthOf(elems: unknown, call: string): number {
  const first = leavesOf(elems)[0] as CoreTensor | undefined;
  if (first === undefined) throw valueError(`${call}: elems must not be empty.`);
  if (first.rank === 0) throw valueError('Elements in elems must be 1+ dimensional Tensors, not scalars');
  return first.sizes[0]!;
}
/** The results of all rows, one under the other. */
function stacked(results: readonly unknown[]): unknown {
  const lists = results.map((r) => leavesOf(r).map((leaf) => toTensor(leaf as TensorLike)));
  let i = 0;
  return mapLeaves(results[0], () => {
    const column = lists.map((list) => list[i]!);
    i++;
    return ops.stack(column, 0);
  });
}

/** A function of tensors as one step, for tensors whose number of rows comes with the run. */
function overRows(
  name: string,
  elems: unknown,
  others: unknown,
  turn: (rowElems: unknown, state: unknown) => unknown,
  gather: (
    one: (row: readonly CoreTensor[], state: readonly CoreTensor[]) => readonly CoreTensor[],
    n: number,
    elems: readonly CoreTensor[],
    state: readonly CoreTensor[],
  ) => readonly CoreTensor[],
  manyRows: boolean,
  back = false,
): unknown {
  const [data, state] = [pack(elems), pack(others)];
  let inner: readonly Tensor[] = [];
  const branch = branchOf(() => {
    const graph = currentTracer() as Graph;
    inner = [
      ...data.tensors.map((t) => symbolFor(graph, dimsOf(t)?.slice(1) ?? null, t.scalarType, t.sizes.slice(1))),
      ...state.tensors.map((t) => symbolFor(graph, dimsOf(t), t.scalarType, t.sizes)),
    ];
    return turn(data.unpack(inner.slice(0, data.tensors.length)), state.unpack(inner.slice(data.tensors.length)));
  });
  const outside = outsideOf(branch);
  const first = data.tensors[0]!;
  const n = dimsOf(first)?.[0] ?? null;
  const specs = branch.packed.tensors.map((t): ResultSpec => {
    const own = dimsOf(t);
    return manyRows
      ? { sizes: [first.sizes[0]!, ...t.sizes], scalarType: t.scalarType, dims: own === null ? null : [n, ...own] }
      : specOf(t);
  });
  const counts = [data.tensors.length, state.tensors.length] as const;
  const run = (values: readonly CoreTensor[]): readonly CoreTensor[] => {
    const bound = bindOutside(outside, values.slice(counts[0] + counts[1]), [branch]);
    const own = values.slice(0, counts[0]);
    return gather(
      (row, held) => replay(branch, inner, [...row, ...held], bound),
      own[0]!.sizes[0]!,
      own,
      values.slice(counts[0], counts[0] + counts[1]),
    );
  };
  const outputs = step(name, [...data.tensors, ...state.tensors, ...outside], specs, run, {
    kind: 'rows',
    turn: innerOf(branch, inner),
    outside,
    elems: counts[0],
    kept: manyRows,
    back,
  });
  return branch.packed.unpack(outputs);
}
const needsStep = (...values: readonly unknown[]): boolean =>
  inGraph() && leavesOf(values).some((leaf) => leaf instanceof CoreTensor && leaf.symbolic);
const pick = (elems: readonly CoreTensor[], i: number): CoreTensor[] => elems.map((t) => ops.select(t, 0, i));

type Gather = Parameters<typeof overRows>[4];
/** Columns of results, each stacked. */
const stackColumns = (results: readonly (readonly CoreTensor[])[]): readonly CoreTensor[] =>
  results[0]!.map((_, k) =>
    ops.stack(
      results.map((r) => r[k]!),
      0,
    ),
  );
const stackedRows: Gather = (one, n, own) => stackColumns(Array.from({ length: n }, (_, i) => one(pick(own, i), [])));

/** `fn` of every row, the results stacked. */
export const map_fn = define(
  'tf.map_fn',
  'fn, elems, dtype=None, parallel_iterations=None, back_prop=True, swap_memory=False, infer_shape=True, name=None, fn_output_signature=None',
  (
    fn: (row: any) => unknown,
    elems: unknown,
    dtype?: unknown,
    _p?: unknown,
    _b?: unknown,
    _s?: unknown,
    _i?: unknown,
    _n?: unknown,
    output?: unknown,
  ): any => {
    if (typeof fn !== 'function') throw noAttribute(fn, '__name__');
    if (leavesOf(elems).length === 0)
      throw valueError(
        `elems must be a Tensor or (possibly nested) sequence of Tensors. Got ${pyRepr(elems)}, which does not contain any Tensors.`,
      );
    const data = asTensors(elems);
    const wanted = output ?? dtype ?? null;
    if (typeof wanted === 'string') dtypeName(wanted);
    const check = (result: unknown): unknown => {
      const first = leavesOf(data)[0] as CoreTensor;
      const like = wanted ?? data;
      if (isTuple(result) !== isTuple(like)) {
        const shown = (v: unknown): string =>
          isTuple(v)
            ? `type=tuple str=${pyRepr(v)}`
            : `type=EagerTensor str=${v instanceof CoreTensor ? String(v) : pyRepr(v)}`;
        throw valueError(
          `The two structures don't have the same nested structure.\n\nFirst structure: ${shown(like)}\n\nSecond structure: ${shown(result)}\n\nMore specifically: Substructure "${shown(isTuple(like) ? like : result)}" is a sequence, while substructure "${shown(isTuple(like) ? result : like)}" is not`,
        );
      }
      const types = wanted === null ? null : leavesOf(wanted);
      let i = 0;
      return mapLeaves(result, (leaf) => {
        const want = types?.[i++] as { name?: string; dtype?: { name: string } } | undefined;
        const name = types === null ? first.scalarType : (want?.dtype?.name ?? want?.name ?? String(want));
        const t = leaf instanceof CoreTensor ? leaf : toTensor(leaf as TensorLike, name);
        if (t.scalarType !== name)
          throw new InvalidArgumentError(
            `TensorArray dtype is ${name} but Op is trying to write dtype ${t.scalarType} [Op:TensorListSetItem] name: `,
          );
        return t;
      });
    };
    if (needsStep(data)) return overRows('MapFn', data, [], (row) => check(fn(row)), stackedRows, true);
    const n = lengthOf(data, 'map_fn');
    const other = (leavesOf(data) as CoreTensor[]).find((t) => t.sizes[0] !== n);
    if (other !== undefined) throw valueError(`Dimensions ${n} and ${other.sizes[0]} are not compatible`);
    if (n === 0)
      return mapLeaves(wanted ?? data, (leaf) => {
        const type = leaf as { name?: string; dtype?: { name: string }; scalarType?: string };
        return toTensor([], type.scalarType ?? type.dtype?.name ?? type.name);
      });
    return stacked(Array.from({ length: n }, (_, i) => check(fn(rows(data, i)))));
  },
);
/** `fn` of every row at once; here as `map_fn`, row by row. */
export const vectorized_map = define(
  'tf.vectorized_map',
  'fn, elems, fallback_to_while_loop=True, warn=True',
  (fn: (row: any) => unknown, elems: unknown): any => {
    const data = asTensors(elems);
    if (needsStep(data)) return overRows('VectorizedMap', data, [], (row) => fn(row), stackedRows, true);
    const n = lengthOf(data, 'vectorized_map');
    return stacked(Array.from({ length: n }, (_, i) => fn(rows(data, i))));
  },
);

type Fold = (state: any, row: any) => unknown;
const folding = (name: string, keep: boolean, backwards: boolean | null) =>
  define(
    `tf.${name}`,
    keep
      ? 'fn, elems, initializer=None, parallel_iterations=10, back_prop=True, swap_memory=False, infer_shape=True, reverse=False, name=None'
      : 'fn, elems, initializer=None, parallel_iterations=10, back_prop=True, swap_memory=False, name=None',
    (
      fn: Fold,
      elems: unknown,
      initializer?: unknown,
      _p?: unknown,
      _b?: unknown,
      _s?: unknown,
      _i?: unknown,
      reverse?: unknown,
    ): any => {
      if (typeof fn !== 'function') throw noAttribute(fn, '__name__');
      const data = asTensors(elems);
      const back = backwards ?? Boolean(reverse);
      const begun = initializer !== undefined && initializer !== null;
      const start = begun ? asTensors(initializer) : null;
      if (begun && needsStep(data, start))
        return overRows(
          name,
          data,
          start,
          (row, state) => fn(state, row),
          (one, n, own, state) => {
            let held = state;
            const all: (readonly CoreTensor[])[] = [];
            for (let k = 0; k < n; k++) {
              const i = back ? n - 1 - k : k;
              held = one(pick(own, i), held);
              all[i] = held;
            }
            return keep && n > 0 ? stackColumns(all) : held;
          },
          keep,
          back,
        );
      const first = leavesOf(data)[0] as CoreTensor | undefined;
      if (first === undefined || (first.rank === 0 && Array.isArray(elems)))
        throw indexError('list index out of range');
      if (first.rank === 0) throw indexError('tuple index out of range');
      const n = first.sizes[0]!;
      const order = Array.from({ length: n }, (_, i) => (back ? n - 1 - i : i));
      if (n === 0 && start === null) throw new OutOfRangeError('Tried to read from index 0 but array size is: 0 ');
      let state = start;
      const all: unknown[] = [];
      for (const i of order) {
        state = state === null ? rows(data, i) : fn(state, rows(data, i));
        all[i] = state;
      }
      return keep ? stacked(all) : state;
    },
  );
/** The states of a fold over the rows, stacked. */
export const scan = folding('scan', true, null);
export const foldl = folding('foldl', false, false);
export const foldr = folding('foldr', false, true);
