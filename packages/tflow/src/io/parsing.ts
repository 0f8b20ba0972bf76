import { declareSignature, describeValue, fromArray, ops } from '@stele/core';
import { type Features, type FeatureValue, readExample } from '@stele/core/formats/tfrecord';
import { pyStr } from '@stele/core/printing';
import { define } from '../define';
import { bind } from '../dispatch';
import { as_dtype, type DType, type DTypeLike, kernelName } from '../dtypes';
import { InvalidArgumentError, valueError } from '../errors';
import { entriesOf } from '../nest';
import { StringTensor } from '../strings';
import { type Tensor, type TensorLike, tfFamily, toTensor } from '../tensor';
import { SparseTensor } from './sparse';
import { isStringLike, toStrings } from './strings';

/** The fields that a named tuple cannot be without. */
function needFields(name: string, needed: readonly string[], given: Record<string, unknown>): void {
  const missing = needed.filter((key) => !(key in given)).map((key) => `'${key}'`);
  if (missing.length > 0)
    throw new TypeError(
      `${name}.__new__() missing ${missing.length} required positional argument${missing.length === 1 ? '' : 's'}: ${missing.join(' and ')}`,
    );
}
/**
 * A feature with the same number of values in every example.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/FixedLenFeature
 */
export class FixedLenFeature {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly default_value: unknown;
  constructor(...args: readonly unknown[]) {
    const given = bind('FixedLenFeature', ['shape', 'dtype', 'default_value'], args);
    needFields('FixedLenFeature', ['shape', 'dtype'], given);
    const sizes = typeof given.shape === 'number' ? [given.shape] : [...(given.shape as (number | null)[])];
    if (sizes.some((d) => d === null || Number(d) < 0))
      throw valueError(
        'tf.io.FixedLenFeature(): a shape with None is not there yet; use tf.io.VarLenFeature or tf.io.FixedLenSequenceFeature',
      );
    this.shape = sizes.map(Number);
    this.dtype = as_dtype(given.dtype as DTypeLike);
    this.default_value = given.default_value ?? null;
  }
  __repr__(): string {
    return `FixedLenFeature(shape=[${this.shape.join(', ')}], dtype=tf.${this.dtype.name}, default_value=${this.default_value === null ? 'None' : String(this.default_value)})`;
  }
}
/** @see https://www.tensorflow.org/api_docs/python/tf/io/VarLenFeature */
export class VarLenFeature {
  readonly dtype: DType;
  constructor(...args: readonly unknown[]) {
    this.dtype = as_dtype(bind('VarLenFeature', ['dtype'], args).dtype as DTypeLike);
  }
}
/** @see https://www.tensorflow.org/api_docs/python/tf/io/FixedLenSequenceFeature */
export class FixedLenSequenceFeature {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly allow_missing: boolean;
  readonly default_value: unknown;
  constructor(...args: readonly unknown[]) {
    const given = bind('FixedLenSequenceFeature', ['shape', 'dtype', 'allow_missing', 'default_value'], args);
    needFields('FixedLenSequenceFeature', ['shape', 'dtype'], given);
    this.shape = [...(given.shape as number[])].map(Number);
    this.dtype = as_dtype(given.dtype as DTypeLike);
    this.allow_missing = given.allow_missing ?? false;
    this.default_value = given.default_value ?? null;
  }
}
export type Spec = FixedLenFeature | VarLenFeature | FixedLenSequenceFeature;
export type Parsed = Tensor | StringTensor | SparseTensor;

const kinds: Readonly<Record<string, FeatureValue['kind']>> = {
  float32: 'float_list',
  int64: 'int64_list',
  string: 'bytes_list',
};
const typeOfKind: Readonly<Record<string, string>> = { float_list: 'float', int64_list: 'int64', bytes_list: 'string' };
/** An error of the kernel that parses, of so many dense features. */
const fail = (text: string, dense = 1): Error =>
  new InvalidArgumentError(
    `{{function_node __wrapped__ParseExampleV2_Tdense_${dense}_num_sparse_0_ragged_split_types_0_ragged_value_types_0_sparse_types_0_device_/job:localhost/replica:0/task:0/device:CPU:0}} ${text} [Op:ParseExampleV2]`,
  );

export type Values = readonly (number | bigint | Uint8Array)[];
/** A feature's values; null where the example lacks it. */
export function valuesOf(example: Features, key: string, dtype: DType, dense = true): Values | null {
  const wanted = kinds[dtype.name];
  if (wanted === undefined)
    throw new InvalidArgumentError(
      `Value for attr '${dense ? 'Tdense' : 'sparse_types'}' of ${kernelName(dtype.name)} is not in the list of allowed values: float, int64, string\n\t; NodeDef: {{node ParseExampleV2}} [Op:ParseExampleV2]`,
    );
  const feature = example.get(key);
  if (feature === undefined || feature.kind === null) return null;
  if (feature.kind !== wanted)
    throw fail(
      `Key: ${key}.  Data types don't match. Data type: ${typeOfKind[feature.kind]} but expected type: ${kernelName(dtype.name)}`,
    );
  return feature.value;
}
export function tensorFrom(values: Values, shape: readonly number[], dtype: DType): Tensor | StringTensor {
  if (dtype.name === ('string' as string)) return new StringTensor(values as Uint8Array[], shape);
  const data =
    dtype.name === 'int64' ? BigInt64Array.from(values as bigint[]) : Float32Array.from(values as number[], Number);
  return fromArray(tfFamily, data, shape, dtype.name) as Tensor;
}
export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
/** A default value spread over `count` elements. */
export function defaults(value: unknown, count: number, dtype: DType): Values {
  const list: Values = isStringLike(value)
    ? toStrings('default_value', value).values
    : (Array.from((toTensor(value as TensorLike, dtype) as Tensor).numpy().data as Float32Array) as Values);
  return list.length === 1 ? Array(count).fill(list[0]) : list;
}

export function parseBatch(examples: readonly Features[], key: string, spec: Spec): Parsed {
  const n = examples.length;
  const rows = examples.map((example) => valuesOf(example, key, spec.dtype, !(spec instanceof VarLenFeature)));
  if (spec instanceof VarLenFeature) {
    const width = Math.max(0, ...rows.map((row) => row?.length ?? 0));
    const places = rows.flatMap((row, i) => (row ?? []).map((_, j) => [i, j]));
    return new SparseTensor(
      fromArray(tfFamily, BigInt64Array.from(places.flat(), BigInt), [places.length, 2], 'int64') as Tensor,
      tensorFrom(
        rows.flatMap((row) => [...(row ?? [])]),
        [places.length],
        spec.dtype,
      ),
      toTensor([n, width], 'int64'),
    );
  }
  const count = size(spec.shape);
  if (spec instanceof FixedLenSequenceFeature) {
    if (!spec.allow_missing)
      throw valueError('Unsupported: FixedLenSequenceFeature requires allow_missing to be True.');
    const steps = Math.max(0, ...rows.map((row) => Math.ceil((row?.length ?? 0) / count)));
    const zero = spec.dtype.name === ('string' as string) ? new Uint8Array(0) : 0;
    const filler = defaults(spec.default_value ?? (zero instanceof Uint8Array ? zero : 0), 1, spec.dtype)[0]!;
    const flat = rows.flatMap((row) => {
      if ((row?.length ?? 0) % count !== 0)
        throw fail(
          `Key: ${key}.  Number of ${typeOfKind[kinds[spec.dtype.name]!]} values is not a multiple of stride length. Saw ${row!.length} values but output shape is: [${spec.shape.join(',')}]`,
        );
      return [...(row ?? []), ...Array(steps * count - (row?.length ?? 0)).fill(filler)] as Values;
    });
    return tensorFrom(flat, [n, steps, ...spec.shape], spec.dtype);
  }
  const flat = rows.flatMap((row) => {
    if (row === null) {
      if (spec.default_value === null)
        throw fail(`Feature: ${key} (data type: ${kernelName(spec.dtype.name)}) is required but could not be found.`);
      return defaults(spec.default_value, count, spec.dtype);
    }
    if (row.length !== count)
      throw fail(`Key: ${key}.  Can't parse serialized Example: Some ${kinds[spec.dtype.name]} slice was not parsed.`);
    return row;
  });
  return tensorFrom(flat, [n, ...spec.shape], spec.dtype);
}

export function specsOf(features: unknown): [string, Spec][] {
  const entries = entriesOf(features) as [string, Spec][] | null;
  if (features === null || features === undefined) throw valueError('Invalid argument: features cannot be None.');
  if (entries === null || entries.length === 0) throw valueError('Invalid argument: features cannot be empty.');
  for (const [key, spec] of entries)
    if (!(spec instanceof FixedLenFeature || spec instanceof VarLenFeature || spec instanceof FixedLenSequenceFeature))
      throw valueError(
        `Unsupported ${/'(?:.*\.)?([^.']*)'/.exec(describeValue(spec).type)?.[1]} ${pyStr(spec)} for key '${key}'`,
      );
  // sparse features come first, each kind by name
  const dense = ([, spec]: [string, Spec]): number => (spec instanceof VarLenFeature ? 0 : 1);
  return [...entries].sort((a, b) => dense(a) - dense(b) || (a[0] < b[0] ? -1 : 1));
}
function parsed(bytes: Uint8Array, dense: number): Features {
  try {
    return readExample(bytes);
  } catch {
    throw fail(`Could not parse example input, value: '${new TextDecoder().decode(bytes)}'`, dense);
  }
}

const parameters = 'serialized, features, example_names=None, name=None';
/** A function whose features may be a record, which is no list of keywords then. */
function parser(
  name: string,
  f: (serialized: unknown, features: unknown) => Record<string, Parsed>,
): (...args: readonly unknown[]) => Record<string, Parsed> {
  const byName = define(name, parameters, (serialized: unknown, features: unknown) => f(serialized, features));
  const out = (...args: readonly unknown[]): Record<string, Parsed> =>
    args.length > 1 && args[1] !== null
      ? byName(args[0], new Map(entriesOf(args[1]) ?? []), ...args.slice(2))
      : byName(...args);
  declareSignature(out, parameters);
  return out;
}

/**
 * Tensors by name from a batch of serialised Examples.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/parse_example
 */
export const parse_example = parser(
  'tf.io.parse_example',
  (serialized: unknown, features: unknown): Record<string, Parsed> => {
    const strings = toStrings('parse_example()', serialized);
    if (strings.sizes.length === 0) return one(strings.values[0]!, features);
    const specs = specsOf(features);
    const examples = strings.values.map((bytes) => parsed(bytes, specs.length));
    return Object.fromEntries(specsOf(features).map(([key, spec]) => [key, parseBatch(examples, key, spec)]));
  },
);

/** Of a batch of one, that one. */
export function firstOf(batch: Parsed): Parsed {
  if (!(batch instanceof SparseTensor))
    return batch instanceof StringTensor ? batch.select(0) : (ops.select(batch, 0, 0) as Tensor);
  const indices = ops.slice(batch.indices, 1, 1, 2) as Tensor;
  return new SparseTensor(indices, batch.values, ops.slice(batch.dense_shape, 0, 1, 2) as Tensor);
}
function one(bytes: Uint8Array, features: unknown): Record<string, Parsed> {
  const specs = specsOf(features);
  const examples = [parsed(bytes, specs.length)];
  return Object.fromEntries(
    specs.map(([key, spec]) => {
      return [key, firstOf(parseBatch(examples, key, spec))];
    }),
  );
}
/**
 * Tensors by name from one serialised Example.
 *
 * ```ts
 * const { Example, Feature, Features, FloatList } = tf.train;
 * const x = new Feature({ float_list: new FloatList({ value: [1.5, 2] }) });
 * const bytes = new Example({ features: new Features({ feature: { x } }) }).SerializeToString();
 * String(tf.io.parse_single_example(bytes, { x: new tf.io.FixedLenFeature([2], tf.float32) }).x); // 'tf.Tensor([1.5 2. ], shape=(2,), dtype=float32)'
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/io/parse_single_example
 */
export const parse_single_example = parser(
  'tf.io.parse_single_example',
  (serialized: unknown, features: unknown): Record<string, Parsed> => {
    const strings = toStrings('parse_single_example()', serialized);
    if (strings.sizes.length !== 0) throw valueError('Input serialized must be a scalar');
    return one(strings.values[0]!, features);
  },
);
