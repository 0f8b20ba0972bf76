import { TensorShape } from './shape';

/** Whether a value is an object literal. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The entries of a record or a Map: Python's dicts, whichever way they come. Null for anything else. */
export const entriesOf = (value: unknown): [unknown, unknown][] | null =>
  value instanceof Map ? [...value] : isRecord(value) ? Object.entries(value) : null;

/** A record or a Map with every value changed; the value itself where it is neither. */
export function mapEntries(value: unknown, f: (part: unknown) => unknown): unknown {
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, f(v)]));
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, f(v)])) : value;
}

/** A structure of lists, tuples, records and Maps with every leaf changed; tuples stay tuples of their class. */
export function mapLeaves(value: unknown, f: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value) && !(value instanceof TensorShape)) {
    const out = Array.from(value, (part) => mapLeaves(part, f));
    const prototype = Object.getPrototypeOf(value);
    return prototype === Array.prototype ? out : Object.setPrototypeOf(out, prototype);
  }
  return entriesOf(value) === null ? f(value) : mapEntries(value, (part) => mapLeaves(part, f));
}
/** The leaves of a structure, in order. */
export function leavesOf(value: unknown): unknown[] {
  const out: unknown[] = [];
  mapLeaves(value, (leaf) => out.push(leaf));
  return out;
}
