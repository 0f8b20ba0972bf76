import { bindKeywords } from '@stele/core';
import { torch } from '../index';
import { define } from './define';

const shown = define('shown', 'a, b=2, *, c=3', (a: number, b: number = 2, o: { c?: number } = {}): string =>
  [a, b, o.c ?? 3].join(' '),
);

describe('a function of torch from its Python signature', () => {
  it.each([
    ['by place', () => shown(1, 5), '1 5 3'],
    ['by name', () => shown({ a: 1, b: 5 }), '1 5 3'],
    ['by both', () => shown(1, { b: 5, c: 7 }), '1 5 7'],
    ['with a keyword-only one after the places', () => shown(1, 5, { c: 7 }), '1 5 7'],
    ['as Python calls it', () => shown(...(bindKeywords('shown()', shown, [1], { c: 4 }) as [number])), '1 2 4'],
  ])('is called %s', (_, call, want) => {
    expect(call()).toBe(want);
  });

  it.each([
    ['a missing place', () => (shown as () => string)(), 'shown() missing 1 required positional arguments: "a"'],
    ['a place given twice', () => shown(1, { a: 2 } as never), "shown() got multiple values for argument 'a'"],
    ['an unknown name', () => shown(1, { d: 2 } as never), "shown() got an unexpected keyword argument 'd'"],
    [
      'too many places',
      () => (shown as unknown as (...n: number[]) => string)(1, 2, 3),
      'shown() takes 2 positional arguments but 3 were given',
    ],
    [
      'a number where a tensor belongs',
      () => torch.atan2(torch.ones(2), 2 as never),
      "atan2(): argument 'other' (position 2) must be Tensor, not int",
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('is a method too, with the tensor in the first place', () => {
    const x = torch.tensor([3, 1, 2]);
    expect(x.kthvalue(1).indices.item()).toBe(1);
    expect(x.sort({ descending: true }).values.tolist()).toEqual([3, 2, 1]);
    expect(torch.clamp(x, { max: 2 }).tolist()).toEqual([2, 1, 2]);
  });
});
