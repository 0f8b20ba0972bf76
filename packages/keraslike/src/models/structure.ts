import { isKeywords } from '@stele/core';
import { isTensorish } from '../layers/structure';

// Lists and dictionaries of values, as `fit` takes and models give them; dictionaries go in the order of their keys.

/** Maps, as Python's dictionaries come, become plain objects. */
export const plain = (x: unknown): unknown => (x instanceof Map ? Object.fromEntries(x) : x);
const isDictionary = (x: unknown): x is Record<string, unknown> =>
  isKeywords(x) && !isTensorish(x) && !('class_name' in x);
/** Whether a value is a list or dictionary of others; `leaf` tells what is none though it may look so. */
export function isNested(x: unknown): x is readonly unknown[] | Record<string, unknown> {
  const value = plain(x);
  return Array.isArray(value) || isDictionary(value);
}
/** Keys and values of a list or dictionary. */
export function entriesOf(x: unknown): [string | number, any][] {
  const value = plain(x);
  if (Array.isArray(value)) return value.map((v, i) => [i, v]);
  const record = value as Record<string, unknown>;
  return Object.keys(record)
    .sort()
    .map((k) => [k, record[k]]);
}
/** The leaves in order. */
export const flatten = (x: unknown): any[] => (isNested(x) ? entriesOf(x).flatMap(([, v]) => flatten(v)) : [x]);
/** The same structure with each leaf replaced. */
export function mapStructure(x: any, f: (leaf: any) => any): any {
  const value = plain(x);
  if (Array.isArray(value)) return value.map((v) => mapStructure(v, f));
  if (isDictionary(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, mapStructure(v, f)]));
  return f(value);
}
/** Leaves put into the structure of another value; undefined where their numbers differ. */
export function packAs(structure: unknown, leaves: readonly unknown[]): any {
  if (flatten(structure).length !== leaves.length) return undefined;
  let next = 0;
  const pack = (s: unknown): unknown => {
    const value = plain(s);
    if (Array.isArray(value)) return value.map(pack);
    if (!isDictionary(value)) return leaves[next++];
    const made = new Map(entriesOf(value).map(([k, v]) => [k, pack(v)]));
    return Object.fromEntries(Object.keys(value).map((k) => [k, made.get(k)]));
  };
  return pack(structure);
}
/** Whether two values nest alike. */
export function sameStructure(a: unknown, b: unknown): boolean {
  if (!isNested(a) || !isNested(b)) return !isNested(a) && !isNested(b);
  if (Array.isArray(plain(a)) !== Array.isArray(plain(b))) return false;
  const [left, right] = [entriesOf(a), entriesOf(b)];
  return (
    left.length === right.length && left.every(([k, v], i) => k === right[i]![0] && sameStructure(v, right[i]![1]))
  );
}
export const at = (x: any, path: readonly (string | number)[]): any => path.reduce((o, key) => plainAt(o, key), x);
const plainAt = (x: any, key: string | number): any => (x instanceof Map ? x.get(key) : x?.[key]);
/** How a structure is shown in an error: its leaves as stars. */
export const showStructure = (x: unknown): string => {
  const value = plain(x);
  if (Array.isArray(value)) return `[${value.map(showStructure).join(', ')}]`;
  if (isDictionary(value))
    return `{${Object.entries(value)
      .map(([k, v]) => `'${k}': ${showStructure(v)}`)
      .join(', ')}}`;
  return '*';
};
