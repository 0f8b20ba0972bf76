import { KerasTensor } from '../layers/symbolic';

/** The inputs from which a symbolic tensor is made. @see https://keras.io/api/utils/ */
export function get_source_inputs(tensor: KerasTensor): KerasTensor[] {
  if (!(tensor instanceof KerasTensor)) return tensor;
  const { node } = tensor;
  if (node === null) return [tensor];
  if (node.inputs.length === 0) return [...node.outputs];
  return [...new Set(node.inputs.flatMap(get_source_inputs))];
}
