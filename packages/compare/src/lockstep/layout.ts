import { type ArrayData, dtypes, numel } from '@stele/core';
import type { Arrays } from './record';

/** How a weight of one idiom lies in the common form. */
export type Layout =
  /** The same in both. */
  | { readonly kind: 'same' }
  /** Axes in another order: `axes[i]` is the own axis that the common axis i is. */
  | { readonly kind: 'permute'; readonly axes: readonly number[] }
  /** A matrix whose rows (common axis 0) come from a flattened image: own order [c, h, w], common order [h, w, c]. */
  | {
      readonly kind: 'flattened';
      readonly channels: number;
      readonly height: number;
      readonly width: number;
      readonly transposed: boolean;
    };

/** One weight of a lesson: its common name, and per idiom its own name and layout. */
export interface WeightMap {
  readonly name: string;
  readonly idioms: Readonly<Record<string, { readonly name: string; readonly layout: Layout }>>;
}

export const same: Layout = { kind: 'same' };
/** [out, in] where the common form is [in, out]. */
export const transposed: Layout = { kind: 'permute', axes: [1, 0] };
/** [out, in, kh, kw] where the common form is [kh, kw, in, out]. */
export const outInFirst: Layout = { kind: 'permute', axes: [2, 3, 1, 0] };

/** Positions in the own array of each element of the common form, and the common shape. */
function mapping(shape: readonly number[], layout: Layout): { shape: number[]; from: Int32Array } {
  const n = numel(shape);
  if (layout.kind === 'same') return { shape: [...shape], from: Int32Array.from({ length: n }, (_, i) => i) };
  if (layout.kind === 'flattened') {
    const { channels, height, width } = layout;
    const rows = channels * height * width;
    const cols = n / rows;
    const from = new Int32Array(n);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++) {
          const common = (y * width + x) * channels + c;
          const own = (c * height + y) * width + x;
          for (let o = 0; o < cols; o++) from[common * cols + o] = layout.transposed ? o * rows + own : own * cols + o;
        }
    return { shape: [rows, cols], from };
  }
  const common = layout.axes.map((a) => shape[a]!);
  const strides = shape.map((_, i) => numel(shape.slice(i + 1)));
  const from = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    let rest = i;
    let at = 0;
    for (let k = common.length - 1; k >= 0; k--) {
      at += (rest % common[k]!) * strides[layout.axes[k]!]!;
      rest = Math.floor(rest / common[k]!);
    }
    from[i] = at;
  }
  return { shape: common, from };
}

/** A weight in the common form. */
export function toCommon(own: ArrayData, layout: Layout): ArrayData {
  const { shape, from } = mapping(own.shape, layout);
  const data = dtypes[own.dtype].create(from.length) as Float64Array;
  for (let i = 0; i < from.length; i++) data[i] = (own.data as Float64Array)[from[i]!]!;
  return { dtype: own.dtype, shape, data: data as unknown as ArrayData['data'] };
}

/** A weight in an idiom's own layout and shape. */
export function fromCommon(common: ArrayData, layout: Layout, ownShape: readonly number[]): ArrayData {
  const { from } = mapping(ownShape, layout);
  const data = dtypes[common.dtype].create(from.length) as Float64Array;
  for (let i = 0; i < from.length; i++) data[from[i]!] = (common.data as Float64Array)[i]!;
  return { dtype: common.dtype, shape: [...ownShape], data: data as unknown as ArrayData['data'] };
}

/** Weights or gradients of one idiom under the lesson's common names and layout. */
export function normalize(arrays: Arrays, map: readonly WeightMap[], idiom: string): Map<string, ArrayData> {
  return new Map(
    map.map((weight) => {
      const own = weight.idioms[idiom];
      const array = own && arrays.get(own.name);
      if (!own || !array)
        throw new Error(`${idiom} has no weight for ${weight.name} (it has ${[...arrays.keys()].join(', ')})`);
      return [weight.name, toCommon(array, own.layout)];
    }),
  );
}

/** Carries common weights into an idiom's names, layouts and shapes. */
export function carry(common: Arrays, map: readonly WeightMap[], idiom: string, own: Arrays): Map<string, ArrayData> {
  return new Map(
    map.map((weight) => {
      const target = weight.idioms[idiom];
      const shape = target && own.get(target.name)?.shape;
      const value = common.get(weight.name);
      if (!target || !shape || !value) throw new Error(`cannot carry ${weight.name} into ${idiom}`);
      return [target.name, fromCommon(value, target.layout, shape)];
    }),
  );
}
