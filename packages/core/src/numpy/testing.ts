import { namespace } from '../namespace';
import type { ArrayData } from '../tensor/dtype';
import { isFloating } from '../tensor/dtype';
import { pyRepr } from '../tensor/printing/pythonText';
import { type ArrayLike, cast, toArrayData } from './convert';
import { compactShape } from './elementwise';
import { NDArray } from './ndarray';

export interface Report {
  readonly err_msg?: string;
  readonly verbose?: boolean;
}
export interface Tolerance extends Report {
  readonly equal_nan?: boolean;
}
const failure = (lines: readonly string[]): Error => {
  const error = new Error(`\n${lines.join('\n')}`);
  error.name = 'AssertionError';
  return error;
};
const shown = (array: ArrayData): string => new NDArray(array).__repr__();
const number = (x: number): string =>
  String(new NDArray({ dtype: 'float64', shape: [1], data: Float64Array.of(x) }))
    .slice(1, -1)
    .trim();

/** Compares element by element and words a difference as NumPy does. */
function compare(
  header: string,
  actual: ArrayLike,
  desired: ArrayLike,
  close: (a: number, b: number) => boolean,
  options: Tolerance,
): void {
  const [x, y] = [toArrayData(actual), toArrayData(desired)];
  const head = [header, ...(options.err_msg ? [options.err_msg] : []), ''];
  const tail = options.verbose === false ? [] : [` ACTUAL: ${shown(x)}`, ` DESIRED: ${shown(y)}`];
  const scalar = x.shape.length === 0 || y.shape.length === 0;
  if (!scalar && compactShape(x.shape) !== compactShape(y.shape)) {
    const show = (a: ArrayData): string => compactShape(a.shape).replaceAll(',', ', ').replace(', )', ',)');
    throw failure([...head, `(shapes ${show(x)}, ${show(y)} mismatch)`, ...tail]);
  }
  const count = Math.max(x.data.length, y.data.length);
  const [a, b] = [cast(x, 'float64').data as Float64Array, cast(y, 'float64').data as Float64Array];
  const at = (data: Float64Array, i: number): number => data[data.length === 1 ? 0 : i]!;
  const shape = x.data.length >= y.data.length ? x.shape : y.shape;
  const wrong: number[] = [];
  for (let i = 0; i < count; i++) {
    const [p, q] = [at(a, i), at(b, i)];
    const same = p === q || (Number.isNaN(p) && Number.isNaN(q) && options.equal_nan !== false) || close(p, q);
    if (!same) wrong.push(i);
  }
  if (wrong.length === 0) return;
  const place = (i: number): string => {
    const out: number[] = [];
    let rest = i;
    for (const d of [...shape].reverse()) {
      out.unshift(rest % d);
      rest = Math.floor(rest / d);
    }
    return `[${out.join(', ')}]`;
  };
  const read = (array: ArrayData, i: number): string =>
    pyRepr(array.data.length === 1 ? new NDArray(array).item() : new NDArray(array).item(i)).replace(
      /^(-?\d+)$/,
      (text) => (isFloating(array.dtype) ? `${text}.0` : text),
    );
  const apart = wrong.map((i) => Math.abs(at(a, i) - at(b, i)));
  const relative = wrong.map((i, k) => apart[k]! / Math.abs(at(b, i)));
  const percent = Number(((100 * wrong.length) / count).toPrecision(3));
  throw failure([
    ...head,
    `Mismatched elements: ${wrong.length} / ${count} (${percent}%)`,
    ...(shape.length > 0
      ? [
          wrong.length > 5
            ? 'First 5 mismatches are at indices:'
            : `Mismatch at ind${wrong.length === 1 ? 'ex' : 'ices'}:`,
          ...wrong.slice(0, 5).map((i) => ` ${place(i)}: ${read(x, i)} (ACTUAL), ${read(y, i)} (DESIRED)`),
        ]
      : []),
    `Max absolute difference among violations: ${number(Math.max(...apart))}`,
    `Max relative difference among violations: ${number(Math.max(...relative))}`,
    ...tail,
  ]);
}

/** Throws an AssertionError unless |actual - desired| <= atol + rtol |desired| everywhere. */
function assert_allclose(
  actual: ArrayLike,
  desired: ArrayLike,
  ...rest: [(number | (Tolerance & { rtol?: number; atol?: number }))?, (number | Tolerance)?, Tolerance?]
): void {
  const options: Tolerance & { rtol?: number; atol?: number } = Object.assign(
    {},
    ...rest.map((part, i) =>
      typeof part === 'object' && !('value' in part)
        ? part
        : part === undefined
          ? {}
          : { [i === 0 ? 'rtol' : 'atol']: part },
    ),
  );
  const rtol = Number(options.rtol ?? 1e-7);
  const atol = Number(options.atol ?? 0);
  const text = (v: number): string => pyRepr(v).replace('1e-7', '1e-07');
  compare(
    `Not equal to tolerance rtol=${text(rtol)}, atol=${text(atol)}`,
    actual,
    desired,
    (a, b) => Math.abs(a - b) <= atol + rtol * Math.abs(b),
    options,
  );
}
const assert_array_equal = (actual: ArrayLike, desired: ArrayLike, options: Tolerance = {}): void =>
  compare('Arrays are not equal', actual, desired, () => false, options);
function assert_array_almost_equal(actual: ArrayLike, desired: ArrayLike, decimal = 6, options: Tolerance = {}): void {
  const places = Number(decimal);
  compare(
    `Arrays are not almost equal to ${places} decimals`,
    actual,
    desired,
    (a, b) => Math.abs(a - b) < 1.5 * 10 ** -places,
    options,
  );
}
function assert_equal(actual: unknown, desired: unknown, options: Tolerance = {}): void {
  const isArray = (x: unknown): boolean => x instanceof NDArray || Array.isArray(x);
  if (isArray(actual) || isArray(desired)) {
    assert_array_equal(actual as ArrayLike, desired as ArrayLike, options);
    return;
  }
  const plain = (x: unknown): unknown => (typeof x === 'object' && x !== null ? x.valueOf() : x);
  if (plain(actual) !== plain(desired) && !(Number.isNaN(plain(actual)) && Number.isNaN(plain(desired))))
    throw failure(['Items are not equal:', ` ACTUAL: ${pyRepr(actual)}`, ` DESIRED: ${pyRepr(desired)}`]);
}

export const testing = namespace('numpy.testing', {
  assert_allclose,
  assert_array_equal,
  assert_array_almost_equal,
  assert_almost_equal: assert_array_almost_equal,
  assert_equal,
});
