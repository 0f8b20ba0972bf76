import {
  accumulateGradients,
  coreFamily,
  fromNested,
  GradError,
  gradients,
  isGradEnabled,
  ops,
  Tape,
  type Tensor,
  toNested,
  withGrad,
  writeInPlace,
} from '../index';

const { add, mul, square, sum, slice, sigmoid, reshape } = ops;
const leaf = (v: number | number[] | number[][]): Tensor => {
  const t = fromNested(coreFamily, v, 'float64');
  t.requiresGrad = true;
  return t;
};
const one = (t: Tensor): Tensor => ops.fullLike(t, 1);
const backward = (t: Tensor, keep = false): void => withGrad(false, () => accumulateGradients([t], [one(t)], keep));
const grad = (t: Tensor): unknown => (t.grad === null ? null : toNested(t.grad));

test('c = (x + y) + x y at 2 and 3 is 11, with gradients 4 and 3', () => {
  const [x, y] = [leaf(2), leaf(3)];
  const c = add(add(x, y), mul(x, y));
  expect(toNested(c)).toBe(11);
  backward(c);
  expect([grad(x), grad(y)]).toEqual([4, 3]);
});

test('gradients add up over two passes: 2a then 3a leaves 5', () => {
  const a = leaf(1);
  backward(mul(a, 2));
  backward(mul(a, 3));
  expect(grad(a)).toBe(5);
});

test('a graph is used once unless it is kept', () => {
  const a = leaf(2);
  const b = square(a);
  backward(b, true);
  backward(b);
  expect(grad(a)).toBe(8);
  expect(() => backward(b)).toThrow(GradError);
});

test('nothing is recorded with grad mode off, and the mode comes back after an error', () => {
  const a = leaf(2);
  expect(() =>
    withGrad(false, () => {
      expect(square(a).node).toBeNull();
      throw new Error('stop');
    }),
  ).toThrow('stop');
  expect(isGradEnabled()).toBe(true);
});

test('a tape records only what it watches, only while it is open', () => {
  const x = fromNested(coreFamily, 3, 'float64');
  const tape = new Tape(true, false);
  tape.start();
  tape.watch(x);
  const y = square(x);
  const other = square(fromNested(coreFamily, 3, 'float64'));
  tape.stop();
  const late = square(y);
  const of = (t: Tensor): unknown => gradients([t], [one(t)], [x], { tape })[0];
  expect(toNested(of(y) as Tensor)).toBe(6);
  expect(of(other)).toBeNull();
  expect(of(late)).toBeNull();
});

test('nested tapes give second derivatives', () => {
  const x = fromNested(coreFamily, 1, 'float64');
  const outer = new Tape(false, false);
  const inner = new Tape(false, false);
  outer.start();
  outer.watch(x);
  inner.start();
  inner.watch(x);
  const y = mul(x, mul(x, x));
  inner.stop();
  const [first] = gradients([y], [one(y)], [x], { tape: inner });
  outer.stop();
  const [second] = gradients([first!], [one(first!)], [x], { tape: outer });
  expect([toNested(first!), toNested(second!)]).toEqual([3, 6]);
});

test('a tensor that is changed after it was saved is noticed', () => {
  const a = leaf([1, 2]);
  const b = mul(a, 3);
  const c = square(b);
  writeInPlace(b, add(b, 1));
  expect(() => backward(sum(c))).toThrow(/modified by an in-place operation/);
});

test('in-place results keep their gradient, and a saved result that is overwritten is noticed', () => {
  const a = leaf([0.5, -0.5]);
  const b = mul(a, 2);
  writeInPlace(b, sigmoid(b));
  backward(sum(b), true);
  const s = (v: number): number => 1 / (1 + Math.exp(-v));
  const want = [1, -1].map((v) => 2 * s(v) * (1 - s(v)));
  (grad(a) as number[]).forEach((g, i) => {
    expect(g).toBeCloseTo(want[i]!, 12);
  });
  writeInPlace(b, mul(b, 2));
  expect(() => backward(sum(b))).toThrow(/modified by an in-place operation/);
});

test('a write through a view reaches the base and its other views', () => {
  const a = leaf([
    [1, 2],
    [3, 4],
  ]);
  const b = mul(a, 1);
  const row = slice(b, 0, 0, 1);
  const flat = reshape(b, [4]);
  writeInPlace(row, mul(row, 10));
  expect(toNested(flat)).toEqual([10, 20, 3, 4]);
  backward(add(sum(square(flat)), sum(b)));
  expect(grad(a)).toEqual([
    [210, 410],
    [7, 9],
  ]);
});

test('a leaf that requires grad may only be written to with grad mode off', () => {
  const a = leaf([1, 2]);
  expect(() => writeInPlace(a, mul(a, 2))).toThrow(/leaf/);
  expect(() => writeInPlace(slice(a, 0, 0, 1), fromNested(coreFamily, [5], 'float64'))).toThrow(/view of a leaf/);
  withGrad(false, () => writeInPlace(a, mul(a, 2)));
  expect(toNested(a)).toEqual([2, 4]);
});
