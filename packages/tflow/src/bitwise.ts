import { type Tensor as CoreTensor, ops } from '@stele/core';
import { define } from './define';
import { kernelName } from './dtypes';
import { InvalidArgumentError } from './errors';
import { operands } from './math';
import { type Tensor, type TensorLike, toTensor } from './tensor';

const integers = 'int8, int16, int32, int64, uint8, uint16, uint32, uint64';
function needWhole(kernel: string, t: Tensor): void {
  if (!t.scalarType.includes('int'))
    throw new InvalidArgumentError(
      `Value for attr 'T' of ${kernelName(t.scalarType)} is not in the list of allowed values: ${integers}\n\t; NodeDef: {{node ${kernel}}} [Op:${kernel}] name: `,
    );
}
const pair = (name: string, kernel: string, f: (a: CoreTensor, b: CoreTensor) => CoreTensor) =>
  define(`tf.bitwise.${name}`, 'x, y, name=None', (x: TensorLike, y: TensorLike): Tensor => {
    const [a, b] = operands(x, y);
    needWhole(kernel, a);
    return f(a, b) as Tensor;
  });

export const bitwise_and = pair('bitwise_and', 'BitwiseAnd', ops.bitwiseAnd);
export const bitwise_or = pair('bitwise_or', 'BitwiseOr', ops.bitwiseOr);
export const bitwise_xor = pair('bitwise_xor', 'BitwiseXor', ops.bitwiseXor);
export const left_shift = pair('left_shift', 'LeftShift', ops.leftShift);
export const right_shift = pair('right_shift', 'RightShift', ops.rightShift);
export const invert = define('tf.bitwise.invert', 'x, name=None', (x: TensorLike): Tensor => {
  const t = toTensor(x);
  needWhole('Invert', t);
  return ops.bitwiseNot(t) as Tensor;
});
