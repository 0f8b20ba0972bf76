import { NDArray, np } from './index';

const a = np.arange(12).reshape(3, 4).astype('float64');
const b = np.array([
  [1, 5, 2],
  [7, 3, 9],
]);
const gaps = np.array([1, Number.NaN, 3, Number.POSITIVE_INFINITY, -2]);
const text = (x: unknown): string =>
  Array.isArray(x) ? x.map(text).join(' | ') : x instanceof NDArray ? JSON.stringify(x.tolist()) : String(x);
const changed = (x: NDArray, change: (x: NDArray) => void): NDArray => {
  change(x);
  return x;
};
const slice = (start: number | null, stop: number, step: unknown = null) => ({ start, stop, step });
const tuple = (...items: unknown[]): unknown => Object.setPrototypeOf(items, Object.create(Array.prototype) as object);

// each as NumPy 2.4 gives it
const rows: readonly (readonly [string, () => unknown, string])[] = [
  ['einsum', () => np.einsum('ij,jk->ik', b, b.T), '[[30,40],[40,139]]'],
  ['einsum of a trace', () => np.einsum('ii', np.arange(9).reshape(3, 3)), '12'],
  ['einsum of a diagonal', () => np.einsum('ii->i', np.arange(9).reshape(3, 3)), '[0,4,8]'],
  ['einsum with an ellipsis', () => np.einsum('...j,j->...', a, np.arange(4)), '[14,38,62]'],
  [
    'tensordot',
    () =>
      np.tensordot(a, a, [
        [0, 1],
        [0, 1],
      ]),
    '506',
  ],
  ['inner', () => np.inner(b, b), '[[30,40],[40,139]]'],
  ['kron', () => np.kron(b, [1, 2]), '[[1,2,5,10,2,4],[7,14,3,6,9,18]]'],
  ['cross', () => np.cross([1, 2, 3], [4, 5, 6]), '[-3,6,-3]'],
  [
    'nanmean',
    () =>
      np.nanmean(
        [
          [1, Number.NaN],
          [3, 4],
        ],
        0,
      ),
    '[2,4]',
  ],
  [
    'nanvar',
    () =>
      np.nanvar(
        [
          [1, Number.NaN, 3],
          [2, 4, Number.NaN],
        ],
        { axis: 1, ddof: 1 },
      ),
    '[2,2]',
  ],
  [
    'nanmedian',
    () =>
      np.nanmedian(
        [
          [1, Number.NaN, 3],
          [2, 4, 5],
        ],
        1,
      ),
    '[2,4]',
  ],
  [
    'nanmin',
    () =>
      np.nanmin(
        [
          [Number.NaN, 2],
          [5, 1],
        ],
        1,
      ),
    '[2,1]',
  ],
  ['nan_to_num', () => np.nan_to_num(gaps, { nan: -1, posinf: 100 }), '[1,-1,3,100,-2]'],
  ['average with weights', () => np.average([1, 2, 3, 4], null, { weights: [4, 3, 2, 1] }), '2'],
  [
    'cov',
    () =>
      np.cov(
        [
          [0, 2],
          [1, 1],
          [2, 0],
        ],
        null,
        false,
      ),
    '[[1,-1],[-1,1]]',
  ],
  ['digitize', () => np.digitize([0.2, 6.4, 3, 1.6], [0, 1, 2.5, 4, 10]), '[1,4,3,2]'],
  ['interp', () => np.interp([0, 1, 1.5, 9], [1, 2, 3], [3, 2, 0]), '[3,3,2.5,0]'],
  ['gradient', () => np.gradient([1, 2, 4, 7, 11, 16]), '[1,1.5,2.5,3.5,4.5,5]'],
  [
    'gradient of uneven points',
    () => np.gradient([1, 2, 4, 7, 11, 16], [0, 1, 1.5, 3.5, 4, 6]),
    '[1,2.9999999999999996,3.5,6.700000000000001,6.899999999999999,2.5]',
  ],
  ['trapezoid', () => np.trapezoid([1, 2, 3], [4, 6, 8]), '8'],
  ['convolve', () => np.convolve([1, 2, 3], [0, 1, 0.5], 'same'), '[1,2.5,4]'],
  ['correlate', () => np.correlate([1, 2, 3], [0, 1, 0.5], 'full'), '[0.5,2,3.5,3,0]'],
  ['setxor1d', () => np.setxor1d([1, 2, 3, 2, 4], [2, 3, 5, 7, 5]), '[1,4,5,7]'],
  ['setdiff1d', () => np.setdiff1d([1, 2, 3, 2, 4, 1], [3, 4, 5, 6]), '[1,2]'],
  ['histogram2d', () => np.histogram2d([1, 2, 3, 1], [4, 5, 6, 4], 2), '[[2,0],[0,2]] | [1,2,3] | [4,5,6]'],
  ['ix_', () => a.at(...np.ix_([0, 2], [1, 3])), '[[1,3],[9,11]]'],
  ['unravel_index', () => np.unravel_index([22, 41, 37], [7, 6]), '[3,6,6] | [4,5,1]'],
  [
    'ravel_multi_index',
    () =>
      np.ravel_multi_index(
        [
          [3, 6, 6],
          [4, 5, 1],
        ],
        [7, 6],
      ),
    '[22,41,37]',
  ],
  ['tri', () => np.tri(2, 3, 1), '[[1,1,0],[1,1,1]]'],
  ['triu_indices', () => np.triu_indices(3, 1), '[0,0,1] | [1,2,2]'],
  ['diagonal', () => np.diagonal(a, 1), '[1,6,11]'],
  ['trace', () => a.trace(1), '18'],
  ['fill_diagonal', () => changed(np.zeros([2, 2]), (x) => np.fill_diagonal(x, 7)), '[[7,0],[0,7]]'],
  ['put', () => changed(np.arange(5), (x) => x.put([0, -1], [9, 8])), '[9,1,2,3,8]'],
  ['place', () => changed(np.arange(4), (x) => np.place(x, x.gt(1), [44])), '[0,1,44,44]'],
  ['take_along_axis', () => np.take_along_axis(b, b.argsort(1), 1), '[[1,2,5],[3,7,9]]'],
  ['put_along_axis', () => changed(np.zeros([2, 2]), (x) => np.put_along_axis(x, [[1], [0]], 5, 1)), '[[0,5],[5,0]]'],
  [
    'choose',
    () =>
      np.choose(
        [2, 0],
        [
          [1, 2],
          [10, 20],
          [100, 200],
        ],
      ),
    '[100,2]',
  ],
  [
    'select',
    () =>
      np.select(
        [
          [true, false, false],
          [true, true, false],
        ],
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        42,
      ),
    '[1,5,42]',
  ],
  ['delete', () => np.delete(a, 1, 0), '[[0,1,2,3],[8,9,10,11]]'],
  ['insert of a number', () => np.insert(b, 1, 5, 1), '[[1,5,5,2],[7,5,3,9]]'],
  ['insert of columns', () => np.insert(b, [1], [[8], [9]], 1), '[[1,8,5,2],[7,9,3,9]]'],
  ['insert of several', () => np.insert([1, 2, 3], [0, 2], [7, 8]), '[7,1,2,8,3]'],
  ['resize', () => np.resize([3, 1, 2], [2, 4]), '[[3,1,2,3],[1,2,3,1]]'],
  ['rot90', () => np.rot90(b), '[[2,9],[5,3],[1,7]]'],
  ['apply_along_axis', () => np.apply_along_axis((r) => (r as NDArray).mul(2), 0, b), '[[2,10,4],[14,6,18]]'],
  ['vectorize', () => np.vectorize((p, q) => Number(p) * Number(q))([1, 2], 3), '[3,6]'],
  ['fromiter', () => np.fromiter([1, 2, 3], 'float32', 2), '[1,2]'],
  ['frombuffer', () => np.frombuffer(np.array([1, 258], 'i2').tobytes(), 'u1'), '[1,0,2,1]'],
  ['geomspace', () => np.geomspace(1, 1000, 4), '[1,10,100,1000]'],
  ['block', () => np.block([[np.eye(2), np.zeros([2, 1])], [np.ones([1, 3])]]), '[[1,0,0],[0,1,0],[1,1,1]]'],
  ['mgrid', () => np.mgrid.__getitem__(tuple(slice(0, 2), slice(0, 2))), '[[[0,0],[1,1]],[[0,1],[0,1]]]'],
  ['r_', () => np.r_.__getitem__(tuple(slice(1, 4), 0, 4)), '[1,2,3,0,4]'],
  ['c_', () => np.c_.__getitem__(tuple([1, 2], [4, 5])), '[[1,4],[2,5]]'],
  ['divmod', () => np.divmod([7, -7], 3), '[2,-3] | [1,2]'],
  ['modf', () => np.modf([1.5, -2.25]), '[0.5,-0.25] | [1,-2]'],
  ['gcd', () => np.gcd([12, 18], 8), '[4,2]'],
  ['copysign', () => np.copysign([1, 2], -1), '[-1,-2]'],
  ['logaddexp', () => np.logaddexp(1, 2), '2.313261687518223'],
  [
    'lexsort',
    () =>
      np.lexsort([
        [1, 5, 1, 4, 3, 4, 4],
        [9, 4, 0, 4, 0, 2, 1],
      ]),
    '[2,4,6,5,3,1,0]',
  ],
  [
    'repeat by counts',
    () =>
      np.repeat(
        [
          [1, 2],
          [3, 4],
        ],
        [1, 2],
        0,
      ),
    '[[1,2],[3,4],[3,4]]',
  ],
  ['view', () => np.array([1, 2], 'f').view('i4'), '[1065353216,1073741824]'],
  ['strides', () => a.strides, '32 | 8'],
  ['array2string', () => np.array2string(np.arange(3), { separator: ', ' }), '[0, 1, 2]'],
];
test.each(rows)('%s', (_name, call, expected) => expect(text(call())).toBe(expected));

// what is no array, and what does not fit
test.each([
  ['choose', () => np.choose([3], [[1], [2]]), 'invalid entry in choice array'],
  ['delete', () => np.delete([1, 2], 5), 'index 5 is out of bounds for axis 0 with size 2'],
  ['einsum', () => np.einsum('ij->ik', b), "output subscript 'k' which never appeared in an input"],
  ['tensordot', () => np.tensordot(a, a, 1), 'shape-mismatch for sum'],
  ['gcd', () => np.gcd(1.5, 2), 'it takes whole numbers'],
  ['a dtype', () => np.array([1], 'foo'), "data type 'foo' not understood"],
  ['view', () => np.zeros([3], 'i2').view('i4'), 'must be a divisor of the total size in bytes'],
])('%s refuses', (_name, call, message) => expect(call).toThrow(message));
