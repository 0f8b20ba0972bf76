import { add, mul, sigmoid, sub, tanh } from '../ops/elementwise';
import { slice } from '../ops/shape';
import type { Tensor } from '../tensor/tensor';

/** The last axis cut into equal blocks. */
export function blocks(x: Tensor, count: number): Tensor[] {
  const size = x.sizes.at(-1)! / count;
  return Array.from({ length: count }, (_, i) => slice(x, -1, i * size, (i + 1) * size));
}

/**
 * One GRU step from the input's and the state's projections, each in blocks [reset, update, new]:
 * r = σ(x_r + h_r), z = σ(x_z + h_z), n = tanh(x_n + r ⊙ h_n), h' = (1 - z) n + z h.
 * The reset gate is applied after the state's projection, biases included.
 */
export function gruStep(fromInput: readonly Tensor[], fromState: readonly Tensor[], state: Tensor): Tensor {
  const r = sigmoid(add(fromInput[0]!, fromState[0]!));
  const z = sigmoid(add(fromInput[1]!, fromState[1]!));
  const n = tanh(add(fromInput[2]!, mul(r, fromState[2]!)));
  return add(mul(sub(1, z), n), mul(z, state));
}

/** One LSTM step from gate pre-activations [input, forget, cell, output]: gives [h, c]. */
export function lstmStep(gates: readonly Tensor[], cell: Tensor): readonly [Tensor, Tensor] {
  const c = add(mul(sigmoid(gates[1]!), cell), mul(sigmoid(gates[0]!), tanh(gates[2]!)));
  return [mul(sigmoid(gates[3]!), tanh(c)), c];
}

type Activation = (x: Tensor) => Tensor;
/** An LSTM step with any activations of the gates and of the change. */
export function lstmStepWith(
  gates: readonly Tensor[],
  cell: Tensor,
  gate: Activation,
  change: Activation,
): readonly [Tensor, Tensor] {
  const c = add(mul(gate(gates[1]!), cell), mul(gate(gates[0]!), change(gates[2]!)));
  return [mul(gate(gates[3]!), change(c)), c];
}
/** update state + (1 - update) fresh. */
export const updated = (update: Tensor, state: Tensor, fresh: Tensor): Tensor =>
  add(mul(update, state), mul(sub(1, update), fresh));
