import { Tensor as CoreTensor } from '@stele/core';
import { TensorShape } from './shape';
import { type Dims, dimsOf } from './spec';

/** What a list of sizes says before the run: numbers are sizes, tensors and -1 come with it. */
function listedDims(sizes: unknown): Dims {
  if (sizes instanceof CoreTensor) {
    if (sizes.symbolic)
      return sizes.rank === 1 && dimsOf(sizes)?.[0] != null ? Array(sizes.sizes[0]!).fill(null) : null;
    const values = (sizes as unknown as { tolist(): unknown }).tolist();
    return listedDims(Array.isArray(values) ? values : [values]);
  }
  if (!Array.isArray(sizes)) return null;
  return sizes.map((size) => {
    if (size instanceof CoreTensor && size.symbolic) return null;
    const n = Number(size instanceof CoreTensor ? (size as unknown as { item(): number }).item() : size);
    return n < 0 || Number.isNaN(n) ? null : n;
  });
}
const first = ([sizes]: readonly unknown[]): Dims => listedDims(sizes);
const second = ([, sizes]: readonly unknown[]): Dims => listedDims(sizes);

/** What the arguments of a function say of its result's shape. */
const said: Readonly<Record<string, (args: readonly unknown[]) => Dims>> = {
  reshape: second,
  broadcast_to: second,
  ensure_shape: ([, shape]) => TensorShape.__new__(shape).dims,
  zeros: first,
  ones: first,
  fill: first,
};

/** A slice of an axis of unknown size has an unknown size, whatever its bounds. */
function slicedDims([t, index]: readonly unknown[], dims: Dims): Dims {
  const from = t instanceof CoreTensor ? dimsOf(t) : null;
  const parts = Array.isArray(index) ? (index as unknown[]) : [index];
  if (from === null || dims === null || parts.some((p) => p === null || typeof p === 'symbol')) return dims;
  const isSlice = (p: unknown): boolean => typeof p === 'object' && p !== null && 'start' in p && 'stop' in p;
  if (!parts.every((p) => isSlice(p) || typeof p === 'number')) return dims;
  const kept = from.filter((_, axis) => axis >= parts.length || isSlice(parts[axis]));
  return kept.length === dims.length ? dims.map((d, i) => (kept[i] === null ? null : d)) : dims;
}

/** What is known of a result's shape by the call's arguments beside what examples tell. */
export function refinedDims(name: string, args: readonly unknown[], dims: Dims): Dims {
  if (name === 'strided_slice' && dims !== null) return slicedDims(args, dims);
  const own = Object.hasOwn(said, name) ? said[name]!(args) : null;
  if (own === null || dims === null) return own ?? dims;
  return own.length === dims.length ? dims.map((d, i) => d ?? own[i]!) : dims;
}
