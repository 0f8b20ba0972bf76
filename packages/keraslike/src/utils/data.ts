import { notImplemented } from '../errors';

const workers = { workers: 1, use_multiprocessing: false, max_queue_size: 10 };
/**
 * A source of batches by number: a subclass says how many there are and what each is.
 *
 * ```ts
 * class Numbers extends keras.utils.PyDataset {
 *   override __len__() { return 2; }
 *   override __getitem__(i: number) { return [[[i]], [[2 * i]]]; }
 * }
 * ```
 * @see https://keras.io/api/utils/python_utils/#pydataset-class
 */
export class PyDataset {
  workers: number;
  use_multiprocessing: boolean;
  max_queue_size: number;
  constructor(options: Partial<typeof workers> = {}) {
    const o = { ...workers, ...options };
    this.workers = o.workers;
    this.use_multiprocessing = o.use_multiprocessing;
    this.max_queue_size = o.max_queue_size;
  }
  /** The batch with a number: x, (x, y) or (x, y, sample_weight). */
  __getitem__(_index: number): unknown {
    throw notImplemented(`${this.constructor.name}.__getitem__() is not there: define it in the subclass of PyDataset`);
  }
  __len__(): number {
    throw notImplemented(
      'You need to implement the `num_batches` property:\n\n@property\ndef num_batches(self):\n  return ...',
    );
  }
  /** How many batches there are; null for no end. */
  get num_batches(): number | null {
    return Number(this.__len__());
  }
  get length(): number | undefined {
    return this.num_batches ?? undefined;
  }
  on_epoch_begin(): void {}
  on_epoch_end(): void {}
  *[Symbol.iterator](): Iterator<unknown> {
    const count = this.num_batches ?? Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) yield this.__getitem__(i);
  }
}
export { PyDataset as Sequence };

/** Inputs, targets and weights as `fit` gives them to a step. */
export function pack_x_y_sample_weight(x: unknown, y: unknown = null, sample_weight: unknown = null): unknown {
  if (y === null) return Array.isArray(x) ? [x] : x;
  return sample_weight === null ? [x, y] : [x, y, sample_weight];
}
/** Inputs, targets and weights of what a step got; null for those that are not there. */
export function unpack_x_y_sample_weight(data: unknown): [x: unknown, y: unknown, sample_weight: unknown] {
  if (!Array.isArray(data)) return [data, null, null];
  const [x, y = null, weight = null] = data as unknown[];
  return [x, y, weight];
}
