import { isKeywords, isTuple } from '@stele/core';
import { PyFloat, pyRepr } from '@stele/core/printing';

export function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
export const valueError = (message: string): Error => named('ValueError', message);
export const typeError = (message: string): Error => named('TypeError', message);
export const keyError = (message: string): Error => named('KeyError', message);
export const indexError = (message: string): Error => named('IndexError', message);
export const attributeError = (message: string): Error => named('AttributeError', message);
export const invalidArgument = (message: string): Error => named('InvalidArgumentError', message);
export const zeroDivision = (message: string): Error => named('ZeroDivisionError', message);
export const unimplemented = (message: string): Error => named('UnimplementedError', message);
export const failedPrecondition = (message: string): Error => named('FailedPreconditionError', message);
export const unboundLocal = (message: string): Error => named('UnboundLocalError', message);
export const notImplemented = (message: string): Error => named('NotImplementedError', message);

/** What Python says of arguments that a call lacks. */
export function missingArguments(call: string, names: readonly string[]): Error {
  const list = names.map((n) => `'${n}'`);
  const last = list.length > 2 ? ', and ' : ' and ';
  const all = list.length === 1 ? list[0] : `${list.slice(0, -1).join(', ')}${last}${list.at(-1)}`;
  return typeError(
    `${call} missing ${list.length} required positional argument${list.length === 1 ? '' : 's'}: ${all}`,
  );
}
/** The name of a value's type in Python. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (value instanceof PyFloat) return 'float';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return isTuple(value) ? 'tuple' : 'list';
  if (value instanceof Map || isKeywords(value)) return 'dict';
  return value.constructor?.name ?? typeof value;
}
/** A value as Python's f-strings show it. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map((v) => (typeof v === 'string' ? `'${v}'` : show(v))).join(', ')}]`;
  if (value instanceof Map || value instanceof PyFloat) return pyRepr(value);
  if (typeof value === 'object') {
    const name = (value as object).constructor?.name;
    return name && name !== 'Object' ? `<${name}>` : JSON.stringify(value);
  }
  return String(value);
}
