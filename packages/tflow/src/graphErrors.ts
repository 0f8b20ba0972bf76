import { Tensor as CoreTensor, EngineError } from '@stele/core';
import { InvalidArgumentError, OpError, rephrase, valueError } from './errors';
import { leavesOf } from './nest';
import { dimsOf, symbolName } from './spec';

/** TensorFlow's names of element types by those that kernels say. */
const frameworkNames: Readonly<Record<string, string>> = { float: 'float32', double: 'float64', half: 'float16' };
const protoName = (t: CoreTensor | undefined): string =>
  ({ float32: 'FLOAT', float64: 'DOUBLE', float16: 'HALF' })[t?.scalarType as string] ??
  (t?.scalarType ?? 'float32').toUpperCase();

const shown = (t: CoreTensor): string => {
  const dims = dimsOf(t);
  return dims === null ? '<unknown>' : `[${dims.map((d) => d ?? '?').join(',')}]`;
};
const nodeNames: Readonly<Record<string, string>> = {
  AddV2: 'add',
  Sub: 'sub',
  Mul: 'mul',
  RealDiv: 'truediv',
  Pow: 'pow',
  FloorDiv: 'floordiv',
  FloorMod: 'mod',
};
const product = (sizes: readonly number[]): number => sizes.reduce((n, d) => n * d, 1);
const numbers = (text: string): number[] => (text.trim() === '' ? [] : text.split(',').map(Number));

const inputName = (t: CoreTensor, otherwise: string): string =>
  t.symbolic ? symbolName(t).replace(/:\d+$/, '') : otherwise;

/** How TensorFlow names the node whose shapes do not fit. */
function node(op: string, tensors: readonly CoreTensor[]): string {
  const name = nodeNames[op] ?? op;
  const inputs = tensors.map((t, i) => inputName(t, `${name}/${i === 0 ? 'x' : 'y'}`));
  const more = op === 'MatMul' ? ', grad_a=false, grad_b=false, transpose_a=false, transpose_b=false' : '';
  return `for '{{node ${name}}} = ${op}[T=DT_${protoName(tensors[0])}${more}](${inputs.join(', ')})' with input shapes: ${tensors.map(shown).join(', ')}.`;
}

/** A kernel's complaint as shape inference makes it; null for what it words alike. */
function inferenceError(text: string, op: string, tensors: readonly CoreTensor[]): Error | null {
  const types =
    /cannot compute (\w+) as input #1\(zero-based\) was expected to be a (\w+) tensor but is a (\w+) tensor/.exec(text);
  if (types !== null) {
    const [want, got] = [types[2]!, types[3]!].map((t) => frameworkNames[t] ?? t);
    const [x, y] = /MatMul/.test(types[1]!) ? ['a', 'b'] : ['x', 'y'];
    return new TypeError(
      `Input '${y}' of '${types[1]}' Op has type ${got} that does not match type ${want} of argument '${x}'.`,
    );
  }
  const matrices = /Matrix size-incompatible: In\[0\]: \[([\d,]*)\], In\[1\]: \[([\d,]*)\]/.exec(text);
  if (matrices !== null) {
    const [a, b] = [numbers(matrices[1]!), numbers(matrices[2]!)];
    return valueError(`Dimensions must be equal, but are ${a.at(-1)} and ${b.at(-2)} ${node('MatMul', tensors)}`);
  }
  if (/In\[0\].*ndims/.test(text)) {
    const low = tensors.find((t) => t.rank < 2);
    if (low !== undefined) return valueError(`Shape must be rank 2 but is rank ${low.rank} ${node('MatMul', tensors)}`);
  }
  const broadcast = /[Ii]ncompatible shapes: \[([\d,]*)\] vs\. \[([\d,]*)\]/.exec(text);
  if (broadcast !== null) {
    const [a, b] = [numbers(broadcast[1]!), numbers(broadcast[2]!)];
    for (let i = 1; i <= Math.max(a.length, b.length); i++) {
      const [x, y] = [a.at(-i) ?? 1, b.at(-i) ?? 1];
      if (x !== y && x !== 1 && y !== 1)
        return valueError(`Dimensions must be equal, but are ${x} and ${y} ${node(op, tensors)}`);
    }
  }
  const reshape = /tensor with (\d+) values, but the requested shape has \d+/.exec(text);
  const [first] = tensors;
  if (reshape !== null && first !== undefined) {
    const wanted = /requested shape (?:has|requires a multiple of) (\d+)/.exec(text)?.[1] ?? '';
    return valueError(
      `Cannot reshape a tensor with ${product(first.sizes)} elements to shape [${wanted}] (${wanted} elements) for '{{node Reshape}} = Reshape[T=DT_${protoName(first)}, Tshape=DT_INT32](${inputName(first, 'Reshape/tensor')}, Reshape/shape)' with input shapes: ${shown(first)}, [1] and with input tensors computed as partial shapes: input[1] = [${wanted}].`,
    );
  }
  return null;
}

/**
 * Words an error that came while a graph was being written as TensorFlow's shape inference does: it knows no
 * InvalidArgumentError, but a ValueError that names the node.
 */
export function graphRephrase(error: unknown, args: readonly unknown[]): unknown {
  if (error instanceof EngineError && error.details.kind === 'symbolic') return error;
  const worded = rephrase(error);
  if (!(worded instanceof InvalidArgumentError && worded instanceof OpError)) return worded;
  const op = /\[Op:(\w+)\]/.exec(worded.message)?.[1] ?? '';
  const text = worded.message.replace(/^\{\{function_node [^}]*\}\}\s*/, '').replace(/\s*\[Op:\w+\].*$/s, '');
  const tensors = leavesOf(args).filter((leaf): leaf is CoreTensor => leaf instanceof CoreTensor);
  return inferenceError(text, op, tensors) ?? valueError(text);
}
