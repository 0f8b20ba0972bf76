import { coreFamily, declareSignatures, nn, ops, type Tensor, warn } from '@stele/core';
import { invalidArgument, show, valueError } from '../errors';
import { deserialize_keras_object, serialize_keras_object } from '../saving/objects';
import { convert, inStep, keepLogits, showTuple, type TensorLike, tensorFamily } from '../tensors';

/** @see https://keras.io/api/layers/activations/ */
export const linear = (x: TensorLike): Tensor => convert(x);
/** max(x, 0), or above a threshold, with a slope below and an upper bound. */
export const relu = (x: TensorLike, negative_slope = 0, max_value: number | null = null, threshold = 0): Tensor =>
  Number(negative_slope) === 0 && max_value === null && Number(threshold) === 0
    ? ops.relu(convert(x))
    : nn.boundedRelu(
        convert(x),
        Number(negative_slope),
        max_value === null ? null : Number(max_value),
        Number(threshold),
      );
/** 1 / (1 + e^-x); the losses find x behind it. */
export function sigmoid(x: TensorLike): Tensor {
  const t = convert(x);
  return keepLogits(ops.sigmoid(t), t);
}
/** e^x / sum(e^x) along an axis, or several; the losses find x behind it. */
export function softmax(x: TensorLike, axis: number | readonly number[] | null = -1): Tensor {
  const t = convert(x);
  // in a step of fit every batch would say so again
  if (typeof axis === 'number' && (axis >= t.rank || axis < -t.rank) && tensorFamily() !== coreFamily)
    throw invalidArgument(
      `\`dim\` must be in the range [-${t.rank}, ${t.rank}) where ${t.rank} is the number of dimensions in the input. Received: dim=${axis}`,
    );
  if (typeof axis === 'number' && t.sizes.at(axis) === 1 && !inStep())
    warn(
      `You are using a softmax over axis ${axis} of a tensor of shape ${showTuple(t.sizes)}. This axis has size 1. The softmax operation will always return the value 1, which is likely not what you intended. Did you mean to use a sigmoid instead?`,
      'UserWarning',
    );
  if (axis === null) return keepLogits(ops.reshape(ops.softmax(ops.reshape(t, [-1]), 0), t.sizes), t);
  return keepLogits(
    alongAxes(t, axis, (v, at) => ops.softmax(v, at)),
    t,
  );
}
export const log_softmax = (x: TensorLike, axis: number | readonly number[] | null = -1): Tensor => {
  const t = convert(x);
  if (axis === null) return ops.reshape(ops.logSoftmax(ops.reshape(t, [-1]), 0), t.sizes);
  return alongAxes(t, axis, (v, at) => ops.logSoftmax(v, at));
};
/** Several axes are taken as one. */
function alongAxes(x: Tensor, axis: number | readonly number[], f: (x: Tensor, axis: number) => Tensor): Tensor {
  if (!Array.isArray(axis)) return f(x, Number(axis));
  if (axis.length === 1) return f(x, axis[0]);
  const own = (axis as number[]).map((a) => (a < 0 ? a + x.rank : a));
  const order = [...x.sizes.keys()].filter((i) => !own.includes(i)).concat(own);
  const moved = ops.permute(x, order);
  const flat = ops.reshape(moved, [...moved.sizes.slice(0, x.rank - own.length), -1]);
  const back = order.map((_, i) => order.indexOf(i));
  return ops.permute(ops.reshape(f(flat, flat.rank - 1), moved.sizes), back);
}
export const tanh = (x: TensorLike): Tensor => ops.tanh(convert(x));
export const softplus = (x: TensorLike): Tensor => ops.softplus(convert(x));
export const exponential = (x: TensorLike): Tensor => ops.exp(convert(x));
/** x / (1 + |x|). */
export const softsign = (x: TensorLike): Tensor => nn.softsign(convert(x));
/** x sigmoid(x). */
export const silu = (x: TensorLike): Tensor => nn.silu(convert(x));
/** x for positive x, alpha (e^x - 1) for negative x. */
export const elu = (x: TensorLike, alpha = 1): Tensor => nn.elu(convert(x), Number(alpha));
export const selu = (x: TensorLike): Tensor => nn.selu(convert(x));
export const celu = (x: TensorLike, alpha = 1): Tensor => nn.celu(convert(x), Number(alpha));
export const leaky_relu = (x: TensorLike, negative_slope = 0.2): Tensor =>
  nn.leakyRelu(convert(x), Number(negative_slope));
/** x held within [0, 6]; on the bounds no gradient flows. */
export const relu6 = (x: TensorLike): Tensor => nn.hardTanh(convert(x), 0, 6);
/** relu6(x + 3) / 6. */
export const hard_sigmoid = (x: TensorLike): Tensor => nn.hardSigmoidHeld(convert(x));
/** x hard_sigmoid(x). */
export const hard_silu = (x: TensorLike): Tensor => nn.hardSwish(convert(x));
export { hard_silu as hard_swish, silu as swish };
/** x held within [-1, 1]. */
export const hard_tanh = (x: TensorLike): Tensor => nn.hardTanh(convert(x), -1, 1);
export const hard_shrink = (x: TensorLike, threshold = 0.5): Tensor => nn.hardShrink(convert(x), Number(threshold));
export const soft_shrink = (x: TensorLike, threshold = 0.5): Tensor => nn.softShrink(convert(x), Number(threshold));
/** x - tanh(x). */
export const tanh_shrink = (x: TensorLike): Tensor => {
  const t = convert(x);
  return ops.sub(t, ops.tanh(t));
};
/** x where it is above the threshold, else the default. */
export const threshold = (x: TensorLike, threshold: number, default_value: number): Tensor =>
  nn.aboveThreshold(convert(x), Number(threshold), Number(default_value));
export const log_sigmoid = (x: TensorLike): Tensor => nn.logSigmoid(convert(x));
export const sparse_plus = (x: TensorLike): Tensor => nn.sparsePlus(convert(x));
export const sparse_sigmoid = (x: TensorLike): Tensor => nn.sparseSigmoid(convert(x));
export const sparsemax = (x: TensorLike, axis = -1): Tensor => nn.sparsemax(convert(x), Number(axis));
export const squareplus = (x: TensorLike, b = 4): Tensor => nn.squarePlus(convert(x), Number(b));
/** The first half along an axis times the sigmoid of the second. */
export function glu(x: TensorLike, axis = -1): Tensor {
  const t = convert(x);
  if (t.sizes.at(Number(axis))! % 2 !== 0)
    throw valueError(
      `axis size must be divisible by 2. Received: x.shape=${showTuple(t.sizes)} with axis=${Number(axis)}`,
    );
  return nn.gatedHalves(t, Number(axis));
}
/** x Φ(x), or its tanh form. */
export const gelu = (x: TensorLike, approximate = false): Tensor =>
  approximate ? nn.geluTanh(convert(x)) : nn.gelu(convert(x));
/** x tanh(softplus(x)). */
export const mish = (x: TensorLike): Tensor => nn.mish(convert(x));

export type Activation = (x: Tensor) => Tensor;
const byName: Readonly<Record<string, Activation>> = {
  relu: relu as Activation,
  leaky_relu: leaky_relu as Activation,
  relu6,
  softmax: softmax as Activation,
  celu: celu as Activation,
  elu: elu as Activation,
  selu,
  softplus,
  softsign,
  squareplus: squareplus as Activation,
  soft_shrink: soft_shrink as Activation,
  sparse_plus,
  silu,
  gelu: gelu as Activation,
  glu: glu as Activation,
  tanh,
  tanh_shrink,
  threshold: threshold as unknown as Activation,
  sigmoid,
  sparse_sigmoid,
  exponential,
  hard_sigmoid,
  hard_silu,
  hard_tanh,
  hard_shrink: hard_shrink as Activation,
  linear,
  mish,
  log_softmax: log_softmax as Activation,
  log_sigmoid,
  sparsemax: sparsemax as Activation,
};
const aliases: Readonly<Record<string, string>> = { swish: 'silu', hard_swish: 'hard_silu' };

declareSignatures('keras.activations', byName, {
  relu: 'x, negative_slope=0.0, max_value=None, threshold=0.0',
  leaky_relu: 'x, negative_slope=0.2',
  softmax: 'x, axis=-1',
  log_softmax: 'x, axis=-1',
  sparsemax: 'x, axis=-1',
  glu: 'x, axis=-1',
  celu: 'x, alpha=1.0',
  elu: 'x, alpha=1.0',
  squareplus: 'x, b=4',
  soft_shrink: 'x, threshold=0.5',
  hard_shrink: 'x, threshold=0.5',
  threshold: 'x, threshold, default_value',
  gelu: 'x, approximate=False',
  ...Object.fromEntries(
    'relu6 selu softplus softsign sparse_plus silu tanh tanh_shrink sigmoid sparse_sigmoid exponential hard_sigmoid hard_silu hard_tanh linear mish log_sigmoid'
      .split(' ')
      .map((name) => [name, 'x']),
  ),
});

/**
 * An activation by name, configuration or as it is; null is the identity.
 * @throws ValueError for a name that is not there.
 * @see https://keras.io/api/layers/activations/
 */
export function get(identifier: string | Activation | object | null | undefined): Activation {
  if (identifier === null || identifier === undefined) return linear;
  if (typeof identifier === 'function') return identifier as Activation;
  if (typeof identifier === 'object') return deserialize(identifier);
  const name = Object.hasOwn(aliases, identifier) ? aliases[identifier]! : identifier;
  const found = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (found === undefined) throw valueError(`Could not interpret activation function identifier: ${identifier}`);
  return found;
}

/** The name under which an activation is saved, or the configuration of one that is not Keras' own. */
export function serialize(activation: Activation | null): unknown {
  if (activation === null) return null;
  for (const [name, f] of Object.entries(byName)) if (f === activation) return name;
  return serialize_keras_object(activation);
}
export function deserialize(config: unknown, custom_objects: Record<string, unknown> | null = null): Activation {
  if (typeof config === 'string') return get(config);
  const made = deserialize_keras_object(config, custom_objects);
  if (typeof made !== 'function') throw valueError(`Could not interpret activation function identifier: ${show(made)}`);
  return made as Activation;
}
