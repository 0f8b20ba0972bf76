import * as math from './math';

/** Python's arithmetic operators, by the names of their methods, as TensorFlow's functions. */
export const arithmetic = {
  add: math.add,
  sub: math.subtract,
  mul: math.multiply,
  truediv: math.divide,
  floordiv: math.floordiv,
  mod: math.floormod,
  pow: math.pow,
};
