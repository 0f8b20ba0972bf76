import type { TypedArray } from '../tensor/dtype';
import { log1pLibrary, logExact, powExact } from './exactMath';
import type { Philox } from './philox';
import { fillNormal, fillUniform } from './philoxFills';

/** How many blocks of the stream belong to each value. */
const BLOCKS = 256;

/** Doubles of a stream in pairs, one block each; the second of a pair is given out first. */
class Pairs {
  private readonly pair = new Float64Array(2);
  private readonly stream: Philox;
  private readonly fill: typeof fillNormal;
  private left = 0;
  constructor(stream: Philox, fill: typeof fillNormal) {
    this.stream = stream;
    this.fill = fill;
  }
  next(): number {
    if (this.left === 0) {
      this.fill(this.stream, this.pair, 'float64');
      this.stream.skip(1);
      this.left = 2;
    }
    return this.pair[--this.left]!;
  }
}

/** One value of unit scale from the part of a stream that is its own. */
function gammaOf(stream: Philox, shape: number): number {
  const flats = new Pairs(stream, fillUniform);
  if (shape === 1) return -log1pLibrary(-flats.next());
  const bells = new Pairs(stream, fillNormal);
  const small = shape < 1;
  const d = shape + (small ? 2 / 3 : -1 / 3);
  const c = 1 / 3 / Math.sqrt(d);
  for (;;) {
    const x = bells.next();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = flats.next();
    const square = x * x;
    if (!(u < 1 - 0.0331 * square * square) && !(logExact(u) < 0.5 * square + d * (1 - v + logExact(v)))) continue;
    return small ? d * v * powExact(flats.next(), 1 / shape) : d * v;
  }
}

/**
 * Gamma-distributed values of unit scale, by Marsaglia and Tsang as TensorFlow's stateless op draws them: `shapes` has the
 * shape parameter of each, or one for all.
 */
export function fillGamma(start: Philox, out: TypedArray, shapes: ArrayLike<number> | number): void {
  if (!(out instanceof Float32Array || out instanceof Float64Array))
    throw new TypeError(`fillGamma fills float32 and float64 arrays, got ${out.constructor.name}.`);
  const here = start.clone();
  const smallest = out instanceof Float32Array ? 2 ** -126 : 2 ** -1022;
  for (let i = 0; i < out.length; i++) {
    const shape = typeof shapes === 'number' ? shapes : shapes[i]!;
    if (!(shape > 0)) throw new RangeError(`fillGamma: expected shape parameters above 0, got ${shape}.`);
    out[i] = Math.max(gammaOf(here.clone(), shape), smallest);
    here.skip(BLOCKS);
  }
}

/** Beta-distributed values: the share of one gamma value of two. */
export function fillBeta(
  starts: readonly [Philox, Philox],
  out: TypedArray,
  a: ArrayLike<number> | number,
  b: ArrayLike<number> | number,
): void {
  fillGamma(starts[0], out, a);
  const other = out.slice() as typeof out;
  fillGamma(starts[1], other, b);
  const round = out instanceof Float32Array ? Math.fround : (x: number): number => x;
  const list = out as Float32Array<ArrayBuffer>;
  list.forEach((x, i) => {
    list[i] = x / round(x + Number(other[i]));
  });
}
