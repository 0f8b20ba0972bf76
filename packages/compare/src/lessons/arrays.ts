import { type ArrayData, copyData, fromArray, overwrite, type Tensor, withGrad } from '@stele/core';
import type { Arrays } from '../lockstep/record';

/** A tensor's values as plain data, copied. */
export const toArray = (t: Tensor): ArrayData => ({ dtype: t.scalarType, shape: [...t.sizes], data: copyData(t) });

/** Values written into a tensor's own memory, outside the graph. */
export function write(t: Tensor, value: ArrayData): void {
  withGrad(false, () =>
    overwrite(t, fromArray(t.family, value.data.slice() as ArrayData['data'], value.shape, value.dtype)),
  );
}

/** Named tensors as plain data. */
export const snapshot = (named: Iterable<readonly [string, Tensor]>): Arrays =>
  new Map([...named].map(([name, t]) => [name, toArray(t)]));

/** Share of rows whose largest entry is at the label. */
export function accuracyOf(outputs: ArrayData, labels: ArrayData): number {
  const [rows, cols] = outputs.shape as readonly [number, number];
  let right = 0;
  for (let r = 0; r < rows; r++) {
    let best = 0;
    for (let c = 1; c < cols; c++) if (outputs.data[r * cols + c]! > outputs.data[r * cols + best]!) best = c;
    if (best === Number(labels.data[r])) right++;
  }
  return right / rows;
}
