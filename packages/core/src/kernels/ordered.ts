import { copyStrided } from '../tensor/access';
import type { TypedArray } from '../tensor/dtype';
import type { Tensor } from '../tensor/tensor';

/** A tensor's elements with its axes in another order, row-major; no copy where they lie so already. */
export function ordered(
  t: Tensor,
  { sizes, strides }: { readonly sizes: readonly number[]; readonly strides: readonly number[] },
): { array: TypedArray; offset: number } {
  let step = 1;
  let plain = true;
  for (let i = sizes.length - 1; i >= 0; i--) {
    if (sizes[i] !== 1 && strides[i] !== step) plain = false;
    step *= sizes[i]!;
  }
  if (plain) return { array: t.storage.array, offset: t.offset };
  return { array: copyStrided(t.storage.array, t.scalarType, sizes, strides, t.offset), offset: 0 };
}
