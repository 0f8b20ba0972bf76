import { nn, ops, type Tensor } from '@stele/core';
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
export const softsign = (x: TensorLike): Tensor => nn.softsign(convert(x));
/** x sigmoid(x). */
export const silu = (x: TensorLike): Tensor => nn.silu(convert(x));
/** x for positive x, alpha (e^x - 1) for negative x. */
export const elu = (x: TensorLike, alpha = 1): Tensor => nn.elu(convert(x), alpha);
export const selu = (x: TensorLike): Tensor => nn.selu(convert(x));
export const leaky_relu = (x: TensorLike, negative_slope = 0.2): Tensor => nn.leakyRelu(convert(x), negative_slope);
export const relu6 = (x: TensorLike): Tensor => nn.relu6(convert(x));
/** relu6(x + 3) / 6. */
export const hard_sigmoid = (x: TensorLike): Tensor => nn.hardSigmoid(convert(x));
/** x Φ(x), or its tanh form. */
export const gelu = (x: TensorLike, approximate = false): Tensor =>
  approximate ? nn.geluTanh(convert(x)) : nn.gelu(convert(x));
/** x tanh(softplus(x)). */
export const mish = (x: TensorLike): Tensor => nn.mish(convert(x));

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
