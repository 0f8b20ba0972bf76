// logf, sinf and cosf with the tables and polynomials of glibc 2.28 and later, in double: they give that library's float32
// results to the last bit, where rounding Math.log, Math.sin or Math.cos does not always.

// under own names, because a look-up through the global is slow where it is a proxy, as in test runners
const { LN2, PI, abs, cos, fround, log, sin, trunc } = Math;

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

// 1 / c and ln c for 16 values of c in [0.7, 1.4)
const LOG_TABLE = Float64Array.of(
  1.398907162146528,
  -0.33569133332882284,
  1.3403141896637998,
  -0.2929040563774074,
  1.286432210124115,
  -0.2518726580937369,
  1.2367150214269895,
  -0.21245868807117255,
  1.1906977166711752,
  -0.17453945183745634,
  1.1479821020556429,
  -0.1380057072319758,
  1.1082251448272158,
  -0.10275976698545139,
  1.0711297413057381,
  -0.06871392447020525,
  1.036437278977283,
  -0.0357891387398228,
  1.0,
  0.0,
  0.9492859795739057,
  0.05204517742929496,
  0.8951049428609004,
  0.11081431298787942,
  0.8476821620351103,
  0.1652495223695143,
  0.8050314851692001,
  0.21687389031699977,
  0.7664671008843108,
  0.2659635028121397,
  0.731428603316328,
  0.3127556664073557,
);
const LOG_POLYNOMIAL = [-0.25089342214237154, 0.333456765744066, -0.4999997485802103] as const;

/** Natural logarithm of a float32, as float32. */
export function logf(x: number): number {
  single[0] = x;
  let word = bits[0]!;
  if (word === 0x3f800000) return 0;
  if (word < 0x00800000 || word >= 0x7f800000) {
    if (!(x > 0) || x === Infinity) return log(x);
    single[0] = x * 2 ** 23;
    word = bits[0]! - (23 << 23);
  }
  const offset = (word - 0x3f330000) | 0;
  const i = (offset >>> 19) & 15;
  bits[0] = word - (offset & 0xff800000);
  const r = single[0]! * LOG_TABLE[2 * i]! - 1;
  const base = LOG_TABLE[2 * i + 1]! + (offset >> 23) * LN2;
  const square = r * r;
  const y = LOG_POLYNOMIAL[0] * square + (LOG_POLYNOMIAL[1] * r + LOG_POLYNOMIAL[2]);
  return fround(y * square + (base + r));
}

const COS_POLYNOMIAL = [
  -0.49999999725108224, 0.041666623324344516, -0.001388676379437604, 2.4390450703564542e-5,
] as const;
const SIN_POLYNOMIAL = [-0.16666654943701084, 0.008332178146138854, -0.00019517298981385725] as const;

function sinPolynomial(x: number, square: number): number {
  const cube = x * square;
  const high = SIN_POLYNOMIAL[1] + square * SIN_POLYNOMIAL[2];
  return x + cube * SIN_POLYNOMIAL[0] + cube * square * high;
}

function cosPolynomial(square: number): number {
  const fourth = square * square;
  const high = COS_POLYNOMIAL[2] + square * COS_POLYNOMIAL[3];
  return 1 + square * COS_POLYNOMIAL[0] + fourth * COS_POLYNOMIAL[1] + fourth * square * high;
}

const QUARTER_TURNS = (2 / PI) * 2 ** 24;

/** Sine (turn 0) or cosine (turn 1) of a float32 below 120 in size. */
function circular(x: number, turn: number): number {
  if (!(abs(x) < 120)) return fround(turn ? cos(x) : sin(x));
  single[0] = x;
  const top = (bits[0]! >>> 20) & 0x7ff;
  if (top < 0x3f4) {
    if (top < 0x398) return turn ? 1 : x;
    return fround(turn ? cosPolynomial(x * x) : sinPolynomial(x, x * x));
  }
  const n = (trunc(x * QUARTER_TURNS) + 0x800000) >> 24;
  const r = x - n * (PI / 2);
  const quadrant = (n + turn) & 3;
  const value = quadrant & 1 ? cosPolynomial(r * r) : sinPolynomial(r, r * r);
  return fround(quadrant & 2 ? -value : value);
}

/** Sine of a float32 as float32; sizes of 120 and more are left to the engine. */
export const sinf = (x: number): number => circular(x, 0);

/** Cosine of a float32 as float32; sizes of 120 and more are left to the engine. */
export const cosf = (x: number): number => circular(x, 1);
