import { coreFamily, fromArray, tupleOf } from '@stele/core';
import { Dense, Input } from './core';
import './operators';
import '../index';
import { Model } from '../models/index';
import type { KerasTensor } from './symbolic';

type Dunder = Record<string, (...args: unknown[]) => KerasTensor>;
const call = (x: unknown, name: string, ...args: unknown[]): KerasTensor => (x as Dunder)[name]!(...args);

it('computes with operators between layers', () => {
  const x = Input({ shape: [4] });
  const doubled = call(call(x, '__rmul__', 2), '__add__', 1);
  const first = call(doubled, '__getitem__', { start: null, stop: 2, step: null });
  expect(String(doubled.shape)).toBe(',4');
  expect(first.shape[1]).toBe(4);
  const model = new Model({ inputs: x, outputs: call(doubled, '__sub__', x) } as never);
  const input = fromArray(coreFamily, Float32Array.of(1, 2, 3, 4), [1, 4], 'float32');
  expect([...(model(input) as { storage: { array: Iterable<number> } }).storage.array]).toEqual([2, 3, 4, 5]);
  expect(new Dense(2)(doubled).shape).toEqual([null, 2]);
});

it('takes slices as a tuple has them, in a model and out of its configuration', () => {
  const x = Input({ shape: [5, 5] });
  const slice = (start: number | null, step: number | null): object => ({ start, stop: null, step });
  const cut = call(x, '__getitem__', tupleOf([slice(null, null), slice(1, null), slice(null, 2)]));
  expect(cut.shape).toEqual([null, 4, 3]);
  const model = new Model({ inputs: x, outputs: cut } as never);
  const again = Model.from_config(model.get_config()) as unknown as Model;
  expect(again.output_shape).toEqual([null, 4, 3]);
});

it('refuses what a symbol cannot give', () => {
  const x = Input({ shape: [4] });
  expect(() => call(x, '__bool__')).toThrow('A symbolic KerasTensor cannot be used as a boolean.');
  expect(() => call(x, '__float__')).toThrow('You cannot convert it to a float.');
  expect(() => call(x, '__len__')).toThrow("object of type 'KerasTensor' has no len()");
});
