import { sameNumbers } from '@stele/core';
import { type DType, string } from './dtypes';
import { TensorShape } from './shape';
import { TensorSpec } from './spec';
import { type Tensor, toTensor } from './tensor';

const utf8 = new TextEncoder();
const bytesOf = (value: unknown): Uint8Array =>
  typeof value === 'string' ? utf8.encode(value) : (value as Uint8Array);

/** Bytes as Python writes them, `b'a\x00'`. */
export function bytesText(bytes: Uint8Array): string {
  const quote = bytes.includes(39) && !bytes.includes(34) ? '"' : "'";
  let out = '';
  for (const b of bytes) {
    const c = String.fromCharCode(b);
    if (c === '\\' || c === quote) out += `\\${c}`;
    else if (b === 10) out += '\\n';
    else if (b === 13) out += '\\r';
    else if (b === 9) out += '\\t';
    else out += b >= 32 && b < 127 ? c : `\\x${b.toString(16).padStart(2, '0')}`;
  }
  return `b${quote}${out}${quote}`;
}

/**
 * A tensor of texts (of bytes, to TensorFlow): what records, files and data sets hold. It knows its shape, prints, and
 * compares; ops on it are few.
 *
 * ```ts
 * String(stringTensor(['a', 'b'])); // "tf.Tensor([b'a' b'b'], shape=(2,), dtype=string)"
 * ```
 */
export class StringTensor {
  readonly sizes: readonly number[];
  readonly values: readonly Uint8Array[];

  constructor(values: readonly Uint8Array[], sizes: readonly number[]) {
    this.values = values;
    this.sizes = sizes;
  }
  get shape(): TensorShape {
    return TensorShape.from_dims(this.sizes);
  }
  get dtype(): DType {
    return string;
  }
  get rank(): number {
    return this.sizes.length;
  }
  get ndim(): number {
    return this.sizes.length;
  }
  spec(): TensorSpec {
    return TensorSpec.of(this.sizes, 'string');
  }
  /** The bytes, or nested lists of them. */
  numpy(): unknown {
    return this.nested((b) => b);
  }
  tolist(): unknown {
    return this.numpy();
  }
  /** The bytes of the one element. */
  item(): Uint8Array {
    if (this.values.length !== 1) throw new TypeError('only size-1 arrays can be converted to Python scalars');
    return this.values[0]!;
  }
  get_shape(): TensorShape {
    return this.shape;
  }
  nested<T>(f: (bytes: Uint8Array) => T): unknown {
    let at = 0;
    const build = (axis: number): unknown =>
      axis === this.sizes.length
        ? f(this.values[at++]!)
        : Array.from({ length: this.sizes[axis]! }, () => build(axis + 1));
    return build(0);
  }
  /** The texts as UTF-8 says them. */
  texts(): string[] {
    const decode = new TextDecoder();
    return this.values.map((b) => decode.decode(b));
  }
  select(index: number): StringTensor {
    const inner = this.sizes.slice(1);
    const count = inner.reduce((n, d) => n * d, 1);
    return new StringTensor(this.values.slice(index * count, (index + 1) * count), inner);
  }
  static stack(parts: readonly StringTensor[]): StringTensor {
    const [first] = parts;
    return new StringTensor(
      parts.flatMap((p) => [...p.values]),
      [parts.length, ...(first?.sizes ?? [])],
    );
  }
  __eq__(other: unknown): Tensor | boolean {
    const that = other instanceof StringTensor ? other : stringTensor(other);
    if (that.rank > 0 && !sameNumbers(that.sizes, this.sizes)) return false;
    const equal = this.values.map((b, i) => sameNumbers([...b], [...(that.values[that.rank === 0 ? 0 : i] ?? [])]));
    return toTensor(this.rank === 0 ? equal[0]! : equal, 'bool');
  }
  __len__(): number {
    if (this.rank === 0) throw new TypeError('Scalar tensor has no `len()`');
    return this.sizes[0]!;
  }
  __getitem__(index: number): StringTensor {
    return this.select(index < 0 ? index + this.sizes[0]! : index);
  }
  *[Symbol.iterator](): IterableIterator<StringTensor> {
    for (let i = 0; i < (this.sizes[0] ?? 0); i++) yield this.select(i);
  }
  private text(): string {
    const show = (v: unknown): string => (Array.isArray(v) ? `[${v.map(show).join(' ')}]` : String(v));
    return show(this.nested(bytesText));
  }
  toString(): string {
    return `tf.Tensor(${this.text()}, shape=${this.shape}, dtype=string)`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.__repr__();
  }
  __str__(): string {
    return this.toString();
  }
  __repr__(): string {
    const value = this.rank === 0 ? this.text() : `array(${this.text().replaceAll(' ', ', ')}, dtype=object)`;
    return `<tf.Tensor: shape=${this.shape}, dtype=string, numpy=${value}>`;
  }
}

/** A tensor of the texts in nested lists. */
export function stringTensor(value: unknown): StringTensor {
  if (value instanceof StringTensor) return value;
  const sizes: number[] = [];
  const values: Uint8Array[] = [];
  const visit = (v: unknown, depth: number): void => {
    if (v instanceof StringTensor) {
      v.sizes.forEach((d, i) => {
        sizes[depth + i] = d;
      });
      values.push(...v.values);
    } else if (Array.isArray(v)) {
      sizes[depth] ??= v.length;
      for (const part of v) visit(part, depth + 1);
    } else if (typeof v === 'string' || v instanceof Uint8Array) values.push(bytesOf(v));
    else throw new TypeError(`Cannot convert ${String(v)} to a tensor of dtype string`);
  };
  visit(value, 0);
  return new StringTensor(values, sizes);
}
