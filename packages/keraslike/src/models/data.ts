import { contiguousData, dtypes, fromArray, numel, ops, Tensor, type TypedArray, toNumbers } from '@stele/core';
import { valueError } from '../errors';
import { shuffledIndices } from '../random/stateless';
import { convert, type TensorLike, tensorFamily } from '../tensors';

export interface Batch {
  readonly x: Tensor | readonly Tensor[];
  readonly y: Tensor | null;
  readonly weight: Tensor | null;
  readonly size: number;
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
  !(x instanceof Tensor) &&
  !ArrayBuffer.isView(x) &&
  !('dtype' in x && 'data' in x) &&
  Symbol.iterator in x;

/** Arrays become tensors once; float64 turns into float32 as in Keras. */
export function adapt(value: TensorLike): Tensor {
  const t = convert(value);
  return t.scalarType === 'float64' ? ops.cast(t, 'float32') : t;
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
export function arrayFeed(
  x: Tensor | readonly Tensor[],
  y: Tensor | null,
  weight: Tensor | null,
  batchSize: number,
  shuffle: boolean,
): Feed {
  const inputs = x instanceof Tensor ? [x] : x;
  const all = [...inputs, ...(y === null ? [] : [y]), ...(weight === null ? [] : [weight])];
  const n = inputs[0]!.sizes[0];
  if (n === undefined || all.some((t) => t.sizes[0] !== n)) {
    const sizes = (label: string, list: readonly Tensor[]): string =>
      `'${label}' sizes: ${list.map((t) => t.sizes[0]).join(', ')}\n`;
    throw valueError(
      `Data cardinality is ambiguous. Make sure all arrays contain the same number of samples.${sizes('x', inputs)}${y === null ? '' : sizes('y', [y])}${weight === null ? '' : sizes('sample_weight', [weight])}`,
    );
  }
  if (n === 0) throw valueError('Expected input data to be non-empty.');
  const steps = Math.ceil(n / batchSize);
  const given = Int32Array.from({ length: n }, (_, i) => i);
  return {
    steps,
    *batches() {
      const order = shuffle ? shuffledIndices(n) : given;
      for (let s = 0; s < steps; s++) {
        const [from, to] = [s * batchSize, Math.min(n, (s + 1) * batchSize)];
        const part = (t: Tensor): Tensor => rows(t, order, from, to);
        yield {
          x: x instanceof Tensor ? part(x) : x.map(part),
          y: y === null ? null : part(y),
          weight: weight === null ? null : part(weight),
          size: to - from,
        };
      }
    },
  };
}

/** Batches as (x, y) or (x, y, sample_weight) from anything iterable. */
export function iterableFeed(source: Iterable<unknown>): Feed {
  const length = (source as { length?: unknown }).length;
  return {
    steps: typeof length === 'number' ? length : Number.POSITIVE_INFINITY,
    *batches() {
      let seen = 0;
      for (const item of source) {
        seen++;
        const parts = Array.isArray(item) ? (item as TensorLike[]) : [item as TensorLike];
        const [x, y, weight] = parts.map((p) => (p === undefined || p === null ? null : adapt(p)));
        yield { x: x!, y: y ?? null, weight: weight ?? null, size: x!.sizes[0]! };
      }
      // Keras opens one iterator more where an epoch ends at the known number of batches: a shuffling dataset draws for it
      if (seen === length) source[Symbol.iterator]();
    },
  };
}

/** The class weight of each sample's label. */
export function weightsOfClasses(y: Tensor, weights: Readonly<Record<number, number>>): Tensor {
  const labels = y.rank > 1 && y.sizes.at(-1) !== 1 ? ops.argmax(y, -1) : ops.reshape(y, [-1]);
  const values = Float32Array.from(toNumbers(labels), (label) => weights[label] ?? 1);
  return fromArray(tensorFamily(), values, labels.sizes, 'float32');
}
