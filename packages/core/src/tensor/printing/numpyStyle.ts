import type { Complex } from '../complex';
import { type ArrayData, type DType, isComplex, partOf, sizeOf } from '../dtype';
import { contiguousStrides } from '../strides';
import { type Element, elementReader, isFloat, shownPositions } from './arrayText';
import {
  type Digits,
  exponentText,
  type FloatType,
  fixed,
  floatRounding,
  general,
  isNegative,
  positionalText,
  scientific,
  shortestDigitsOf,
  shortestText,
} from './numbers';
import { tupleRepr } from './pythonText';

/** How arrays are printed; the defaults are those of `np.set_printoptions()`. */
export interface ArrayPrintOptions {
  readonly precision: number;
  readonly threshold: number;
  readonly edgeitems: number;
  readonly linewidth: number;
  /** Never scientific because of small numbers. */
  readonly suppress: boolean;
}

export const defaultArrayPrintOptions: ArrayPrintOptions = {
  precision: 8,
  threshold: 1000,
  edgeitems: 3,
  linewidth: 75,
  suppress: false,
};

let current = defaultArrayPrintOptions;
/** How arrays print now. */
export const arrayPrintOptions = (): ArrayPrintOptions => current;
/** Changes how arrays print from now on, as `np.set_printoptions` does; called without options it changes nothing. */
export function setArrayPrintOptions(options: Partial<ArrayPrintOptions> = {}): void {
  const given = Object.entries(options).filter(([, v]) => v !== null && v !== undefined);
  current = { ...current, ...Object.fromEntries(given) };
}

/** Decimal digits that always survive: from 10 to this power on, numbers are printed with an exponent (at most 10^8 in arrays). */
const decimalDigits: Record<FloatType, number> = { float16: 3, bfloat16: 2, float32: 6, float64: 15 };

const nonFinite = (x: number): string => (Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf');

/** Decimals of the shortest form of x, or of x rounded at `precision` decimals if that is shorter; no trailing zeros. */
function positional(x: number, type: FloatType, precision: number): string {
  const shortest = shortestDigitsOf(x, type);
  if (shortest.digits.length - shortest.point <= precision) return positionalText(shortest, 0);
  return fixed(x, precision).replace(/0+$/, '');
}

/** Mantissa text with its point, and exponent, by the same rule. */
function scientificParts(x: number, type: FloatType, precision: number): { mantissa: string; exponent: number } {
  const shortest: Digits = shortestDigitsOf(x, type);
  const sign = shortest.negative ? '-' : '';
  if (shortest.digits.length - 1 <= precision) {
    const { digits, point } = shortest;
    return { mantissa: `${sign}${digits[0]}.${digits.slice(1)}`, exponent: x === 0 ? 0 : point - 1 };
  }
  const [mantissa, exponent] = scientific(x, precision).split('e') as [string, string];
  return {
    mantissa: mantissa.includes('.') ? mantissa.replace(/0+$/, '') : `${mantissa}.`,
    exponent: Number(exponent),
  };
}

/** One text function for all elements of an array, so that they align. */
function floatFormat(values: readonly number[], type: FloatType, options: ArrayPrintOptions): (x: number) => string {
  const finite = values.filter(Number.isFinite);
  const round = floatRounding[type];
  let max = 0;
  let min = Number.POSITIVE_INFINITY;
  for (const v of finite) {
    if (v === 0) continue;
    max = Math.max(max, Math.abs(v));
    min = Math.min(min, Math.abs(v));
  }
  // bounds and quotient are those of the element type: float32's 0.0001 is not below 0.0001
  const exponential =
    max > 0 &&
    (max >= round(10 ** Math.min(8, decimalDigits[type])) ||
      (!options.suppress && (min < round(0.0001) || round(max / min) > 1000)));

  let left = 0;
  let right = 0;
  let text: (x: number) => string;
  if (exponential) {
    const parts = finite.map((x) => scientificParts(x, type, options.precision));
    let decimals = 0;
    let exponentDigits = 2;
    for (const { mantissa, exponent } of parts) {
      const point = mantissa.indexOf('.');
      left = Math.max(left, point);
      decimals = Math.max(decimals, mantissa.length - point - 1);
      exponentDigits = Math.max(exponentDigits, String(Math.abs(exponent)).length);
    }
    right = exponentDigits + 2 + decimals;
    text = (x) => {
      const unique = scientificParts(x, type, decimals);
      if (unique.mantissa.length - unique.mantissa.indexOf('.') - 1 === decimals) {
        return unique.mantissa.padStart(left + 1 + decimals) + exponentText(unique.exponent, exponentDigits);
      }
      // digits beyond the shortest form are those of the exact value, not zeros
      const [mantissa, exponent] = scientific(x, decimals).split('e') as [string, string];
      return mantissa.padStart(left + 1 + decimals) + exponentText(Number(exponent), exponentDigits);
    };
  } else {
    for (const x of finite) {
      const shown = positional(x, type, options.precision);
      const point = shown.indexOf('.');
      left = Math.max(left, point);
      right = Math.max(right, shown.length - point - 1);
    }
    text = (x) => {
      const shown = positional(x, type, options.precision);
      const point = shown.indexOf('.');
      return `${' '.repeat(left - point)}${shown}${' '.repeat(right - (shown.length - point - 1))}`;
    };
  }
  if (finite.length !== values.length) {
    const negativeInfinity = values.includes(Number.NEGATIVE_INFINITY) ? 1 : 0;
    left = Math.max(left, 3 - (right + 1), 3 + negativeInfinity - (right + 1));
  }
  return (x) => (Number.isFinite(x) ? text(x) : nonFinite(x).padStart(left + right + 1));
}

/** The same with a sign in front of every number, for imaginary parts. */
function signedFormat(values: readonly number[], type: FloatType, options: ArrayPrintOptions): (x: number) => string {
  const text = floatFormat(
    values.map((v) => (Number.isNaN(v) ? v : -Math.abs(v))),
    type,
    options,
  );
  return (x) => {
    if (Number.isNaN(x)) return text(x).replace(/ ?nan/, '+nan');
    const shown = text(-Math.abs(x));
    return isNegative(x) ? shown : shown.replace('-', '+');
  };
}

function elementFormat(
  values: readonly Element[],
  array: ArrayData,
  options: ArrayPrintOptions,
): (x: Element) => string {
  const { dtype } = array;
  if (dtype === 'bool') {
    return array.shape.length > 0 ? (v) => (v ? ' True' : 'False') : (v) => (v ? 'True' : 'False');
  }
  // bfloat16 is a type that NumPy learns from a plug-in and prints element by element, unaligned
  if (dtype === 'bfloat16') return (v) => general(v as number);
  if (isFloat(dtype)) return floatFormat(values as number[], dtype, options) as (x: Element) => string;
  if (isComplex(dtype)) {
    const parts = values as readonly Complex[];
    const real = floatFormat(
      parts.map((v) => v.re),
      partOf(dtype),
      options,
    );
    const imag = signedFormat(
      parts.map((v) => v.im),
      partOf(dtype),
      options,
    );
    return (v) => {
      const second = imag((v as Complex).im);
      const bare = second.trimEnd();
      return `${real((v as Complex).re)}${bare}j${second.slice(bare.length)}`;
    };
  }
  const width = values.reduce<number>((w, v) => Math.max(w, String(v).length), 0);
  return (v) => String(v).padStart(width);
}

/** The bracketed values: `np.array2string`. */
function arrayToString(array: ArrayData, separator: string, prefix: string, options: ArrayPrintOptions): string {
  const { shape } = array;
  const count = sizeOf(shape);
  if (count === 0) return '[]';
  const summarize = count > options.threshold;
  const edge = options.edgeitems;
  const read = elementReader(array);
  const format = elementFormat(shownPositions(shape, summarize, edge).map(read), array, options);
  const strides = contiguousStrides(shape);
  const tight = separator.trimEnd();

  const nested = (axis: number, base: number, indent: string, width: number): string => {
    if (axis === shape.length) return format(read(base));
    const size = shape[axis]!;
    const innermost = axis === shape.length - 1;
    const parts: string[] = [];
    for (let i = 0; i < size; i++) {
      if (summarize && size > 2 * edge && i === edge) {
        parts.push('...');
        i = size - edge;
      }
      if (i < size) parts.push(nested(axis + 1, base + i * strides[axis]!, `${indent} `, width - 1));
    }
    if (!innermost) return `[${parts.join(`${tight}${'\n'.repeat(shape.length - axis - 1)}${indent}`)}]`;
    const room = width - Math.max(tight.length, 1);
    let done = '';
    let line = indent;
    parts.forEach((word, i) => {
      if (line.length + word.length > room && line.length > indent.length) {
        done += `${line.trimEnd()}\n`;
        line = indent;
      }
      line += word + (i < parts.length - 1 ? separator : '');
    });
    return `[${(done + line).slice(indent.length)}]`;
  };
  return nested(0, 0, ` ${' '.repeat(prefix.length)}`, options.linewidth);
}

/** `str` of a NumPy scalar: `1.5`, `1e-05`, `True`. */
export function numpyScalarText(value: Element, dtype: DType): string {
  if (dtype === 'bool') return value ? 'True' : 'False';
  if (isComplex(dtype)) {
    const { re: real, im: imag } = value as Complex;
    const [a, b] = [real, imag].map((x) => numpyScalarText(x, partOf(dtype)).replace(/\.0$/, '')) as [string, string];
    if (real === 0 && !isNegative(real)) return `${b}j`;
    return `(${a}${isNegative(imag) ? '' : '+'}${b}j)`;
  }
  if (!isFloat(dtype)) return String(value);
  const x = value as number;
  if (!Number.isFinite(x)) return nonFinite(x);
  if (dtype === 'bfloat16') return general(x);
  const round = floatRounding[dtype];
  const high = dtype === 'float64' ? 1e16 : 10 ** decimalDigits[dtype];
  const magnitude = Math.abs(x);
  const everywhere = Number.POSITIVE_INFINITY;
  const plain = x === 0 || (magnitude < round(high) && magnitude >= 1e-4);
  return shortestText(shortestDigitsOf(x, dtype), plain ? -everywhere : everywhere, everywhere);
}

/** `repr` of a NumPy scalar: `np.float32(1.5)`, `np.True_`. */
export function numpyScalarRepr(value: Element, dtype: DType): string {
  const text = numpyScalarText(value, dtype);
  if (dtype === 'bfloat16') return text;
  if (isComplex(dtype)) return `np.${dtype}(${text.replace(/^\(|\)$/g, '')})`;
  return dtype === 'bool' ? `np.${text}_` : `np.${dtype}(${text})`;
}

/** `str(array)` in NumPy's style: `[1.  2.5]`. */
export function numpyText(array: ArrayData, options: Partial<ArrayPrintOptions> = {}, separator = ' '): string {
  if (array.shape.length === 0) return numpyScalarText(elementReader(array)(0), array.dtype);
  const given = Object.entries(options).filter(([, v]) => v !== null && v !== undefined);
  return arrayToString(array, separator, '', { ...current, ...Object.fromEntries(given) });
}

/** `repr(array)` in NumPy's style: `array([1. , 2.5], dtype=float32)`. */
export function numpyRepr(array: ArrayData, options: Partial<ArrayPrintOptions> = {}): string {
  const full = { ...current, ...options };
  const prefix = 'array(';
  const { shape, dtype } = array;
  const size = sizeOf(shape);
  const values = arrayToString(array, ', ', prefix, { ...full, linewidth: full.linewidth - 1 });
  const extras: string[] = [];
  if ((size === 0 && !(shape.length === 1 && shape[0] === 0)) || size > full.threshold) {
    extras.push(`shape=${tupleRepr(shape)}`);
  }
  if (size === 0 || !(dtype === 'float64' || dtype === 'int64' || dtype === 'bool' || dtype === 'complex128'))
    extras.push(`dtype=${dtype}`);
  if (extras.length === 0) return `${prefix}${values})`;
  const head = `${prefix}${values},`;
  const tail = `${extras.join(', ')})`;
  const lineLength = head.length - (head.lastIndexOf('\n') + 1);
  const spacer = lineLength + tail.length + 1 > full.linewidth ? `\n${' '.repeat(prefix.length)}` : ' ';
  return head + spacer + tail;
}
