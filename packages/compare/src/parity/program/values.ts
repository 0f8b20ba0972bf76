import { Tensor as CoreTensor, isKeywords } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat } from '@stele/core/printing';
import { type Check, plainText, type Tolerance } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { hasMember } from '../resolve';
import { isTensorRecord, readValues, scalarOf, type Values, valuesOf } from '../tensors';

type Loose = any;

/** A value of a program at the moment it was recorded. */
export type Noted =
  | { readonly kind: 'plain'; readonly value: null | boolean | number | bigint | string | PyFloat }
  | { readonly kind: 'tensor' | 'Variable' | 'ndarray'; readonly values: Values }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Noted[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Noted, Noted])[] }
  | { readonly kind: 'object'; readonly value: Loose; readonly text: string };

/** Slices of variables can be assigned to, but are no variables. */
const isVariable = (value: Loose): boolean => hasMember(value, 'assign') && hasMember(value, 'trainable');
const isDict = (value: Loose): boolean =>
  value instanceof Map ||
  (hasMember(value, 'entries') && hasMember(value, 'has') && hasMember(value, 'get')) ||
  isKeywords(value);
const entriesOf = (value: Loose): [unknown, unknown][] =>
  typeof value.entries === 'function' && !isKeywords(value) ? [...value.entries()] : Object.entries(value);

/** Copies a value, so that later writes do not change what was recorded. */
export function note(value: Loose): Noted {
  if (value === undefined || value === null) return { kind: 'plain', value: null };
  if (typeof value !== 'object' && typeof value !== 'function') return { kind: 'plain', value };
  if (value instanceof PyFloat) return { kind: 'plain', value };
  if (value instanceof CoreTensor)
    return value.symbolic || hasMember(value, 'dense_shape')
      ? object(value)
      : { kind: isVariable(value) ? 'Variable' : 'tensor', values: valuesOf(value) };
  if (value instanceof NDArray)
    return {
      kind: 'ndarray',
      values: { dtype: value.dtype, shape: [...value.shape], data: value.data.slice() as Values['data'] },
    };
  // torch.Size and other arrays that print as something of their own count as lists too
  if (Array.isArray(value)) {
    const plain = Object.getPrototypeOf(value) === Array.prototype;
    return { kind: plain ? 'list' : 'tuple', items: [...value].map(note) };
  }
  if (isDict(value)) return { kind: 'dict', entries: entriesOf(value).map(([k, v]) => [note(k), note(v)] as const) };
  return object(value);
}
const object = (value: Loose): Noted => ({ kind: 'object', value, text: plainText(value) });

const named: Readonly<Record<string, string>> = {
  plain: 'a plain value',
  tensor: 'a tensor',
  Variable: 'a Variable',
  ndarray: 'an array',
  list: 'a list',
  tuple: 'a tuple',
  dict: 'a dict',
};
export function show(noted: Noted): string {
  switch (noted.kind) {
    case 'plain':
      return plainText(noted.value);
    case 'tensor':
    case 'Variable':
    case 'ndarray':
      return `${named[noted.kind]} ${noted.values.dtype}[${noted.values.shape.join(', ')}]`;
    case 'list':
    case 'tuple':
      return `${named[noted.kind]} of ${noted.items.length}`;
    case 'dict':
      return `a dict of ${noted.entries.length}`;
    default:
      return noted.text;
  }
}

export type ToleranceOf = (where: string, dtype: string) => Tolerance;

/** How the values of a recording are to be read. */
export interface Notation {
  readonly tolerance: ToleranceOf;
  /** Whether tensors, variables and arrays are told apart. */
  readonly kinds: boolean;
}

/** Compares a noted value with a recorded one in the notation of the recordings' programs. */
export function compareNoted(check: Check, where: string, got: Noted, want: Json, notation: Notation): void {
  const differ = (expected: unknown): void => check.differ({ where, expected, got: show(got) });
  if (want === null || typeof want === 'boolean') {
    if (got.kind !== 'plain' || got.value !== want) differ(want);
    return;
  }
  if (Array.isArray(want)) {
    if (got.kind === 'list' || got.kind === 'tuple') compareItems(check, where, got.items, want, notation);
    else differ('a list');
  } else if (!isObject(want)) comparePlain(check, where, got, want, notation);
  else if (isTensorRecord(want)) compareTensor(check, where, got, want, notation);
  else if (typeof want.torch_dtype === 'string') check.same(where, show(got), `torch.${want.torch_dtype}`);
  else if (typeof want.bigint === 'string') check.same(where, show(got), want.bigint);
  else if (want.kind === 'tuple') {
    if (got.kind === 'list' || got.kind === 'tuple')
      compareItems(check, where, got.items, want.items as Json[], notation);
    else differ('a tuple');
  } else if (want.kind === 'dict') compareDict(check, where, got, want.items as JsonObject, notation);
  else if (want.kind !== undefined) compareObject(check, where, got, want, notation);
  else if (isObject(want.state_dict) && got.kind === 'object')
    compareDict(check, where, note(got.value.state_dict()), want.state_dict, notation);
  // PyTorch's programs write dicts as they are
  else compareDict(check, where, got, want, notation);
}

function compareItems(check: Check, where: string, got: readonly Noted[], want: readonly Json[], t: Notation): void {
  if (got.length !== want.length) check.differ({ where: `length of ${where}`, expected: want.length, got: got.length });
  want.forEach((w, i) => {
    compareNoted(check, `${where}[${i}]`, got[i]!, w, t);
  });
}

function comparePlain(check: Check, where: string, got: Noted, want: Json, t: Notation): void {
  const number = typeof want === 'string' && !['NaN', 'Infinity', '-Infinity'].includes(want) ? null : scalarOf(want);
  if (number === null) {
    const text = got.kind === 'plain' && typeof got.value === 'string' ? got.value : show(got);
    check.same(where, text, want);
    return;
  }
  // a NumPy scalar of float64 is a number of Python's
  const scalar = got.kind === 'ndarray' && got.values.shape.length === 0 && got.values.dtype === 'float64';
  const own =
    got.kind === 'plain' && typeof got.value !== 'boolean' && typeof got.value !== 'string'
      ? scalarOf(got.value)
      : scalar
        ? Number(got.values.data[0])
        : null;
  if (own === null) check.differ({ where, expected: number, got: show(got) });
  check.number(where, own, number, t.tolerance(where, 'float64'));
}

/** The texts of a value of TensorFlow's strings: tensors of them, byte strings, lists. */
function textsIn(noted: Noted): string[] {
  if (noted.kind === 'list' || noted.kind === 'tuple') return noted.items.flatMap(textsIn);
  if (noted.kind === 'plain') return [String(noted.value)];
  if (noted.kind !== 'object') return [show(noted)];
  const { value } = noted;
  if (typeof value.texts === 'function') return value.texts();
  const bytes = value instanceof Uint8Array ? value : value.data;
  return [bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : noted.text];
}

function compareTensor(check: Check, where: string, got: Noted, want: JsonObject, t: Notation): void {
  const kind =
    typeof want.kind === 'string' && want.kind !== 'KerasVariable'
      ? want.kind
      : want.kind === 'KerasVariable'
        ? 'Variable'
        : 'tensor';
  if (want.dtype === 'string') {
    check.same(where, textsIn(got), want.data);
    return;
  }
  const expected = readValues(want);
  const array = got.kind === 'tensor' || got.kind === 'Variable' || got.kind === 'ndarray';
  if (got.kind !== kind && !(array && !t.kinds)) {
    // a NumPy scalar may come as Python's number of its kind
    const own =
      got.kind === 'plain' && (kind === 'ndarray' || !t.kinds) && expected.shape.length === 0
        ? scalarOf(got.value as Json)
        : null;
    if (own === null) check.differ({ where, expected: named[kind] ?? kind, got: show(got) });
    check.number(where, own, Number(expected.data[0]), t.tolerance(where, expected.dtype));
    return;
  }
  check.values(where, (got as { values: Values }).values, expected, t.tolerance(where, expected.dtype));
}

const keyText = (key: Noted): string =>
  key.kind === 'plain' ? (typeof key.value === 'string' ? key.value : plainText(key.value)) : show(key);

function compareDict(check: Check, where: string, got: Noted, want: JsonObject, t: Notation): void {
  if (got.kind !== 'dict') check.differ({ where, expected: 'a dict', got: show(got) });
  const own = new Map(got.entries.map(([k, v]) => [keyText(k), v]));
  check.same(`keys of ${where}`, [...own.keys()].sort(), Object.keys(want).sort());
  for (const [key, value] of Object.entries(want)) compareNoted(check, `${where}[${key}]`, own.get(key)!, value, t);
}

function compareObject(check: Check, where: string, got: Noted, want: JsonObject, t: Notation): void {
  const value: Loose = got.kind === 'object' ? got.value : got;
  const dims = (shape: Loose): unknown =>
    [...(shape?.dims ?? shape?.as_list?.() ?? shape ?? [])].map((d: Loose) => (d === null ? null : Number(d)));
  switch (want.kind) {
    case 'TensorShape': {
      const shape =
        got.kind === 'tuple' || got.kind === 'list'
          ? got.items.map((i) => (i.kind === 'plain' ? i.value : null))
          : dims(value);
      check.same(where, shape, want.dims);
      return;
    }
    case 'DType':
      check.same(where, String(value.name ?? value), want.name);
      return;
    case 'TensorSpec':
    case 'SymbolicTensor':
      check.same(`shape of ${where}`, dims(value.shape), want.shape);
      check.same(`dtype of ${where}`, String(value.dtype?.name ?? value.dtype), want.dtype);
      return;
    case 'IndexedSlices':
      if (got.kind !== 'object') check.differ({ where, expected: 'IndexedSlices', got: show(got) });
      for (const part of ['values', 'indices', 'dense_shape'] as const)
        if (want[part] !== null && want[part] !== undefined)
          compareNoted(check, `${where}.${part}`, note(value[part]), want[part], t);
      return;
    case 'Ragged':
      compareNoted(check, where, note(value.to_list?.() ?? value), want.list!, t);
      return;
    default:
      // what has no notation of its own is named by its class
      check.same(where, String(value?.__typename__ ?? value?.constructor?.name), want.type);
  }
}
