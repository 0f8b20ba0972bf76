import { unary } from './elementwise';
import { gemm } from './gemm';
import { reduceAll, reduceColumns, reduceRows } from './reduce';
import { crossEntropyGrad } from './softmax';

// What TensorFlow 2.21 gives for the same numbers, to the last bit.
const numbers = (n: number, start: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: n }, (_, i) => (((i * 7919 + start) % 1009) / 1009) * 4 - 2);
const out = (n: number): Float32Array<ArrayBuffer> => new Float32Array(n);
const same = (got: Float32Array, recorded: readonly number[]): void =>
  expect([...got]).toEqual([...Float32Array.from(recorded)]);

test.each([
  [5, -0.00594648719],
  [8, -0.888007879],
  [23, 0.818632603],
  [32, -0.463825464],
  [77, 4.17641211],
  [1000, 0.598614216],
])('a sum of %d numbers', (n, recorded) => same(Float32Array.of(reduceAll('sum', numbers(n, 3), 0, n)), [recorded]));

test('sums of rows, of columns, and their mean', () => {
  const y = out(3);
  reduceRows('sum', numbers(135, 5), 0, y, 0, 3, 45);
  same(y, [-1.58374643, 2.17046547, 1.92467797]);
  reduceColumns('sum', numbers(135, 5), 0, y, 0, 45, 3);
  same(y, [1.46481621, -1.82953477, 2.87611413]);
  reduceColumns('mean', numbers(21, 5), 0, y, 0, 7, 3);
  same(y, [-0.581905723, -0.045589719, 0.490726292]);
});

test('exp and rsqrt: eight at a time, then one by one', () => {
  const y = out(11);
  unary(
    'exp',
    numbers(11, 7).map((v) => v * 10),
    0,
    y,
    0,
    11,
  );
  same(
    y,
    [
      2.72036993e-9, 1486732.62, 3451.89917, 8.01462936, 0.0186083894, 4.32050219e-5, 1.00313507e-7, 54823196,
      127288.617, 295.539001, 0.686183274,
    ],
  );
  unary(
    'rsqrt',
    numbers(11, 9).map((v) => v + Math.fround(2.1)),
    0,
    y,
    0,
    11,
  );
  same(
    y,
    [
      2.71483898, 0.53231132, 0.584945738, 0.657091081, 0.764827788, 0.95217663, 1.41928661, 0.507027209, 0.551875889,
      0.61121124, 0.695003152,
    ],
  );
});

test.each([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
])('a product of small matrices, transposed %s and %s', (transA, transB) => {
  const turned = (a: Float32Array<ArrayBuffer>, rows: number, cols: number): Float32Array<ArrayBuffer> =>
    a.map((_, i) => a[(i % rows) * cols + Math.floor(i / rows)]!);
  const [a, b] = [numbers(6, 1), numbers(9, 2)];
  const y = out(6);
  gemm(transA ? turned(a, 2, 3) : a, 0, transB ? turned(b, 3, 3) : b, 0, y, 0, 2, 3, 3, transA, transB);
  same(y, [2.94920778, -1.98802614, -2.10464573, 1.23148155, -1.37787473, -0.609629273]);
});

test('the gradient of cross-entropy', () => {
  const y = out(15);
  crossEntropyGrad(numbers(15, 11), 0, Int32Array.of(4, 0, 2), 0, Float32Array.of(1), 0, 0, y, 0, 3, 5);
  same(
    y,
    [
      0.0164814126, 0.490630895, 0.267508388, 0.145854548, -0.920475245, -0.968204439, 0.0173360184, 0.516071439,
      0.281379431, 0.153417498, 0.146418914, 0.0798325017, -0.956472635, 0.0237325691, 0.706488669,
    ],
  );
});
