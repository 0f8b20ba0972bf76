import { tupleOf } from '@stele/core';
import { one_hot } from '../creation';
import { gather } from '../gather';
import { add, cast, divide, less, subtract } from '../math';
import { uniform } from '../random/draws';
import { reduce_max, reduce_min, reduce_sum } from '../reductions';
import { expand_dims, tile } from '../reshaping';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { Dataset } from './dataset';
import { convert } from './structure';

/** The smallest positive number of float32 that is not denormal. */
const tiny = 2 ** -126;
/** With which probability elements of each class are taken, and with which probability one is taken unlooked at. */
function acceptance(initial: Tensor, target: Tensor): [Tensor, Tensor] {
  const ratio = divide(target, add(initial, tiny));
  const least = reduce_min(ratio);
  return [divide(subtract(ratio, least), subtract(reduce_max(ratio), least)), least];
}
const seen = 32;
const smoothing = 10;

/**
 * The elements with their classes, drawn so that the classes come as often as `target_dist` says: some as they are, the
 * others by chance refused.
 */
export function rejection_resample(
  dataset: Dataset,
  class_func: (...parts: any[]) => TensorLike,
  target_dist: unknown,
  initial_dist: unknown,
  seed: unknown,
): Dataset {
  const target = cast(toTensor(target_dist as TensorLike), 'float32');
  const classOf = (...parts: unknown[]): Tensor => convert(class_func(...parts)) as Tensor;
  const withClass = (...parts: unknown[]): unknown =>
    tupleOf([classOf(...parts), parts.length === 1 ? parts[0] : tupleOf(parts)]);
  const always = (value: Tensor): Dataset => Dataset.from_tensors(value).repeat();
  let initial: Dataset;
  let accepted: Dataset;
  let untouched: Dataset;
  let share: number | null = null;
  if (initial_dist !== undefined && initial_dist !== null) {
    const known = cast(toTensor(initial_dist as TensorLike), 'float32');
    const [chances, original] = acceptance(known, target);
    initial = always(known);
    accepted = always(chances);
    untouched = always(original);
    share = Number(original.item());
  } else {
    initial = estimated(target, dataset.map(classOf));
    const both = initial.map((now: Tensor) => tupleOf(acceptance(now, target)));
    accepted = both.map((chances: Tensor) => chances);
    untouched = both.map((_: Tensor, original: Tensor) => original);
  }
  if (share === 1) return dataset.map(withClass);
  accepted = Dataset.zip(tupleOf([accepted, initial])).map((chances: Tensor) => chances);
  const filtered = Dataset.zip(tupleOf([accepted, dataset]))
    .map((chances: Tensor, data: unknown) => {
      const kind = Array.isArray(data) ? classOf(...data) : classOf(data);
      return tupleOf([kind, gather(chances, kind), data]);
    })
    .filter((_kind: Tensor, chance: Tensor) => less(uniform([], { seed, dtype: chance.dtype }), chance))
    .map((kind: Tensor, _chance: Tensor, data: unknown) => tupleOf([kind, data]))
    .prefetch(3);
  if (share === 0) return filtered;
  return Dataset.sample_from_datasets([dataset.map(withClass), filtered], {
    weights: untouched.map((p: Tensor) => toTensor([p, subtract(1, p)] as unknown as TensorLike)),
    seed,
    stop_on_empty_dataset: true,
  });
}

/** How the classes are spread over what has been seen so far, for each element anew. */
function estimated(target: Tensor, classes: Dataset): Dataset {
  const kinds = target.sizes[0]!;
  const start = toTensor(Array<number>(kinds).fill(smoothing), 'int64');
  return classes
    .batch(seen)
    .scan(start, (counts: Tensor, c: Tensor) => {
      const next = add(counts, reduce_sum(one_hot(c, kinds, { dtype: 'int64' }), 0));
      const spread = cast(divide(next, reduce_sum(next)), 'float32');
      return tupleOf([next, tile(expand_dims(spread, 0), [seen, 1])]);
    })
    .unbatch();
}
