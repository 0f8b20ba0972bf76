import { markFloats } from '@stele/core';
import { PyFloat, pyFloat } from '@stele/core/printing';

/** JSON as Python writes it: a space after commas and colons, floats with their point, other characters escaped. */
export function pythonJson(value: unknown, options: Readonly<Record<string, unknown>> = {}): string {
  const indent = options['indent'] === undefined || options['indent'] === null ? null : Number(options['indent']);
  const sorted = options['sort_keys'] === true;
  const write = (v: unknown, depth: number): string => {
    if (v === null || v === undefined) return 'null';
    if (typeof v === 'boolean') return String(v);
    if (typeof v === 'bigint') return v.toString();
    if (v instanceof PyFloat) return number(v.value, String(v));
    if (typeof v === 'number') return number(v, Number.isInteger(v) ? String(v) : String(pyFloat(v)));
    if (typeof v === 'string') return text(v);
    const list = Array.isArray(v);
    const parts = list
      ? v.map((e) => write(e, depth + 1))
      : entries(v as object, sorted).map(([k, e]) => `${text(k)}: ${write(e, depth + 1)}`);
    const [open, close] = list ? '[]' : '{}';
    if (parts.length === 0) return `${open}${close}`;
    if (indent === null) return `${open}${parts.join(', ')}${close}`;
    const pad = (n: number): string => `\n${' '.repeat(indent * n)}`;
    return `${open}${pad(depth + 1)}${parts.join(`,${pad(depth + 1)}`)}${pad(depth)}${close}`;
  };
  return write(value, 0);
}
const number = (x: number, written: string): string =>
  Number.isNaN(x) ? 'NaN' : Number.isFinite(x) ? written : x > 0 ? 'Infinity' : '-Infinity';
const text = (s: string): string =>
  JSON.stringify(s).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
function entries(v: object, sorted: boolean): [string, unknown][] {
  const list = v instanceof Map ? [...v].map(([k, e]): [string, unknown] => [String(k), e]) : Object.entries(v);
  const kept = list.filter(([, e]) => e !== undefined);
  return sorted ? kept.sort(([a], [b]) => (a < b ? -1 : 1)) : kept;
}

/** Runs a body while whole floats are told from integers, as files want them. */
export function withFloats<T>(body: () => T): T {
  const before = markFloats(true);
  try {
    return body();
  } finally {
    markFloats(before);
  }
}
