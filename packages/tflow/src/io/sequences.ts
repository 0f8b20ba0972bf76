import { declareSignature, fromArray, tupleOf } from '@stele/core';
import { type Features, type FeatureValue, readSequenceExample } from '@stele/core/formats/tfrecord';
import { define } from '../define';
import { InvalidArgumentError, valueError } from '../errors';
import { entriesOf } from '../nest';
import { type Tensor, tfFamily, toTensor } from '../tensor';
import {
  FixedLenSequenceFeature,
  firstOf,
  type Parsed,
  parseBatch,
  size,
  specsOf,
  tensorFrom,
  type Values,
  VarLenFeature,
  valuesOf,
} from './parsing';
import { SparseTensor } from './sparse';
import { toStrings } from './strings';

type Lists = ReadonlyMap<string, readonly FeatureValue[]>;
interface Sequence {
  readonly context: Features;
  readonly lists: Lists;
}
type Dict = Record<string, Parsed>;
const fail = (text: string): Error => new InvalidArgumentError(`${text} [Op:ParseSequenceExampleV2]`);

function parsed(bytes: Uint8Array): Sequence {
  try {
    return readSequenceExample(bytes);
  } catch {
    throw fail('Could not parse example input');
  }
}
/** The steps of a feature list, each as its values. */
function stepsOf({ lists }: Sequence, key: string, spec: FixedLenSequenceFeature | VarLenFeature): Values[] {
  const list = lists.get(key);
  if (list === undefined) {
    if (spec instanceof VarLenFeature || spec.allow_missing) return [];
    throw fail(
      `Name: <unknown>, Feature list '${key}' is required but could not be found.  Did you mean to include it in feature_list_dense_missing_assumed_empty or feature_list_dense_defaults?`,
    );
  }
  return list.map((feature, i) => {
    const values = valuesOf(new Map([[key, feature]]), key, spec.dtype) ?? [];
    if (spec instanceof FixedLenSequenceFeature && values.length !== size(spec.shape))
      throw fail(
        `Name: <unknown>, Key: ${key}, Index: ${i}.  Number of values != expected.  values size: ${values.length} but output shape: [${spec.shape.join(',')}]`,
      );
    return values;
  });
}
function sparse(rows: readonly (readonly Values[])[], spec: VarLenFeature): SparseTensor {
  const width = Math.max(0, ...rows.flat().map((v) => v.length));
  const steps = Math.max(0, ...rows.map((r) => r.length));
  const places = rows.flatMap((r, n) => r.flatMap((values, t) => values.map((_, i) => [n, t, i])));
  return new SparseTensor(
    fromArray(tfFamily, BigInt64Array.from(places.flat(), BigInt), [places.length, 3], 'int64') as Tensor,
    tensorFrom(
      rows.flatMap((r) => r.flatMap((v) => [...v])),
      [places.length],
      spec.dtype,
    ),
    toTensor([rows.length, steps, width], 'int64'),
  );
}
function batchOf(sequences: readonly Sequence[], context: unknown, features: unknown): [Dict, Dict, Dict] {
  const contexts = isEmpty(context)
    ? {}
    : Object.fromEntries(
        specsOf(context).map(([key, spec]) => [
          key,
          parseBatch(
            sequences.map((s) => s.context),
            key,
            spec,
          ),
        ]),
      );
  const lists: Dict = {};
  const lengths: Dict = {};
  for (const [key, spec] of isEmpty(features) ? [] : specsOf(features)) {
    if (!(spec instanceof FixedLenSequenceFeature || spec instanceof VarLenFeature))
      throw valueError(
        `Unsupported: sequence feature '${key}' is no tf.io.FixedLenSequenceFeature or VarLenFeature: other kinds are not there`,
      );
    const rows = sequences.map((s) => stepsOf(s, key, spec));
    if (spec instanceof VarLenFeature) {
      lists[key] = sparse(rows, spec);
      continue;
    }
    const steps = Math.max(0, ...rows.map((r) => r.length));
    const zero = spec.dtype.name === ('string' as string) ? new Uint8Array(0) : spec.dtype.name === 'int64' ? 0n : 0;
    const each = size(spec.shape);
    const flat = rows.flatMap((r) => [...r.flatMap((v) => [...v]), ...Array((steps - r.length) * each).fill(zero)]);
    lists[key] = tensorFrom(flat as Values, [rows.length, steps, ...spec.shape], spec.dtype);
    lengths[key] = toTensor(
      rows.map((r) => r.length),
      'int64',
    );
  }
  return [contexts, lists, lengths];
}
const isEmpty = (features: unknown): boolean => (entriesOf(features) ?? []).length === 0;
/** Of batches of one, those ones. */
const single = (dict: Dict): Dict =>
  Object.fromEntries(
    Object.entries(dict).map(([key, batch]) => {
      if (!(batch instanceof SparseTensor)) return [key, firstOf(batch)];
      const indices = batch.indices.numpy().tolist() as number[][];
      const sizes = (batch.dense_shape.numpy().tolist() as number[]).slice(1);
      const rest = BigInt64Array.from(
        indices.flatMap((row) => row.slice(1)),
        BigInt,
      );
      const places = fromArray(tfFamily, rest, [indices.length, sizes.length], 'int64') as Tensor;
      return [key, new SparseTensor(places, batch.values, toTensor(sizes, 'int64'))];
    }),
  );

const parameters = 'serialized, context_features=None, sequence_features=None, example_names=None, name=None';
/** A function whose features may be records, which are no list of keywords then. */
function parser(
  name: string,
  f: (serialized: unknown, context: unknown, sequences: unknown) => unknown,
): (...args: readonly unknown[]) => any {
  const byName = define(name, parameters, f);
  const dict = (value: unknown): unknown =>
    value === undefined || value === null ? value : new Map(entriesOf(value) ?? []);
  const out = (...args: readonly unknown[]): any => {
    const keywords = args.length === 2 && (entriesOf(args[1]) ?? []).some(([key]) => /_features$/.test(String(key)));
    return args.length > 1 && !keywords ? byName(args[0], dict(args[1]), dict(args[2])) : byName(...args);
  };
  declareSignature(out, parameters);
  return out;
}

/**
 * Context and sequences of one serialised SequenceExample, each by name.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/parse_single_sequence_example
 */
export const parse_single_sequence_example = parser(
  'tf.io.parse_single_sequence_example',
  (serialized: unknown, context: unknown, sequences: unknown): [Dict, Dict] => {
    if (isEmpty(context) && isEmpty(sequences))
      throw valueError('Both context_features and sequence_features are None, but at least one should have values.');
    const { values } = toStrings('parse_single_sequence_example()', serialized);
    const [contexts, lists] = batchOf([parsed(values[0]!)], context, sequences);
    return tupleOf([single(contexts), single(lists)]) as [Dict, Dict];
  },
);
/**
 * The same of a batch, sequences padded to the longest, with their lengths.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/parse_sequence_example
 */
export const parse_sequence_example = parser(
  'tf.io.parse_sequence_example',
  (serialized: unknown, context: unknown, sequences: unknown): [Dict, Dict, Dict] => {
    if (isEmpty(context) && isEmpty(sequences))
      throw valueError(
        'Both `context_features` and `sequence_features` argument are None, but at least one should have values.',
      );
    const { values } = toStrings('parse_sequence_example()', serialized);
    return tupleOf([...batchOf(values.map(parsed), context, sequences)]) as [Dict, Dict, Dict];
  },
);
