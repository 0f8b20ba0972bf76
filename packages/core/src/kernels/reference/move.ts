import type { TypedArray } from '../../tensor/dtype';

/** out, contiguous, = the elements of x that shape and strides (in elements) select from xOffset on. */
export function permute<T extends TypedArray>(
  x: T,
  xOffset: number,
  shape: readonly number[],
  strides: readonly number[],
  out: T,
  outOffset: number,
): void {
  const rank = shape.length;
  const count = shape.reduce((n, d) => n * d, 1);
  const index = new Array<number>(rank).fill(0);
  let at = xOffset;
  for (let i = 0; i < count; i++) {
    out[outOffset + i] = x[at]!;
    for (let d = rank - 1; d >= 0; d--) {
      at += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      at -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
}

/** out [batch, cols, rows] = x [batch, rows, cols]. */
export function transpose<T extends TypedArray>(
  x: T,
  xOffset: number,
  out: T,
  outOffset: number,
  batch: number,
  rows: number,
  cols: number,
): void {
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < cols; c++) {
      for (let r = 0; r < rows; r++) {
        out[outOffset + (n * cols + c) * rows + r] = x[xOffset + (n * rows + r) * cols + c]!;
      }
    }
  }
}
