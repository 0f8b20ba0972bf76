import { type Tensor as CoreTensor, ops } from '@stele/core';
import type { NDArray } from '@stele/core/numpy';
import { leavesOf } from '../nest';
import { RaggedTensor, RaggedTensorSpec } from '../ragged/ragged';
import { StringTensor } from '../strings';
import type { Tensor } from '../tensor';
import { inIterator } from './arguments';
import { Dataset } from './dataset';
import { componentsOf, isSpecial, mapComponents } from './structure';

/**
 * Opens a source now, to be read once later. TensorFlow opens what lies upstream together with the iterator, and a
 * shuffle draws its order then, whether or not an element is ever asked for. (A shuffle itself opens what it reads later.)
 */
export function opened<T>(source: Iterable<T>): Iterable<T> {
  const iterator = source[Symbol.iterator]();
  return { [Symbol.iterator]: () => iterator };
}
/** The elements of several iterators side by side, until one of them ends. */
export function* together(iterators: readonly Iterator<unknown>[]): Generator<unknown[], void, undefined> {
  while (true) {
    const next: unknown[] = [];
    for (const it of iterators) {
      const r = it.next();
      if (r.done) return;
      next.push(r.value);
    }
    yield next;
  }
}

/** Elements in lists of the lengths in turn; the last may be shorter, unless it is dropped. */
export function* chunks<T>(
  source: Iterable<T>,
  sizes: readonly number[],
  drop: boolean,
): Generator<T[], void, undefined> {
  let held: T[] = [];
  let turn = 0;
  for (const element of source) {
    held.push(element);
    if (held.length < sizes[turn % sizes.length]!) continue;
    yield held;
    held = [];
    turn++;
  }
  if (held.length > 0 && !drop) yield held;
}
/** The rows of batches, one by one. */
export function* rowsIn(source: Iterable<unknown>): Generator<unknown, void, undefined> {
  for (const element of source) {
    const parts = componentsOf(element);
    const n = rowsOf(parts[0]);
    const other = parts.findIndex((t) => rowsOf(t) !== n);
    if (other > 0)
      throw inIterator(
        `Input element must have the same batch size in each component. Component 0 had size ${n} but component ${other} had size, ${rowsOf(parts[other])}.`,
      );
    for (let i = 0; i < n; i++) yield mapComponents(element, (t) => select(t, i));
  }
}

export const select = (leaf: any, i: number): unknown =>
  leaf instanceof StringTensor || isSpecial(leaf) ? leaf.select(i) : ops.select(leaf, 0, i);
export const rowsOf = (leaf: any): number => (isSpecial(leaf) ? (leaf as { rows: number }).rows : leaf.sizes[0]);

/** Elements one on another, component by component; `pad` brings them to one shape first. */
export function stackElements(
  elements: readonly unknown[],
  mapped: boolean,
  pad: ((column: readonly unknown[], i: number) => readonly unknown[]) | null = null,
  spec: () => unknown = () => null,
): unknown {
  const parts = elements.map(componentsOf);
  const specs = RaggedTensor.made ? leavesOf(spec()) : [];
  let i = 0;
  return mapComponents(elements[0], () => {
    let column = parts.map((p) => p[i]);
    const component = i++;
    const [first] = column;
    if (first instanceof Dataset) return first;
    if (first instanceof RaggedTensor || specs[component] instanceof RaggedTensorSpec)
      return RaggedTensor.stack(column);
    if (isSpecial(first)) return first.constructor.stack(column);
    if (pad !== null) column = [...pad(column, component)];
    else
      for (const t of column as CoreTensor[]) {
        if (t.sizes.join() === first.sizes.join()) continue;
        throw inIterator(
          mapped
            ? `Cannot add tensor to the batch: number of elements does not match. Shapes are: [tensor]: [${first.sizes.join(',')}], [batch]: [${t.sizes.join(',')}]`
            : `Cannot batch tensors with different shapes in component ${component}. First element had shape [${first.sizes.join(',')}] and element ${column.indexOf(t)} had shape [${t.sizes.join(',')}].`,
        );
      }
    if (first instanceof StringTensor) return StringTensor.stack(column as StringTensor[]);
    return ops.stack(column as CoreTensor[], 0);
  });
}

export const hostValue = (t: Tensor): NDArray => t.numpy();
