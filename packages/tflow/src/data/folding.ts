import { kernelError } from '../errors';
import { leavesOf, mapLeaves } from '../nest';
import { TensorSpec } from '../spec';
import { StringTensor } from '../strings';
import type { Tensor } from '../tensor';
import { UNKNOWN_CARDINALITY } from './cardinality';
import type { Dataset } from './dataset';
import { ElementFunction } from './elementFunction';
import { componentsOf, convert, specFrom, specText, undefinedSpec } from './structure';

export function reduce(
  dataset: Dataset,
  initial_state: unknown,
  reduce_func: (state: any, element: any) => unknown,
): any {
  let state = convert(initial_state);
  const f = stateFunction(dataset, state, reduce_func);
  for (const element of dataset) state = f.call([state, element]);
  return state;
}

export function stateFunction(
  dataset: Dataset,
  state: unknown,
  f: (state: any, element: any) => unknown,
): ElementFunction {
  const made = new ElementFunction(f, [specFrom(state), dataset.element_spec]);
  const { spec } = made;
  if (spec === null) return made;
  const [before, after] = [leavesOf(specFrom(state)) as TensorSpec[], leavesOf(spec) as TensorSpec[]];
  if (before.length !== after.length)
    throw kernelError(
      'ReduceDataset',
      `The number of components of the initial state and the reduce function output does not match. (initial_state=${before.length}, output=${after.length}).`,
    );
  before.forEach((s, i) => {
    if (s.dtype !== after[i]!.dtype)
      throw new TypeError(
        `The element types for the new state must match the initial state. Expected ${s.dtype} but got ${after[i]!.dtype}.`,
      );
  });
  return made;
}

export function scan(
  dataset: Dataset,
  initial_state: unknown,
  scan_func: (state: any, element: any) => unknown,
): Dataset {
  const start = convert(initial_state);
  const f = new ElementFunction(scan_func, [specFrom(start), dataset.element_spec]);
  if (f.spec !== null && !(Array.isArray(f.spec) && f.spec.length === 2))
    throw new TypeError(
      `Invalid \`scan_func\`. \`scan_func\` should return a pair consisting of new state and the output value but its return type is ${specText(f.spec)}.`,
    );
  if (f.spec !== null) {
    const types = (spec: unknown): unknown => mapLeaves(spec, (s) => (s instanceof TensorSpec ? s.dtype : s));
    const [before, after] = [types(specFrom(start)), types((f.spec as unknown[])[0])];
    const others = leavesOf(after);
    if (leavesOf(before).some((t, i) => others[i] !== undefined && t !== others[i]))
      throw new TypeError(
        `Invalid \`scan_func\`. The element types for the new state must match the initial state. Expected ${specText(before)}, got ${specText(after)}.`,
      );
  }
  return dataset.through(
    function* (source) {
      let state = start;
      const call = f.forReader();
      for (const element of source) {
        const [next, out] = call([state, element]) as [unknown, unknown];
        state = next;
        yield out;
      }
    },
    dataset.count,
    f.spec === null ? undefinedSpec(() => dataset.scan(initial_state, scan_func)) : () => (f.spec as unknown[])[1],
    '_ScanDataset',
  );
}

export function unique<T>(dataset: Dataset<T>): Dataset<T> {
  for (const s of leavesOf(dataset.element_spec) as TensorSpec[])
    if (!['int32', 'int64', 'string'].includes(s.dtype.name))
      throw new TypeError(
        `\`tf.data.Dataset.unique\` does not support type ${s.dtype} -- only \`tf.int32\`, \`tf.int64\`, and \`tf.string\` are supported.`,
      );
  if (leavesOf(dataset.element_spec).length > 1)
    throw kernelError('UniqueDataset', 'UniqueDataset only supports inputs with a single component.');
  return dataset.through(
    function* (source) {
      const seen = new Set<string>();
      for (const element of source) {
        const key = componentsOf(element)
          .map((t) => (t instanceof StringTensor ? t.values.join('|') : String((t as Tensor).tolist())))
          .join(';');
        if (seen.has(key)) continue;
        seen.add(key);
        yield element;
      }
    },
    UNKNOWN_CARDINALITY,
    undefined,
    '_UniqueDataset',
  );
}

export function ignore_errors<T>(dataset: Dataset<T>, log_warning?: unknown): Dataset<T> {
  void log_warning;
  return dataset.through(
    function* (source) {
      const iterator = source[Symbol.iterator]();
      for (;;) {
        let next: IteratorResult<T>;
        try {
          next = iterator.next();
        } catch {
          continue;
        }
        if (next.done) return;
        yield next.value;
      }
    },
    dataset.count < 0 ? dataset.count : UNKNOWN_CARDINALITY,
    undefined,
    '_IgnoreErrorsDataset',
  );
}
