import { kernelError } from '../errors';
import { BytesArray, StringTensor, textInput } from '../strings';

/** What a function takes where TensorFlow takes a string tensor. */
export type StringLike = StringTensor | BytesArray | Uint8Array | string | readonly StringLike[];

export const isStringLike = (value: unknown): value is StringLike =>
  value instanceof StringTensor ||
  value instanceof Uint8Array ||
  value instanceof BytesArray ||
  typeof value === 'string' ||
  (Array.isArray(value) && value.length > 0 && value.every(isStringLike));

/** A scalar string tensor. */
export const scalarString = (bytes: Uint8Array): StringTensor => new StringTensor([bytes], []);

/** The kernel behind a function: `decode_png()` is DecodePng. */
const kernelOf = (call: string): string =>
  call.replace(/\(\)$/, '').replace(/(^|_)(\w)/g, (_, __, c: string) => c.toUpperCase());
/** The tensor of byte strings that a value stands for. */
export const toStrings = (call: string, value: unknown): StringTensor => textInput(kernelOf(call), value);
/** What kernels say of several strings where they take one. */
const notOne: Readonly<Record<string, (sizes: string) => string>> = {
  ReadFile: (sizes) => `Input filename tensor must be scalar, but had shape: [${sizes}]`,
  WriteFile: (sizes) => `Input filename tensor must be scalar, but had shape: [${sizes}]`,
  ParseTensor: (sizes) => `Expected \`serialized\` to be a scalar, got shape: [${sizes}]`,
};
/** The one byte string that a value stands for. */
export function toBytes(call: string, value: unknown): Uint8Array {
  const t = toStrings(call, value);
  const kernel = kernelOf(call);
  if (t.sizes.length > 0)
    throw kernelError(
      kernel,
      (notOne[kernel] ?? ((sizes) => `\`contents\` must be scalar but got shape[${sizes}]`))(t.sizes.join(',')),
    );
  return t.values[0]!;
}
/** A path, as text. */
export const toPath = (call: string, value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'object' && value !== null && '__fspath__' in value
      ? String((value as { __fspath__(): string }).__fspath__())
      : new TextDecoder().decode(toBytes(call, value));
