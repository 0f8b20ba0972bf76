import { Tensor as CoreTensor, floatsAreMarked, isKeywords, isTuple, ops, tupleOf } from '@stele/core';
import { bind } from '../dispatch';
import { noAttribute, valueError } from '../errors';
import { entriesOf, mapEntries, mapLeaves } from '../nest';
import { stateless_categorical } from '../random/stateless';
import { TensorSpec } from '../spec';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { inIterator } from './arguments';
import { INFINITE_CARDINALITY, UNKNOWN_CARDINALITY } from './cardinality';
import { Dataset } from './dataset';
import { classText } from './elementFunction';
import { opened, together } from './reading';
import { specText, unitedSpec } from './structure';

/** Elements of the datasets that `places` names. */
function choose(places: Dataset, datasets: readonly Dataset[], stop: boolean): Dataset {
  const spec = datasets
    .map((d) => d.element_spec)
    .reduce((a, b, i) =>
      unitedSpec(a, b, () => {
        throw new TypeError(
          `Invalid \`datasets\`. \`datasets\` must have compatible element specs.\n Dataset 0 element_spec=${specText(datasets[0]!.element_spec)}.\nDataset ${i} element_spec=${specText(b)}.`,
        );
      }),
    );
  return new Dataset(
    () => {
      const choices = opened(places);
      const sources: (Iterator<unknown> | null)[] = datasets.map((d) => d[Symbol.iterator]());
      return (function* () {
        let left = sources.length;
        for (const choice of choices) {
          const k = Number((choice as Tensor).item());
          if (k < 0 || k >= sources.length) throw inIterator(`Selector index out of range: ${k} >= ${sources.length}`);
          const source = sources[k];
          if (source === null || source === undefined) continue;
          const { done, value } = source.next();
          if (!done) {
            yield value;
            continue;
          }
          sources[k] = null;
          left--;
          if (stop || left === 0) return;
        }
      })();
    },
    datasets.every((d) => d.cardinality().item() === INFINITE_CARDINALITY) ? INFINITE_CARDINALITY : UNKNOWN_CARDINALITY,
    () => spec,
    '_DirectedInterleaveDataset',
  );
}

export function zip(...given: readonly unknown[]): Dataset {
  const last = given.at(-1);
  const named = isKeywords(last) && 'datasets' in (last as object);
  if (named && given.length > 1) throw new TypeError('Both `*args` and `datasets` cannot be set.');
  const args = named ? [(last as { datasets: unknown }).datasets] : given;
  if (args.length === 0) throw new TypeError('Must pass at least one dataset to `zip`.');
  const structure = args.length === 1 && !(args[0] instanceof Dataset) ? args[0] : tupleOf([...args]);
  const list: Dataset[] = [];
  const collect = (value: unknown): unknown => {
    if (value instanceof Dataset) return list.push(value) - 1;
    if (isTuple(value) || (Array.isArray(value) && !floatsAreMarked()) || entriesOf(value) !== null)
      return Array.isArray(value) ? tupleOf(value.map(collect)) : mapEntries(value, collect);
    throw new TypeError(
      'Invalid input to `zip`. Inputs are expected to be (nested) structures of `tf.data.Dataset` objects. Python `list` is not supported and you should use `tuple` instead.',
    );
  };
  const places = collect(structure);
  const finite = list.map((d) => d.count).filter((c) => c !== INFINITE_CARDINALITY);
  const count = finite.includes(UNKNOWN_CARDINALITY)
    ? UNKNOWN_CARDINALITY
    : finite.length
      ? Math.min(...finite)
      : INFINITE_CARDINALITY;
  const pack = (values: readonly unknown[]): unknown => mapLeaves(places, (i) => values[i as number]);
  return new Dataset(
    () => {
      const iterators = list.map((d) => d[Symbol.iterator]());
      return (function* () {
        for (const values of together(iterators)) yield pack(values);
      })();
    },
    count,
    () => pack(list.map((d) => d.element_spec)),
    '_ZipDataset',
  );
}

export function sample_from_datasets(datasets: readonly Dataset[], ...rest: readonly unknown[]): Dataset {
  const o = bind(
    'sample_from_datasets',
    ['weights', 'seed', 'stop_on_empty_dataset', 'rerandomize_each_iteration'],
    rest,
  );
  if (!Array.isArray(datasets) || datasets.length === 0)
    throw valueError('Invalid `datasets`. `datasets` should not be empty.');
  const stop = Boolean(o.stop_on_empty_dataset ?? false);
  if (o.weights instanceof Dataset) {
    const weights = o.weights;
    const draws = Dataset.random(o.seed, o.rerandomize_each_iteration).batch(2);
    return choose(
      Dataset.zip(weights, draws).map((w: Tensor, seed: Tensor) => {
        return ops.reshape(stateless_categorical(ops.unsqueeze(ops.log(w), 0), 1, seed), []);
      }),
      datasets,
      stop,
    );
  }
  let logits: Tensor = toTensor([Array<number>(datasets.length).fill(1)], 'float32');
  let sources = datasets;
  if (o.weights !== undefined && o.weights !== null) {
    let given = o.weights as TensorLike;
    if (given instanceof CoreTensor) {
      if (given.rank !== 1 || given.sizes[0] !== datasets.length)
        throw valueError(
          `Invalid \`weights\`. The shape of \`weights\` should be compatible with \`[len(datasets)]\` but is ${(given as Tensor).shape}.`,
        );
    } else {
      const list = [...(given as Iterable<number>)];
      if (list.length !== datasets.length)
        throw valueError(
          `Invalid \`weights\`. \`weights\` should have the same length as \`datasets\` but got \`len(weights)=${list.length}\` vs. \`len(datasets)=${datasets.length}\`.`,
        );
      // what is never drawn takes no part, or the draws would go on when all else is at its end
      const drawn = list.flatMap((w, i) => (Number(w) > 0 ? [i] : []));
      if (drawn.length === 0) return datasets[0]!.take(0);
      if (drawn.length < list.length) {
        sources = drawn.map((i) => datasets[i]!);
        given = drawn.map((i) => list[i]!);
      }
    }
    const weights = toTensor(given);
    if (weights.scalarType !== 'float32' && weights.scalarType !== 'float64')
      throw new TypeError(
        `Invalid \`weights\`. \`weights\` type must be either \`tf.float32\` or \`tf.float64\` but is ${weights.dtype}.`,
      );
    logits = ops.unsqueeze(ops.log(weights), 0) as Tensor;
  }
  if (sources.length === 1) return sources[0]!;
  const draws = Dataset.random(o.seed, o.rerandomize_each_iteration).batch(2);
  const places = new Dataset<Tensor>(
    () => {
      const source = opened(draws);
      return (function* () {
        for (const seed of source) yield ops.reshape(stateless_categorical(logits, 1, seed), []) as Tensor;
      })();
    },
    INFINITE_CARDINALITY,
    () => TensorSpec.of([], 'int64'),
  );
  return choose(places, sources, stop);
}

export function choose_from_datasets(
  datasets: readonly Dataset[],
  choice_dataset: Dataset,
  stop_on_empty_dataset?: unknown,
): Dataset {
  if (!Array.isArray(datasets) || datasets.length === 0)
    throw valueError('Invalid `datasets`. `datasets` should not be empty.');
  if (!(choice_dataset instanceof Dataset))
    throw new TypeError(
      `Invalid \`choice_dataset\`. \`choice_dataset\` should be a \`tf.data.Dataset\` but is ${classText(choice_dataset)}.`,
    );
  const spec = choice_dataset.element_spec;
  if (!(spec instanceof TensorSpec) || spec.dtype.name !== 'int64' || (spec.dims !== null && spec.dims.length > 0))
    throw new TypeError(
      `Invalid \`choice_dataset\`. Elements of \`choice_dataset\` must be scalar \`tf.int64\` tensors but are ${specText(spec)}.`,
    );
  const stop = isKeywords(stop_on_empty_dataset)
    ? (stop_on_empty_dataset as { stop_on_empty_dataset?: boolean }).stop_on_empty_dataset
    : stop_on_empty_dataset;
  return choose(choice_dataset, datasets, Boolean(stop ?? true));
}

export function concatenate(dataset: Dataset, other: Dataset): Dataset {
  if (!('element_spec' in Object(other))) throw noAttribute(other, 'element_spec');
  const spec = unitedSpec(dataset.element_spec, other.element_spec);
  const count = [dataset.count, other.count];
  return dataset.through(
    function* (source) {
      yield* source;
      yield* other;
    },
    count.includes(INFINITE_CARDINALITY)
      ? INFINITE_CARDINALITY
      : count.includes(UNKNOWN_CARDINALITY)
        ? UNKNOWN_CARDINALITY
        : dataset.count + other.count,
    () => spec,
    '_ConcatenateDataset',
  );
}
