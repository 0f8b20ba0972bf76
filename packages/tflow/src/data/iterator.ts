import { type Tensor as CoreTensor, currentTracer, Graph, ops } from '@stele/core';
import { inGraphFunction } from '../autograph';
import { kernelError, OutOfRangeError } from '../errors';
import { leavesOf, mapLeaves } from '../nest';
import { setDims, type TensorSpec } from '../spec';
import { type Tensor, tfFamily, toTensor } from '../tensor';
import { inIterator } from './arguments';

/** What reads a dataset, as `iter(dataset)` gives. */
export class DatasetIterator<T = any> implements IterableIterator<T> {
  private readonly source: Iterator<T>;
  private ahead: IteratorResult<T> | null = null;
  readonly element_spec: unknown;

  constructor(source: Iterator<T>, spec: () => unknown) {
    this.source = source;
    Object.defineProperty(this, 'element_spec', { get: spec });
  }
  get __typename__(): string {
    return 'OwnedIterator';
  }
  next(): IteratorResult<T> {
    const { ahead } = this;
    this.ahead = null;
    return ahead ?? this.source.next();
  }
  return(): IteratorResult<T> {
    this.source.return?.();
    return { done: true, value: undefined };
  }
  [Symbol.iterator](): this {
    return this;
  }
  __iter__(): this {
    return this;
  }
  __next__(): T {
    if (inGraphFunction() && currentTracer() instanceof Graph) return this.symbolicNext();
    const { done, value } = this.next();
    if (done) throw Object.assign(new Error(''), { name: 'StopIteration' });
    return value;
  }
  /** The next element when the graph runs that is under construction. */
  private symbolicNext(): T {
    const graph = currentTracer() as Graph;
    const specs = (leavesOf(this.element_spec) as TensorSpec[]).map((s) => ({
      sizes: (s.dims ?? []).map((d) => d ?? 2),
      scalarType: s.dtype.name as never,
    }));
    const outputs = graph.effect('IteratorGetNext', [], specs, tfFamily, () => {
      const { done, value } = this.next();
      if (done) throw inIterator('End of sequence', OutOfRangeError);
      return leavesOf(value) as CoreTensor[];
    });
    let i = 0;
    return mapLeaves(this.element_spec, (leaf) => {
      const t = outputs[i++]!;
      setDims(t, (leaf as TensorSpec).dims);
      return t;
    }) as T;
  }
  get_next(): T {
    if (inGraphFunction() && currentTracer() instanceof Graph) return this.symbolicNext();
    const { done, value } = this.next();
    if (done) throw inIterator('End of sequence', OutOfRangeError);
    return value;
  }
  get_next_as_optional(): Optional<T> {
    if (inGraphFunction() && currentTracer() instanceof Graph) return this.symbolicOptional();
    const { done, value } = this.next();
    return new Optional(done ? [] : [value], this.element_spec);
  }
  /** An element that may be missing when the graph runs: then its parts are zeros that nobody may read. */
  private symbolicOptional(): Optional<T> {
    const graph = currentTracer() as Graph;
    const specs = (leavesOf(this.element_spec) as TensorSpec[]).map((s) => ({
      sizes: (s.dims ?? []).map((d) => d ?? 2),
      scalarType: s.dtype.name as never,
    }));
    const [has, ...parts] = graph.effect(
      'IteratorGetNextAsOptional',
      [],
      [{ sizes: [], scalarType: 'bool' as never }, ...specs],
      tfFamily,
      () => {
        const { done, value } = this.next();
        const values = done
          ? specs.map((s) => ops.fullLike(toTensor(0, s.scalarType), 0, s.sizes, s.scalarType))
          : (leavesOf(value) as CoreTensor[]);
        return [toTensor(!done, 'bool'), ...values];
      },
    );
    let i = 0;
    const value = mapLeaves(this.element_spec, (leaf) => {
      const t = parts[i++]!;
      setDims(t, (leaf as TensorSpec).dims);
      return t;
    }) as T;
    return new Optional([value], this.element_spec, has as Tensor);
  }
}
/** A value that may be missing. */
export class Optional<T = any> {
  private readonly values: readonly T[];
  private readonly has: Tensor | null;
  readonly element_spec: unknown;
  constructor(values: readonly T[], element_spec: unknown, has: Tensor | null = null) {
    this.values = values;
    this.element_spec = element_spec;
    this.has = has;
  }
  has_value(): Tensor {
    return this.has ?? toTensor(this.values.length > 0, 'bool');
  }
  get_value(): T {
    if (this.values.length === 0) throw kernelError('OptionalGetValue', 'The given optional does not have a value.');
    return this.values[0]!;
  }
}
