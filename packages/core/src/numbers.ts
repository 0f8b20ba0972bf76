import { PyFloat } from './tensor/printing/pythonText';

let marked = false;

/**
 * Chooses how whole numbers are read and given. Off (JavaScript's way): 2 may stand for 2.0 where only a float makes
 * sense, and a float result is a plain number. On (the Python front end's way): a plain whole number is an int, floats
 * that are whole come and go as `PyFloat`. Returns the choice before.
 */
export function markFloats(on: boolean): boolean {
  const before = marked;
  marked = on;
  return before;
}

/** Whether whole floats are marked at the moment. */
export const floatsAreMarked = (): boolean => marked;

/** Nested lists of elements of a floating dtype, as the caller wants them. */
export function nestedResult<T>(value: T, floating: boolean): T {
  if (!marked || !floating) return value;
  if (Array.isArray(value)) return value.map((part) => nestedResult(part, true)) as T;
  return typeof value === 'number' ? (floatResult(value) as T) : value;
}

/** Whether a value is a number of Python's: a JavaScript number, a marked float or a bigint. */
export const isNumber = (x: unknown): x is number =>
  typeof x === 'number' || typeof x === 'bigint' || x instanceof PyFloat;

/** A number that the framework types as a float, as the caller wants it. */
export const floatResult = (value: number): number =>
  marked && Number.isInteger(value) ? (new PyFloat(value) as unknown as number) : value;
