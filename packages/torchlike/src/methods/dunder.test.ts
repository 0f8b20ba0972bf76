import { markFloats } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { pyFloat } from '@stele/core/printing';
import * as torch from '../index';

class Tuple extends Array<unknown> {}
const tuple = (...items: unknown[]): Tuple => {
  const t = new Tuple();
  t.push(...items);
  return t;
};
const all = { start: null, stop: null, step: null };
const ellipsis = { __repr__: () => 'Ellipsis' };
type Dunder = Record<string, (...args: unknown[]) => unknown>;
const call = (t: torch.Tensor, name: string, ...args: unknown[]): unknown => (t as unknown as Dunder)[name]!(...args);
const grid = (): torch.Tensor => torch.arange(6).float().reshape(2, 3);

beforeAll(() => {
  markFloats(true);
});
afterAll(() => {
  markFloats(false);
});

describe('operators on a torch.Tensor', () => {
  const ints = torch.tensor([5, 6]);
  it.each([
    ['__add__', ints, 1, 'tensor([6, 7])'],
    ['__add__', ints, pyFloat(1), 'tensor([6., 7.])'],
    ['__radd__', ints, 1.5, 'tensor([6.5000, 7.5000])'],
    ['__rsub__', ints, 1, 'tensor([-4, -5])'],
    ['__rpow__', torch.tensor([1, 2]), 2, 'tensor([2, 4])'],
    ['__rfloordiv__', torch.tensor([1.5, 2]), pyFloat(2), 'tensor([1., 1.])'],
    ['__rmod__', torch.tensor([3, -2]), 7, 'tensor([ 1, -1])'],
    ['__rtruediv__', torch.tensor([2, 4]), 1, 'tensor([0.5000, 0.2500])'],
    ['__and__', ints, 3, 'tensor([1, 2])'],
    ['__and__', torch.tensor([true, false]), true, 'tensor([ True, False])'],
    ['__xor__', ints, 3, 'tensor([6, 5])'],
    ['__lshift__', ints, 1, 'tensor([10, 12])'],
    ['__eq__', ints, 5, 'tensor([ True, False])'],
    ['__pow__', torch.tensor([pyFloat(2) as never]), -1, 'tensor([0.5000])'],
    [
      '__add__',
      torch.ones(2),
      new NDArray({ dtype: 'float64', shape: [2], data: Float64Array.of(1, 1) }),
      'tensor([2., 2.], dtype=torch.float64)',
    ],
  ])('%s', (name, t, other, text) => {
    expect(String(call(t, name, other))).toBe(text);
  });
  it('leaves unknown operands to Python', () => {
    expect(call(ints, '__add__', 'a')).toBeUndefined();
    expect(call(ints, '__eq__', null)).toBeUndefined();
    expect(call(ints, '__matmul__', 2)).toBeUndefined();
  });
  it('refuses bits of floats', () => {
    expect(() => call(grid(), '__and__', grid())).toThrow('"bitwise_and_cpu" not implemented for \'Float\'');
    expect(() => call(grid(), '__invert__')).toThrow(
      '~ (operator.invert) is only implemented on integer and Boolean-type tensors',
    );
  });
});

describe('indices', () => {
  it.each<[string, unknown, unknown]>([
    ['a number', 0, [0, 1, 2]],
    ['from the end', -1, [3, 4, 5]],
    ['a tuple', tuple(1, 2), 5],
    [
      'slices',
      tuple(all, { start: 1, stop: null, step: null }),
      [
        [1, 2],
        [4, 5],
      ],
    ],
    ['a step', tuple(0, { start: null, stop: null, step: 2 }), [0, 2]],
    ['an ellipsis', tuple(ellipsis, 0), [0, 3]],
    ['a new axis', tuple(null, ellipsis, 0), [[0, 3]]],
    [
      'a list',
      [1, 0],
      [
        [3, 4, 5],
        [0, 1, 2],
      ],
    ],
    ['lists side by side', tuple([0, 1], [1, 2]), [1, 5]],
    ['a number and a list', tuple(0, [0, 1]), [0, 1]],
    ['a mask', grid().gt(2), [3, 4, 5]],
    ['a mask of rows', torch.tensor([true, false]), [[0, 1, 2]]],
    [
      'positions of two axes',
      torch.tensor([
        [0, 1],
        [1, 0],
      ]),
      [
        [
          [0, 1, 2],
          [3, 4, 5],
        ],
        [
          [3, 4, 5],
          [0, 1, 2],
        ],
      ],
    ],
    [
      'True',
      true,
      [
        [
          [0, 1, 2],
          [3, 4, 5],
        ],
      ],
    ],
  ])('%s', (_, index, expected) => {
    expect(
      JSON.parse(
        JSON.stringify((call(grid(), '__getitem__', index) as torch.Tensor).tolist(), (_k, v) =>
          typeof v === 'object' && v !== null && 'value' in v ? v.value : v,
        ),
      ),
    ).toEqual(expected);
  });
  it.each<[unknown, string]>([
    [tuple(0, 0, 0), 'too many indices for tensor of dimension 2'],
    [5, 'index 5 is out of bounds for dimension 0 with size 2'],
    [[0, 5], 'index 5 is out of bounds for dimension 0 with size 2'],
    [{ start: null, stop: null, step: -1 }, 'step must be greater than zero'],
    [
      1.5,
      'only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got float)',
    ],
    [
      torch.tensor([true, false, true]),
      'The shape of the mask [3] at index 0 does not match the shape of the indexed tensor [2, 3] at index 0',
    ],
    [torch.tensor([0.5]), 'tensors used as indices must be long, int, byte or bool tensors'],
  ])('refuses %p', (index, message) => {
    expect(() => call(grid(), '__getitem__', index)).toThrow(message);
  });
  it.each<[unknown, unknown, string]>([
    [0, 5, 'tensor([[5., 5., 5.],\n        [3., 4., 5.]])'],
    [tuple(all, 1), torch.tensor([1, 2]), 'tensor([[0., 1., 2.],\n        [3., 2., 5.]])'],
    [grid().gt(2), 0, 'tensor([[0., 1., 2.],\n        [0., 0., 0.]])'],
    [
      tuple([0, 1], [1, 2]),
      torch.tensor([9.5, 8]),
      'tensor([[0.0000, 9.5000, 2.0000],\n        [3.0000, 4.0000, 8.0000]])',
    ],
    [tuple(all, [0, 2]), -1, 'tensor([[-1.,  1., -1.],\n        [-1.,  4., -1.]])'],
  ])('writes at %p', (index, value, text) => {
    const t = grid();
    call(t, '__setitem__', index, value);
    expect(String(t)).toBe(text);
  });
  it.each<[unknown, unknown, string]>([
    [
      0,
      torch.ones(4),
      'The expanded size of the tensor (3) must match the existing size (4) at non-singleton dimension 0.  Target sizes: [3].  Tensor sizes: [4]',
    ],
    [tuple(0, 0), 'a', "can't assign a str to a torch.FloatTensor"],
    [
      grid().gt(2),
      torch.tensor([1.5, 2]),
      'shape mismatch: value tensor of shape [2] cannot be broadcast to indexing result of shape [3]',
    ],
  ])('refuses to write at %p', (index, value, message) => {
    expect(() => call(grid(), '__setitem__', index, value)).toThrow(message);
  });
  it('sends gradients through reads and writes', () => {
    const x = grid().requires_grad_(true);
    const y = x.mul(2);
    const v = torch.tensor([10.5, 20]).requires_grad_(true);
    call(y, '__setitem__', tuple([0, 1], [1, 2]), v);
    (call(y, '__getitem__', tuple(all, [1, 2, 2])) as torch.Tensor).sum().backward();
    expect((x.grad!.flatten().tolist() as number[]).map(Number)).toEqual([0, 0, 4, 0, 2, 0]);
    expect((v.grad!.tolist() as number[]).map(Number)).toEqual([1, 2]);
  });
});

describe('conversions', () => {
  it('gives truth, numbers and text as torch does', () => {
    expect(() => call(torch.ones(2), '__bool__')).toThrow(
      'Boolean value of Tensor with more than one value is ambiguous',
    );
    expect(() => call(torch.ones(2), '__float__')).toThrow(
      'only one element tensors can be converted to Python scalars',
    );
    expect(call(torch.tensor(1.5), '__format__', '.3f')).toBe('1.500');
    expect(() => call(torch.ones(2), '__format__', '.3f')).toThrow(
      'unsupported format string passed to Tensor.__format__',
    );
    expect(String(torch.ones(1).item())).toBe('1.0');
    expect(call(torch.tensor([1, 2]), '__contains__', 2)).toBe(true);
  });
});
