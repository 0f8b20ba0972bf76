import { powExact } from '@stele/core/random';
import { error } from './raise';
import { float, int, PyFloat } from './values';

/** A Python number as the arithmetic takes it: ints as number or bigint, floats marked. */
export type Kind = 'int' | 'big' | 'float' | null;

/** What a value is to arithmetic; null if it is no number of Python's own. */
export function kindOf(x: unknown): Kind {
  switch (typeof x) {
    case 'number':
      return Number.isSafeInteger(x) ? 'int' : 'float';
    case 'boolean':
      return 'int';
    case 'bigint':
      return 'big';
    case 'object':
      return x instanceof PyFloat ? 'float' : null;
    default:
      return null;
  }
}

/** A number as a double; ints beyond the range are refused as Python refuses them. */
export function toDouble(x: unknown): number {
  const n = Number(x);
  if (typeof x === 'bigint' && !Number.isFinite(n)) throw error('OverflowError', 'int too large to convert to float');
  return n;
}

const big = (x: unknown): bigint => BigInt(x as number | bigint | boolean);

/** Bits beyond which a whole number would only fill the memory. */
const MAX_BITS = 50_000_000;
const bitsOf = (x: bigint): number => (x < 0n ? -x : x).toString(16).length * 4;

function tooLarge(): Error {
  return error('MemoryError', 'the whole number would have more than 50 million bits');
}

const floorDivBig = (a: bigint, b: bigint): bigint => {
  const q = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : q;
};
const modBig = (a: bigint, b: bigint): bigint => {
  const r = a % b;
  return r !== 0n && r < 0n !== b < 0n ? r + b : r;
};

/** Python's float `%`: the sign of the divisor. */
export function floatMod(a: number, b: number): number {
  if (b === 0) throw error('ZeroDivisionError', 'float modulo');
  const r = a % b;
  if (r !== 0) return r < 0 !== b < 0 ? r + b : r;
  return b < 0 || Object.is(b, -0) ? -0 : 0;
}

/** Python's float `//`. */
export function floatFloorDiv(a: number, b: number): number {
  if (b === 0) throw error('ZeroDivisionError', 'float floor division by zero');
  const r = floatMod(a, b);
  const q = (a - r) / b;
  if (q === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const whole = Math.floor(q);
  return q - whole > 0.5 ? whole + 1 : whole;
}

/** Exact `a / b` of whole numbers, rounded once. */
function trueDivBig(a: bigint, b: bigint): number {
  if (b === 0n) throw error('ZeroDivisionError', 'division by zero');
  const negative = a < 0n !== b < 0n;
  if (a < 0n) a = -a;
  if (b < 0n) b = -b;
  // 66 bits of quotient, the last one sticky, so that Number() rounds as the exact value would
  const shift = BigInt(Math.max(-1100, bitsOf(b) - bitsOf(a) + 66));
  const scaled = shift >= 0n ? a << shift : a >> -shift;
  let q = scaled / b;
  if (q * b !== scaled || (shift < 0n && scaled << -shift !== a)) q |= 1n;
  let out = Number(q);
  // in two steps, so that no power of two overflows
  const s = Number(-shift);
  const half = Math.trunc(s / 2);
  out = out * 2 ** half * 2 ** (s - half);
  if (!Number.isFinite(out)) throw error('OverflowError', 'integer division result too large for a float');
  return negative ? -out : out;
}

function powInt(a: unknown, b: unknown): unknown {
  const exponent = big(b);
  if (exponent < 0n) {
    if (Number(a) === 0) throw error('ZeroDivisionError', '0.0 cannot be raised to a negative power');
    return float(powFloat(toDouble(a), toDouble(b)));
  }
  if (typeof a !== 'bigint') {
    const base = Number(a);
    let result = 1;
    let factor = base;
    let n = Number(exponent);
    if (n < 4096 || Math.abs(base) < 2) {
      if (base === 0 || base === 1) return n === 0 ? 1 : base;
      if (base === -1) return n % 2 === 0 ? 1 : -1;
      for (;;) {
        if (n % 2 === 1) result *= factor;
        n = Math.floor(n / 2);
        if (!Number.isSafeInteger(result)) break;
        if (n === 0) return result + 0;
        factor *= factor;
        if (!Number.isSafeInteger(factor)) break;
      }
    }
  }
  const base = big(a);
  if (BigInt(bitsOf(base)) * exponent > BigInt(MAX_BITS)) throw tooLarge();
  return int(base ** exponent);
}

function powFloat(a: number, b: number): number {
  if (a === 0 && b < 0) throw error('ZeroDivisionError', '0.0 cannot be raised to a negative power');
  if (a === 1) return 1;
  if (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) return 1;
  if (a < 0 && Number.isFinite(a) && Number.isFinite(b) && !Number.isInteger(b)) {
    throw error('ValueError', 'a negative number to a fractional power is a complex number, which Stele does not have');
  }
  const out = b === 2 ? a * a : powExact(a, b);
  if (!Number.isFinite(out) && Number.isFinite(a) && Number.isFinite(b)) {
    throw error('OverflowError', "(34, 'Numerical result out of range')", [34, 'Numerical result out of range']);
  }
  return out;
}

function shiftCount(b: unknown): bigint {
  const n = big(b);
  if (n < 0n) throw error('ValueError', 'negative shift count');
  return n;
}

/** The operators on numbers by name; undefined where the kinds do not fit (floats and bits). */
export function numeric(op: string, a: unknown, ka: Kind, b: unknown, kb: Kind): unknown {
  if (ka === 'float' || kb === 'float') {
    const x = toDouble(a);
    const y = toDouble(b);
    switch (op) {
      case '+':
        return float(x + y);
      case '-':
        return float(x - y);
      case '*':
        return float(x * y);
      case '/':
        if (y === 0) throw error('ZeroDivisionError', 'float division by zero');
        return float(x / y);
      case '//':
        return float(floatFloorDiv(x, y));
      case '%':
        return float(floatMod(x, y));
      case '**':
        return float(powFloat(x, y));
      default:
        return undefined;
    }
  }
  if (ka === 'int' && kb === 'int') {
    const x = Number(a);
    const y = Number(b);
    switch (op) {
      case '+':
      case '-':
      case '*': {
        const r = op === '+' ? x + y : op === '-' ? x - y : x * y;
        if (Number.isSafeInteger(r)) return r + 0;
        break;
      }
      case '/':
        if (y === 0) throw error('ZeroDivisionError', 'division by zero');
        return float(x / y);
      case '//': {
        if (y === 0) throw error('ZeroDivisionError', 'integer division or modulo by zero');
        const r = x % y;
        const q = (x - r) / y;
        return (r !== 0 && r < 0 !== y < 0 ? q - 1 : q) + 0;
      }
      case '%': {
        if (y === 0) throw error('ZeroDivisionError', 'integer modulo by zero');
        const r = x % y;
        return (r !== 0 && r < 0 !== y < 0 ? r + y : r) + 0;
      }
      case '&':
        if ((x | 0) === x && (y | 0) === y) return both(a, b) ? (x & y) !== 0 : x & y;
        break;
      case '|':
        if ((x | 0) === x && (y | 0) === y) return both(a, b) ? (x | y) !== 0 : x | y;
        break;
      case '^':
        if ((x | 0) === x && (y | 0) === y) return both(a, b) ? (x ^ y) !== 0 : x ^ y;
        break;
      case '>>':
        if (y < 0) throw error('ValueError', 'negative shift count');
        return y > 1100 ? (x < 0 ? -1 : 0) : Math.floor(x / 2 ** y);
      case '<<': {
        if (y < 0) throw error('ValueError', 'negative shift count');
        const r = x * 2 ** y;
        if (Number.isSafeInteger(r)) return r + 0;
        break;
      }
      case '**':
        return powInt(a, b);
    }
  }
  const x = big(a);
  const y = big(b);
  switch (op) {
    case '+':
      return int(x + y);
    case '-':
      return int(x - y);
    case '*':
      if (bitsOf(x) + bitsOf(y) > MAX_BITS) throw tooLarge();
      return int(x * y);
    case '/':
      return float(trueDivBig(x, y));
    case '//':
      if (y === 0n) throw error('ZeroDivisionError', 'integer division or modulo by zero');
      return int(floorDivBig(x, y));
    case '%':
      if (y === 0n) throw error('ZeroDivisionError', 'integer modulo by zero');
      return int(modBig(x, y));
    case '**':
      return powInt(a, b);
    case '&':
      return int(x & y);
    case '|':
      return int(x | y);
    case '^':
      return int(x ^ y);
    case '>>': {
      const n = shiftCount(b);
      return n > BigInt(MAX_BITS) ? (x < 0n ? -1 : 0) : int(x >> n);
    }
    case '<<': {
      const n = shiftCount(b);
      if (x !== 0n && n + BigInt(bitsOf(x)) > BigInt(MAX_BITS)) throw tooLarge();
      return int(x << n);
    }
    default:
      return undefined;
  }
}

const both = (a: unknown, b: unknown): boolean => typeof a === 'boolean' && typeof b === 'boolean';

/** `pow(a, b, m)`. */
export function powMod(a: unknown, b: unknown, m: unknown): number | bigint {
  let exponent = big(b);
  const modulus = big(m);
  if (modulus === 0n) throw error('ValueError', 'pow() 3rd argument cannot be 0');
  const size = modulus < 0n ? -modulus : modulus;
  let base = modBig(big(a), size);
  if (exponent < 0n) {
    base = inverse(base, size);
    exponent = -exponent;
  }
  let result = 1n % size;
  while (exponent > 0n) {
    if (exponent & 1n) result = (result * base) % size;
    base = (base * base) % size;
    exponent >>= 1n;
  }
  return int(modBig(result, modulus));
}

function inverse(a: bigint, m: bigint): bigint {
  let [r0, r1, s0, s1] = [a, m, 1n, 0n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1] = [r1, r0 - q * r1];
    [s0, s1] = [s1, s0 - q * s1];
  }
  if (r0 !== 1n) throw error('ValueError', 'base is not invertible for the given modulus');
  return modBig(s0, m);
}

/** Compares numbers of any kinds exactly: negative, zero, positive, or NaN where one is. */
export function compareNumbers(a: unknown, b: unknown): number {
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    const x = typeof a === 'bigint' ? a : Number(a);
    const y = typeof b === 'bigint' ? b : Number(b);
    return x < y ? -1 : x > y ? 1 : x <= y && x >= y ? 0 : Number.NaN;
  }
  return (
    Number(a) - Number(b) ||
    (Number(a) === Number(b) ? 0 : Number(a) < Number(b) ? -1 : Number(a) > Number(b) ? 1 : Number.NaN)
  );
}
