import { StringTensor, stringTensor } from '../strings';
import { Tensor } from '../tensor';

/** What a function takes where TensorFlow takes a string tensor. */
export type StringLike = StringTensor | Uint8Array | string | readonly StringLike[];

export const isStringLike = (value: unknown): value is StringLike =>
  value instanceof StringTensor ||
  value instanceof Uint8Array ||
  typeof value === 'string' ||
  (Array.isArray(value) && value.length > 0 && value.every(isStringLike));

/** A scalar string tensor. */
export const scalarString = (bytes: Uint8Array): StringTensor => new StringTensor([bytes], []);

/** The tensor of byte strings that a value stands for. */
export function toStrings(call: string, value: unknown): StringTensor {
  if (isStringLike(value) || (Array.isArray(value) && value.length === 0)) return stringTensor(value);
  const type = value instanceof Tensor ? `a tensor of ${value.scalarType}` : value === null ? 'None' : typeof value;
  throw new TypeError(`${call}: expected a string tensor, bytes or text, received ${type}`);
}
/** The one byte string that a value stands for. */
export function toBytes(call: string, value: unknown): Uint8Array {
  const t = toStrings(call, value);
  if (t.sizes.length > 0)
    throw new TypeError(`${call}: expected one string, received a string tensor of shape ${t.shape}`);
  return t.values[0]!;
}
/** A path, as text. */
export const toPath = (call: string, value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'object' && value !== null && '__fspath__' in value
      ? String((value as { __fspath__(): string }).__fspath__())
      : new TextDecoder().decode(toBytes(call, value));
