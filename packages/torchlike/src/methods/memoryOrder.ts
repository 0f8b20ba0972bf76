import { type Tensor as CoreTensor, ops } from '@stele/core';

/**
 * A tensor's axes in the order of its memory, the one with the longest steps first: torch draws random numbers in that
 * order. Null where it is the order of the axes.
 */
export function memoryAxes({ sizes, strides, storage }: CoreTensor): number[] | null {
  // what a kernel laid out for itself counts as row-major, as does memory that elements share
  if (storage.innerLayout || strides.some((s, i) => s === 0 && sizes[i]! > 1)) return null;
  const long = [...sizes.keys()].filter((i) => sizes[i]! > 1);
  if (long.every((axis, k) => k === 0 || strides[axis]! <= strides[long[k - 1]!]!)) return null;
  const sorted = [...long].sort((a, b) => strides[b]! - strides[a]! || a - b);
  return [...sizes.keys()].filter((i) => sizes[i]! <= 1).concat(sorted);
}

/** A tensor of the sizes of another one, whose elements `make` gives in the order of the other's memory. */
export function inMemoryOrder(t: CoreTensor, make: (sizes: readonly number[]) => CoreTensor): CoreTensor {
  const axes = memoryAxes(t);
  if (axes === null) return make(t.sizes);
  const back = new Array<number>(axes.length);
  axes.forEach((axis, at) => {
    back[axis] = at;
  });
  return ops.permute(make(axes.map((axis) => t.sizes[axis]!)), back);
}
