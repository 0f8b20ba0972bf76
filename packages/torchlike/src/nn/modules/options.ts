import { bind, declareAttributes, floatsAreMarked, isKeywords, type OptionsSchema } from '@stele/core';
import { floatRepr, PyFloat } from '@stele/core/printing';
import { z } from 'zod';
import { fieldsOf } from './tree';

type Prefixes<P extends readonly unknown[]> = P extends readonly [infer H, ...infer T] ? [] | [H, ...Prefixes<T>] : [];
/** Python's call: places in order, the rest by name in one trailing object. */
export type Arguments<P extends readonly unknown[], O> = Prefixes<P> | [...Prefixes<P>, O];
/** One number for every axis, or one per axis. */
export type Sizes = number | readonly number[];

const floats = new WeakSet<object>();
/** A number that Python writes as a float: 2 given from JavaScript prints as 2.0. */
export function float(): z.ZodNumber;
export function float<D extends number | null>(
  otherwise: D,
): z.ZodDefault<D extends null ? z.ZodNullable<z.ZodNumber> : z.ZodNumber>;
export function float(otherwise?: number | null): z.ZodType {
  const schema =
    otherwise === undefined
      ? z.number()
      : otherwise === null
        ? z.number().nullable().default(null)
        : z.number().default(otherwise);
  floats.add(schema);
  return schema;
}
export const flag = (otherwise: boolean) => z.boolean().default(otherwise);
export const sizes = z.union([z.int(), z.array(z.int())]);
/** Where parameters lie and what they are made of: last in every layer's constructor. */
export const place = { device: z.any().optional(), dtype: z.any().optional() };
export const inplace = { inplace: flag(false) };

/** How Python wrote a value that a module was made with: a float that is whole, a list that is no tuple. */
type Written = 'float' | 'list';
const written = Symbol('how numbers were written');
const skipped = new Set(['device', 'dtype', 'size_average', 'reduce']);

/**
 * Reads the arguments of a module's constructor and keeps them as its fields, but for those that say where parameters
 * lie and those in `without`.
 */
export function configure<T>(
  module: object,
  schema: OptionsSchema<T>,
  required: number,
  args: readonly unknown[],
  without: readonly (keyof T & string)[] = [],
  places?: number,
): T {
  const options = bind(`${module.constructor.name}.__init__()`, schema, required, args, places);
  const last = args.at(-1);
  const keywords = isKeywords(last) ? last : {};
  const positional = isKeywords(last) ? args.slice(0, -1) : args;
  const marks = new Map<string, Written>();
  Object.entries(schema.shape ?? {}).forEach(([name, field], i) => {
    if (skipped.has(name)) return;
    const value = (options as Record<string, unknown>)[name];
    const raw = positional[i] ?? keywords[name];
    if (!(without as readonly string[]).includes(name)) fieldsOf(module)[name] = value;
    if (typeof value === 'number' && Number.isInteger(value)) {
      // from JavaScript 2 may stand for 2.0; from Python it is an int
      const whole = raw !== undefined && floatsAreMarked();
      if (raw instanceof PyFloat || (floats.has(field as object) && !whole)) marks.set(name, 'float');
    } else if (Array.isArray(value) && floatsAreMarked() && raw?.constructor === Array) marks.set(name, 'list');
  });
  mark(module, marks);
  return options;
}
/** Says how Python writes some of a module's fields, and sees them. */
function mark(module: object, marks: Map<string, Written>): void {
  Object.defineProperty(module, written, { value: marks, enumerable: false, configurable: true });
  for (const [name, value] of Object.entries(module)) {
    if (marks.get(name) === 'float')
      declareAttributes(module, {
        [name]: (owner) => (Number.isInteger(owner[name]) ? new PyFloat(owner[name]) : owner[name]),
      });
    else if (Array.isArray(value) && !marks.has(name)) declareAttributes(module, { [name]: 'tuple' });
  }
}
const marksOf = (module: object): Map<string, Written> =>
  (module as { [written]?: Map<string, Written> })[written] ?? new Map<string, Written>();
/** Says that Python writes fields as floats. */
export function asFloats(module: object, ...names: string[]): void {
  const marks = marksOf(module);
  for (const name of names) marks.set(name, 'float');
  Object.defineProperty(module, written, { value: marks, enumerable: false, configurable: true });
}
/** Says that Python writes one field as another one was written. */
export function writtenAs(module: object, name: string, other: string): void {
  const marks = marksOf(module);
  const how = marks.get(other);
  if (how === undefined) marks.delete(name);
  else marks.set(name, how);
}
/** A number as it was written, to hand on to another constructor. */
export const handedOn = (module: object, name: string, value: number): number =>
  marksOf(module).get(name) === 'float' ? (new PyFloat(value) as unknown as number) : value;

/** A value as Python's repr shows it; lists are tuples unless `list` says otherwise. */
export function pythonText(value: unknown, how?: Written): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number')
    return Number.isInteger(value) && how !== 'float' && Math.abs(value) < 1e16 ? String(value) : floatRepr(value);
  if (Array.isArray(value)) {
    const parts = value.map((v) => pythonText(v));
    if (how === 'list') return `[${parts.join(', ')}]`;
    return `(${parts.join(', ')}${parts.length === 1 ? ',' : ''})`;
  }
  return String(value);
}
/** A field of a module as Python shows it. */
export const shown = (module: object, name: string): string =>
  pythonText(fieldsOf(module)[name], marksOf(module).get(name));
/** Fields of a module, as `name=value` with commas. */
export const listed = (module: object, ...names: string[]): string =>
  names.map((name) => `${name}=${shown(module, name)}`).join(', ');
