import { type Tensor as CoreTensor, isComplex, ops } from '@stele/core';
import { define } from './define';
import { kernelName } from './dtypes';
import { InvalidArgumentError } from './errors';
import { readText } from './strings';
import { type Tensor, type TensorLike, toTensor } from './tensor';

/**
 * re + i im of two tensors of float32 or float64.
 * @see https://www.tensorflow.org/api_docs/python/tf/dtypes/complex
 */
export const complex = define('tf.complex', 'real, imag, name=None', (real: TensorLike, imag: TensorLike): Tensor => {
  const types = [real, imag].map((x) => (readText(x) === null ? toTensor(x).scalarType : 'string'));
  if (types[0] !== types[1] || (types[0] !== 'float32' && types[0] !== 'float64'))
    throw new TypeError(
      `The \`real\` and \`imag\` components have incorrect types: ${types.join(' ')}. They must be consistent, and one of [tf.float32, tf.float64]`,
    );
  return ops.complexOf(toTensor(real), toTensor(imag)) as Tensor;
});
const partial = (name: string, argument: string, f: (z: CoreTensor) => CoreTensor) =>
  define(`tf.math.${name}`, `${argument}, name=None`, (input: TensorLike): Tensor => {
    if (readText(input) !== null) {
      if (name === 'angle') toTensor(0, 'string');
      throw new TypeError(
        name === 'conj'
          ? 'Expected numeric or variant tensor, got dtype tf.string.'
          : "input must be a numeric tensor, but got tensor with dtype <dtype: 'string'>",
      );
    }
    return f(toTensor(input)) as Tensor;
  });
/** The real parts; other numbers are their own. */
export const real = partial('real', 'input', ops.realPart);
/** The imaginary parts; those of other numbers are 0. */
export const imag = partial('imag', 'input', (x) => (isComplex(x.scalarType) ? ops.imagPart(x) : ops.fullLike(x, 0)));
/** re - i im; other numbers are their own. */
export const conj = partial('conj', 'x', (x) => {
  if (x.scalarType === 'bool')
    throw new TypeError(`Expected numeric or variant tensor, got dtype <dtype: '${kernelName(x.scalarType)}'>`);
  return ops.conj(x);
});
/** The angles in the plane; of numbers without imaginary parts 0 or π. */
export const angle = partial('angle', 'input', (x) => {
  if (x.scalarType.includes('int') || x.scalarType === 'bool')
    throw new InvalidArgumentError(`the angle of ${kernelName(x.scalarType)} is not defined [Op:Angle]`);
  return ops.angle(x);
});
