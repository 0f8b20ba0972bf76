import type { CaseContext } from '../adapter';
import type { Check } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { alignPaths, pathFits } from '../paths';
import { scalarOf } from '../tensors';
import { customObjects, registerCustom } from './custom';
import {
  call,
  compareConfig,
  compareTensor,
  compareWeights,
  deserialize,
  type Loose,
  need,
  needObject,
  plainArgument,
  rows,
  tensorOf,
  within,
} from './objects';

const values = within(1e-5);

/** A model of a recorded configuration, not compiled; the recordings' own classes by hand where there is no register. */
export function modelOf(serialized: JsonObject): Loose {
  const { compile_config: _, ...bare } = serialized;
  const name = String(serialized.class_name);
  if (!(name in customObjects) || registerCustom()) return deserialize(bare);
  const Made = customObjects[name] as new (config: object) => Loose;
  const { dtype: _dtype, ...config } = plainArgument(serialized.config!) as Record<string, unknown>;
  return new Made(config);
}

/** Inputs of a model: a tensor, a list or a record of them. */
export function inputsOf(value: Json): Loose {
  if (Array.isArray(value)) return value.map((v) => inputsOf(v));
  if (isObject(value) && !('shape' in value))
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, inputsOf(v)]));
  return tensorOf(value);
}

/** Outputs of the same structure. */
export function compareOutputs(check: Check, where: string, got: Loose, want: Json, tolerance = values): void {
  if (Array.isArray(want))
    want.forEach((w, i) => {
      compareOutputs(check, `${where}[${i}]`, got?.[i], w, tolerance);
    });
  else if (isObject(want) && !('shape' in want))
    for (const [key, w] of Object.entries(want))
      compareOutputs(check, `${where}.${key}`, got instanceof Map ? got.get(key) : got?.[key], w, tolerance);
  else compareTensor(check, where, got, want, tolerance);
}

export const setWeights = (model: Loose, recorded: readonly JsonObject[]): void =>
  model.set_weights(recorded.map((w) => tensorOf(w.value ?? w)));

/** Gives a model its weights by the shapes of its inputs, if it has none yet. */
export function ensureBuilt(model: Loose, serialized: JsonObject): void {
  if (model.built === true) return;
  const config = serialized.build_config;
  if (isObject(config) && config.input_shape !== undefined) model.build(plainArgument(config.input_shape));
}

function summaryLines(model: Loose, args: Json | undefined): string[] {
  const lines: string[] = [];
  const options = (plainArgument(args ?? {}) ?? {}) as Record<string, unknown>;
  model.summary({ ...options, print_fn: (text: string) => lines.push(...String(text).split('\n')) });
  return lines;
}
const trimmed = (lines: readonly unknown[]): string[] => {
  const out = lines.map(String);
  while (out.at(-1) === '') out.pop();
  return out;
};

export function runModel(row: JsonObject, { check }: CaseContext): void {
  if (isObject(row.auto_names)) {
    for (const [kind, names] of Object.entries(row.auto_names)) compareNames(kind, names as Json[], check);
    return;
  }
  if (row.kind === 'roundtrip') {
    runRoundtrip(row, check);
    return;
  }
  const serialized = needObject(row, 'to_json');
  const { build_config: _, ...unbuilt } = serialized;
  const model = modelOf(isObject(row.before_build) ? unbuilt : serialized);
  if (isObject(row.before_build)) compareDescription(check, 'before build: ', model, row.before_build);
  ensureBuilt(model, serialized);
  const recorded = rows(row.weights);
  compareWeights(check, 'weights', model.weights, recorded, pathFits);
  setWeights(model, recorded);
  compareOutputs(
    check,
    'outputs',
    model.predict_sync(inputsOf(need(row, 'inputs')), { verbose: 0 }),
    need(row, 'outputs'),
  );
  if (isObject(serialized.compile_config) && serialized.compile_config.optimizer !== undefined)
    compileFitted(model, serialized.compile_config);
  compareDescription(check, '', model, row);
  for (const key of ['trainable_weights', 'non_trainable_weights'] as const) {
    const own = model[key].map((w: Loose) => String(w.path));
    check.same(key, alignPaths(own, row[key] as Json[]), row[key]);
  }
  check.same('count_params', model.count_params(), Number(scalarOf(row.count_params)));
  for (const key of ['input_shape', 'output_shape', 'input_names', 'output_names'] as const)
    if (row[key] !== undefined && row[key] !== null) check.same(key, spread(model[key]), row[key]);
}
const spread = (value: Loose): unknown => (Array.isArray(value) ? value.map(spread) : (value ?? null));

function compareDescription(check: Check, when: string, model: Loose, want: JsonObject): void {
  if (want.name !== undefined) check.same(`${when}name`, model.name, want.name);
  if (want.built !== undefined) check.same(`${when}built`, model.built, want.built);
  if (Array.isArray(want.layers))
    check.same(
      `${when}layers`,
      model.layers.map((l: Loose) => `${l.name} ${l.constructor.name}`),
      rows(want.layers).map((l) => `${String(l.name)} ${String(l.class_name)}`),
    );
  if (Array.isArray(want.summary))
    check.same(`${when}summary`, trimmed(summaryLines(model, {})).join('\n'), trimmed(want.summary).join('\n'));
  for (const [key, value] of Object.entries(want))
    if (key.startsWith('summary_') && isObject(value))
      check.same(
        `${when}${key}`,
        trimmed(summaryLines(model, value.args)).join('\n'),
        trimmed(value.lines as Json[]).join('\n'),
      );
  if (want.get_config !== undefined) compareConfig(check, `${when}get_config`, model.get_config(), want.get_config);
  if (want.to_json !== undefined) compareConfig(check, `${when}to_json`, JSON.parse(model.to_json()), want.to_json);
}

/** As after a fit, when the optimizer has its variables: the summary counts them. */
function compileFitted(model: Loose, config: JsonObject): void {
  compileAs(model, config);
  model.optimizer.build([...model.trainable_variables]);
}

/** Compiles as a recorded configuration says. */
export function compileAs(model: Loose, config: JsonObject): void {
  const made: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (key === 'jit_compile' || key === 'steps_per_execution' || value === null) continue;
    made[key] = revive(value);
  }
  model.compile(made);
}
function revive(value: Json): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (!isObject(value)) return plainArgument(value);
  if (typeof value.class_name === 'string' && isObject(value.config)) {
    // the recordings' own backend names its optimizers after itself
    const module = String(value.module ?? '').startsWith('keras.src.backend') ? 'keras.optimizers' : value.module!;
    return deserialize({ ...value, module });
  }
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, revive(v)]));
}

/** Three instances of a class, named one after the other. */
function compareNames(kind: string, names: readonly Json[], check: Check): void {
  const made = names.map(() => instance(kind).name as string);
  check.same(`names of ${kind}`, made, names);
}
/** What each class needs to be made. */
const needed: Readonly<Record<string, () => unknown[]>> = {
  Dense: () => [1],
  Conv1D: () => [1, 1],
  Conv2D: () => [1, 1],
  Conv3D: () => [1, 1],
  Conv1DTranspose: () => [1, 1],
  Conv2DTranspose: () => [1, 1],
  SeparableConv1D: () => [1, 1],
  SeparableConv2D: () => [1, 1],
  DepthwiseConv1D: () => [1],
  DepthwiseConv2D: () => [1],
  LSTM: () => [1],
  GRU: () => [1],
  SimpleRNN: () => [1],
  Dropout: () => [0.5],
  SpatialDropout1D: () => [0.5],
  SpatialDropout2D: () => [0.5],
  GaussianNoise: () => [0.5],
  GaussianDropout: () => [0.5],
  AlphaDropout: () => [0.5],
  Embedding: () => [2, 2],
  MultiHeadAttention: () => [1, 1],
  Activation: () => ['relu'],
  RepeatVector: () => [2],
  Reshape: () => [[1]],
  Permute: () => [[1]],
  Rescaling: () => [1],
  Resizing: () => [1, 1],
  CenterCrop: () => [1, 1],
  CategoryEncoding: () => [2],
  Lambda: () => [(x: unknown) => x],
  EinsumDense: () => ['ab,bc->ac', 2],
  Dot: () => [1],
  TimeDistributed: () => [call('keras.layers.Dense', [1], { name: 'inner' })],
  Bidirectional: () => [call('keras.layers.LSTM', [1], { name: 'inner' })],
  InputLayer: () => [{ shape: [1] }],
  AveragePooling1D: () => [2],
  AveragePooling2D: () => [2],
  AveragePooling3D: () => [2],
};
const instance = (kind: string): Loose => call(`keras.layers.${kind}`, needed[kind]?.() ?? []);

function runRoundtrip(row: JsonObject, check: Check): void {
  const serialized = needObject(row, 'model');
  const model = modelOf(serialized);
  const weights = rows(row.weights);
  setWeights(model, weights);
  const inputs = inputsOf(need(row, 'inputs'));
  compareOutputs(check, 'outputs', model.predict_sync(inputs, { verbose: 0 }), need(row, 'outputs'));
  const again = call('keras.models.model_from_json', [model.to_json()]);
  setWeights(again, weights);
  compareOutputs(
    check,
    'outputs of from_json',
    again.predict_sync(inputs, { verbose: 0 }),
    need(row, 'from_json_outputs'),
  );
  const clone = call('keras.models.clone_model', [model]);
  check.same(
    'weights of the clone',
    clone.weights.map((w: Loose) => String(w.path)),
    row.clone_weight_paths,
  );
}
