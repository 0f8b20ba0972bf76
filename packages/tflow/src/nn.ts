import { Tensor as CoreTensor, nn as formulas, isFloating, ops } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { define } from './define';
import { bind, op } from './dispatch';
import { InvalidArgumentError, kernelError, typeMismatch, valueError } from './errors';
import { asKernel, needType } from './kernels';
import { sigmoid, softplus, tanh } from './math';
import { typed, whole } from './places';
import { TensorShape } from './shape';
import { readText } from './strings';
import { type Tensor, type TensorLike, toTensor } from './tensor';

export { sigmoid, softplus, tanh };

const shapeText = (t: Tensor): string => String(TensorShape.from_dims(t.sizes));

const activation = (name: string, kernel: string, f: (x: Tensor) => unknown) =>
  op(name, (features: TensorLike): Tensor => {
    const x = toTensor(features);
    return asKernel(kernel, [x], () => f(x)) as Tensor;
  });
export const relu = activation('relu', 'Relu', ops.relu);
/** min(max(x, 0), 6); no gradient at 0 and 6 themselves. */
export const relu6 = define('tf.nn.relu6', 'features, name=None', (features: TensorLike): Tensor => {
  const x = toTensor(features);
  needType('Relu6', x.scalarType);
  const inside = ops.logicalAnd(ops.greater(x, 0), ops.less(x, 6));
  return ops.where(inside, x, ops.stopGradient(ops.clamp(x, 0, 6))) as Tensor;
});
/** x for positive x, alpha x for the rest; alpha is a float32, and whole numbers become such. */
export const leaky_relu = op('leaky_relu', (features: TensorLike, alpha: unknown = 0.2): Tensor => {
  const given = toTensor(features);
  const x = given.scalarType.includes('int') ? ops.cast(given, 'float32') : given;
  return asKernel('LeakyRelu', [x], () => formulas.leakyRelu(x, Math.fround(Number(alpha)))) as Tensor;
});
export const elu = activation('elu', 'Elu', (x) => formulas.elu(x));
/** x sigmoid(beta x). */
export const silu = define('tf.nn.silu', 'features, beta=1.0', (features: TensorLike, beta?: TensorLike): Tensor => {
  const x = toTensor(features);
  const by = beta === undefined || beta === null ? x : ops.mul(x, toTensor(beta, x.scalarType));
  return asKernel('Sigmoid', [x, by], () => ops.mul(x, ops.sigmoid(by))) as Tensor;
});
export const selu = activation('selu', 'Selu', formulas.seluStraightAtZero);
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
    if (readText(features) !== null)
      throw valueError("`features.dtype` must be a floating point tensor.Received:features.dtype=<dtype: 'string'>");
    const x = toTensor(features);
    const rough = typeof approximate === 'boolean' ? approximate : (approximate.approximate ?? false);
    if (!isFloating(x.scalarType))
      throw valueError(`\`features.dtype\` must be a floating point tensor.Received:features.dtype=${x.dtype}`);
    return (
      rough ? formulas.geluTanh(x, Math.fround(0.044715)) : formulas.gelu(x, Math.fround(Math.SQRT1_2))
    ) as Tensor;
  },
);
const alongAxis = (name: string, kernel: string, f: (x: Tensor, axis: number) => unknown) =>
  op(name, (logits: TensorLike, ...rest: readonly unknown[]): Tensor => {
    const { axis } = bind(name, ['axis', 'name'], rest);
    const x = toTensor(logits);
    const at = whole(axis, -1);
    if (x.rank === 0) throw kernelError(kernel, 'logits must have >= 1 dimension, got []');
    if (at < -x.rank || at >= x.rank)
      throw new InvalidArgumentError(
        `\`dim\` must be in the range [${-x.rank}, ${x.rank}) where ${x.rank} is the number of dimensions in the input. Received: dim=${at}`,
      );
    return asKernel(kernel, [x], () => f(x, at)) as Tensor;
  });
export const softmax = alongAxis('softmax', 'Softmax', ops.softmax);
export const log_softmax = alongAxis('log_softmax', 'LogSoftmax', ops.logSoftmax);
/** A bias for each channel, which is the last axis, or the second where `data_format` begins with NC. */
export const bias_add = define(
  'tf.nn.bias_add',
  'value, bias, data_format=None, name=None',
  (value: TensorLike, bias: TensorLike, data_format?: string | null): Tensor => {
    const x = toTensor(value);
    const b = bias instanceof CoreTensor ? toTensor(bias) : toTensor(bias, x.scalarType);
    const first = data_format?.startsWith('NC') ?? false;
    if (data_format !== undefined && data_format !== null && !/^N(C|.*C$)/.test(data_format))
      throw valueError(
        `\`data_format\` must be of the form \`N...C\` or \`NC...\`. Received: data_format=${data_format}`,
      );
    return asKernel('BiasAdd', [x, b], () => {
      const show = (t: CoreTensor): string => `[${t.sizes.join(',')}]`;
      if (!x.symbolic && x.rank < 2) throw kernelError('BiasAdd', `Input tensor must be at least 2D: ${show(x)}`);
      if (b.rank !== 1) throw kernelError('BiasAdd', `Biases must be 1D: ${show(b)}`);
      const channels = first ? x.sizes[1] : x.sizes.at(-1);
      if (!x.symbolic && channels !== b.sizes[0])
        throw kernelError(
          'BiasAdd',
          `Must provide as many biases as the ${first ? 'channel' : 'last'} dimension of the input tensor: ${show(b)} vs. ${first ? `${channels} in ` : ''}${show(x)}`,
        );
      return ops.add(x, first ? ops.reshape(b, [b.sizes[0]!, ...x.sizes.slice(2).map(() => 1)]) : b);
    }) as Tensor;
  },
);

/** -sum(labels log softmax(logits)) over an axis. */
export const softmax_cross_entropy_with_logits = op(
  'softmax_cross_entropy_with_logits',
  (...args: readonly unknown[]): Tensor => {
    const given = bind('softmax_cross_entropy_with_logits_v2', ['labels', 'logits', 'axis', 'name'], args);
    const logits = toTensor(given.logits as TensorLike);
    const own = toTensor(given.labels as TensorLike, given.labels instanceof CoreTensor ? null : logits.scalarType);
    const labels = ops.cast(own, logits.scalarType);
    const kernel = 'SoftmaxCrossEntropyWithLogits';
    const axis = whole(given.axis, -1);
    if (axis < -1) throw kernelError('Range', `Requires start <= limit when delta > 0: 0/${axis}`);
    const rank = Math.max(labels.rank, logits.rank);
    const sizes = Array.from({ length: rank }, (_, i) =>
      Math.max(labels.sizes.at(i - rank) ?? 1, logits.sizes.at(i - rank) ?? 1),
    );
    const fits = [labels, logits].every((t) => t.sizes.every((d, i) => d === 1 || d === sizes[i + rank - t.rank]));
    if (!fits && !labels.symbolic && !logits.symbolic)
      throw kernelError(
        kernel,
        `logits and labels must be broadcastable: logits_size=[${logits.sizes.join(',')}] labels_size=[${labels.sizes.join(',')}]`,
      );
    const wide = (t: CoreTensor): CoreTensor =>
      String(t.sizes) === String(sizes) || !fits ? t : ops.contiguous(ops.expand(t, sizes));
    return asKernel(kernel, [logits], () => formulas.entropyLogitsStraight(wide(logits), wide(labels), axis)) as Tensor;
  },
);
/** The same of class numbers, one per row. */
export const sparse_softmax_cross_entropy_with_logits = op(
  'sparse_softmax_cross_entropy_with_logits',
  (...args: readonly unknown[]): Tensor => {
    const given = bind('sparse_softmax_cross_entropy_with_logits', ['labels', 'logits', 'name'], args);
    const labels = typed('SparseSoftmaxCrossEntropyWithLogits', 'Tlabels', given.labels ?? null);
    const logits = toTensor(given.logits as TensorLike);
    if (logits.rank === 0) throw valueError(`\`logits\` cannot be a scalar. Received logits=${logits.item()}\``);
    needType('SparseSoftmaxCrossEntropyWithLogits', logits.scalarType);
    needType('SparseSoftmaxCrossEntropyWithLogits', labels.scalarType, 'Tlabels');
    if (labels.rank !== logits.rank - 1)
      throw valueError(
        `\`labels.shape.rank\` must equal \`logits.shape.rank - 1\`. Received: labels.shape=${shapeText(labels)} of rank ${labels.rank} and logits.shape=${shapeText(logits)} of rank ${logits.rank}`,
      );
    if (labels.sizes.some((d, i) => d !== logits.sizes[i]))
      throw valueError(
        `\`labels.shape\` must equal \`logits.shape\` except for the last dimension. Received: labels.shape=${shapeText(labels)} and logits.shape=${shapeText(logits)}`,
      );
    const rows = ops.crossEntropy(ops.reshape(logits, [-1, logits.sizes.at(-1)!]), ops.reshape(labels, [-1]));
    return ops.reshape(rows, labels.sizes) as Tensor;
  },
);
export const sigmoid_cross_entropy_with_logits = op(
  'sigmoid_cross_entropy_with_logits',
  (...args: readonly unknown[]): Tensor => {
    const given = bind('sigmoid_cross_entropy_with_logits', ['labels', 'logits', 'name'], args);
    if (given.labels === null || given.labels === undefined || given.logits === null || given.logits === undefined)
      throw valueError(
        `Both \`labels\` and \`logits\` must be provided for sigmoid_cross_entropy_with_logitsReceived: labels=${pyRepr(given.labels ?? null)} and logits=${pyRepr(given.logits ?? null)}`,
      );
    const logits = toTensor(given.logits as TensorLike);
    const text = readText(given.labels);
    if (text !== null && String(text.shape) === shapeText(logits))
      throw typeMismatch('Mul', 1, logits.scalarType, 'string');
    const labels = toTensor(given.labels as TensorLike);
    if (shapeText(labels) !== shapeText(logits))
      throw valueError(
        `\`logits\` and \`labels\` must have the same shape, received (${shapeText(logits)} vs ${shapeText(labels)}).`,
      );
    return asKernel('Mul', [logits, labels], () => formulas.binaryEntropyLogits(logits, labels)) as Tensor;
  },
);
/** sum(t^2) / 2. */
export const l2_loss = op('l2_loss', (t: TensorLike): Tensor => {
  const x = toTensor(t);
  return asKernel('L2Loss', [x], () => ops.mul(ops.sum(ops.square(x)), 0.5)) as Tensor;
});

/** The losses of examples added up, over the size of the whole batch. */
export const compute_average_loss = define(
  'tf.nn.compute_average_loss',
  'per_example_loss, sample_weight=None, global_batch_size=None',
  (per_example_loss: TensorLike, sample_weight?: TensorLike | null, global_batch_size?: unknown): Tensor => {
    const loss = toTensor(per_example_loss);
    const weighted =
      sample_weight === undefined || sample_weight === null
        ? loss
        : ops.mul(loss, weightsFor(loss, toTensor(sample_weight, loss.scalarType)));
    if (readText(global_batch_size) !== null)
      throw new TypeError(
        'global_batch_size must be an integer..  Expected "x" to be integer type.  Found: tensor of dtype <dtype: \'string\'>',
      );
    const size =
      global_batch_size === undefined || global_batch_size === null ? loss.sizes[0] : whole(global_batch_size);
    if (size === undefined)
      throw valueError(
        `Invalid value passed for \`per_example_loss\`. Expected a tensor with at least rank 1. Received per_example_loss=${String(loss.item())} with rank 0`,
      );
    if (size < 0) throw new InvalidArgumentError('global_batch_size must be non-negative..  ');
    return ops.div(ops.sum(weighted), size) as Tensor;
  },
);
const weightsFor = (loss: CoreTensor, weights: CoreTensor): CoreTensor =>
  weights.rank > 0 && weights.rank < loss.rank
    ? ops.reshape(weights, [...weights.sizes, ...Array<number>(loss.rank - weights.rank).fill(1)])
    : weights;
/** The sum of a loss that every replica has, shared among them. */
export const scale_regularization_loss = define(
  'tf.nn.scale_regularization_loss',
  'regularization_loss',
  (regularization_loss: TensorLike): Tensor => ops.sum(toTensor(regularization_loss)) as Tensor,
);
/** Channels over the squares of those around them. */
export const local_response_normalization = define(
  'tf.nn.local_response_normalization',
  'input, depth_radius=5, bias=1, alpha=1, beta=0.5, name=None',
  (input: TensorLike, depth_radius?: unknown, bias?: unknown, alpha?: unknown, beta?: unknown): Tensor => {
    const x = toTensor(input);
    if (x.rank !== 4) throw kernelError('LRN', 'in must be 4-dimensional');
    const number = (value: unknown, otherwise: number): number => (value === undefined ? otherwise : Number(value));
    const size = 2 * whole(depth_radius, 5) + 1;
    return asKernel('LRN', [x], () =>
      formulas.localResponseNorm(x, size, number(alpha, 1), number(beta, 0.5), number(bias, 1), { axis: 3, share: 1 }),
    ) as Tensor;
  },
);
