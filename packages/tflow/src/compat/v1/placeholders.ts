import { bind } from '../../dispatch';
import { type DTypeLike, dtypeName, kernelName } from '../../dtypes';
import { InvalidArgumentError, runtimeError, valueError } from '../../errors';
import { type Dims, dimsFrom, dimsOf } from '../../spec';
import { type TensorLike, toTensor } from '../../tensor';
import { GraphTensor, isNode } from './graph';
import { executing_eagerly, get_default_graph } from './mode';

export class Placeholder extends GraphTensor {
  declare readonly dims: Dims;
}

/** An input slot of the graph; `shape` may hold nulls, or be left out. */
export function placeholder(dtype: DTypeLike, ...rest: readonly unknown[]): GraphTensor {
  if (executing_eagerly()) throw runtimeError('tf.placeholder() is not compatible with eager execution.');
  const { shape, name } = bind('placeholder', ['shape', 'name'], rest);
  try {
    dtypeName(dtype);
  } catch {
    throw new TypeError(
      `Expected DataType for argument 'dtype' not ${typeof dtype === 'string' ? `'${dtype}'` : String(dtype)}.`,
    );
  }
  const dims = dimsFrom(shape);
  const node: Placeholder = new Placeholder(
    get_default_graph(),
    (name as string | undefined) ?? 'Placeholder',
    () => {
      const known = dims === null ? '' : ` and shape [${dims.map((d) => d ?? '?').join(',')}]`;
      throw new InvalidArgumentError(
        `Graph execution error:\n\nDetected at node '${node.op_name}' defined at (most recent call last):\nNode: '${node.op_name}'\nYou must feed a value for placeholder tensor '${node.op_name}' with dtype ${kernelName(dtypeName(dtype))}${known}\n\t [[{{node ${node.op_name}}}]]`,
      );
    },
    [],
    { sizes: (dims ?? []).map((d) => d ?? 2), scalarType: dtypeName(dtype), dims },
    'Placeholder',
  );
  Object.assign(node, { dims });
  return node;
}
/** A slot that has a value where none is fed. */
export function placeholder_with_default(...args: readonly unknown[]): GraphTensor {
  const given = bind('placeholder_with_default', ['input', 'shape', 'name'], args);
  const input = given.input as TensorLike;
  const dims = dimsFrom(given.shape);
  const label = (given.name as string | null | undefined) ?? 'PlaceholderWithDefault';
  if (executing_eagerly()) return toTensor(input) as unknown as GraphTensor;
  const first = isNode(input) ? input : null;
  const fixed = first === null ? toTensor(input) : null;
  const own = first === null ? fixed!.sizes : dimsOf(first);
  const odd = dims?.findIndex((d, i) => d !== null && own?.[i] != null && own[i] !== d) ?? -1;
  if (dims !== null && own !== null && (own.length !== dims.length || odd >= 0))
    throw valueError(
      own.length === dims.length
        ? `Dimension ${odd} in both shapes must be equal, but are ${own[odd]} and ${dims[odd]}. Shapes are [${own.map((d) => d ?? '?').join(',')}] and [${dims.map((d) => d ?? '?').join(',')}].`
        : `Shapes must be equal rank, but are ${own.length} and ${dims.length}`,
    );
  const node = new Placeholder(
    get_default_graph(),
    label,
    (run) => (first === null ? fixed : run.get(first)),
    [input],
    { sizes: (dims ?? []).map((d) => d ?? 2), scalarType: (first ?? fixed!).scalarType, dims },
    'PlaceholderWithDefault',
  );
  Object.assign(node, { dims });
  return node;
}
