import { Tensor as CoreTensor, isTuple } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat } from '@stele/core/printing';
import { InvalidArgumentError, kernelError, valueError } from '../errors';
import type { Tensor } from '../tensor';

/** A whole number among the arguments of a method: TensorFlow takes those as int64. */
export function int64(name: string, value: unknown, otherwise?: number): number {
  if ((value === undefined || value === null) && otherwise !== undefined) return otherwise;
  if (value instanceof CoreTensor) {
    if (value.scalarType !== 'int64')
      throw valueError(
        `${name}: Tensor conversion requested dtype int64 for Tensor with dtype ${value.scalarType}: ${(value as Tensor).__repr__()}`,
      );
    if (value.rank > 0) throw new InvalidArgumentError(`${name} must be a scalar`);
    return Number((value as Tensor).item());
  }
  if (value === undefined || value === null)
    throw valueError("Attempt to convert a value (None) with an unsupported type (<class 'NoneType'>) to a Tensor.");
  const fraction = value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value));
  if (fraction || typeof value === 'string' || typeof value === 'function')
    throw new TypeError(
      `Cannot convert ${typeof value === 'string' ? `'${value}'` : String(value)} to EagerTensor of dtype int64`,
    );
  return Number(value instanceof NDArray ? value.item() : value);
}

/** Keywords that every method takes and that change nothing here. */
export const aside = ['num_parallel_calls', 'deterministic', 'name', 'synchronous', 'use_unbounded_threadpool'];

/** An error that comes while a dataset is read. */
export const inIterator = (text: string, of = InvalidArgumentError): Error =>
  kernelError('IteratorGetNext', text, of, { made: '_output_types_1' });

/** What Python calls the class of a value. */
export const className = (value: unknown): string => {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (value === null || value === undefined) return 'NoneType';
  if (value instanceof PyFloat) return 'float';
  if (isTuple(value)) return 'tuple';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Map) return 'dict';
  return (value as object).constructor.name;
};
