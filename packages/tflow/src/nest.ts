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
