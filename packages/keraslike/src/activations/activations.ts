import { ops, type Tensor } from '@stele/core';
import { valueError } from '../errors';
import { convert, keepLogits, type TensorLike } from '../tensors';

/** @see https://keras.io/api/layers/activations/ */
export const linear = (x: TensorLike): Tensor => convert(x);
/** max(x, 0). */
export const relu = (x: TensorLike): Tensor => ops.relu(convert(x));
/** 1 / (1 + e^-x); the losses find x behind it. */
export function sigmoid(x: TensorLike): Tensor {
  const t = convert(x);
  return keepLogits(ops.sigmoid(t), t);
}
/** e^x / sum(e^x) along an axis; the losses find x behind it. */
export function softmax(x: TensorLike, axis = -1): Tensor {
  const t = convert(x);
  return keepLogits(ops.softmax(t, axis), t);
}
export const log_softmax = (x: TensorLike, axis = -1): Tensor => ops.logSoftmax(convert(x), axis);
export const tanh = (x: TensorLike): Tensor => ops.tanh(convert(x));
export const softplus = (x: TensorLike): Tensor => ops.softplus(convert(x));
export const exponential = (x: TensorLike): Tensor => ops.exp(convert(x));
/** x / (1 + |x|). */
export function softsign(x: TensorLike): Tensor {
  const t = convert(x);
  return ops.div(t, ops.add(ops.abs(t), 1));
}
/** x sigmoid(x). */
export function silu(x: TensorLike): Tensor {
  const t = convert(x);
  return ops.mul(t, ops.sigmoid(t));
}
/** x for positive x, alpha (e^x - 1) for negative x. */
export function elu(x: TensorLike, alpha = 1): Tensor {
  const t = convert(x);
  const below = ops.mul(ops.expm1(ops.minimumFirst(t, 0)), alpha);
  return ops.where(ops.greater(t, 0), t, below);
}
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;
export const selu = (x: TensorLike): Tensor => ops.mul(elu(x, SELU_ALPHA), SELU_SCALE);
export function leaky_relu(x: TensorLike, negative_slope = 0.2): Tensor {
  const t = convert(x);
  return ops.where(ops.greater(t, 0), t, ops.mul(t, negative_slope));
}
export const relu6 = (x: TensorLike): Tensor => ops.clamp(convert(x), 0, 6);
/** relu6(x + 3) / 6. */
export const hard_sigmoid = (x: TensorLike): Tensor => ops.div(relu6(ops.add(convert(x), 3)), 6);
/** x Φ(x), or its tanh form. */
export function gelu(x: TensorLike, approximate = false): Tensor {
  const t = convert(x);
  const half = ops.mul(t, 0.5);
  if (!approximate) return ops.mul(half, ops.add(ops.erf(ops.mul(t, Math.SQRT1_2)), 1));
  const inner = ops.mul(ops.add(t, ops.mul(ops.pow(t, 3), 0.044715)), Math.sqrt(2 / Math.PI));
  return ops.mul(half, ops.add(ops.tanh(inner), 1));
}
/** x tanh(softplus(x)). */
export function mish(x: TensorLike): Tensor {
  const t = convert(x);
  return ops.mul(t, ops.tanh(ops.softplus(t)));
}

export type Activation = (x: Tensor) => Tensor;
const byName: Readonly<Record<string, Activation>> = {
  linear,
  relu,
  sigmoid,
  softmax: (x) => softmax(x),
  log_softmax: (x) => log_softmax(x),
  tanh,
  softplus,
  softsign,
  exponential,
  silu,
  swish: silu,
  elu: (x) => elu(x),
  selu,
  leaky_relu: (x) => leaky_relu(x),
  relu6,
  hard_sigmoid,
  gelu: (x) => gelu(x),
  mish,
};

/**
 * An activation by name; null is the identity.
 * @throws ValueError for a name that is not there.
 * @see https://keras.io/api/layers/activations/
 */
export function get(identifier: string | Activation | null | undefined): Activation {
  if (identifier === null || identifier === undefined) return linear;
  if (typeof identifier === 'function') return identifier;
  const found = Object.hasOwn(byName, identifier) ? byName[identifier] : undefined;
  if (found === undefined) throw valueError(`Could not interpret activation function identifier: ${identifier}`);
  return found;
}

/** The name under which an activation is saved. */
export function serialize(activation: Activation): string | null {
  for (const [name, f] of Object.entries(byName)) if (f === activation) return name;
  return null;
}
