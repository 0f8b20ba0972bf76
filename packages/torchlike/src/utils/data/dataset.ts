import { IndexError, NotImplementedError, ValueError } from '../../errors';
import { default_generator, type Generator, generatorOf } from '../../random';
import type { Tensor } from '../../tensor';

/** What a DataLoader reads: a length and items by place, under JavaScript's names or Python's. */
export abstract class Dataset<T = unknown> {
  abstract get length(): number;
  /** Python's `dataset[index]`. */
  abstract get(index: number): T;
  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.length; i++) yield this.get(i);
  }
}
interface PythonDataset {
  __len__(): number;
  __getitem__(index: number): unknown;
}
type Either = Dataset & PythonDataset;
function pythonLength(this: Either): number {
  return this.length;
}
function pythonItem(this: Either, index: number): unknown {
  return this.get(index);
}
// a class of either language overrides one name of each pair, and both can be asked for
Object.defineProperties(Dataset.prototype, {
  length: {
    get(this: Either) {
      if (this.__len__ !== pythonLength) return this.__len__();
      throw new TypeError(`object of type '${this.constructor.name}' has no len()`);
    },
    configurable: true,
  },
  get: {
    value(this: Either, index: number) {
      if (this.__getitem__ !== pythonItem) return this.__getitem__(index);
      throw new NotImplementedError('Subclasses of Dataset should implement __getitem__.');
    },
    writable: true,
    configurable: true,
  },
  __len__: { value: pythonLength, writable: true, configurable: true },
  __getitem__: { value: pythonItem, writable: true, configurable: true },
});

/** Rows of tensors that have the same first size. */
export class TensorDataset extends Dataset<Tensor[]> {
  readonly tensors: readonly Tensor[];
  constructor(...tensors: Tensor[]) {
    super();
    if (tensors.some((t) => t.sizes[0] !== tensors[0]!.sizes[0])) throw new ValueError('Size mismatch between tensors');
    this.tensors = tensors;
  }
  get length(): number {
    return this.tensors[0]?.sizes[0] ?? 0;
  }
  get(index: number): Tensor[] {
    return this.tensors.map((t) => t.select(0, index));
  }
}
/** Some items of a data set. */
export class Subset<T> extends Dataset<T> {
  readonly dataset: Dataset<T>;
  readonly indices: readonly number[];

  constructor(dataset: Dataset<T>, indices: readonly number[]) {
    super();
    this.dataset = dataset;
    this.indices = indices;
  }
  get length(): number {
    return this.indices.length;
  }
  get(index: number): T {
    const at = this.indices.at(index);
    if (at === undefined) throw new IndexError('list index out of range');
    return this.dataset.get(at);
  }
}
/** Splits by lengths or by fractions of 1, in a random order. */
export function random_split<T>(
  dataset: Dataset<T>,
  lengths: readonly number[],
  options: { generator?: Generator } = {},
): Subset<T>[] {
  let sizes = [...lengths];
  const n = dataset.length;
  const total = lengths.reduce((a, b) => a + b, 0);
  if (Math.abs(total - 1) < 1e-9 && total <= 1 + 1e-9) {
    sizes = lengths.map((f) => Math.floor(n * f));
    const rest = n - sizes.reduce((a, b) => a + b, 0);
    for (let i = 0; i < rest; i++) sizes[i % sizes.length]!++;
  }
  if (sizes.reduce((a, b) => a + b, 0) !== n)
    throw new ValueError('Sum of input lengths does not equal the length of the input dataset!');
  const order = generatorOf(options.generator ?? default_generator).permutation(n);
  let at = 0;
  return sizes.map((size) => new Subset(dataset, [...order.slice(at, (at += size))]));
}

class ListDataset<T> extends Dataset<T> {
  private readonly items: readonly T[];
  constructor(items: readonly T[]) {
    super();
    this.items = items;
  }
  get length(): number {
    return this.items.length;
  }
  get(index: number): T {
    return this.items[index]!;
  }
}
/** A data set of anything that has a length and items: a list, or an object with Python's methods. */
export function asDataset<T>(source: Dataset<T> | readonly T[]): Dataset<T> {
  if (source instanceof Dataset) return source;
  if (Array.isArray(source)) return new ListDataset(source);
  const given = source as unknown as PythonDataset & Dataset<T>;
  if (typeof given.__getitem__ !== 'function') return given;
  return {
    get length() {
      return given.__len__();
    },
    get: (index: number) => given.__getitem__(index),
  } as Dataset<T>;
}
