import {
  type DType as CoreDType,
  describeValue,
  dtypes,
  floatResult,
  isComplex,
  isDType,
  isFloating,
  isInteger,
  isUnsigned,
  partOf,
  ValueError,
} from '@stele/core';
import { typeNumber } from '@stele/core/formats/tensorproto';
import { type ScalarType, scalarTypes } from '@stele/core/numpy';

/** An element type of TensorFlow: `tf.float32` prints as `<dtype: 'float32'>`. */
export class DType {
  readonly name: CoreDType;
  constructor(name: CoreDType) {
    this.name = name;
  }
  private get known(): boolean {
    return isDType(this.name);
  }
  get is_floating(): boolean {
    return this.known && isFloating(this.name);
  }
  get is_integer(): boolean {
    return this.known && isInteger(this.name);
  }
  get is_unsigned(): boolean {
    return this.known && isUnsigned(this.name);
  }
  get is_bool(): boolean {
    return this.name === 'bool';
  }
  get is_complex(): boolean {
    return this.known && isComplex(this.name);
  }
  get is_numeric(): boolean {
    return this.known && this.name !== 'bool' && (this.name as string) !== 'string';
  }
  get is_quantized(): boolean {
    return false;
  }
  get base_dtype(): DType {
    return this;
  }
  /** The dtype of the parts of complex numbers. */
  get real_dtype(): DType {
    return this.is_complex ? dtype(partOf(this.name)) : this;
  }
  get as_datatype_enum(): number {
    return typeNumber(this.name);
  }
  get as_numpy_dtype(): ScalarType {
    return scalarTypes[this.name]!;
  }
  /** Bytes of an element. */
  get size(): number {
    return this.known ? dtypes[this.name].itemsize : 0;
  }
  private bound(which: 'minimum' | 'maximum'): number | bigint {
    if (!this.is_numeric || this.is_complex)
      throw new TypeError(`Cannot find ${which} value of ${this.toString()} with type ${this.toString()}.`);
    const value = dtypes[this.name][which === 'minimum' ? 'min' : 'max'];
    return this.is_floating ? floatResult(Number(value)) : value;
  }
  get min(): number | bigint {
    return this.bound('minimum');
  }
  get max(): number | bigint {
    return this.bound('maximum');
  }
  /** The range of intensities: from 0 to the largest whole number, or to 1. */
  get limits(): readonly [number, number | bigint | boolean] {
    if (this.is_bool) return [0, true];
    if (!this.is_numeric || this.is_complex || this.name === 'bfloat16')
      throw new ValueError(`${this.toString()} does not have defined limits.`);
    return [0, this.is_floating ? 1 : dtypes[this.name].max];
  }
  toString(): string {
    return `<dtype: '${this.name}'>`;
  }
}

const made = new Map<CoreDType, DType>();
const dtype = (name: CoreDType): DType => {
  const out = made.get(name) ?? new DType(name);
  made.set(name, out);
  return out;
};

export const float16 = dtype('float16');
export const bfloat16 = dtype('bfloat16');
export const float32 = dtype('float32');
export const float64 = dtype('float64');
export const int8 = dtype('int8');
export const int16 = dtype('int16');
export const int32 = dtype('int32');
export const int64 = dtype('int64');
export const uint8 = dtype('uint8');
export const uint16 = dtype('uint16');
export const uint32 = dtype('uint32');
export const uint64 = dtype('uint64');
export const complex64 = dtype('complex64');
export const complex128 = dtype('complex128');
export const bool = dtype('bool');

/** Text: only `StringTensor` has it, the engine's tensors never do. */
export const string = dtype('string' as CoreDType);

export type DTypeLike = DType | string;

const aliases: Readonly<Record<string, CoreDType>> = { half: 'float16', float: 'float32', double: 'float64' };

/** The element type that a name or `tf.float32` stands for. */
export function as_dtype(value: DTypeLike): DType {
  if (value instanceof DType) return value;
  const name = aliases[value] ?? value;
  if (isDType(name)) return dtype(name);
  if ((name as string) === 'string') return string;
  // Python's class of whole numbers comes as its name
  const shown = value === 'int' ? "<class 'int'>" : describeValue(value).text;
  throw new TypeError(`Cannot convert the argument \`type_value\`: ${shown} to a TensorFlow DType.`);
}

export const dtypeName = (value: DTypeLike): CoreDType => as_dtype(value).name;

/** What TensorFlow's kernels call an element type in their messages. */
export const kernelName = (name: string): string =>
  ({ float32: 'float', float64: 'double', float16: 'half' })[name] ?? name;
