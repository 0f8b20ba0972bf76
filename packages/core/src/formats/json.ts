import { FormatError } from './bytes';

export type Json = null | boolean | number | string | Json[] | Map<string, Json>;

const maxDepth = 128;

/**
 * Parses JSON with objects as Maps, which keep the file's order of keys and give no key a special meaning; a key that
 * occurs twice in one object is an error. Throws FormatError with `line 1 column N` as position.
 */
export function parseJson(text: string): Json {
  let at = 0;
  const fail = (what: string): never => {
    throw new FormatError(`${what} at line 1 column ${at + 1}`);
  };
  const space = (): void => {
    while (at < text.length && ' \n\r\t'.includes(text[at]!)) at++;
  };
  const string = (): string => {
    const start = at++;
    for (;;) {
      if (at >= text.length) fail('EOF while parsing a string');
      const char = text[at]!;
      if (char === '"') break;
      at += char === '\\' ? 2 : 1;
    }
    at++;
    try {
      return JSON.parse(text.slice(start, at)) as string;
    } catch {
      return fail('invalid string');
    }
  };
  const value = (depth: number): Json => {
    if (depth > maxDepth) fail('recursion limit exceeded');
    space();
    const char = text[at];
    if (char === undefined) return fail('EOF while parsing a value');
    if (char === '{') {
      at++;
      const map = new Map<string, Json>();
      space();
      if (text[at] === '}') {
        at++;
        return map;
      }
      for (;;) {
        space();
        if (text[at] !== '"') fail(at < text.length ? 'key must be a string' : 'EOF while parsing an object');
        const key = string();
        if (map.has(key)) fail(`duplicate field \`${key}\``);
        space();
        if (text[at++] !== ':') fail('expected `:`');
        map.set(key, value(depth + 1));
        space();
        const next = text[at++];
        if (next === '}') return map;
        if (next !== ',') fail(next === undefined ? 'EOF while parsing an object' : 'expected `,` or `}`');
      }
    }
    if (char === '[') {
      at++;
      const list: Json[] = [];
      space();
      if (text[at] === ']') {
        at++;
        return list;
      }
      for (;;) {
        list.push(value(depth + 1));
        space();
        const next = text[at++];
        if (next === ']') return list;
        if (next !== ',') fail(next === undefined ? 'EOF while parsing a list' : 'expected `,` or `]`');
      }
    }
    if (char === '"') return string();
    const word = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(text.slice(at, at + 400))?.[0];
    if (word === undefined) return fail('expected value');
    at += word.length;
    return JSON.parse(word) as Json;
  };
  const result = value(0);
  space();
  if (at < text.length) fail('trailing characters');
  return result;
}
