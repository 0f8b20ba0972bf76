import { markFloats } from '../numbers';
import { attributeOf, bindKeywords } from '../signature';
import { pyFloat } from '../tensor/printing/index';
import { type NDArray, np, numpyDType, scalarTypes } from './index';

class Tuple extends Array<unknown> {}
const tuple = (...items: unknown[]): Tuple => {
  const t = new Tuple();
  t.push(...items);
  return t;
};
type Dunder = Record<string, (...args: unknown[]) => unknown>;
const call = (x: unknown, name: string, ...args: unknown[]): unknown => (x as Dunder)[name]!(...args);
const repr = (x: unknown): string => (x as NDArray).__repr__();
const all = { start: null, stop: null, step: null };
const grid = (): NDArray => np.arange(pyFloat(6) as never).reshape(2, 3);
const scalar = (name: string, value: unknown): NDArray => scalarTypes[name]!(value);

beforeAll(() => {
  markFloats(true);
});
afterAll(() => {
  markFloats(false);
});

describe('operators on an array', () => {
  it.each<[string, unknown, unknown, string]>([
    ['__add__', grid(), [1, 2, 3], 'array([[1., 3., 5.],\n       [4., 6., 8.]])'],
    ['__radd__', np.array([1, 2]), pyFloat(1), 'array([2., 3.])'],
    ['__rpow__', np.arange(3), 2, 'array([1, 2, 4])'],
    ['__lshift__', np.array([1, 2]), 1, 'array([2, 4])'],
    ['__invert__', np.array([1, 2]), undefined, 'array([-2, -3])'],
    ['__eq__', np.array([1, 2]), null, 'array([False, False])'],
    ['__truediv__', scalar('float32', 1), 3, 'np.float32(0.33333334)'],
    ['__add__', scalar('int32', 3), 1.5, 'np.float64(4.5)'],
    ['__add__', scalar('float32', 3), 1.5, 'np.float32(4.5)'],
    ['__floordiv__', scalar('int64', 7), 2, 'np.int64(3)'],
  ])('%s', (name, x, other, text) => {
    expect(repr(call(x, name, other))).toBe(text);
  });
  it('refuses as NumPy does', () => {
    expect(call(grid(), '__add__', 'a')).toBeUndefined();
    expect(() => call(np.arange(3), '__iadd__', 1.5)).toThrow(
      "Cannot cast ufunc 'add' output from dtype('float64') to dtype('int64') with casting rule 'same_kind'",
    );
    expect(() => call(grid(), '__bool__')).toThrow(
      'The truth value of an array with more than one element is ambiguous',
    );
    expect(() => call(grid(), '__getitem__', 'a')).toThrow('only integers, slices (`:`)');
    expect(() => call(grid(), '__hash__')).toThrow("unhashable type: 'numpy.ndarray'");
  });
});

describe('indices', () => {
  it.each<[unknown, string]>([
    [tuple(0, 1), 'np.float64(1.0)'],
    [{ start: null, stop: null, step: -1 }, 'array([[3., 4., 5.],\n       [0., 1., 2.]])'],
    [tuple([0, 1], [1, 2]), 'array([1., 5.])'],
    [grid().gt(2), 'array([3., 4., 5.])'],
    [tuple({ __repr__: () => 'Ellipsis' }, 0), 'array([0., 3.])'],
    [scalar('int64', 1), 'array([3., 4., 5.])'],
  ])('%p', (index, text) => {
    expect(repr(call(grid(), '__getitem__', index))).toBe(text);
  });
  it('writes through views that do not lie in one run', () => {
    const y = grid();
    const column = call(y, '__getitem__', tuple(all, 1)) as NDArray;
    call(column, '__setitem__', all, 100);
    expect(repr(y)).toBe('array([[  0., 100.,   2.],\n       [  3., 100.,   5.]])');
    call(y, '__setitem__', tuple(1, 1), 7);
    expect(repr(column)).toBe('array([100.,   7.])');
    call(call(column, '__getitem__', { start: 1, stop: null, step: null }), '__setitem__', 0, 8);
    expect(repr(y)).toBe('array([[  0., 100.,   2.],\n       [  3.,   8.,   5.]])');
  });
});

it('compares dtypes with names, and names attributes that Python sees otherwise', () => {
  expect(call(numpyDType('float64'), '__eq__', scalarTypes.float64)).toBe(true);
  expect(call(numpyDType('f4'), '__repr__')).toBe("dtype('float32')");
  expect(attributeOf(grid(), 'shape')).toBe('tuple');
});

it('takes keywords where NumPy does', () => {
  const sum = bindKeywords('sum()', np.sum, [grid()], { axis: 1, keepdims: true });
  expect(repr((np.sum as (...a: unknown[]) => unknown)(...sum))).toBe('array([[ 3.],\n       [12.]])');
  expect(() => bindKeywords('sum()', np.sum, [grid()], { axes: 1 })).toThrow("Did you mean 'axis'?");
});

describe('more functions', () => {
  it.each<[string, unknown, string]>([
    ['diff', np.diff([1, 4, 9]), 'array([3, 5])'],
    ['pad', np.pad([1, 2], 1), 'array([0, 1, 2, 0])'],
    ['roll', np.roll([1, 2, 3], 1), 'array([3, 1, 2])'],
    ['percentile', np.percentile([1, 2, 3, 4], 50), 'np.float64(2.5)'],
    ['cumprod', np.cumprod([1, 2, 3]), 'array([1, 2, 6])'],
    ['norm', np.linalg.norm(grid()), 'np.float64(7.416198487095663)'],
    [
      'inv',
      np.linalg.inv([
        [2, 0],
        [0, 4],
      ]),
      'array([[0.5 , 0.  ],\n       [0.  , 0.25]])',
    ],
    [
      'triu',
      np.triu([
        [1, 2],
        [3, 4],
      ]),
      'array([[1, 2],\n       [0, 4]])',
    ],
    ['histogram', np.histogram([1, 2, 2, 3], 2)[0], 'array([1, 3])'],
  ])('%s', (_, found, text) => {
    expect(repr(found)).toBe(text);
  });
});

describe('np.testing', () => {
  const x = grid();
  it('passes what is close', () => {
    np.testing.assert_allclose(x, x.add(1e-9), 1e-7, 1e-8);
    np.testing.assert_array_equal(x, x.copy());
  });
  it.each<[() => void, string]>([
    [
      () => np.testing.assert_allclose(1.0, 1.1),
      '\nNot equal to tolerance rtol=1e-07, atol=0\n\nMismatched elements: 1 / 1 (100%)\nMax absolute difference among violations: 0.1\nMax relative difference among violations: 0.09090909\n ACTUAL: array(1)\n DESIRED: array(1.1)',
    ],
    [
      () => np.testing.assert_array_equal(x, call(x, '__getitem__', { start: null, stop: 1, step: null }) as NDArray),
      '(shapes (2, 3), (1, 3) mismatch)',
    ],
    [() => np.testing.assert_equal(1, 2), '\nItems are not equal:\n ACTUAL: 1\n DESIRED: 2'],
    [
      () => np.testing.assert_allclose(x, x.add(1)),
      ' [0, 0]: 0.0 (ACTUAL), 1.0 (DESIRED)\n [0, 1]: 1.0 (ACTUAL), 2.0 (DESIRED)',
    ],
  ])('refuses %#', (body, message) => {
    expect(body).toThrow(message);
  });
});
