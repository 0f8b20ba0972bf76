import { Tensor as CoreTensor, isTuple, ops, toNumbers, tupleOf } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { combineSeeds, IteratorSeeds, shuffleWindow } from '@stele/core/random';
import { globalSeed } from '../random/stateless';
import { fromNumPy } from './arrays';

/** Elements in an order, that can be shuffled and gathered to batches, such as a dataset of tflow's. */
export interface Source extends Iterable<any> {
  shuffle(buffer_size: number, seed?: number): Source;
  batch(size: number): Source;
  class_names?: readonly string[] | null;
  file_paths?: readonly string[];
}
/** Makes a source of elements that can be read again and again; `sample` gives one without reading in order. */
export type SourceMaker = (open: () => Iterable<unknown>, count: number, sample: () => unknown) => Source;

function stacked(elements: readonly unknown[]): unknown {
  const [first] = elements;
  if (first instanceof CoreTensor) return ops.stack(elements as CoreTensor[], 0);
  if (isTuple(first)) return tupleOf(first.map((_, i) => stacked(elements.map((e) => (e as unknown[])[i]))));
  return [...elements];
}

/** Elements read anew each time: what `keras.utils` gives where no datasets of TensorFlow's are loaded. */
export class ElementSource implements Source {
  readonly length: number;
  class_names?: readonly string[] | null;
  file_paths?: readonly string[];
  private readonly open: () => Iterable<unknown>;

  constructor(open: () => Iterable<unknown>, length: number) {
    this.open = open;
    this.length = length;
  }
  [Symbol.iterator](): Iterator<any> {
    return this.open()[Symbol.iterator]();
  }
  __len__(): number {
    return this.length;
  }
  /** Each time in another order, which the seeds fix, as TensorFlow's datasets do. */
  shuffle(buffer_size: number, seed?: number): ElementSource {
    const each = new IteratorSeeds(combineSeeds(globalSeed(), seed));
    return new ElementSource(() => shuffleWindow(this, buffer_size, each.next()), this.length);
  }
  batch(size: number): ElementSource {
    const all = this;
    return new ElementSource(
      function* () {
        let held: unknown[] = [];
        for (const element of all) {
          held.push(element);
          if (held.length < size) continue;
          yield stacked(held);
          held = [];
        }
        if (held.length > 0) yield stacked(held);
      },
      Math.ceil(this.length / size),
    );
  }
}

let maker: SourceMaker = (open, count) => new ElementSource(open, count);
/** Chooses what datasets `keras.utils` gives: Keras on TensorFlow gives `tf.data.Dataset`, so tflow calls this. */
export function setSourceMaker(make: SourceMaker): void {
  maker = make;
}
/** A source of `count` elements by their numbers. */
export function sourceOf(count: number, element: (i: number) => unknown): Source {
  return maker(
    function* () {
      for (let i = 0; i < count; i++) yield element(i);
    },
    count,
    () => element(0),
  );
}
/** The same in an order that is drawn anew each time, without making an element before its turn. */
export function shuffledSource(count: number, element: (i: number) => unknown, buffer: number, seed: number): Source {
  const order = sourceOf(count, (i) => fromNumPy(new NDArray({ dtype: 'int32', shape: [], data: Int32Array.of(i) })));
  const shuffled = order.shuffle(buffer, seed);
  return maker(
    function* () {
      for (const i of shuffled) yield element(toNumbers(i)[0]!);
    },
    count,
    () => element(0),
  );
}
