import { Tensor as CoreTensor, describeValue, floatsAreMarked, ops, sameNumbers, tupleOf } from '@stele/core';
import { NDArray, TextArray } from '@stele/core/numpy';
import { wordText } from './dispatch';
import { as_dtype, type DType, type DTypeLike, kernelName, string } from './dtypes';
import { InvalidArgumentError, indexError, kernelError, typeMismatch, valueError } from './errors';
import { needType } from './kernels';
import { nodeKind } from './nodeNames';
import { TensorShape } from './shape';
import { TensorSpec } from './spec';
import { provideTexts, type Tensor, type TensorLike, TextOperand, toTensor } from './tensor';
import { movedTexts } from './textMoves';

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
  /** The bytes, or NumPy's array of them. */
  numpy(): Uint8Array | BytesArray {
    return this.rank === 0 ? this.values[0]! : new BytesArray(this);
  }
  /** The bytes, or nested lists of them. */
  tolist(): unknown {
    return this.nested((b) => b);
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
  /** The same texts in a larger shape, with another where there was none. */
  padded(sizes: readonly number[], fill: Uint8Array): StringTensor {
    const out: Uint8Array[] = [];
    const visit = (axis: number, from: number, within: boolean): void => {
      if (axis === sizes.length) {
        out.push(within ? this.values[from]! : fill);
        return;
      }
      for (let i = 0; i < sizes[axis]!; i++)
        visit(axis + 1, from * this.sizes[axis]! + i, within && i < this.sizes[axis]!);
    };
    visit(0, 0, true);
    return new StringTensor(out, sizes);
  }
  /** Which elements are equal to another's; false where the shapes do not fit. */
  equals(that: StringTensor): Tensor | false {
    if (that.rank > 0 && this.rank > 0 && !sameNumbers(that.sizes, this.sizes)) return false;
    const wide = this.rank === 0 ? that : this;
    const at = (t: StringTensor, i: number): Uint8Array => t.values[t.rank === 0 ? 0 : i]!;
    const equal = wide.values.map((_, i) => sameNumbers([...at(this, i)], [...at(that, i)]));
    return ops.reshape(toTensor(equal, 'bool'), [...wide.sizes]) as Tensor;
  }
  /** The texts followed by another's, element by element. */
  joined(that: StringTensor): StringTensor {
    const wide = this.values.length >= that.values.length ? this : that;
    if (this.values.length !== 1 && that.values.length !== 1 && String(this.sizes) !== String(that.sizes))
      throw kernelError('Add', `Incompatible shapes: [${this.sizes.join(',')}] vs. [${that.sizes.join(',')}]`);
    const values = wide.values.map((_, i) => {
      const [a, b] = [this.values[i] ?? this.values[0]!, that.values[i] ?? that.values[0]!];
      return Uint8Array.from([...a, ...b]);
    });
    return new StringTensor(values, wide.sizes);
  }
  *[Symbol.iterator](): IterableIterator<StringTensor> {
    for (let i = 0; i < (this.sizes[0] ?? 0); i++) yield this.select(i);
  }
  /** The elements as NumPy lays out its arrays: a row a line, the rows of an outer axis under each other. */
  laid(separator: string, indent: number): string {
    const show = (v: unknown, depth: number): string => {
      if (!Array.isArray(v)) return String(v);
      const deep = this.rank - depth;
      const between =
        deep === 1 ? separator : `${separator.trimEnd()}${'\n'.repeat(deep - 1)}${' '.repeat(indent + depth + 1)}`;
      return `[${v.map((part) => show(part, depth + 1)).join(between)}]`;
    };
    return show(this.nested(bytesText), 0);
  }
  toString(): string {
    return `tf.Tensor(${this.rank > 1 ? '\n' : ''}${this.laid(' ', 0)}, shape=${this.shape}, dtype=string)`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.__repr__();
  }
  __str__(): string {
    return this.toString();
  }
  __repr__(): string {
    const value = this.rank === 0 ? this.laid('', 0) : `array(${this.laid(', ', 6)}, dtype=object)`;
    return `<tf.Tensor: shape=${this.shape}, dtype=string, numpy=${this.rank > 1 ? '\n' : ''}${value}>`;
  }
}

/** What NumPy makes of a tensor of strings: an array of objects, which are bytes. */
export class BytesArray {
  readonly ndim: number;
  readonly size: number;
  private readonly tensor: StringTensor;
  constructor(tensor: StringTensor) {
    this.tensor = tensor;
    this.ndim = tensor.rank;
    this.size = tensor.values.length;
  }
  get shape(): readonly number[] {
    return tupleOf(this.tensor.sizes);
  }
  get dtype(): unknown {
    return objectType;
  }
  texts(): string[] {
    return this.tensor.texts();
  }
  tolist(): unknown {
    return this.tensor.tolist();
  }
  __len__(): number {
    return this.tensor.sizes[0]!;
  }
  __getitem__(index: number): unknown {
    const at = index < 0 ? index + this.tensor.sizes[0]! : index;
    if (!(at < this.tensor.sizes[0]!))
      throw indexError(`index ${index} is out of bounds for axis 0 with size ${this.tensor.sizes[0]}`);
    return this.tensor.select(at).numpy();
  }
  *[Symbol.iterator](): IterableIterator<unknown> {
    for (const part of this.tensor) yield part.numpy();
  }
  toString(): string {
    return this.tensor.laid(' ', 0);
  }
  __str__(): string {
    return this.toString();
  }
  __repr__(): string {
    return `array(${this.tensor.laid(', ', 6)}, dtype=object)`;
  }
}
class ObjectDType {
  readonly name = 'object';
  readonly kind = 'O';
  toString(): string {
    return 'object';
  }
  __str__(): string {
    return 'object';
  }
  __repr__(): string {
    return "dtype('O')";
  }
  __eq__(other: unknown): boolean {
    return other instanceof ObjectDType || other === 'object' || other === 'O';
  }
}
const objectType = new ObjectDType();

/** Whether a value is text, or lists of it; bytes are text where Python runs. */
export const isText = (value: unknown): boolean =>
  typeof value === 'string' ||
  value instanceof StringTensor ||
  value instanceof TextArray ||
  value instanceof BytesArray ||
  (value instanceof Uint8Array && floatsAreMarked()) ||
  (Array.isArray(value) && value.length > 0 && value.every(isText));
/** Text as a tensor of strings; null for all else, and where another dtype is asked for. */
export function readText(value: unknown, dtype: DTypeLike | null = null): Tensor | null {
  if (!isText(value) || (dtype !== null && String(as_dtype(dtype).name) !== 'string')) return null;
  return stringTensor(value) as unknown as Tensor;
}
provideTexts(readText);
/** Kernels that functions begin with which have none of their own. */
const firstKernels: Readonly<Record<string, string>> = {
  sort: 'Neg',
  argsort: 'Neg',
  top_k: 'TopKV2',
  ones_like: 'OnesLike',
  sequence_mask: 'Max',
  reduce_logsumexp: 'IsFinite',
  reduce_euclidean_norm: 'EuclideanNorm',
  one_hot: 'OneHot',
  cumprod: 'Cumprod',
  cumulative_logsumexp: 'CumulativeLogsumexp',
  unique: 'Unique',
  l2_normalize: 'Square',
  tensor_diag: 'Diag',
  trace: 'MatrixDiagPartV3',
  shuffle: 'RandomShuffle',
};
wordText((error, name, f, args) => {
  if (!(error instanceof TextOperand)) return null;
  try {
    const moved = movedTexts(name, f, args);
    if (moved !== undefined) return { result: moved };
  } catch (refused) {
    return refused as Error;
  }
  const kernel = error.kernel ?? firstKernels[name] ?? nodeKind(name, null, []).type;
  if (error.wanted !== null)
    return new InvalidArgumentError(
      `cannot compute ${kernel} as input #${error.place}(zero-based) was expected to be a ${kernelName(error.wanted)} tensor but is a string tensor [Op:${kernel}] name: `,
    );
  try {
    needType(kernel, 'string');
  } catch (refused) {
    return refused as Error;
  }
  if (error.beside !== null) return typeMismatch(kernel, 1, 'string', error.beside);
  return valueError(`tf.${name}: tensors of strings are not taken by ${kernel} in Stele`);
});

const isTextOrBytes = (value: unknown): boolean =>
  value instanceof Uint8Array ||
  (Array.isArray(value) && value.length > 0 ? value.every(isTextOrBytes) : isText(value));
/** The texts that a kernel takes for one of its inputs; what is no text is refused in its words. */
export function textInput(kernel: string, value: unknown, place = 0): StringTensor {
  if (isTextOrBytes(value)) return stringTensor(value);
  if (Array.isArray(value) && value.length === 0) return stringTensor(value);
  if (value instanceof CoreTensor) throw typeMismatch(kernel, place, 'string', value.scalarType);
  if (value instanceof NDArray)
    throw valueError(
      `Failed to convert a NumPy array to a Tensor (Unsupported object type ${value.dtype.includes('int') ? 'int' : value.dtype === 'bool' ? 'bool' : 'float'}).`,
    );
  toTensor((value ?? null) as TensorLike, 'string');
  throw new TypeError(`Cannot convert ${describeValue(value).text} to EagerTensor of dtype string`);
}
/** A tensor of the texts in nested lists. */
export function stringTensor(value: unknown): StringTensor {
  if (value instanceof StringTensor) return value;
  if (value instanceof TextArray || value instanceof BytesArray) return stringTensor(value.tolist());
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
