import { floatRepr } from './numbers';

/** A number that Python would hold as a float although it is whole: `str` gives `5.0`. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  valueOf(): number {
    return this.value;
  }
  toString(): string {
    return floatRepr(this.value);
  }
}

/** Marks a whole number as a float for printing: `pyFloat(5)` prints `5.0`. */
export const pyFloat = (value: number): PyFloat => new PyFloat(value);

/** Whether a JavaScript number counts as a Python int: a whole, safe number that is not minus zero. */
export const isPyInt = (value: number): boolean => Number.isSafeInteger(value) && !Object.is(value, -0);

/** `repr(str)`: single quotes unless the text holds some and no double ones; control characters escaped. */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (char === quote || char === '\\') out += `\\${char}`;
    else if (char === '\n') out += '\\n';
    else if (char === '\r') out += '\\r';
    else if (char === '\t') out += '\\t';
    else if (code < 32 || (code >= 127 && code < 161) || code === 173)
      out += `\\x${code.toString(16).padStart(2, '0')}`;
    else out += char;
  }
  return quote + out + quote;
}

/**
 * `repr(value)` as Python words it: `True`, `None`, `[1, 2.5]`, `{'a': 1}`.
 * Whole numbers read as ints (see `pyFloat`); objects with their own `__repr__` or `toString` use it.
 */
export function pyRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  switch (typeof value) {
    case 'string':
      return stringRepr(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return value.toString();
    case 'number':
      return isPyInt(value) ? String(value) : floatRepr(value);
    case 'function':
      return `<function ${value.name || '<lambda>'}>`;
    case 'symbol':
      return String(value);
  }
  const object = value as object;
  if (Array.isArray(object)) return `[${object.map(pyRepr).join(', ')}]`;
  if ('__repr__' in object && typeof object.__repr__ === 'function') return String(object.__repr__());
  if (object instanceof Map) return `{${[...object].map(([k, v]) => `${pyRepr(k)}: ${pyRepr(v)}`).join(', ')}}`;
  if (object instanceof Set) return object.size ? `{${[...object].map(pyRepr).join(', ')}}` : 'set()';
  if (object.toString !== Object.prototype.toString) return String(object);
  return `{${Object.entries(object)
    .map(([k, v]) => `${stringRepr(k)}: ${pyRepr(v)}`)
    .join(', ')}}`;
}

/** `str(value)` as Python words it: a string is itself, everything else its own text. */
export function pyStr(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && '__str__' in value) {
    if (typeof value.__str__ === 'function') return String(value.__str__());
  }
  if (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Map || value instanceof Set)
  ) {
    if (value.toString !== Object.prototype.toString) return String(value);
  }
  return pyRepr(value);
}

/** A tuple's text: `(2, 3)`, `(2,)`, `()`. */
export const tupleRepr = (items: readonly unknown[]): string =>
  items.length === 1 ? `(${pyRepr(items[0])},)` : `(${items.map(pyRepr).join(', ')})`;
