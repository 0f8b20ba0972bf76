import { floatsAreMarked, ops, type Tensor, warn } from '@stele/core';
import { pyStr } from '@stele/core/printing';
import { keyError, show, typeName, valueError } from '../errors';
import type { TensorLike } from '../tensors';
import {
  adaptAll,
  arrayFeed,
  type Batch,
  type Feed,
  isFeedLike,
  isGenerator,
  iterableFeed,
  noTriple,
  requireAlone,
  weightsOfClasses,
} from './data';
import type * as signatures from './signatures';
import { flatten, isNested, mapStructure } from './structure';

/** The batches to train on and those to validate with. */
export function feedsOf(
  o: signatures.FitSettings,
  size: number,
  share: unknown,
): { feed: Feed; validation: Feed | null } {
  let validation: Feed | null = null;
  const validationSize = o.validation_batch_size || size;
  if (isFeedLike(o.x)) {
    if (o.validation_split > 0)
      throw valueError(
        `Argument \`validation_split\` is only supported for tensors or NumPy arrays.Found incompatible type in the input: [<class '${isGenerator(o.x) ? 'generator' : o.x.constructor.name}'>]`,
      );
    requireAlone(o.x, o.y, o.sample_weight);
    if (o.validation_data !== null) validation = validationFeed(o.validation_data, validationSize);
    return { feed: iterableFeed(o.x, o.class_weight as Record<number, number> | null), validation };
  }
  if (o.validation_data !== null && (typeof o.validation_data === 'number' || typeof o.validation_data === 'string'))
    throw valueError(
      `Unrecognized data type: x=${show(o.validation_data)} (of type <class '${typeName(o.validation_data)}'>)`,
    );
  if (o.y !== undefined && o.y !== null && (o.x === undefined || o.x === null) && floatsAreMarked())
    throw valueError("The input 'keras_tensor' is not optional, but None was passed. Please provide a valid tensor.");
  if (o.x === undefined || o.x === null)
    throw valueError('Model.fit() needs data: pass `x`, an array, a list or dict of arrays, or a dataset');
  let x = adaptAll(o.x, true);
  let y = o.y === undefined || o.y === null ? null : adaptAll(o.y);
  let weight = o.sample_weight === null ? null : adaptAll(o.sample_weight);
  if (o.validation_split !== 0 && o.validation_data === null) {
    arrayFeed(x, y, weight, size, false);
    const n = (flatten(x)[0] as Tensor).sizes[0]!;
    const from = Math.floor(n * (1 - o.validation_split));
    const cut = from < 0 ? Math.max(0, n + from) : Math.min(n, from);
    if (from === 0 || from === n)
      throw valueError(
        `Training data contains ${n} samples, which is not sufficient to split it into a validation and training set as specified by \`validation_split=${pyStr(share)}\`. Either provide more data, or a different value for the \`validation_split\` argument.`,
      );
    const part = (t: any, a: number, b: number): any =>
      t === null ? null : mapStructure(t, (leaf: Tensor) => ops.slice(leaf, 0, a, b));
    if (cut < n) validation = arrayFeed(part(x, cut, n), part(y, cut, n), part(weight, cut, n), validationSize, false);
    [x, y, weight] = [part(x, 0, cut), part(y, 0, cut), part(weight, 0, cut)];
  }
  if (o.class_weight !== null && y !== null) {
    if (weight !== null) throw valueError('You cannot `class_weight` and `sample_weight` at the same time.');
    if (isNested(y)) throw valueError('`class_weight` is only supported for Models with a single output.');
    weight = weightsOfClasses(y, o.class_weight as Record<number, number>);
  }
  if (o.validation_data !== null) validation = validationFeed(o.validation_data, validationSize);
  return { feed: arrayFeed(x, y, weight, size, o.shuffle), validation };
}
export function* limited(batches: Iterable<Batch>, steps: number): Iterable<Batch> {
  let n = 0;
  // one more is asked for than is used: a dataset draws for its next epoch when it comes to its end
  for (const batch of batches) {
    if (n++ >= steps) break;
    yield batch;
  }
}
/** Epochs of so many batches each, every one going on where the last ended; after the last batch the feed begins anew. */
export function continued(feed: Feed, steps: number): () => Iterable<Batch> {
  let batches: Iterator<Batch> | null = null;
  let seen = 0;
  const stop = (): void => {
    batches = null;
    seen = 0;
  };
  return function* () {
    for (let step = 0; step < steps; step++) {
      batches ??= feed.batches()[Symbol.iterator]();
      const next: IteratorResult<Batch> | null = seen >= feed.steps ? null : batches.next();
      if (next === null || next.done === true) {
        warn(
          'Your input ran out of data; interrupting training. Make sure that your dataset or generator can generate at least `steps_per_epoch * epochs` batches. You may need to use the `.repeat()` function when building your dataset.',
          'UserWarning',
        );
        stop();
        return;
      }
      seen++;
      yield next.value;
    }
    if (seen >= feed.steps) stop();
  };
}
export function oneBatch(x: any, y: any, weight: any): Batch {
  const given = adaptAll(x, true);
  return {
    x: given,
    y: y === null || y === undefined ? null : adaptAll(y),
    weight: weight === null || weight === undefined ? null : adaptAll(weight),
    size: (flatten(given)[0] as Tensor).sizes[0]!,
  };
}
/** A step's data, as `fit` gives it or a program does. */
export function unpacked(data: unknown): Batch {
  const parts: unknown[] = Array.isArray(data) ? [...data] : [data];
  const [x, y = null, weight = null] = parts;
  return { x, y, weight, size: (flatten(x)[0] as Tensor).sizes[0]! } as Batch;
}
export function feedOf(x: any, y: any, weight: any, size: number): Feed {
  if (isFeedLike(x)) {
    requireAlone(x, y, weight);
    return iterableFeed(x);
  }
  if ((x === undefined || x === null || (Array.isArray(x) && x.length === 0)) && floatsAreMarked())
    throw keyError('pop from an empty set');
  if (x === undefined || x === null)
    throw valueError('Expected data in `x`: an array, a list or dict of arrays, or a dataset');
  return arrayFeed(
    adaptAll(x, true),
    y === undefined || y === null ? null : adaptAll(y),
    weight === undefined || weight === null ? null : adaptAll(weight),
    size,
    false,
  );
}
function validationFeed(data: readonly TensorLike[] | Iterable<unknown>, size: number): Feed {
  if (!Array.isArray(data)) return iterableFeed(data as Iterable<unknown>);
  if (data.length > 3) throw noTriple(data);
  const [x, y, weight] = data as any[];
  return feedOf(x, y ?? null, weight ?? null, size);
}
