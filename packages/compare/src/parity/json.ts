import { PyFloat } from '@stele/core/printing';

export type Json = null | boolean | number | bigint | string | PyFloat | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** How deep arrays and objects may lie in each other. */
const deepest = 500;

const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const blank = /[ \t\n\r]*/y;

/**
 * Reads JSON as Python wrote it: a whole number with a point or an exponent is a `PyFloat`, a whole number beyond 2^53
 * a bigint. The numbers of a tensor's `data` stay plain: its dtype says what they are.
 *
 * ```ts
 * parseJson('[2, 2.0]'); // [2, PyFloat(2)]
 * ```
 * @throws SyntaxError that names the place.
 */
export function parseJson(source: string): Json {
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`not JSON: ${what} at character ${at + 1}`);
  };
  const skip = (): void => {
    const c = source.charCodeAt(at);
    if (c > 32) return;
    blank.lastIndex = at;
    blank.exec(source);
    at = blank.lastIndex;
  };
  const string = (): string => {
    let end = at;
    let escapes: number;
    do {
      end = source.indexOf('"', end + 1);
      if (end < 0) fail('a string does not end');
      escapes = 0;
      while (source[end - 1 - escapes] === '\\') escapes++;
    } while (escapes % 2 === 1);
    const part = source.slice(at, end + 1);
    if (part.includes('\\')) {
      try {
        return JSON.parse(part) as string;
      } catch {
        fail('a string with a wrong escape');
      } finally {
        at = end + 1;
      }
    }
    at = end + 1;
    return part.slice(1, -1);
  };
  const readNumber = (plain: boolean): Json => {
    number.lastIndex = at;
    const found = number.exec(source);
    if (found === null) return fail(at >= source.length ? 'the text ends' : `unexpected ${source[at]}`);
    at = number.lastIndex;
    const value = Number(found[0]);
    if (plain || !Number.isInteger(value)) return value;
    if (found[1] !== undefined || found[2] !== undefined) return new PyFloat(value);
    return Number.isSafeInteger(value) ? value + 0 : BigInt(found[0]);
  };
  const word = (expected: string, value: Json): Json => {
    if (!source.startsWith(expected, at)) fail(`unexpected ${source[at]}`);
    at += expected.length;
    return value;
  };
  const array = (depth: number, plain: boolean): Json[] => {
    at++;
    const out: Json[] = [];
    skip();
    if (source[at] === ']') {
      at++;
      return out;
    }
    for (;;) {
      out.push(read(depth, plain));
      skip();
      const c = source[at++];
      if (c === ']') return out;
      if (c !== ',') {
        at--;
        fail(at >= source.length ? 'the text ends inside an array' : `expected , or ] but found ${c}`);
      }
    }
  };
  /** A long array of plain numbers is what the built-in reader is fast at. */
  const numbers = (depth: number): Json => {
    const end = source.indexOf(']', at);
    const part = end < 0 ? '' : source.slice(at, end + 1);
    if (part === '' || part.includes('"') || part.includes('{') || part.indexOf('[', 1) > 0) return read(depth, true);
    const before = at;
    try {
      const out = JSON.parse(part) as number[];
      at = end + 1;
      return out;
    } catch {
      at = before;
      return read(depth, true);
    }
  };
  const object = (depth: number): JsonObject => {
    at++;
    const out: JsonObject = {};
    skip();
    if (source[at] === '}') {
      at++;
      return out;
    }
    for (;;) {
      skip();
      if (source[at] !== '"') fail('expected a key');
      const key = string();
      skip();
      if (source[at] !== ':') fail('expected :');
      at++;
      skip();
      const value = key === 'data' && source[at] === '[' ? numbers(depth) : read(depth, false);
      if (key === '__proto__')
        Object.defineProperty(out, key, { value, enumerable: true, writable: true, configurable: true });
      else out[key] = value;
      skip();
      const c = source[at++];
      if (c === '}') return out;
      if (c !== ',') {
        at--;
        fail(at >= source.length ? 'the text ends inside an object' : `expected , or } but found ${c}`);
      }
    }
  };
  const read = (depth: number, plain: boolean): Json => {
    if (depth > deepest) fail(`more than ${deepest} levels`);
    skip();
    switch (source[at]) {
      case '{':
        return object(depth + 1);
      case '[':
        return array(depth + 1, plain);
      case '"':
        return string();
      case 't':
        return word('true', true);
      case 'f':
        return word('false', false);
      case 'n':
        return word('null', null);
      default:
        return readNumber(plain);
    }
  };
  const value = read(0, false);
  skip();
  if (at < source.length) fail(`something after the end (${source.slice(at, at + 10)})`);
  return value;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PyFloat);
