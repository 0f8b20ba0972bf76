import { type Tensor as CoreTensor, fromArray, hostFiles, nn, ops } from '@stele/core';
import { GraphKernels } from '@stele/core/formats/savedmodel';
import { InvalidArgumentError } from '../../errors';
import { gather, gather_nd } from '../../gather';
import { decode_raw } from '../../io/files';
import { FixedLenFeature, parse_example, VarLenFeature } from '../../io/parsing';
import type { SparseTensor } from '../../io/sparse';
import { unique, unique_with_counts } from '../../ordering';
import { print } from '../../print';
import { dynamic_partition } from '../../sequences';
import { StringTensor } from '../../strings';
import { type Tensor, tfFamily, toTensor } from '../../tensor';
import * as text from '../../text';
import { type Kernel, type Kernels, list, number, texts } from './common';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const one = (t: unknown): string => decoder.decode(texts(t).item());
const wide = (values: readonly (number | bigint)[], sizes: readonly number[]): Tensor =>
  fromArray(tfFamily, BigInt64Array.from(values, BigInt), sizes, 'int64') as Tensor;

/** Texts that were met, each once: numbers stand for them where they are only moved or compared. */
class Texts {
  private readonly places = new Map<string, number>();
  private readonly known: Uint8Array[] = [];
  numbers(t: StringTensor): Tensor {
    const at = t.values.map((bytes) => {
      const key = String.fromCharCode(...bytes);
      const found = this.places.get(key) ?? this.known.push(bytes) - 1;
      this.places.set(key, found);
      return found;
    });
    return fromArray(tfFamily, Int32Array.from(at), [...t.sizes], 'int32') as Tensor;
  }
  back(t: CoreTensor): StringTensor {
    return new StringTensor(
      list(t).map((i) => this.known[i]!),
      [...t.sizes],
    );
  }
}
type Moved = 'all' | 'first' | 'none';
/** A kind of nodes that moves elements or compares them, on texts; `out` says which of its results are texts. */
const onTexts =
  (kernel: Kernel, out: Moved): Kernel =>
  (inputs, attrs) => {
    if (!inputs.some((t) => t instanceof StringTensor)) return kernel(inputs, attrs);
    const pool = new Texts();
    // the empty text is what cells are filled with
    pool.numbers(new StringTensor([new Uint8Array(0)], []));
    const given = inputs.map((t) => (t instanceof StringTensor ? pool.numbers(t) : t));
    const results = [kernel(given, attrs)].flat() as CoreTensor[];
    return results.map((t, i) => (out === 'all' || (out === 'first' && i === 0) ? pool.back(t) : t));
  };
const own: Kernels = {
  ShapeN: (inputs, attrs) => inputs.map((x) => toTensor([...(x as Tensor).sizes], attrs.type('out_type', 'int32'))),
  GatherNd: ([x, at]) => gather_nd(x as Tensor, at as Tensor),
  GatherV2: ([x, at, axis], attrs) =>
    gather(x as Tensor, at as Tensor, { axis: number(axis), batch_dims: attrs.int('batch_dims') }),
  Unique: ([x], attrs) => [...unique(x as Tensor, attrs.type('out_idx', 'int32'))],
  UniqueV2: ([x], attrs) => [...unique(x as Tensor, attrs.type('out_idx', 'int32'))],
  UniqueWithCounts: ([x], attrs) => [...unique_with_counts(x as Tensor, attrs.type('out_idx', 'int32'))],
  UniqueWithCountsV2: ([x], attrs) => [...unique_with_counts(x as Tensor, attrs.type('out_idx', 'int32'))],
  DynamicPartition: ([x, at], attrs) => [...dynamic_partition(x as Tensor, at as Tensor, attrs.int('num_partitions'))],
};
const moves: readonly (readonly [Moved, string])[] = [
  [
    'all',
    'Reshape ExpandDims Squeeze Transpose ConcatV2 Pack Unpack Slice StridedSlice Tile Select SelectV2 Fill BroadcastTo Pad PadV2 ReverseV2 Split SplitV GatherV2 GatherNd Snapshot EnsureShape DynamicPartition ZerosLike',
  ],
  ['first', 'Unique UniqueV2 UniqueWithCounts UniqueWithCountsV2'],
  ['none', 'Shape ShapeN Size Rank Equal NotEqual'],
];
const moving: Kernels = Object.fromEntries(
  moves.flatMap(([out, names]) =>
    names.split(' ').map((name): [string, Kernel] => {
      const kernel = own[name] ?? (GraphKernels[name] as Kernel | undefined);
      return [name, onTexts(kernel ?? missing(name), out)];
    }),
  ),
);
/** Whether a kind of nodes is here for texts alone. */
export const movesTexts = (op: string): boolean => op in moving && !(op in own);
function missing(name: string): Kernel {
  return () => {
    throw new InvalidArgumentError(`SavedModel: ${name} of texts is not there yet`);
  };
}
const hashed =
  (hash: (bytes: Uint8Array, key: readonly bigint[]) => bigint): Kernel =>
  ([t], attrs) => {
    const bins = BigInt(attrs.int('num_buckets', 1));
    const key = attrs.ints('key').map(BigInt);
    return wide(
      texts(t).values.map((b) => BigInt.asUintN(64, hash(b, key)) % bins),
      texts(t).sizes,
    );
  };
/** Every text cut at a separator: where the parts are, the parts, and how many there are at most. */
function split([t, by]: readonly unknown[], most: number): unknown[] {
  const rows = texts(t).values.map((b) => (text.split(new StringTensor([b], []), by, most) as StringTensor).values);
  const at = rows.flatMap((row, i) => row.flatMap((_, k) => [i, k]));
  const parts = rows.flat();
  return [
    wide(at, [parts.length, 2]),
    new StringTensor(parts, [parts.length]),
    wide([rows.length, rows.reduce((n, row) => Math.max(n, row.length), 0)], [2]),
  ];
}
function codePoints(t: unknown): { splits: Tensor; points: Tensor; starts: Tensor } {
  const rows = texts(t).values.map((b) => [...decoder.decode(b)]);
  let end = 0;
  const starts = rows.flatMap((row) => {
    let at = 0;
    return row.map((c) => {
      const from = at;
      at += encoder.encode(c).length;
      return from;
    });
  });
  const splits = [0, ...rows.map((row) => (end += row.length))];
  return {
    splits: wide(splits, [splits.length]),
    points: toTensor(
      rows.flat().map((c) => c.codePointAt(0)!),
      'int32',
    ),
    starts: wide(starts, [starts.length]),
  };
}
const nested = (result: SparseTensor, field: 'indices' | 'values' | 'dense_shape'): unknown => result[field];
/** Examples of records: dense features, and those of any length. */
const parsed: Kernel = ([serialized, , sparseKeys, denseKeys, , ...fallbacks], attrs) => {
  const types = attrs.types('Tdense');
  const shapes = attrs.shapes('dense_shapes');
  const dense = texts(denseKeys).texts();
  const sparse = texts(sparseKeys).texts();
  const features: Record<string, unknown> = {};
  dense.forEach((key, i) => {
    const fallback = fallbacks[i] as Tensor | StringTensor;
    const empty = fallback.sizes.includes(0);
    features[key] = new FixedLenFeature(shapes[i] ?? [], types[i], empty ? null : fallback);
  });
  sparse.forEach((key, i) => {
    features[key] = new VarLenFeature(attrs.types('sparse_types')[i]);
  });
  const t = texts(serialized);
  const batch = t.rank === 0 ? new StringTensor(t.values, [1]) : t;
  const out = parse_example(batch, features) as Record<string, any>;
  const first = (value: any): unknown =>
    t.rank > 0 ? value : value instanceof StringTensor ? value.select(0) : ops.select(value as Tensor, 0, 0);
  return [
    sparse.map((key) => nested(out[key], 'indices')),
    sparse.map((key) => nested(out[key], 'values')),
    sparse.map((key) => nested(out[key], 'dense_shape')),
    dense.map((key) => first(out[key])),
    [],
    [],
  ];
};

/** Texts: made, cut, joined, compared, moved, and read as numbers. */
export const textKernels: Kernels = {
  ...moving,
  StringUpper: ([t], attrs) => text.upper(texts(t), attrs.text('encoding')),
  StringLower: ([t], attrs) => text.lower(texts(t), attrs.text('encoding')),
  StringStrip: ([t]) => text.strip(texts(t)),
  StringLength: ([t], attrs) => text.length(texts(t), attrs.text('unit', 'BYTE')),
  StringJoin: (inputs, attrs) => text.join(inputs as StringTensor[], attrs.text('separator')),
  ReduceJoin: ([t, axes], attrs) =>
    text.reduce_join(texts(t), list(axes), attrs.bool('keep_dims'), attrs.text('separator')),
  Substr: ([t, at, count], attrs) => text.substr(texts(t), at as Tensor, count as Tensor, attrs.text('unit', 'BYTE')),
  StaticRegexReplace: ([t], attrs) =>
    text.regex_replace(texts(t), attrs.text('pattern'), attrs.text('rewrite'), attrs.bool('replace_global', true)),
  RegexReplace: ([t, pattern, rewrite], attrs) =>
    text.regex_replace(texts(t), one(pattern), one(rewrite), attrs.bool('replace_global', true)),
  StaticRegexFullMatch: ([t], attrs) => text.regex_full_match(texts(t), attrs.text('pattern')),
  RegexFullMatch: ([t, pattern]) => text.regex_full_match(texts(t), one(pattern)),
  StringSplitV2: (inputs, attrs) => split(inputs, attrs.int('maxsplit', -1)),
  StringToNumber: ([t], attrs) => text.to_number(texts(t), attrs.type('out_type', 'float32')),
  AsString: ([x], attrs) =>
    text.as_string(x as Tensor, {
      precision: attrs.int('precision', -1),
      scientific: attrs.bool('scientific'),
      shortest: attrs.bool('shortest'),
      width: attrs.int('width', -1),
      fill: attrs.text('fill'),
    }),
  StringFormat: (inputs, attrs) =>
    text.format(attrs.text('template', '%s'), [...inputs], attrs.text('placeholder', '%s'), attrs.int('summarize', 3)),
  PrintV2: ([t], attrs) => {
    const stream = attrs.text('output_stream', 'stderr');
    const end = attrs.text('end', '\n');
    print(one(t), stream.startsWith('file://') ? { end } : { end, output_stream: stream });
    return [];
  },
  StringToHashBucketFast: hashed((bytes) => nn.fingerprint64(bytes)),
  StringToHashBucketStrong: hashed((bytes, key) => nn.keyedFingerprint64(bytes, [key[0]!, key[1]!])),
  UnicodeDecode: ([t]) => {
    const { splits, points } = codePoints(t);
    return [splits, points];
  },
  UnicodeDecodeWithOffsets: ([t]) => {
    const { splits, points, starts } = codePoints(t);
    return [splits, points, starts];
  },
  DecodeRaw: ([t], attrs) => decode_raw(texts(t), attrs.type('out_type', 'uint8')),
  ParseExampleV2: parsed,
  ReadFile: ([name]) =>
    new StringTensor([hostFiles('tf.io.read_file()', 'read the file yourself').read(one(name))], []),
};
