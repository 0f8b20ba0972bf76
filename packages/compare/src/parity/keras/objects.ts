import { Tensor as CoreTensor, coreFamily, isKeywords } from '@stele/core';
import { PyFloat } from '@stele/core/printing';
import * as keras from '@stele/keraslike';
import type { Check, Tolerance } from '../check';
import { plainText } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { BrokenRow, Unsupported } from '../outcome';
import { callMethod, callPython, hasMember, type Member, resolve } from '../resolve';
import { isTensorRecord, makeTensor, readValues, scalarOf, type Values, valuesOf } from '../tensors';

export type Loose = any;

export const roots: Readonly<Record<string, unknown>> = { keras };
export const isTensor = (x: unknown): x is CoreTensor => x instanceof CoreTensor;
export const tensorOf = (value: Json): CoreTensor => makeTensor(readValues(value), coreFamily);
export const optionalTensor = (value: Json | undefined): CoreTensor | null =>
  value === null || value === undefined ? null : tensorOf(value);

/** |got - want| <= tol * (1 + |want|) */
export const within = (tol: number): Tolerance => ({ rtol: tol, atol: tol });

/** A plain argument: words for numbers that are not finite become numbers, tensors tensors. */
export function plainArgument(value: Json): unknown {
  if (Array.isArray(value)) return value.map(plainArgument);
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (!isObject(value)) return value;
  if (isTensorRecord(value)) return tensorOf(value);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plainArgument(v)]));
}

export const member = (name: string): Member => resolve(name, roots);
export function call(name: string, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>> = {}): Loose {
  const { value, owner } = member(name);
  return callPython(name, value, owner, args, kwargs);
}

const isSerialized = (value: unknown): value is JsonObject =>
  isObject(value) && typeof value.class_name === 'string' && isObject(value.config);

/**
 * Makes the object of a serialized one: by `keras.saving.deserialize_keras_object` where it is there, else by the
 * namespace's `deserialize`, else by the class' `from_config`, else by its constructor.
 */
export function deserialize(serialized: JsonObject, extra: Readonly<Record<string, unknown>> = {}): Loose {
  const module = String(serialized.module ?? 'keras');
  const name = String(serialized.class_name);
  const bare = Object.keys(extra).length === 0;
  // a public class that the facade lacks is missing by its name, whatever deserializing would say
  if (/^keras(\.\w+)?$/.test(module)) member(`${module}.${name}`);
  if (bare && hasMember(keras.saving, 'deserialize_keras_object'))
    return call('keras.saving.deserialize_keras_object', [plainArgument(serialized)]);
  const { value, owner } = member(`${module}.${name}`);
  if (bare && hasMember(owner, 'deserialize')) return call(`${module}.deserialize`, [plainArgument(serialized)]);
  if (bare && hasMember(value, 'from_config'))
    return callMethod(value, 'from_config', [plainArgument(serialized.config!)], {}, `${module}.${name}`);
  const config = Object.fromEntries(
    Object.entries(serialized.config as JsonObject).map(([key, v]) => [key, constructorArgument(v)]),
  );
  return callPython(`${module}.${name}`, value, owner, [], { ...config, ...extra });
}
function constructorArgument(value: Json): unknown {
  if (Array.isArray(value)) return value.map(constructorArgument);
  if (!isSerialized(value)) return plainArgument(value);
  if (value.class_name === 'DTypePolicy') return (value.config as JsonObject).name;
  return deserialize(value);
}

const field = (value: unknown, key: string): unknown =>
  value instanceof Map ? value.get(key) : (value as Record<string, unknown>)[key];
const keysOf = (value: unknown): string[] => (value instanceof Map ? [...value.keys()] : Object.keys(value as object));
const isRecord = (value: unknown): boolean => value instanceof Map || isKeywords(value);

/** What differs from session to session or between versions and backends. */
const incidental = new Set(['shared_object_id', 'date_saved', 'registered_name', 'quantization_config']);

/** Classes of the program are known by the names under which they are registered, wherever they were defined. */
const ofProgram = (serialized: JsonObject): boolean => String(serialized.registered_name ?? '').includes('>');

/** Configurations: the keys that both sides have. */
export function compareConfig(check: Check, where: string, got: unknown, want: Json): void {
  if (isObject(want)) {
    if (!isRecord(got)) check.differ({ where, expected: plainText(want), got: plainText(got) });
    const own = new Set(keysOf(got));
    for (const [key, value] of Object.entries(want))
      if (own.has(key) && !incidental.has(key) && !(key === 'module' && ofProgram(want)))
        compareConfig(check, `${where}.${key}`, field(got, key), value);
    return;
  }
  if (Array.isArray(want)) {
    const list = Array.isArray(got) ? got : null;
    if (list === null || list.length !== want.length)
      check.differ({ where, expected: plainText(want), got: plainText(got) });
    want.forEach((w, i) => {
      compareConfig(check, `${where}[${i}]`, list[i], w);
    });
    return;
  }
  if (typeof want === 'number' || want instanceof PyFloat) {
    const number = typeof got === 'boolean' || typeof got === 'string' ? null : scalarOf(got as Json);
    if (number === null || !(number === Number(want)))
      check.differ({ where, expected: Number(want), got: number ?? plainText(got) });
    return;
  }
  // backends have optimizers of their own, which stand for Keras' own
  if (where.endsWith('.module') && /^keras\.src\.backend\.\w+\.optimizers\./.test(String(want))) {
    check.same(where, got ?? null, 'keras.optimizers');
    return;
  }
  check.same(where, got ?? null, want);
}

/** A result as values: a tensor, an array, a number or a list of numbers. */
export function valuesOfAny(value: unknown, like: Values): Values {
  if (isTensor(value)) return valuesOf(value);
  if (typeof value === 'object' && value !== null && 'data' in value && 'shape' in value && 'dtype' in value) {
    const array = value as { data: Values['data']; shape: readonly number[]; dtype: Values['dtype'] };
    return { dtype: array.dtype, shape: [...array.shape], data: array.data };
  }
  // Python numbers and lists of them have no dtype of their own
  const list = (Array.isArray(value) ? value.flat(10) : [value]).map((v) => scalarOf(v as Json));
  if (list.some((v) => v === null)) throw new BrokenRow(`a result that is no number: ${plainText(value)}`);
  const data = new Float64Array(list as number[]);
  return {
    dtype: 'float64',
    shape: Array.isArray(value) ? shapeOf(value) : like.shape.length === 0 ? [] : [list.length],
    data,
  };
}
const shapeOf = (value: unknown): number[] => (Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : []);

/** Compares a tensor; a Python number stands for a tensor of any float dtype. */
export function compareTensor(check: Check, where: string, got: unknown, want: Json, tolerance: Tolerance): void {
  const expected = readValues(want);
  if (got === null || got === undefined) check.differ({ where, expected: 'a tensor', got: 'None' });
  const typed = isTensor(got) || (typeof got === 'object' && 'dtype' in got);
  check.values(where, valuesOfAny(got, expected), expected, tolerance, typed);
}

/** Weights in order: names, shapes and values. */
export function compareWeights(
  check: Check,
  where: string,
  got: readonly Loose[],
  want: readonly JsonObject[],
  fits = (path: string, recorded: string): boolean => path === recorded,
): void {
  check.same(
    `${where}: names`,
    got.map((w) => String(w.name)),
    want.map((w) => w.name),
  );
  want.forEach((w, i) => {
    check.same(`${where}: shape of ${String(w.name)}`, [...got[i].shape], w.shape);
    if (typeof w.path === 'string' && !fits(String(got[i].path), w.path))
      check.same(`${where}: path`, String(got[i].path), w.path);
    if (typeof w.trainable === 'boolean')
      check.same(`${where}: trainable ${String(w.path)}`, got[i].trainable, w.trainable);
  });
}

/** Names begin anew, as in a fresh process. */
export function clearSession(): void {
  for (const owner of [keras.utils, (keras as Loose).backend] as Loose[])
    if (hasMember(owner, 'clear_session')) {
      owner.clear_session();
      return;
    }
}
/** Names and seeds begin anew. */
export function freshSession(): void {
  clearSession();
  keras.utils.set_random_seed(0);
}

export const rows = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
export const need = (row: JsonObject, key: string): Json => {
  const value = row[key];
  if (value === undefined) throw new BrokenRow(`the row has no '${key}'`);
  return value;
};
export const needObject = (row: JsonObject, key: string): JsonObject => {
  const value = need(row, key);
  if (!isObject(value)) throw new BrokenRow(`'${key}' is not an object`);
  return value;
};

/** `keras.x.get(name)` for each name, or the class of the error that it raises. */
export function compareGets(
  check: Check,
  namespace: string,
  names: JsonObject,
  compare: (name: string, got: Loose, want: Json) => void,
): void {
  for (const [name, want] of Object.entries(names)) {
    const error = isObject(want) ? want.error : typeof want === 'string' ? /^ERROR (\w+)/.exec(want)?.[1] : undefined;
    if (error === undefined) {
      compare(`get('${name}')`, call(`keras.${namespace}.get`, [name]), want);
      continue;
    }
    let got: Loose;
    try {
      got = call(`keras.${namespace}.get`, [name]);
    } catch (thrown) {
      if (thrown instanceof Unsupported) throw thrown;
      // what follows the class in the recording is its message
      check.same(`error of get('${name}')`, (thrown as Error).name, String(error).split(/[ :]/)[0]);
      continue;
    }
    check.differ({ where: `get('${name}')`, expected: String(error), got: plainText(got) });
  }
}
