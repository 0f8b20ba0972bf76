import { Tensor as CoreTensor, EngineError } from '@stele/core';
import { kernelName } from './dtypes';
import { engineOpName, InvalidArgumentError, OpError, rephrase, valueError } from './errors';
import { leavesOf } from './nest';
import { dimsOf } from './spec';

const shown = (t: CoreTensor): string => {
  const dims = dimsOf(t);
  return dims === null ? '<unknown>' : `[${dims.map((d) => d ?? '?').join(',')}]`;
};

/**
 * Words an error that came while a graph was being written as TensorFlow's shape inference does: it knows no
 * InvalidArgumentError, but a ValueError that names the node.
 */
export function graphRephrase(error: unknown, name: string, args: readonly unknown[]): unknown {
  if (error instanceof EngineError && error.details.kind !== 'mixedFamilies' && error.details.kind !== 'symbolic') {
    const { kind, shapes = [], dtypes = [] } = error.details;
    const op = engineOpName(error.details.op ?? name);
    const tensors = leavesOf(args).filter((leaf): leaf is CoreTensor => leaf instanceof CoreTensor);
    const inputs = tensors.map(shown).join(', ');
    const node = `for '{{node ${op}}} = ${op}[T=DT_${kernelName(tensors[0]?.scalarType ?? 'float32').toUpperCase()}](${tensors.map(() => 'x').join(', ')})' with input shapes: ${inputs}.`;
    if (kind === 'mismatch' && dtypes.length === 2)
      return new TypeError(`Input 'y' of '${op}' Op has type ${dtypes[1]} that does not match type ${dtypes[0]} of argument 'x'.`);
    const [a = [], b = []] = shapes;
    if (error.details.op === 'matmul' && a.length >= 2 && b.length >= 2)
      return valueError(`Dimensions must be equal, but are ${a.at(-1)} and ${b.at(-2)} ${node}`);
    if (kind === 'broadcast') {
      const rank = Math.max(a.length, b.length);
      for (let i = rank - 1; i >= 0; i--) {
        const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
        if (x !== y && x !== 1 && y !== 1) return valueError(`Dimensions must be equal, but are ${x} and ${y} ${node}`);
      }
    }
    if (kind === 'reshape') {
      const count = a.reduce((n, d) => n * d, 1);
      return valueError(`Cannot reshape a tensor with ${count} elements to shape [${b.join(',')}] (${Math.abs(b.reduce((n, d) => n * d, 1))} elements) ${node}`);
    }
  }
  const worded = rephrase(error);
  // what a kernel would complain about, the shape functions complain about as ValueErrors
  if (worded instanceof InvalidArgumentError && worded instanceof OpError) {
    const text = worded.message.replace(/^\{\{function_node [^}]*\}\}\s*/, '').replace(/\s*\[Op:\w+\].*$/s, '');
    return valueError(text);
  }
  return worded;
}
