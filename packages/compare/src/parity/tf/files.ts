import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tensor as CoreTensor } from '@stele/core';
import * as tf from '@stele/tflow';
import type { CaseContext } from '../adapter';
import type { Check, Tolerance } from '../check';
import { exact } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { BrokenRow, Unsupported } from '../outcome';
import { findByPath } from '../paths';
import { callPython, hasMember, resolve } from '../resolve';
import { isTensorRecord, readValues, type Values, valuesOf } from '../tensors';
import { describe, isTensor, tensorOf } from './values';

type Loose = any;

const roots: Readonly<Record<string, unknown>> = { tf };
const call = (name: string, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>> = {}): Loose => {
  const { value, owner } = resolve(name, roots);
  return callPython(name, value, owner, args, kwargs);
};

const near: Tolerance = { rtol: 1e-5, atol: 1e-6 };

function valuesFrom(value: unknown): Values | null {
  if (isTensor(value)) return valuesOf(value);
  if (hasMember(value, 'data') && hasMember(value, 'shape') && hasMember(value, 'dtype')) {
    const array = value as { data: Values['data']; shape: readonly number[]; dtype: Values['dtype'] };
    return { dtype: array.dtype, shape: [...array.shape], data: array.data };
  }
  return null;
}
/** Byte strings in any nesting, as text. */
function textsOf(value: Loose): string[] {
  const plain = hasMember(value, 'tolist') ? value.tolist() : value;
  return Array.isArray(plain) ? plain.flatMap(textsOf) : [Buffer.from(bytesOf(plain)).toString('utf8')];
}
function compare(check: Check, where: string, got: unknown, want: Json, tolerance: Tolerance): void {
  if (isObject(want) && want.dtype === 'string') {
    check.same(where, textsOf(got), want.data!);
    return;
  }
  const own = valuesFrom(got);
  if (own === null) check.differ({ where, expected: 'a tensor', got: describe(got) });
  else check.values(where, own, readValues(want), tolerance);
}
const fieldOf = (value: Loose, key: string): unknown =>
  value instanceof Map ? value.get(key) : hasMember(value, key) ? value[key] : undefined;

export function runFile(row: JsonObject, context: CaseContext): void {
  const kind = String(row.kind);
  const run = kinds[kind];
  if (run === undefined) throw new Unsupported(`file kind ${kind}`, `the runner does not know files of kind '${kind}'`);
  run(row, context.check, typeof row.file === 'string' ? pathOf(row.file, context.file.folder) : '');
}
function pathOf(file: string, folder: string): string {
  const path = join(folder, file);
  if (!existsSync(path) && !existsSync(`${path}.index`)) throw new BrokenRow(`there is no ${file} beside the index`);
  return path;
}

type Run = (row: JsonObject, check: Check, path: string) => void;
/** A recorded input: a tensor, or texts of a shape. */
function inputOf(value: Json): CoreTensor {
  if (!isObject(value) || value.dtype !== 'string') return tensorOf(value);
  const nested = (sizes: readonly number[], list: readonly Json[]): Json => {
    if (sizes.length === 0) return list[0]!;
    const step = list.length / (sizes[0] || 1);
    return Array.from({ length: sizes[0]! }, (_, i) => nested(sizes.slice(1), list.slice(i * step, (i + 1) * step)));
  };
  return call('tf.constant', [nested(value.shape as number[], value.data as Json[]), tf.string]);
}
const inputsOf = (row: JsonObject): CoreTensor[] => ((row.input as JsonObject).inputs as Json[]).map(inputOf);
const single = (list: readonly unknown[]): unknown => (list.length === 1 ? list[0] : list);
const listOf = (value: Json): Json[] => (Array.isArray(value) ? value : [value]);

const savedModel: Run = (row, check, path) => {
  const loaded = call('tf.saved_model.load', [path]);
  const input = row.input as JsonObject;
  const signature = fieldOf(loaded.signatures, String(input.signature)) as Loose;
  const inputs = Object.fromEntries(Object.entries(input.inputs as JsonObject).map(([k, v]) => [k, inputOf(v)]));
  for (const [name, want] of Object.entries(isObject(row.variables) ? row.variables : {})) {
    const got = name.split('/').reduce<unknown>((v, key) => fieldOf(v, key), loaded);
    compare(check, `variable ${name}`, got, want, exact);
  }
  const outputs = signature(inputs);
  for (const [name, want] of Object.entries(row.expected as JsonObject))
    compare(check, name, fieldOf(outputs, name), want, near);
};

function compareKeras(row: JsonObject, check: Check, model: Loose): void {
  const weights: Loose[] = [...model.weights];
  for (const [path, want] of Object.entries(row.weights as JsonObject))
    compare(check, path, findByPath(weights, path), want, exact);
  const outputs = model.predict_sync(single(inputsOf(row)), { verbose: 0 });
  listOf(row.expected!).forEach((want, i) => {
    compare(check, `output ${i}`, Array.isArray(row.expected) ? outputs[i] : outputs, want, { rtol: 1e-5, atol: 1e-5 });
  });
  if (!isObject(row.optimizer_variables)) return;
  const state: Loose[] = [...model.optimizer.variables];
  for (const [path, want] of Object.entries(row.optimizer_variables))
    compare(check, path, findByPath(state, path), want, exact);
}
const kerasFile: Run = (row, check, path) => compareKeras(row, check, call('tf.keras.models.load_model', [path]));
const weightsFile: Run = (row, check, path) => {
  const model = call('tf.keras.models.model_from_json', [(row.input as JsonObject).model_json]);
  model.load_weights(path);
  compareKeras(row, check, model);
};

const tflite: Run = (row, check, path) => {
  const interpreter = call('tf.lite.Interpreter', [], { model_path: path });
  const inputs = inputsOf(row);
  const details = [...interpreter.get_input_details()];
  const number = (value: unknown): number => Number(value);
  inputs.forEach((t, i) => {
    const want = fieldOf(details[i], 'shape') as Iterable<number>;
    if (String([...want].map(number)) !== String(t.sizes))
      interpreter.resize_tensor_input(fieldOf(details[i], 'index'), [...t.sizes]);
  });
  interpreter.allocate_tensors();
  inputs.forEach((t, i) => {
    interpreter.set_tensor(fieldOf(details[i], 'index'), t);
  });
  interpreter.invoke();
  const outputs = [...interpreter.get_output_details()];
  // weights in 8 bits: one step of the output; dynamic ranges 1e-2
  const loose = /int8/.test(String(row.file)) || /dynamic/.test(String(row.file));
  (row.expected as Json[]).forEach((want, i) => {
    const [scale] = [...((fieldOf(outputs[i], 'quantization') as Iterable<number> | undefined) ?? [0])].map(number);
    const tolerance = loose ? { rtol: 1e-2, atol: Math.max(1e-2, scale ?? 0) } : near;
    const got = interpreter.get_tensor(fieldOf(outputs[i], 'index'));
    // one step of an integer output is a difference of 1
    const steps = /int8/.test(String(row.file)) && isObject(want) && /^u?int(8|16)$/.test(String(want.dtype));
    if (steps) compareSteps(check, `output ${i}`, got, want);
    else compare(check, `output ${i}`, got, want, tolerance);
  });
};

function compareSteps(check: Check, where: string, got: unknown, want: Json): void {
  const [own, wanted] = [valuesFrom(got), readValues(want)];
  check.same(`${where}'s dtype`, own?.dtype, wanted.dtype);
  const plain = (v: Values): Values => ({
    dtype: 'float32',
    shape: v.shape,
    data: Float32Array.from(v.data as Int8Array),
  });
  if (own !== null) check.values(where, plain(own), plain(wanted), { rtol: 0, atol: 1 });
}

const checkpoint: Run = (row, check, path) => {
  const reader = call('tf.train.load_checkpoint', [path]);
  const keys = reader.get_variable_to_shape_map();
  const names = keys instanceof Map ? [...keys.keys()] : Object.keys(keys);
  const wanted = row.expected as JsonObject;
  // TensorFlow's own bookkeeping is no variable
  check.same(
    'keys',
    names.filter((n) => n !== '_CHECKPOINTABLE_OBJECT_GRAPH').sort(),
    Object.keys(wanted)
      .filter((n) => n !== '_CHECKPOINTABLE_OBJECT_GRAPH')
      .sort(),
  );
  for (const [key, want] of Object.entries(wanted))
    if (isTensorRecord(want)) compare(check, key, reader.get_tensor(key), want, exact);
  if (typeof row.state_file === 'string')
    check.same('latest_checkpoint', String(call('tf.train.latest_checkpoint', [dirname(path)])), path);
};

const bytesOf = (value: Loose): Uint8Array => {
  const plain = isTensor(value) ? (value as Loose).numpy() : value;
  const inner = hasMember(plain, 'item') ? plain.item() : plain;
  if (inner instanceof Uint8Array) return inner;
  if (hasMember(inner, 'bytes') && inner.bytes instanceof Uint8Array) return inner.bytes;
  if (typeof inner === 'string') return new Uint8Array(Buffer.from(inner, 'utf8'));
  throw new Unsupported('tf.string values as bytes');
};

const records: Run = (row, check, path) => {
  const dataset = call(
    'tf.data.TFRecordDataset',
    [path],
    row.compression === '' ? {} : { compression_type: row.compression },
  );
  const got = [...dataset].map(bytesOf);
  const wanted = (row.expected as JsonObject).records as JsonObject[];
  check.same('number of records', got.length, wanted.length);
  wanted.forEach((want, i) => {
    check.same(`bytes of record ${i}`, got[i]!.length, Number(want.bytes));
    if (typeof want.base64 === 'string')
      check.same(`record ${i}`, Buffer.from(got[i]!).toString('base64'), want.base64);
    if (isObject(want.example) && want.base64 === undefined)
      compareExample(check, `record ${i}`, call('tf.train.Example.FromString', [got[i]]), want.example);
  });
};
function compareExample(check: Check, where: string, example: Loose, want: JsonObject): void {
  for (const [name, feature] of Object.entries(want)) {
    const got = fieldOf(example.features.feature, name) as Loose;
    for (const [kind, values] of Object.entries(feature as JsonObject)) {
      // a feature of no kind
      if (values === null) continue;
      const own = [...(got?.[kind]?.value ?? [])];
      const text = kind === 'bytes_list' ? own.map((b) => Buffer.from(bytesOf(b)).toString('base64')) : own.map(Number);
      if (kind === 'float_list')
        (values as Json[]).forEach((v, i) => {
          check.number(`${where}.${name}[${i}]`, Number(text[i]), Number(v), { rtol: 1e-7, atol: 0 });
        });
      else
        check.same(
          `${where}.${name}`,
          text,
          (values as Json[]).map((v) => (kind === 'bytes_list' ? v : Number(v))),
        );
    }
  }
}

const proto: Run = (row, check) => {
  const bytes = new Uint8Array(Buffer.from(String(row.serialized_hex), 'hex'));
  const meaning = row.meaning!;
  if (isTensorRecord(meaning)) {
    const dtype = (tf as Loose)[String((meaning as JsonObject).dtype)];
    if (dtype === undefined) throw new Unsupported(`tf.${String((meaning as JsonObject).dtype)}`);
    compare(check, 'tensor', call('tf.io.parse_tensor', [bytes, dtype]), meaning, exact);
    return;
  }
  const example = call('tf.train.SequenceExample.FromString', [bytes]);
  const { context, feature_lists } = meaning as { context: JsonObject; feature_lists: JsonObject };
  compareExample(check, 'context', { features: example.context }, context);
  for (const [name, list] of Object.entries(feature_lists)) {
    const features = [...(fieldOf(example.feature_lists.feature_list, name) as Loose).feature];
    (list as JsonObject[]).forEach((want, i) => {
      compareExample(check, `${name}[${i}]`, { features: { feature: { [name]: features[i] } } }, { [name]: want });
    });
  }
};

const imageReaders: readonly (readonly [RegExp, string])[] = [
  [/\.png$/i, 'tf.io.decode_png'],
  [/\.jpe?g$/i, 'tf.io.decode_jpeg'],
];
const image: Run = (row, check, path) => {
  const bytes = new Uint8Array(readFileSync(path));
  const name = imageReaders.find(([ends]) => ends.test(path))?.[1] ?? 'tf.io.decode_image';
  compare(check, 'pixels', call(name, [bytes]), row.expected!, exact);
};

const events: Run = (row, check, path) => {
  const wanted = (row.expected as JsonObject).events as JsonObject[];
  const got: Record<string, Loose>[] = [];
  for (const event of call('tf.compat.v1.train.summary_iterator', [path]) as Iterable<Loose>)
    for (const value of event.summary?.value ?? [])
      got.push({
        step: Number(event.step),
        tag: value.tag,
        plugin: value.metadata?.plugin_data?.plugin_name || null,
        value,
      });
  const plain = wanted.filter((e) => e.tag !== undefined);
  check.same('number of values', got.length, plain.length);
  plain.forEach((want, i) => {
    const { step, tag, plugin, value } = got[i]!;
    check.same(`event ${i}`, [step, tag, plugin], [Number(want.step), want.tag, want.plugin ?? null]);
    if (want.value !== undefined)
      check.number(`${tag} at ${step}`, Number(value.simple_value), Number(want.value), near);
    if (isTensorRecord(want.tensor))
      compare(check, `${tag} at ${step}`, call('tf.make_ndarray', [value.tensor]), want.tensor!, near);
  });
};

const kinds: Readonly<Record<string, Run>> = {
  savedmodel: savedModel,
  keras: kerasFile,
  weights_h5: weightsFile,
  tflite,
  checkpoint,
  tfrecord: records,
  proto,
  image,
  tfevents: events,
};
