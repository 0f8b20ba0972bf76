import { nn as formulas, ops } from '@stele/core';
import { define } from './define';
import { bind, op } from './dispatch';
import { InvalidArgumentError, valueError } from './errors';
import { sigmoid, softplus, tanh } from './math';
import { TensorShape } from './shape';
import { type Tensor, type TensorLike, toTensor } from './tensor';

export { sigmoid, softplus, tanh };

const shapeText = (t: Tensor): string => String(TensorShape.from_dims(t.sizes));

export const relu = op('relu', (features: TensorLike): Tensor => ops.relu(toTensor(features)) as Tensor);
/** min(max(x, 0), 6); no gradient at 0 and 6 themselves. */
export const relu6 = define('tf.nn.relu6', 'features, name=None', (features: TensorLike): Tensor => {
  const x = toTensor(features);
  const inside = ops.logicalAnd(ops.greater(x, 0), ops.less(x, 6));
  return ops.where(inside, x, ops.stopGradient(ops.clamp(x, 0, 6))) as Tensor;
});
export const leaky_relu = op(
  'leaky_relu',
  (features: TensorLike, alpha = 0.2): Tensor => formulas.leakyRelu(toTensor(features), alpha) as Tensor,
);
export const elu = op('elu', (features: TensorLike): Tensor => formulas.elu(toTensor(features)) as Tensor);
/** x sigmoid(beta x). */
export const silu = define('tf.nn.silu', 'features, beta=1.0', (features: TensorLike, beta?: TensorLike): Tensor => {
  const x = toTensor(features);
  const by = beta === undefined || beta === null ? x : ops.mul(x, toTensor(beta, x.scalarType));
  return ops.mul(x, ops.sigmoid(by)) as Tensor;
});
export const selu = define(
  'tf.nn.selu',
  'features, name=None',
  (features: TensorLike): Tensor => formulas.seluStraightAtZero(toTensor(features)) as Tensor,
);
/** relu of x and of -x, side by side. */
export const crelu = define(
  'tf.nn.crelu',
  'features, axis=-1, name=None',
  (features: TensorLike, axis?: number): Tensor => {
    const x = toTensor(features);
    return ops.relu(ops.concat([x, ops.neg(x)], (axis ?? -1) < 0 ? (axis ?? -1) + x.rank : axis!)) as Tensor;
  },
);
export const swish = silu;
/** x Phi(x), with the error function, or with tanh if `approximate`. */
export const gelu = op(
  'gelu',
  (features: TensorLike, approximate: boolean | { approximate?: boolean } = false): Tensor => {
    const x = toTensor(features);
    const rough = typeof approximate === 'boolean' ? approximate : (approximate.approximate ?? false);
    return (rough ? formulas.geluTanh(x) : formulas.gelu(x)) as Tensor;
  },
);
const alongAxis = (name: string, f: (x: Tensor, axis: number) => unknown) =>
  op(name, (logits: TensorLike, ...rest: readonly unknown[]): Tensor => {
    const { axis } = bind(name, ['axis', 'name'], rest);
    return f(toTensor(logits), (axis as number | undefined) ?? -1) as Tensor;
  });
export const softmax = alongAxis('softmax', ops.softmax);
export const log_softmax = alongAxis('log_softmax', ops.logSoftmax);
export const bias_add = op(
  'bias_add',
  (value: TensorLike, bias: TensorLike): Tensor => ops.add(toTensor(value), toTensor(bias)) as Tensor,
);

/** -sum(labels log softmax(logits)) over an axis. */
export const softmax_cross_entropy_with_logits = op(
  'softmax_cross_entropy_with_logits',
  (...args: readonly unknown[]): Tensor => {
    const given = bind('softmax_cross_entropy_with_logits_v2', ['labels', 'logits', 'axis', 'name'], args);
    const logits = toTensor(given.logits as TensorLike);
    const labels = toTensor(given.labels as TensorLike, logits.scalarType);
    if (labels.sizes.at(-1) !== logits.sizes.at(-1))
      throw new InvalidArgumentError(
        `{{function_node __wrapped__SoftmaxCrossEntropyWithLogits_device_/job:localhost/replica:0/task:0/device:CPU:0}} logits and labels must be broadcastable: logits_size=[${logits.sizes.join(',')}] labels_size=[${labels.sizes.join(',')}] [Op:SoftmaxCrossEntropyWithLogits] name: `,
      );
    return formulas.entropyLogits(logits, labels, (given.axis as number | undefined) ?? -1) as Tensor;
  },
);
/** The same of class numbers, one per row. */
export const sparse_softmax_cross_entropy_with_logits = op(
  'sparse_softmax_cross_entropy_with_logits',
  (...args: readonly unknown[]): Tensor => {
    const given = bind('sparse_softmax_cross_entropy_with_logits', ['labels', 'logits', 'name'], args);
    const labels = toTensor(given.labels as TensorLike);
    const logits = toTensor(given.logits as TensorLike);
    if (labels.rank !== logits.rank - 1)
      throw valueError(
        `\`labels.shape.rank\` must equal \`logits.shape.rank - 1\`. Received: labels.shape=${shapeText(labels)} of rank ${labels.rank} and logits.shape=${shapeText(logits)} of rank ${logits.rank}`,
      );
    const rows = ops.crossEntropy(ops.reshape(logits, [-1, logits.sizes.at(-1)!]), ops.reshape(labels, [-1]));
    return ops.reshape(rows, labels.sizes) as Tensor;
  },
);
export const sigmoid_cross_entropy_with_logits = op(
  'sigmoid_cross_entropy_with_logits',
  (...args: readonly unknown[]): Tensor => {
    const given = bind('sigmoid_cross_entropy_with_logits', ['labels', 'logits', 'name'], args);
    const logits = toTensor(given.logits as TensorLike);
    const labels = toTensor(given.labels as TensorLike, logits.scalarType);
    if (shapeText(labels) !== shapeText(logits))
      throw valueError(
        `\`logits\` and \`labels\` must have the same shape, received (${shapeText(logits)} vs ${shapeText(labels)}).`,
      );
    return formulas.binaryEntropyLogits(logits, labels) as Tensor;
  },
);
/** sum(t^2) / 2. */
export const l2_loss = op(
  'l2_loss',
  (t: TensorLike): Tensor => ops.mul(ops.sum(ops.square(toTensor(t))), 0.5) as Tensor,
);
