import { fromBfloat16, fromHalf, toBfloat16, toHalf } from '../dtype';

/** A finite number's decimal digits (no leading or trailing zeros but for 0 itself): value = 0.d1d2d3... x 10^point. */
export interface Digits {
  readonly negative: boolean;
  readonly digits: string;
  readonly point: number;
}

const words = new DataView(new ArrayBuffer(8));

/** |x| as mantissa * 2^exponent, exactly. */
function decompose(x: number): { mantissa: bigint; exponent: number } {
  words.setFloat64(0, x);
  const bits = words.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}

/** |x| * 10^scale as the nearest integer, ties to even; exact for every double, which toFixed is not. */
function scaled(x: number, scale: number): bigint {
  const { mantissa, exponent } = decompose(x);
  let numerator = mantissa;
  let denominator = 1n;
  if (scale >= 0) numerator *= 10n ** BigInt(scale);
  else denominator *= 10n ** BigInt(-scale);
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

export const isNegative = (x: number): boolean => x < 0 || Object.is(x, -0);

const nonFinite = (x: number): string => (Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf');

/** `x` with a fixed number of decimals, correctly rounded: `'%.4f' % x`. */
export function fixed(x: number, precision: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const digits = scaled(x, precision)
    .toString()
    .padStart(precision + 1, '0');
  const sign = isNegative(x) ? '-' : '';
  return precision === 0 ? sign + digits : `${sign}${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

/** The first `count` significant digits of |x|, correctly rounded, and the decimal exponent of the first. */
export function significant(x: number, count: number): { digits: string; exponent: number } {
  if (x === 0) return { digits: '0'.repeat(count), exponent: 0 };
  const estimate = Number(x.toExponential().split('e')[1]);
  const digits = scaled(x, count - 1 - estimate).toString();
  // the shortest digits can lie one power above the exact value (1e23), and rounding can carry: 9.99 -> 10.0
  if (digits.length < count) {
    return { digits: scaled(x, count - estimate).toString(), exponent: estimate - 1 };
  }
  return digits.length > count
    ? { digits: digits.slice(0, count), exponent: estimate + 1 }
    : { digits, exponent: estimate };
}

/** `e-05`: a sign and at least two digits. */
export const exponentText = (exponent: number, minDigits = 2): string =>
  `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(minDigits, '0')}`;

/** `x` in scientific notation with `precision` decimals, correctly rounded: `'%.4e' % x`. */
export function scientific(x: number, precision: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const { digits, exponent } = significant(x, precision + 1);
  const mantissa = precision === 0 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${isNegative(x) ? '-' : ''}${mantissa}${exponentText(exponent)}`;
}

/** `x` in the shorter of both notations: `'%.6g' % x`; `alternate` keeps trailing zeros and the point (`'%#.6g'`). */
export function general(x: number, precision = 6, alternate = false): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const count = Math.max(precision, 1);
  const { digits, exponent } = significant(x, count);
  const sign = isNegative(x) ? '-' : '';
  const join = (whole: string, fraction: string): string => {
    const kept = alternate ? fraction : fraction.replace(/0+$/, '');
    return kept || alternate ? `${whole}.${kept}` : whole;
  };
  if (exponent < -4 || exponent >= count) {
    return `${sign}${join(digits[0]!, digits.slice(1))}${exponentText(exponent)}`;
  }
  if (exponent < 0) return sign + join('0', '0'.repeat(-exponent - 1) + digits);
  return sign + join(digits.slice(0, exponent + 1), digits.slice(exponent + 1));
}

const strip = (digits: string): string => digits.replace(/0+$/, '') || '0';

/** The fewest digits that read back as the same double. */
export function shortestDigits(x: number): Digits {
  const [mantissa, exponent] = Math.abs(x).toExponential().split('e') as [string, string];
  return { negative: isNegative(x), digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** The widths in which a float can be stored, and how a double is rounded to each. */
export const floatRounding = {
  float16: (x: number) => fromHalf(toHalf(x)),
  bfloat16: (x: number) => fromBfloat16(toBfloat16(x)),
  float32: Math.fround,
  float64: (x: number) => x,
} as const;
export type FloatType = keyof typeof floatRounding;

/** The fewest digits that read back as the same number of the given float type, nearest to it among those. */
export function shortestDigitsOf(x: number, type: FloatType): Digits {
  if (type === 'float64' || x === 0) return shortestDigits(x);
  const round = floatRounding[type];
  const magnitude = Math.abs(x);
  for (let count = 1; count <= 9; count++) {
    const { digits, exponent } = significant(magnitude, count);
    const at = exponent - count + 1;
    const reads = (n: string) => round(Number(`${n}e${at}`)) === magnitude;
    // next to a power of two the gap above is twice the gap below: the next decimal up may fit where the nearest does not
    const above = String(Number(digits) + 1);
    const found = reads(digits) ? digits : reads(above) ? above : null;
    if (found !== null) {
      return { negative: x < 0, digits: strip(found), point: exponent + 1 + (found.length - digits.length) };
    }
  }
  return shortestDigits(x);
}

/** Digits in positional notation with at least `minFraction` decimals. */
export function positionalText({ negative, digits, point }: Digits, minFraction: number): string {
  const whole = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const fraction = (point <= 0 ? '0'.repeat(digits === '0' ? 0 : -point) + digits : digits.slice(point)).replace(
    /^0$/,
    '',
  );
  return `${negative ? '-' : ''}${whole}.${fraction.padEnd(minFraction, '0')}`;
}

/** `repr(float)`: the shortest text that reads back the same, `1e-05`, `1e+16`, `inf`, `nan`. */
export function floatRepr(x: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  return shortestText(shortestDigits(x), -4, 16);
}

/** Shortest digits with an exponent below 10^low or from 10^high on, else positional with one decimal at least. */
export function shortestText(shortest: Digits, low: number, high: number): string {
  const exponent = shortest.point - 1;
  if (shortest.digits === '0' || (exponent >= low && exponent < high)) return positionalText(shortest, 1);
  const { negative, digits } = shortest;
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${negative ? '-' : ''}${mantissa}${exponentText(exponent)}`;
}
