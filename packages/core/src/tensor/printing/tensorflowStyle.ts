import type { ArrayData } from '../dtype';
import { elementReader, isFloat } from './arrayText';
import { floatRepr } from './numbers';
import { numpyRepr, numpyText } from './numpyStyle';
import { tupleRepr } from './pythonText';

/** A block of several lines starts on its own line. */
const block = (text: string): string => (text.includes('\n') ? `\n${text}` : text);

/** What stands after `numpy=`: a scalar as the Python number it converts to, else NumPy's repr. */
function numpyPart(array: ArrayData): string {
  if (array.shape.length > 0) return block(numpyRepr(array));
  const value = elementReader(array)(0);
  return isFloat(array.dtype) ? floatRepr(value as number) : numpyText(array);
}

/** `str(tensor)` in TensorFlow's style, as a bare `print(tensor)` shows it: `tf.Tensor(11.0, shape=(), dtype=float32)`. */
export const tensorflowText = (array: ArrayData): string =>
  `tf.Tensor(${block(numpyText(array))}, shape=${tupleRepr(array.shape)}, dtype=${array.dtype})`;

/** `repr(tensor)`: `<tf.Tensor: shape=(), dtype=float32, numpy=11.0>`. */
export const tensorflowRepr = (array: ArrayData): string =>
  `<tf.Tensor: shape=${tupleRepr(array.shape)}, dtype=${array.dtype}, numpy=${numpyPart(array)}>`;

/** What an f-string shows of a tensor: a scalar as the Python number it converts to, `11.0`, else NumPy's text. */
export const tensorflowFormat = (array: ArrayData): string =>
  array.shape.length === 0 ? numpyPart(array) : numpyText(array);

/** `str` and `repr` of a variable: `<tf.Variable 'x:0' shape=() dtype=float32, numpy=2.0>`; `name` without the `:0`. */
export const tensorflowVariableRepr = (array: ArrayData, name = 'Variable'): string =>
  `<tf.Variable '${name}:0' shape=${tupleRepr(array.shape)} dtype=${array.dtype}, numpy=${numpyPart(array)}>`;
