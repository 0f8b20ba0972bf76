import * as creation from '../../creation';
import { compose } from '../../define';
import { divide_no_nan } from '../../elementwise';
import { runtimeError } from '../../errors';
import * as math from '../../math';
import * as reshaping from '../../reshaping';
import type { Tensor, TensorLike } from '../../tensor';
import { GraphKeys } from './collections';
import type { GraphTensor } from './graph';
import { executing_eagerly, get_default_graph } from './mode';
import { name_scope } from './scopes';
import { GraphVariable } from './variables';

type Loose = any;
/** A metric's value, and the node that takes a batch into account and gives the value after it. */
export type Measured = [value: Tensor, update_op: Tensor];

const local = (name: string): GraphVariable =>
  new GraphVariable(creation.zeros([]), {
    trainable: false,
    name,
    collections: [GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES],
  });
const collect = (keys: Loose, value: unknown): void => {
  for (const key of keys === undefined || keys === null ? [] : [keys].flat())
    get_default_graph().add_to_collection(String(key), value);
};
function averaged(
  name: string,
  values: Tensor,
  weights: Loose,
  collections: Loose,
  updates: Loose,
  finish: (mean: Tensor) => Tensor = (mean) => mean,
): Measured {
  if (executing_eagerly())
    throw runtimeError(`tf.metrics.${name.split('/').at(-1)} is not supported when eager execution is enabled.`);
  const scope = name_scope(name);
  scope.__enter__();
  try {
    const total = local('total');
    const count = local('count');
    const elements = math.cast(values, 'float32');
    const factor = weights === undefined || weights === null ? null : math.cast(weights as TensorLike, 'float32');
    const sum = math.reduce_sum(factor === null ? elements : math.multiply(elements, factor));
    const n =
      factor === null
        ? math.cast(reshaping.size(elements), 'float32')
        : math.reduce_sum(math.multiply(factor, creation.ones_like(elements)));
    const value = finish(divide_no_nan(total as unknown as Tensor, count as unknown as Tensor));
    const [more, counted] = [total.assign_add(sum), count.assign_add(n)] as [GraphTensor, GraphTensor];
    const update = finish(divide_no_nan(more as unknown as Tensor, counted as unknown as Tensor));
    collect(collections, value);
    collect(updates, update);
    return [value, update];
  } finally {
    scope.__exit__();
  }
}

export const mean = compose(
  'tf.metrics.mean',
  'values, weights=None, metrics_collections=None, updates_collections=None, name=None',
  (values: TensorLike, weights?: Loose, collections?: Loose, updates?: Loose, name?: Loose): Measured =>
    averaged(name ?? 'mean', values as Tensor, weights, collections, updates),
);
const pairSignature =
  'labels, predictions, weights=None, metrics_collections=None, updates_collections=None, name=None';
type Optional = readonly [weights?: Loose, collections?: Loose, updates?: Loose, name?: Loose];
/** A measure of labels and predictions. */
const ofBoth = (given: string, make: (labels: Loose, predictions: Loose, rest: Optional) => Measured) =>
  compose(
    `tf.metrics.${given}`,
    pairSignature,
    (labels: Loose, predictions: Loose, ...rest: Optional): Measured => make(labels, predictions, rest),
  );
const ofPairs = (
  given: string,
  elements: (labels: Tensor, predictions: Tensor) => Tensor,
  finish?: (mean: Tensor) => Tensor,
) =>
  ofBoth(given, (labels, predictions, [weights, collections, updates, name]) =>
    averaged(name ?? given, elements(labels, predictions), weights, collections, updates, finish),
  );
/** The share of predictions that are the labels. */
export const accuracy = ofPairs('accuracy', (labels, predictions) =>
  math.equal(math.cast(labels, predictions.dtype), predictions),
);
const difference = (labels: Tensor, predictions: Tensor): Tensor =>
  math.subtract(math.cast(predictions, 'float32'), math.cast(labels, 'float32'));
export const mean_absolute_error = ofPairs('mean_absolute_error', (y, p) => math.abs(difference(y, p)));
export const mean_squared_error = ofPairs('mean_squared_error', (y, p) => math.square(difference(y, p)));
export const root_mean_squared_error = ofPairs(
  'root_mean_squared_error',
  (y, p) => math.square(difference(y, p)),
  math.sqrt,
);

/** How many entries a test holds for, weights taken into account: the value, and the node that counts a batch. */
function counted(name: string, hits: Tensor, weights: Loose): Measured {
  const scope = name_scope(name);
  scope.__enter__();
  try {
    const count = local('count');
    const ones = math.cast(hits, 'float32');
    const factor = weights === undefined || weights === null ? null : math.cast(weights as TensorLike, 'float32');
    const sum = math.reduce_sum(factor === null ? ones : math.multiply(ones, factor));
    return [creation.identity(count), count.assign_add(sum)] as unknown as Measured;
  } finally {
    scope.__exit__();
  }
}
const truth = (t: Tensor): Tensor => math.cast(t, 'bool');
const both = (a: Tensor, b: Tensor): Tensor => math.logical_and(a, b);
const not = (t: Tensor): Tensor => math.logical_not(t);
const cells: Readonly<Record<string, (y: Tensor, p: Tensor) => Tensor>> = {
  true_positives: (y, p) => both(y, p),
  false_positives: (y, p) => both(not(y), p),
  false_negatives: (y, p) => both(y, not(p)),
  true_negatives: (y, p) => both(not(y), not(p)),
};
const ofCells = (given: string, parts: readonly string[], combine: (values: readonly Tensor[]) => Tensor) =>
  ofBoth(given, (labels, predictions, [weights, collections, updates, name]) => {
    if (executing_eagerly())
      throw runtimeError(`tf.metrics.${given} is not supported when eager execution is enabled.`);
    const [y, p] = [truth(labels), truth(predictions)];
    const alone = parts.length === 1;
    const scope = name_scope(name ?? given);
    if (!alone) scope.__enter__();
    try {
      const found = parts.map((part) => counted(alone ? (name ?? given) : part, cells[part]!(y, p), weights));
      const value = combine(found.map(([v]) => v));
      const update = combine(found.map(([, u]) => u));
      collect(collections, value);
      collect(updates, update);
      return [value, update];
    } finally {
      if (!alone) scope.__exit__();
    }
  });
const share = ([hits, others]: readonly Tensor[]): Tensor => divide_no_nan(hits!, math.add(hits!, others!));
export const precision = ofCells('precision', ['true_positives', 'false_positives'], share);
export const recall = ofCells('recall', ['true_positives', 'false_negatives'], share);
export const true_positives = ofCells('true_positives', ['true_positives'], ([v]) => v!);
export const false_positives = ofCells('false_positives', ['false_positives'], ([v]) => v!);
export const true_negatives = ofCells('true_negatives', ['true_negatives'], ([v]) => v!);
export const false_negatives = ofCells('false_negatives', ['false_negatives'], ([v]) => v!);
