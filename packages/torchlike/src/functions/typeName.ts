import { Tensor as CoreTensor } from '@stele/core';
import { PyFloat } from '@stele/core/printing';

/** What Python calls the type of an argument, as torch's errors do. */
export function typeName(x: unknown): string {
  if (x === null || x === undefined) return 'NoneType';
  if (x instanceof CoreTensor) return x.constructor.name;
  if (x instanceof PyFloat) return 'float';
  if (typeof x === 'boolean') return 'bool';
  if (typeof x === 'bigint') return 'int';
  if (typeof x === 'number') return Number.isInteger(x) ? 'int' : 'float';
  if (typeof x === 'string') return 'str';
  return Array.isArray(x) ? 'list' : typeof x;
}
