import { takeInside } from '../ops/indexing';
import { pad, slice } from '../ops/shape';
import { fromArray, type Tensor } from '../tensor/tensor';

export type PadMode = 'constant' | 'reflect' | 'symmetric' | 'replicate' | 'circular';

/** An axis of `size` entries extended by `before` and `after`, as places in the old one. */
function places(size: number, before: number, after: number, mode: PadMode): BigInt64Array<ArrayBuffer> {
  const out = new BigInt64Array(size + before + after);
  for (let i = 0; i < out.length; i++) {
    const k = i - before;
    // mirrored with its edge, or without
    const edge = mode === 'symmetric' ? 1 : 0;
    const at =
      mode === 'replicate'
        ? Math.min(Math.max(k, 0), size - 1)
        : mode === 'circular'
          ? ((k % size) + size) % size
          : k < 0
            ? -k - edge
            : k >= size
              ? 2 * (size - 1) + edge - k
              : k;
    out[i] = BigInt(at);
  }
  return out;
}

/** Entries added before and after each axis, negative numbers cutting off; `pads` holds one pair per axis. */
export function padWith(x: Tensor, pads: readonly (readonly [number, number])[], mode: PadMode, value: number): Tensor {
  if (mode === 'circular' && pads.some(([before, after]) => before < 0 || after < 0)) {
    const cut = pads.reduce((t, [before, after], axis) => {
      const size = t.sizes[axis]!;
      return before >= 0 && after >= 0 ? t : slice(t, axis, Math.max(0, -before), size + Math.min(0, after));
    }, x);
    return padWith(
      cut,
      pads.map(([before, after]) => [Math.max(0, before), Math.max(0, after)] as const),
      mode,
      value,
    );
  }
  if (mode !== 'constant')
    return pads.reduce((t, [before, after], axis) => {
      if (before === 0 && after === 0) return t;
      const at = places(x.sizes[axis]!, before, after, mode);
      return takeInside(t, fromArray(x.family, at, [at.length], 'int64'), axis);
    }, x);
  const cut = pads.reduce((t, [before, after], axis) => {
    if (before >= 0 && after >= 0) return t;
    const size = t.sizes[axis]!;
    return slice(t, axis, Math.max(0, -before), size + Math.min(0, after));
  }, x);
  return pad(
    cut,
    pads.map(([before, after]) => [Math.max(0, before), Math.max(0, after)] as const),
    value,
  );
}
