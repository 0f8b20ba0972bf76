import { floatsAreMarked, isNumber } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { from_numpy, stack, tensor } from '../../creation';
import { float64 } from '../../dtype';
import { RuntimeError } from '../../errors';
import { Tensor } from '../../tensor';

interface Mapping {
  keys(): Iterable<unknown>;
  get(key: unknown): unknown;
}
const isMapping = (x: unknown): x is Mapping =>
  typeof x === 'object' &&
  x !== null &&
  typeof (x as Mapping).keys === 'function' &&
  typeof (x as Mapping).get === 'function' &&
  !(x instanceof Tensor);
const isPlain = (x: unknown): x is Record<string, unknown> =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;
const typeText = (x: unknown): string =>
  `<class '${x === null || x === undefined ? 'NoneType' : ((x as object).constructor?.name ?? typeof x)}'>`;

/**
 * Items as a batch: tensors are stacked, numbers become tensors, lists and dictionaries are joined part by part.
 * @see https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.default_collate
 */
export function default_collate(items: readonly unknown[]): unknown {
  const first = items[0];
  if (first instanceof Tensor) return stack(items as Tensor[]);
  if (first instanceof NDArray) return stack((items as NDArray[]).map((item) => from_numpy(item)));
  if (isNumber(first)) {
    const isFloat = (v: unknown): boolean => !Number.isInteger(v) && typeof v !== 'bigint';
    // from Python the first item decides; from JavaScript 1 may stand for 1.0
    const floats = floatsAreMarked() ? isFloat(first) : items.some(isFloat);
    return tensor(items as number[], floats ? { dtype: float64 } : {});
  }
  if (typeof first === 'boolean') return tensor(items as boolean[]);
  if (typeof first === 'string') return [...items];
  if (Array.isArray(first)) {
    if (items.some((i) => (i as unknown[]).length !== first.length))
      throw new RuntimeError('each element in list of batch should be of equal size');
    return Array.from(first, (_, k) => default_collate(items.map((i) => (i as unknown[])[k])));
  }
  if (isPlain(first))
    return Object.fromEntries(
      Object.keys(first).map((k) => [k, default_collate(items.map((i) => (i as Record<string, unknown>)[k]))]),
    );
  if (isMapping(first))
    return new Map([...first.keys()].map((k) => [k, default_collate(items.map((i) => (i as Mapping).get(k)))]));
  throw new TypeError(
    `default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found ${typeText(first)}`,
  );
}
/** One item with its arrays as tensors: what a DataLoader without batches does. */
export function default_convert(item: unknown): unknown {
  if (item instanceof Tensor) return item;
  if (item instanceof NDArray) return from_numpy(item);
  if (Array.isArray(item)) return Array.from(item, default_convert);
  if (isPlain(item)) return Object.fromEntries(Object.entries(item).map(([k, v]) => [k, default_convert(v)]));
  if (isMapping(item)) return new Map([...item.keys()].map((k) => [k, default_convert(item.get(k))]));
  return item;
}
