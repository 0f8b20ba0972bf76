import { Tensor as CoreTensor, isFloating } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat } from '@stele/core/printing';
import { valueError } from '../../errors';
import { entriesOf } from '../../nest';
import { TensorShape } from '../../shape';
import { dimsOf, fits, shapeOf } from '../../spec';
import { type Tensor, toTensor } from '../../tensor';
import type { GraphTensor } from './graph';
import { Placeholder } from './placeholders';

export type FeedDict = ReadonlyMap<unknown, unknown> | readonly (readonly [unknown, unknown])[];
export const typeName = (value: unknown): string =>
  value instanceof PyFloat
    ? 'float'
    : typeof value === 'number'
      ? Number.isInteger(value)
        ? 'int'
        : 'float'
      : typeof value === 'boolean'
        ? 'bool'
        : (pythonNames[(value as object)?.constructor?.name] ?? (value as object)?.constructor?.name ?? 'object');
const pythonNames: Readonly<Record<string, string | undefined>> = {
  Map: 'dict',
  Object: 'dict',
  String: 'str',
  Array: 'list',
  PyTuple: 'tuple',
};

export function feedsOf(given: unknown): Iterable<readonly [unknown, unknown]> {
  if (given === null || given === undefined) return [];
  if (given instanceof Map || Array.isArray(given)) return given as FeedDict;
  const inner = (given as { feed_dict?: unknown }).feed_dict;
  if (inner !== undefined) return feedsOf(inner);
  return entriesOf(given) ?? [];
}

export function fedValue(node: GraphTensor, value: unknown): Tensor {
  if (value instanceof CoreTensor)
    throw new TypeError(
      `The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, strings, lists, numpy ndarrays, or TensorHandles. For reference, the tensor object was ${String(value)} which was passed to the argument \`feed_dict\` with key ${String(node)}.`,
    );
  if (typeof value === 'string')
    throw valueError(
      `could not convert string to ${isFloating(node.scalarType) ? 'float' : 'int'}: np.str_('${value}')`,
    );
  let t: Tensor;
  if (value === null || value === undefined)
    t = toTensor(isFloating(node.scalarType) ? Number.NaN : 0, node.scalarType);
  else {
    try {
      const raw =
        value instanceof NDArray || ArrayBuffer.isView(value)
          ? NDArray.from(value as never)
          : NDArray.from(plainNumbers(value) as never);
      t = toTensor(raw.astype(node.scalarType));
    } catch (error) {
      if (/rectangular|inhomogeneous|ragged/i.test((error as Error).message))
        throw valueError(
          `setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. The detected shape was (${(value as unknown[]).length},) + inhomogeneous part.`,
        );
      throw error;
    }
  }
  const dims = node instanceof Placeholder ? node.dims : dimsOf(node);
  if (dims !== null && !fits(t.sizes, dims))
    throw valueError(
      `Cannot feed value of shape ${TensorShape.from_dims(t.sizes)} for Tensor ${node.name}, which has shape ${shapeOf(dims)}`,
    );
  return t;
}
const plainNumbers = (value: unknown): unknown =>
  Array.isArray(value) ? Array.from(value, plainNumbers) : value instanceof NDArray ? value.tolist() : value;
