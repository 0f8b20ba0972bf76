import {
  contiguousData,
  dtypes,
  floatsAreMarked,
  fromArray,
  isKeywords,
  numel,
  ops,
  Tensor,
  type TypedArray,
  toNumbers,
} from '@stele/core';
import { NDArray, TextArray } from '@stele/core/numpy';
import { PyFloat, pyRepr, pyStr } from '@stele/core/printing';
import { givenTo } from '../arguments';
import { floatx } from '../config/config';
import { valueError } from '../errors';
import { isTensorish } from '../layers/structure';
import { shuffledIndices } from '../random/stateless';
import { asInput, convert, type TensorLike, tensorFamily } from '../tensors';
import { PyDataset } from '../utils/data';
import { flatten, mapStructure, plain } from './structure';

export interface Batch {
  /** Tensors, or lists and dictionaries of them. */
  readonly x: any;
  readonly y: any;
  readonly weight: any;
  readonly size: number;
  /** Whether every batch has this first size, as graphs know it. */
  readonly fixed?: boolean;
}
/** A batch as a step gets it: x alone, or as many of (x, y, sample_weight) as there are. */
export function packed({ x, y, weight }: Batch): any {
  if (weight !== null) return [x, y, weight];
  return y !== null ? [x, y] : Array.isArray(x) ? [x] : x;
}
/** Batches of one epoch at a time, and how many there are if that is known. */
export interface Feed {
  readonly steps: number;
  batches(): Iterable<Batch>;
}

/** Something that gives batches by itself, such as a dataset of tflow's. */
export const isFeedLike = (x: unknown): x is Iterable<unknown> =>
  typeof x === 'object' &&
  x !== null &&
  !Array.isArray(x) &&
  !(x instanceof Map) &&
  !(x instanceof Tensor) &&
  !(x instanceof TextArray) &&
  !ArrayBuffer.isView(x) &&
  !('dtype' in x && 'data' in x) &&
  Symbol.iterator in x;

/** Arrays become tensors once; float64 turns into float32 as in Keras. */
export function adapt(value: TensorLike): Tensor {
  const t = convert(value);
  return t.scalarType === 'float64' ? ops.cast(t, 'float32') : t;
}

/** A tensor, or lists and dictionaries of them; numbers in lists are one tensor, floats where they are inputs. */
export function adaptAll(x: any, inputs = false): any {
  if (x instanceof TextArray) throw valueError(`Invalid dtype: ${x.dtype.name}`);
  const value = plain(x);
  const one = (v: TensorLike): Tensor => adapt(inputs ? asInput(v, floatx()) : v);
  if (Array.isArray(value))
    return value.length > 0 && value.every((v) => isTensorish(v) || v instanceof Map)
      ? value.map((v) => adaptAll(v, inputs))
      : one(value as TensorLike);
  if (isKeywords(value) && !isTensorish(value))
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, adaptAll(v, inputs)]));
  return one(value as TensorLike);
}

/** Some rows of a tensor in a given order. */
export function rows(t: Tensor, order: Int32Array, start: number, stop: number): Tensor {
  const size = numel(t.sizes.slice(1));
  const { array, offset } = contiguousData(t);
  const out = dtypes[t.scalarType].create((stop - start) * size);
  for (let i = start; i < stop; i++) {
    const from = offset + order[i]! * size;
    (out as Float32Array).set(array.subarray(from, from + size) as unknown as Float32Array, (i - start) * size);
  }
  return fromArray(tensorFamily(), out as TypedArray, [stop - start, ...t.sizes.slice(1)], t.scalarType);
}

/** @throws ValueError in Keras' words if the numbers of samples differ or there are none. */
export function arrayFeed(x: any, y: any, weight: any, batchSize: number, shuffle: boolean): Feed {
  const parts = [
    ['x', x],
    ['y', y],
    ['sample_weight', weight],
  ] as const;
  const present = parts.filter(([, t]) => t !== null).map(([name, t]) => [name, flatten(t) as Tensor[]] as const);
  const n = present[0]![1][0]!.sizes[0];
  if (n === undefined || present.some(([, list]) => list.some((t) => t.sizes[0] !== n))) {
    const sizes = present.map(([name, list]) => `'${name}' sizes: ${list.map((t) => t.sizes[0]).join(', ')}\n`);
    throw valueError(
      `Data cardinality is ambiguous. Make sure all arrays contain the same number of samples.${sizes.join('')}`,
    );
  }
  if (n === 0 && !floatsAreMarked()) throw valueError('Expected input data to be non-empty.');
  if (batchSize < 0) throw valueError(`Invalid value in tensor used for shape: ${Math.floor(n / batchSize)}`);
  const steps = Math.ceil(n / batchSize);
  const given = Int32Array.from({ length: n }, (_, i) => i);
  return {
    steps,
    *batches() {
      const order = shuffle ? shuffledIndices(n) : given;
      for (let s = 0; s < steps; s++) {
        const [from, to] = [s * batchSize, Math.min(n, (s + 1) * batchSize)];
        const part = (t: any): any =>
          t === null ? null : mapStructure(t, (leaf: Tensor) => rows(leaf, order, from, to));
        yield { x: part(x), y: part(y), weight: part(weight), size: to - from };
      }
    },
  };
}

/** Whether a dataset says the first size of its elements. */
function sizesAreKnown(source: object): boolean {
  if (!('element_spec' in source)) return false;
  const { element_spec } = source as { element_spec: unknown };
  const [first] = (Array.isArray(element_spec) ? element_spec : [element_spec]) as {
    shape?: { rank?: number; as_list?(): unknown[] };
  }[];
  const dims = first?.shape?.rank ? first.shape.as_list?.() : undefined;
  return typeof dims?.[0] === 'number';
}

/** What sources of batches by number are told. */
interface EpochHooks {
  on_epoch_begin?(): void;
  on_epoch_end?(): void;
}
/** How many batches a source says that it has; endless datasets and those of unknown length refuse to say. */
function lengthOf(source: object): unknown {
  try {
    return (source as { length?: unknown }).length;
  } catch {
    return undefined;
  }
}
/** Batches as (x, y) or (x, y, sample_weight) from anything iterable. */
export function iterableFeed(
  source: Iterable<unknown>,
  classWeight: Readonly<Record<number, number>> | null = null,
): Feed {
  const length = lengthOf(source);
  const fixed = sizesAreKnown(source);
  return {
    steps: typeof length === 'number' ? length : Number.POSITIVE_INFINITY,
    *batches() {
      let seen = 0;
      (source as EpochHooks).on_epoch_begin?.();
      for (const item of source) {
        seen++;
        if (!Array.isArray(item) && floatsAreMarked() && isGenerator(source))
          throw valueError(
            `When passing a Python generator to a Keras model, the generator must return a tuple, either (input,) or (inputs, targets) or (inputs, targets, sample_weights). Received: ${pyStr(item)}`,
          );
        const parts = Array.isArray(item) ? (item as unknown[]) : [item];
        if (parts.length > 3) throw noTriple(item);
        const [x, y, weight] = parts.map((p) => (p === undefined || p === null ? null : adaptAll(p)));
        const size = (flatten(x)[0] as Tensor).sizes[0]!;
        const weights = classWeight === null || !y ? (weight ?? null) : weightsOfClasses(y, classWeight);
        yield { x, y: y ?? null, weight: weights, size, ...(fixed ? { fixed } : {}) };
      }
      if (seen === 0 && floatsAreMarked() && isGenerator(source))
        throw valueError(
          'When passing a Python generator to a Keras model, the generator must yield at least one batch. Received an empty generator.',
        );
      // Keras opens one iterator more where an epoch ends at the known number of batches: a shuffling dataset draws for it
      if (seen === length) source[Symbol.iterator]();
      (source as EpochHooks).on_epoch_end?.();
    },
  };
}

/** Data that is neither x, nor (x, y), nor (x, y, sample_weight). */
export const noTriple = (data: unknown): Error =>
  valueError(
    `Data is expected to be in format \`x\`, \`(x,)\`, \`(x, y)\`, or \`(x, y, sample_weight)\`, found: ${Array.isArray(data) ? `(${data.map((part) => pyRepr(part)).join(', ')})` : pyStr(data)}`,
  );

/** The class weight of each sample's label. */
export function weightsOfClasses(y: Tensor, weights: Readonly<Record<number, number>>): Tensor {
  const labels = y.rank > 1 && y.sizes.at(-1) !== 1 ? ops.argmax(y, -1) : ops.reshape(y, [-1]);
  const values = Float32Array.from(toNumbers(labels), (label) => weights[label] ?? 1);
  return fromArray(tensorFamily(), values, labels.sizes, 'float32');
}

/** A generator, or what a Python one comes as: a plain object that gives batches. */
export const isGenerator = (x: object): boolean => 'next' in x || Object.getPrototypeOf(x) === Object.prototype;
/** @throws ValueError in Keras' words for labels or weights beside something that gives them itself. */
export function requireAlone(x: object, y: unknown, weight: unknown): void {
  const kind = isGenerator(x) ? 'generator' : x instanceof PyDataset ? 'PyDataset' : 'tf.data.Dataset';
  for (const [name, what, value] of [
    ['y', 'targets', y],
    ['sample_weights', 'sample weights', weight],
  ] as const)
    if (value !== undefined && value !== null)
      throw valueError(
        `When providing \`x\` as a ${kind}, \`${name}\` should not be passed. Instead, the ${what} should be included as part of the ${kind}.`,
      );
}

const places: Readonly<Record<string, number>> = { x: 0, y: 1 };
const isArrays = (x: unknown): boolean => {
  const value = plain(x) as unknown;
  if (Array.isArray(value)) return value.every(isArrays);
  if (isKeywords(value) && !isTensorish(value)) return Object.values(value).every(isArrays);
  return typeof value === 'object' && value !== null && !(value instanceof PyFloat);
};
/**
 * Python's lists of numbers are no arrays (those of JavaScript are).
 * @throws ValueError in Keras' words, which name `x` whatever was wrong.
 */
export function requireArrays(args: readonly unknown[], names: readonly string[]): void {
  if (!floatsAreMarked()) return;
  const given = names
    .map((name) => givenTo(args, name, places[name] ?? -1))
    .filter((v) => v !== undefined && v !== null);
  const [x] = given;
  if (given.length === 0 || isFeedLike(x) || given.every(isArrays)) return;
  throw valueError(`Unrecognized data type: x=${pyStr(x)} (of type <class '${pythonType(x)}'>)`);
}
function pythonType(x: unknown): string {
  if (Array.isArray(x)) return Object.getPrototypeOf(x) === Array.prototype ? 'list' : 'tuple';
  if (x instanceof Map || isKeywords(x)) return 'dict';
  if (typeof x === 'string') return 'str';
  if (typeof x === 'boolean') return 'bool';
  if (typeof x === 'number') return Number.isInteger(x) ? 'int' : 'float';
  if (x instanceof PyFloat) return 'float';
  return x instanceof NDArray ? 'numpy.ndarray' : ((x as object).constructor?.name ?? typeof x);
}
