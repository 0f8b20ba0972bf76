import { Complex, describeValue, isSetItems } from '@stele/core';
import { PyFloat } from '@stele/core/printing';
import { valueError } from './errors';

type Kind = 'bool' | 'int' | 'float' | 'complex' | 'text';
const isBytes = (value: unknown): boolean => value instanceof Uint8Array;
/** What a leaf of nested lists is; null for what no tensor holds. */
function kindOf(value: unknown): Kind | null {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return Number.isInteger(value) && !Object.is(value, -0) ? 'int' : 'float';
    case 'string':
      return 'text';
    default:
      if (value instanceof PyFloat) return 'float';
      if (value instanceof Complex) return 'complex';
      return isBytes(value) ? 'text' : null;
  }
}
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value) && !isSetItems(value);
const mixed = (): Error => valueError("Can't convert Python sequence with mixed types to Tensor.");

/** Whether a leaf can stand in a list that begins with another. */
function joins(first: Kind, next: Kind | null, free: boolean): boolean {
  if (next === null) return false;
  if (first === 'bool') return next === 'bool' || (free && next !== 'text');
  if (first === 'text' || next === 'text') return first === next;
  return first === 'complex' || next !== 'complex';
}

/**
 * Checks nested lists as TensorFlow reads them: the first leaf of the first lists says how deep they are and what they
 * hold. `free`: numbers are asked for, so that truth values may stand before them. Gives the kind of the first leaf,
 * null where there is none, and the sizes.
 */
export function readLists(value: unknown, free: boolean): { readonly kind: Kind | null; readonly sizes: number[] } {
  const sizes: number[] = [];
  let first = value;
  while (isList(first)) {
    sizes.push(first.length);
    if (first.length === 0) return { kind: null, sizes };
    first = first[0];
  }
  const kind = kindOf(first);
  if (kind === null) {
    // what says itself why it is no tensor
    const { __tf_tensor__: said } = (first ?? {}) as { __tf_tensor__?: unknown };
    if (typeof said === 'function') said.call(first);
    const { text, type } = describeValue(first);
    throw valueError(`Attempt to convert a value (${text}) with an unsupported type (${type}) to a Tensor.`);
  }
  const visit = (part: unknown, axis: number): void => {
    if (axis === sizes.length) {
      if (isList(part) || !joins(kind, kindOf(part), free)) throw mixed();
      return;
    }
    if (!isList(part) || part.length !== sizes[axis])
      throw valueError("Can't convert non-rectangular Python sequence to Tensor.");
    for (const inner of part) visit(inner, axis + 1);
  };
  if (sizes.length > 0) visit(value, 0);
  return { kind, sizes };
}
