import { ValueError } from '../errors';
import { type ArrayData, sizeOf } from '../tensor/dtype';
import { type ArrayLike, toArrayData } from './convert';
import { reshape } from './shaping';

/** An axis counted from the front, in NumPy's words where there is none. */
export function axisIn(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (at < 0 || at >= rank) throw new ValueError(`axis ${axis} is out of bounds for array of dimension ${rank}`);
  return at;
}
/** The elements as one list. */
export function flat(x: ArrayLike): ArrayData {
  const a = toArrayData(x);
  return reshape(a, [sizeOf(a.shape)]);
}
