/** The factors of the integer transform: cosines times 2^13. */
const scaled = (x: number): number => Math.round(x * 8192);
const a = scaled(0.5411961);
const b = scaled(1.847759065);
const c = scaled(0.765366865);
const d = scaled(1.175875602);
const odd = [0.298631336, 2.053119869, 3.072711026, 1.50132111].map(scaled) as [number, number, number, number];
const cross = [0.899976223, 2.562915447, 1.96157056, 0.390180644].map(scaled) as [number, number, number, number];

/** One line of eight values, `step` apart, in place. */
function line(v: Int32Array, at: number, step: number, shift: number): void {
  const x = (i: number): number => v[at + i * step]!;
  const half = 1 << (shift - 1);
  const even = (x(2) + x(6)) * a;
  const e2 = even - x(6) * b;
  const e3 = even + x(2) * c;
  const e0 = (x(0) + x(4)) * 8192;
  const e1 = (x(0) - x(4)) * 8192;
  const sums = [e0 + e3, e1 + e2, e1 - e2, e0 - e3];
  const [p, q, r, s] = [x(7), x(5), x(3), x(1)];
  const turn = (p + r + q + s) * d;
  const [z1, z2] = [-(p + s) * cross[0], -(q + r) * cross[1]];
  const [z3, z4] = [turn - (p + r) * cross[2], turn - (q + s) * cross[3]];
  const rest = [s * odd[3] + z1 + z4, r * odd[2] + z2 + z3, q * odd[1] + z2 + z4, p * odd[0] + z1 + z3];
  for (let i = 0; i < 4; i++) {
    v[at + i * step] = (sums[i]! + rest[i]! + half) >> shift;
    v[at + (7 - i) * step] = (sums[i]! - rest[i]! + half) >> shift;
  }
}

/** The accurate integer inverse cosine transform of a block, its results moved to 0..255. */
export function inverseTransform(block: Int32Array, out: Uint8ClampedArray, at: number, stride: number): void {
  for (let i = 0; i < 8; i++) line(block, i, 8, 11);
  for (let i = 0; i < 8; i++) line(block, 8 * i, 1, 18);
  for (let i = 0; i < 64; i++) out[at + (i >> 3) * stride + (i & 7)] = block[i]! + 128;
}

const grow = (k: number): number => (k === 0 ? 1 : Math.SQRT2 * Math.cos((k * Math.PI) / 16));
/** Quantizers with the factors that the fast transform leaves out, in quarters. */
export const fastQuantizers = (table: Int32Array): Int32Array =>
  table.map((q, i) => (q * Math.round(16384 * grow(i >> 3) * grow(i & 7)) + 2048) >> 12);

/** One line of the fast transform: factors in 256ths, cut off and not rounded. */
function fastLine(v: Int32Array, at: number, step: number): void {
  const x = (i: number): number => v[at + i * step]!;
  const times = (value: number, factor: number): number => (value * factor) >> 8;
  const [sum, difference] = [x(0) + x(4), x(0) - x(4)];
  const outer = x(2) + x(6);
  const inner = times(x(2) - x(6), 362) - outer;
  const even = [sum + outer, difference + inner, difference - inner, sum - outer];
  const [z13, z10, z11, z12] = [x(5) + x(3), x(5) - x(3), x(1) + x(7), x(1) - x(7)];
  const z5 = times(z10 + z12, 473);
  const t7 = z11 + z13;
  const t6 = times(z10, -669) + z5 - t7;
  const t5 = times(z11 - z13, 362) - t6;
  const t4 = times(z12, 277) - z5 + t5;
  const rest = [t7, t6, t5, -t4];
  for (let i = 0; i < 4; i++) {
    v[at + i * step] = even[i]! + rest[i]!;
    v[at + (7 - i) * step] = even[i]! - rest[i]!;
  }
}
/** The fast inverse cosine transform, of a block dequantized by `fastQuantizers`. */
export function fastTransform(block: Int32Array, out: Uint8ClampedArray, at: number, stride: number): void {
  for (let i = 0; i < 8; i++) fastLine(block, i, 8);
  for (let i = 0; i < 8; i++) fastLine(block, 8 * i, 1);
  for (let i = 0; i < 64; i++) out[at + (i >> 3) * stride + (i & 7)] = (block[i]! >> 5) + 128;
}
