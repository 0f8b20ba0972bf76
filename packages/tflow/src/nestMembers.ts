import { describeValue, isKeywords, isTuple } from '@stele/core';
import { pyRepr, pyStr } from '@stele/core/printing';
import { define } from './define';
import { valueError } from './errors';
import { entriesOf } from './nest';
import { TensorShape } from './shape';

const isList = (x: unknown): x is readonly unknown[] => Array.isArray(x) && !(x instanceof TensorShape);
/** The parts of a structure in TensorFlow's order: dicts by their keys. Null for a leaf. */
function partsOf(x: unknown): readonly (readonly [key: unknown, part: unknown])[] | null {
  if (isList(x)) return Array.from(x, (part, i) => [i, part] as const);
  const entries = entriesOf(x);
  return entries === null ? null : entries.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));
}
function* leaves(x: unknown): Iterable<unknown> {
  const parts = partsOf(x);
  if (parts === null) yield x;
  else for (const [, part] of parts) yield* leaves(part);
}
/** A structure like another, its leaves made one after another. */
function rebuilt(like: unknown, next: () => unknown): unknown {
  const parts = partsOf(like);
  if (parts === null) return next();
  const made = parts.map(([key, part]) => [key, rebuilt(part, next)] as const);
  if (isList(like)) {
    const out = made.map(([, part]) => part);
    const prototype = Object.getPrototypeOf(like);
    return prototype === Array.prototype ? out : Object.setPrototypeOf(out, prototype);
  }
  // a dict keeps the order of its own keys
  const found = new Map(made);
  const ordered = entriesOf(like)!.map(([key]) => [key, found.get(key)] as const);
  return like instanceof Map ? new Map(ordered) : Object.fromEntries(ordered);
}
const typeName = (x: unknown): string =>
  isTuple(x) ? 'tuple' : isList(x) ? 'list' : entriesOf(x) !== null ? 'dict' : (x as object)?.constructor?.name;

/** Where two structures differ; null where they do not. */
function difference(a: unknown, b: unknown, types: boolean): Error | null {
  const [p, q] = [partsOf(a), partsOf(b)];
  const text = (x: unknown): string => `type=${typeName(x)} str=${String(x)}`;
  if (p === null && q === null) return null;
  if (p === null || q === null)
    return valueError(
      `The two structures don't have the same nested structure.\n\nFirst structure: ${text(a)}\n\nSecond structure: ${text(b)}\n\nMore specifically: Substructure "${text(p === null ? b : a)}" is a sequence, while substructure "${text(p === null ? a : b)}" is not`,
    );
  if (types && typeName(a) !== typeName(b))
    return new TypeError(
      `The two structures don't have the same nested structure.\n\nFirst structure: ${text(a)}\n\nSecond structure: ${text(b)}\n\nMore specifically: The two structures don't have the same sequence type. First structure has type ${typeName(a)}, while second structure has type ${typeName(b)}.`,
    );
  if (p.length !== q.length || p.some(([key], i) => key !== q[i]![0]))
    return valueError(
      `The two structures don't have the same nested structure.\n\nFirst structure: ${text(a)}\n\nSecond structure: ${text(b)}\n\nMore specifically: The two structures don't have the same number of elements.`,
    );
  for (const [i, [, part]] of p.entries()) {
    const found = difference(part, q[i]![1], types);
    if (found !== null) return found;
  }
  return null;
}

/** Whether a value is a list, a tuple or a dict. */
export const is_nested = define(
  'tf.nest.is_nested',
  'structure',
  (structure: unknown): boolean => partsOf(structure) !== null,
);
/** The leaves of a structure; those of dicts in the order of the keys. */
export const flatten = define(
  'tf.nest.flatten',
  'structure, expand_composites=False',
  (structure: unknown): unknown[] => [...leaves(structure)],
);
/** A list of leaves in the places of a structure. */
export const pack_sequence_as = define(
  'tf.nest.pack_sequence_as',
  'structure, flat_sequence, expand_composites=False',
  (structure: unknown, flat_sequence: unknown): any => {
    if (!isList(flat_sequence))
      throw new TypeError(
        `Attempted to pack value:\n  ${String(flat_sequence)}\ninto a structure, but found incompatible type \`${describeValue(flat_sequence).type}\` instead.`,
      );
    const want = [...leaves(structure)].length;
    if (want !== flat_sequence.length)
      throw valueError(
        partsOf(structure) === null
          ? `The target structure is of type \`${describeValue(structure).type}\`\n  ${pyStr(structure)}\nHowever the input is a sequence (\`${describeValue(flat_sequence).type}\`) of length ${flat_sequence.length}.\n  ${pyStr(flat_sequence)}\nnest cannot guarantee that it is safe to map one to the other.`
          : `Could not pack sequence. Structure had ${want} atoms, but flat_sequence had ${flat_sequence.length} items.  Structure: ${pyRepr(structure)}, flat_sequence: ${pyRepr(flat_sequence)}.`,
      );
    let i = 0;
    return rebuilt(structure, () => flat_sequence[i++]);
  },
);
export const assert_same_structure = define(
  'tf.nest.assert_same_structure',
  'nest1, nest2, check_types=True, expand_composites=False',
  (nest1: unknown, nest2: unknown, check_types?: unknown): null => {
    const found = difference(nest1, nest2, check_types !== false);
    if (found !== null) throw found;
    return null;
  },
);
/** A function of the leaves that stand in one place of structures, in such a structure. */
export function map_structure(func: (...leaf: any[]) => unknown, ...rest: readonly unknown[]): any {
  if (typeof func !== 'function') throw new TypeError(`func must be callable, got: ${String(func)}`);
  const last = rest.at(-1);
  const known = (key: string): boolean => key === 'check_types' || key === 'expand_composites';
  const named = isKeywords(last) && Object.keys(last).length > 0 && rest.length > 1 && Object.keys(last).every(known);
  const types = !named || last.check_types !== false;
  const structures = named ? rest.slice(0, -1) : rest;
  const [first] = structures;
  if (structures.length === 0) throw valueError('Must provide at least one structure');
  for (const other of structures.slice(1)) {
    const found = difference(first, other, types);
    if (found !== null) throw found;
  }
  const columns = structures.map((s) => [...leaves(s)]);
  let i = 0;
  return rebuilt(first, () => {
    const row = columns.map((column) => column[i]);
    i++;
    return func(...row);
  });
}
