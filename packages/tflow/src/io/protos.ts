import { describeValue, nestedResult } from '@stele/core';
import {
  ProtoMessage,
  type ProtoTensor,
  ProtoWriter,
  readTensorProto,
  typeNumber,
  writeTensorProto,
} from '@stele/core/formats/tensorproto';
import {
  type Features as FeatureMap,
  type FeatureValue,
  readExample,
  readFeature,
  readFeatures,
  readSequenceExample,
  writeExample,
  writeFeature,
  writeFeatures,
  writeSequenceExample,
} from '@stele/core/formats/tfrecord';
import { PyFloat } from '@stele/core/printing';
import { bind } from '../dispatch';
import { decodeError, valueError } from '../errors';
import { entriesOf } from '../nest';
import { Written } from '../protos/written';
import { bytesText } from '../strings';

const fits = (name: string, read: () => unknown): any => {
  try {
    return read();
  } catch (error) {
    throw decodeError(
      `Error parsing message with type '${name}': Wire format was corrupt (${(error as Error).message})`,
    );
  }
};
const nameOf = (value: unknown): string => /'(?:.*\.)?([^.']*)'/.exec(describeValue(value).type)?.[1] ?? 'object';
function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'number' || value instanceof PyFloat) throw new TypeError('must assign iterable');
  return [...(value as Iterable<unknown>)];
}
/** A field that is a message: one of its class, or nothing. */
function messageOf<T extends Written>(value: unknown, of: new () => T): T {
  if (value === undefined || value === null) return new of();
  if (value instanceof of) return value;
  if (entriesOf(value) !== null) return Reflect.construct(of, [Object.fromEntries(entriesOf(value)!)]) as T;
  throw new TypeError(
    `Parameter to initialize message field must be dict or instance of same class: expected <class 'tensorflow.core.example.feature_pb2.${of.name}'> got ${describeValue(value).type}.`,
  );
}

/** The fields that a message was given, by name; a name that it has not is refused as protobuf refuses it. */
function fieldsOf(message: string, names: readonly string[], args: readonly unknown[]): Record<string, any> {
  for (const name of Object.keys((args.at(-1) ?? {}) as object))
    if (!names.includes(name)) throw valueError(`Protocol message ${message} has no "${name}" field.`);
  if (args.length > 1 || Array.isArray(args[0])) throw new TypeError('No positional arguments allowed');
  return bind(message, names, args);
}

interface Shown {
  lines(): readonly string[];
}
const block = (name: string, value: Shown): string[] => [`${name} {`, ...value.lines().map((l) => `  ${l}`), '}'];
/** @see https://www.tensorflow.org/api_docs/python/tf/train/BytesList */
export class BytesList extends Written {
  readonly value: Uint8Array[];
  constructor(...args: readonly unknown[]) {
    super();
    this.value = listOf(fieldsOf('BytesList', ['value'], args).value).map((v) => {
      if (v instanceof Uint8Array) return v;
      throw new TypeError(`expected bytes, ${nameOf(v)} found`);
    });
  }
  lines(): readonly string[] {
    return this.value.map((v) => `value: "${bytesText(v).slice(2, -1).replaceAll('"', '\\"')}"`);
  }
  SerializeToString(): Uint8Array {
    return inner(1, { kind: 'bytes_list', value: this.value });
  }
}
/** @see https://www.tensorflow.org/api_docs/python/tf/train/FloatList */
export class FloatList extends Written {
  readonly value: number[];
  constructor(...args: readonly unknown[]) {
    super();
    this.value = nestedResult(
      listOf(fieldsOf('FloatList', ['value'], args).value).map((v) => {
        if (typeof v === 'string' || v === null || v === undefined)
          throw new TypeError(`must be real number, not ${nameOf(v)}`);
        return Math.fround(Number(v));
      }),
      true,
    );
  }
  lines(): readonly string[] {
    return this.value.map((v) => `value: ${Number(Number(v).toPrecision(8))}`);
  }
  SerializeToString(): Uint8Array {
    return inner(2, { kind: 'float_list', value: this.value.map(Number) });
  }
}
const safe = (v: bigint): number | bigint =>
  v >= BigInt(Number.MIN_SAFE_INTEGER) && v <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(v) : v;
/** @see https://www.tensorflow.org/api_docs/python/tf/train/Int64List */
export class Int64List extends Written {
  readonly value: (number | bigint)[];
  constructor(...args: readonly unknown[]) {
    super();
    this.value = listOf(fieldsOf('Int64List', ['value'], args).value).map((v) => {
      if (typeof v === 'bigint' && BigInt.asIntN(64, v) !== v) throw valueError(`Value out of range: ${v}`);
      if (typeof v === 'bigint' || typeof v === 'boolean') return safe(BigInt(v));
      if (typeof v === 'number' && Number.isInteger(v)) return v;
      const inside = (v as { item?(): unknown } | null)?.item?.();
      if (typeof inside === 'bigint' || Number.isInteger(inside)) return safe(BigInt(inside as number));
      throw new TypeError(`'${nameOf(v)}' object cannot be interpreted as an integer`);
    });
  }
  lines(): readonly string[] {
    return this.value.map((v) => `value: ${v}`);
  }
  SerializeToString(): Uint8Array {
    return inner(3, { kind: 'int64_list', value: this.value.map(BigInt) });
  }
}
/** The list's own message, taken out of the feature around it. */
function inner(field: number, value: FeatureValue): Uint8Array {
  const out = new ProtoWriter();
  writeFeature(out, value);
  return new ProtoMessage(out.done(), 'Feature').bytes(field);
}

/**
 * One list of bytes, floats or integers.
 * @see https://www.tensorflow.org/api_docs/python/tf/train/Feature
 */
export class Feature extends Written {
  readonly bytes_list: BytesList;
  readonly float_list: FloatList;
  readonly int64_list: Int64List;
  private readonly given: string | null;
  constructor(...args: readonly unknown[]) {
    super();
    const given = fieldsOf('Feature', ['bytes_list', 'float_list', 'int64_list'], args);
    this.bytes_list = messageOf(given.bytes_list, BytesList);
    this.float_list = messageOf(given.float_list, FloatList);
    this.int64_list = messageOf(given.int64_list, Int64List);
    this.given = Object.keys(given).at(-1) ?? null;
  }
  static of({ kind, value }: FeatureValue): Feature {
    if (kind === 'bytes_list') return new Feature({ bytes_list: new BytesList({ value }) });
    if (kind === 'float_list') return new Feature({ float_list: new FloatList({ value }) });
    return kind === null ? new Feature() : new Feature({ int64_list: new Int64List({ value }) });
  }
  static FromString(bytes: Uint8Array): Feature {
    return fits('tensorflow.Feature', () => Feature.of(readFeature(new ProtoMessage(bytes, 'Feature'))));
  }
  WhichOneof(_group = 'kind'): string | null {
    if (this.given !== null) return this.given;
    // a list that was empty and then filled
    return (['bytes_list', 'float_list', 'int64_list'] as const).find((name) => this[name].value.length > 0) ?? null;
  }
  HasField(name: string): boolean {
    return this.WhichOneof() === name;
  }
  get plain(): FeatureValue {
    const kind = this.WhichOneof();
    if (kind === 'bytes_list') return { kind, value: this.bytes_list.value };
    if (kind === 'float_list') return { kind, value: this.float_list.value.map(Number) };
    return kind === 'int64_list' ? { kind, value: this.int64_list.value.map(BigInt) } : { kind: null, value: [] };
  }
  lines(): readonly string[] {
    const kind = this.WhichOneof() as 'bytes_list' | null;
    return kind === null ? [] : block(kind, this[kind]);
  }
  SerializeToString(): Uint8Array {
    const out = new ProtoWriter();
    writeFeature(out, this.plain);
    return out.done();
  }
}

const entryLines = (field: string, entries: Readonly<Record<string, Shown>>): string[] =>
  Object.keys(entries)
    .sort()
    .flatMap((key) => [
      `${field} {`,
      `  key: "${key}"`,
      '  value {',
      ...entries[key]!.lines().map((l) => `    ${l}`),
      '  }',
      '}',
    ]);
const recordOf = <T>(value: unknown): Record<string, T> =>
  Object.fromEntries((entriesOf(value ?? {}) ?? []) as [string, T][]);

/** @see https://www.tensorflow.org/api_docs/python/tf/train/Features */
export class Features extends Written {
  readonly feature: Record<string, Feature>;
  constructor(...args: readonly unknown[]) {
    super();
    this.feature = recordOf<Feature>(fieldsOf('Features', ['feature'], args).feature);
    const wrong = Object.values(this.feature).find((v) => !(v instanceof Feature));
    if (wrong !== undefined)
      throw new TypeError(
        `Parameter to CopyFrom() must be instance of same class: expected <class 'tensorflow.core.example.feature_pb2.Feature'> got ${describeValue(wrong).type}.`,
      );
  }
  static of(map: FeatureMap): Features {
    return new Features({ feature: new Map([...map].map(([name, value]) => [name, Feature.of(value)])) });
  }
  static FromString(bytes: Uint8Array): Features {
    return fits('tensorflow.Features', () => Features.of(readFeatures(new ProtoMessage(bytes, 'Features'))));
  }
  get plain(): FeatureMap {
    return new Map(Object.entries(this.feature).map(([name, feature]) => [name, feature.plain]));
  }
  lines(): readonly string[] {
    return entryLines('feature', this.feature);
  }
  SerializeToString(): Uint8Array {
    const out = new ProtoWriter();
    writeFeatures(out, this.plain);
    return out.done();
  }
}

/**
 * Named features of one example, as records of training data hold them.
 *
 * ```ts
 * const { Example, Feature, Features, Int64List } = tf.train;
 * const e = new Example({ features: new Features({ feature: { id: new Feature({ int64_list: new Int64List({ value: [7] }) }) } }) });
 * Example.FromString(e.SerializeToString()).features.feature.id!.int64_list.value; // [7]
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/train/Example
 */
export class Example extends Written {
  features: Features;
  constructor(...args: readonly unknown[]) {
    super();
    this.features = messageOf(fieldsOf('Example', ['features'], args).features, Features);
  }
  static FromString(bytes: Uint8Array): Example {
    return fits('tensorflow.Example', () => new Example({ features: Features.of(readExample(bytes)) }));
  }
  ParseFromString(bytes: Uint8Array): number {
    this.features = Example.FromString(bytes).features;
    return bytes.length;
  }
  lines(): readonly string[] {
    return block('features', this.features);
  }
  SerializeToString(): Uint8Array {
    return writeExample(this.features.plain);
  }
}

/** @see https://www.tensorflow.org/api_docs/python/tf/train/FeatureList */
export class FeatureList extends Written {
  readonly feature: Feature[];
  constructor(...args: readonly unknown[]) {
    super();
    this.feature = [...(fieldsOf('FeatureList', ['feature'], args).feature ?? [])];
  }
  lines(): readonly string[] {
    return this.feature.flatMap((f) => block('feature', f));
  }
  SerializeToString(): Uint8Array {
    const out = new ProtoWriter();
    for (const feature of this.feature) out.bytes(1, feature.SerializeToString());
    return out.done();
  }
}
/** @see https://www.tensorflow.org/api_docs/python/tf/train/FeatureLists */
export class FeatureLists extends Written {
  readonly feature_list: Record<string, FeatureList>;
  constructor(...args: readonly unknown[]) {
    super();
    this.feature_list = recordOf<FeatureList>(fieldsOf('FeatureLists', ['feature_list'], args).feature_list);
  }
  lines(): readonly string[] {
    return entryLines('feature_list', this.feature_list);
  }
  SerializeToString(): Uint8Array {
    return new ProtoMessage(writeSequenceExample(null, listsOf(this)), 'SequenceExample').bytes(2);
  }
}
const listsOf = (lists: FeatureLists): Map<string, readonly FeatureValue[]> =>
  new Map(Object.entries(lists.feature_list).map(([name, list]) => [name, list.feature.map((f) => f.plain)]));

/** @see https://www.tensorflow.org/api_docs/python/tf/train/SequenceExample */
export class SequenceExample extends Written {
  readonly context: Features;
  readonly feature_lists: FeatureLists;
  constructor(...args: readonly unknown[]) {
    super();
    const given = fieldsOf('SequenceExample', ['context', 'feature_lists'], args);
    this.context = given.context ?? new Features();
    this.feature_lists = given.feature_lists ?? new FeatureLists();
  }
  static FromString(bytes: Uint8Array): SequenceExample {
    return fits('tensorflow.SequenceExample', () => {
      const { context, lists } = readSequenceExample(bytes);
      const feature_list = new Map(
        [...lists].map(([name, list]) => [name, new FeatureList({ feature: list.map((f) => Feature.of(f)) })]),
      );
      return new SequenceExample({
        context: Features.of(context),
        feature_lists: new FeatureLists({ feature_list }),
      });
    });
  }
  lines(): readonly string[] {
    return [...block('context', this.context), ...block('feature_lists', this.feature_lists)];
  }
  SerializeToString(): Uint8Array {
    return writeSequenceExample(this.context.plain, listsOf(this.feature_lists));
  }
}

/** A tensor as a protocol buffer. */
export class TensorProto {
  readonly tensor: ProtoTensor;
  constructor(tensor: ProtoTensor) {
    this.tensor = tensor;
  }
  get dtype(): number {
    return typeNumber(this.tensor.dtype);
  }
  get tensor_shape(): { readonly dim: readonly { readonly size: number }[] } {
    return { dim: this.tensor.shape.map((size) => ({ size })) };
  }
  get string_val(): readonly Uint8Array[] {
    return this.tensor.dtype === 'string' ? this.tensor.data : [];
  }
  get tensor_content(): Uint8Array {
    const { data } = this.tensor;
    return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(0);
  }
  static FromString(bytes: Uint8Array): TensorProto {
    return fits('tensorflow.TensorProto', () => new TensorProto(readTensorProto(bytes)));
  }
  SerializeToString(): Uint8Array {
    return writeTensorProto(this.tensor);
  }
}
