import { describeValue, floatResult } from '@stele/core';
import type { ProtoMessage, ProtoWriter } from '@stele/core/formats/tensorproto';
import { PyFloat } from '@stele/core/printing';
import { valueError } from '../errors';
import type { EnumValues } from './message';

export type Scalar = 'bool' | 'int32' | 'int64' | 'float' | 'double' | 'string' | 'bytes' | 'enum';
/** What a scalar field is checked and shown by. */
export interface ScalarField {
  readonly scalar: Scalar;
  readonly values: EnumValues | null;
}
interface Kind {
  readonly zero: unknown;
  read(proto: ProtoMessage, id: number): unknown[];
  write(out: ProtoWriter, id: number, value: unknown): void;
}
const safe = (v: bigint): number | bigint => (BigInt.asIntN(54, v) === v ? Number(v) : v);
const whole = (value: unknown): bigint => BigInt.asUintN(64, BigInt(value as number));
const integers: Kind = {
  zero: 0,
  read: (proto, id) => proto.bigs(id).map(safe),
  write: (out, id, value) => void out.int(id, whole(value)),
};
/** Each kind of scalar: what it is when nothing was set, and how it is read and written. */
export const scalarKinds: Readonly<Record<Scalar, Kind>> = {
  bool: {
    zero: false,
    read: (proto, id) => proto.bigs(id).map((v: bigint) => v !== 0n),
    write: (out, id, value) => void out.int(id, value ? 1 : 0),
  },
  int32: integers,
  int64: integers,
  enum: integers,
  float: {
    zero: 0,
    read: (proto, id) => proto.reals(id, 4),
    write: (out, id, value) => void out.float(id, Number(value)),
  },
  double: {
    zero: 0,
    read: (proto, id) => proto.reals(id, 8),
    write: (out, id, value) => void out.double(id, Number(value)),
  },
  string: {
    zero: '',
    read: (proto, id) => proto.texts(id),
    write: (out, id, value) => void out.text(id, String(value)),
  },
  bytes: {
    zero: new Uint8Array(0),
    read: (proto, id) => proto.all(id),
    write: (out, id, value) => void out.bytes(id, value as Uint8Array),
  },
};
const reals = (field: ScalarField): boolean => field.scalar === 'float' || field.scalar === 'double';

/** A field's value before anything was set. */
export const initial = (field: ScalarField): unknown =>
  reals(field) ? floatResult(0) : scalarKinds[field.scalar].zero;

const nameOf = (value: unknown): string => /'(?:.*\.)?([^.']*)'/.exec(describeValue(value).type)?.[1] ?? 'object';
function integer(field: ScalarField & { readonly name?: string }, value: unknown, message: string): bigint {
  const inside =
    typeof value === 'object' && value !== null && !(value instanceof PyFloat)
      ? (value as { item?(): unknown }).item?.()
      : value;
  if (typeof inside === 'bigint' || (typeof inside === 'number' && Number.isInteger(inside))) return BigInt(inside);
  if (typeof inside === 'boolean' && field.scalar === 'bool') return BigInt(inside);
  if (typeof inside === 'boolean')
    throw new TypeError(`Field ${message}.${field.name}: Expected an int, got a boolean.`);
  throw new TypeError(`'${nameOf(value)}' object cannot be interpreted as an integer`);
}
/** A value as a field takes it. */
export function checked(field: ScalarField & { readonly name?: string }, value: unknown, message = ''): unknown {
  switch (field.scalar) {
    case 'bool':
      return integer(field, value, message) !== 0n;
    case 'enum':
    case 'int32':
    case 'int64': {
      if (field.scalar === 'enum' && typeof value === 'string') {
        const found = field.values![value];
        if (found === undefined) throw valueError(`unknown enum label "${value}"`);
        return found;
      }
      const given = integer(field, value, message);
      if (BigInt.asIntN(field.scalar === 'int64' ? 64 : 32, given) !== given)
        throw valueError(`Value out of range: ${given}`);
      return safe(given);
    }
    case 'float':
    case 'double': {
      const given =
        typeof value === 'object' && value !== null && 'item' in value ? (value.item as () => unknown)() : value;
      if (
        typeof given !== 'number' &&
        typeof given !== 'bigint' &&
        typeof given !== 'boolean' &&
        !(given instanceof PyFloat)
      )
        throw new TypeError(`must be real number, not ${nameOf(value)}`);
      return floatResult(field.scalar === 'float' ? Math.fround(Number(given)) : Number(given));
    }
    case 'string':
      if (value instanceof Uint8Array) return new TextDecoder('utf-8', { fatal: true }).decode(value);
      if (typeof value !== 'string') throw new TypeError('bad argument type for built-in operation');
      return value;
    case 'bytes':
      if (!(value instanceof Uint8Array)) throw new TypeError(`expected bytes, ${nameOf(value)} found`);
      return value;
  }
}

/** A repeated scalar: numbers in one packed field, texts one by one. */
export function written(out: ProtoWriter, field: ScalarField & { readonly number: number }, values: unknown[]): void {
  const kind = scalarKinds[field.scalar];
  if (field.scalar === 'string' || field.scalar === 'bytes') {
    for (const value of values) kind.write(out, field.number, value);
  } else if (reals(field)) {
    const size = field.scalar === 'float' ? 4 : 8;
    const bytes = new Uint8Array(values.length * size);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      if (size === 4) view.setFloat32(4 * i, Number(value), true);
      else view.setFloat64(8 * i, Number(value), true);
    });
    out.bytes(field.number, bytes);
  } else out.packed(field.number, values.map(whole));
}

/** The least digits that give a number back. */
function realText(x: number, single: boolean): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf';
  const [few, all] = single ? [6, 9] : [15, 17];
  const back = (digits: number): number =>
    single ? Math.fround(Number(x.toPrecision(digits))) : Number(x.toPrecision(digits));
  const text = x.toPrecision(back(few) === x ? few : all);
  const [mantissa, exponent] = text.split('e') as [string, string | undefined];
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  if (exponent !== undefined) return `${short}e${exponent.replace(/^([+-])(\d)$/, '$10$2')}`;
  // as C's %g, which counts the zeros behind the point
  return Math.abs(x) < 1e-4 && x !== 0
    ? Number(text)
        .toExponential()
        .replace(/e-(\d)$/, 'e-0$1')
    : short;
}
const quoted = (bytes: Uint8Array): string => {
  let out = '';
  for (const b of bytes)
    out +=
      b === 10
        ? '\\n'
        : b === 13
          ? '\\r'
          : b === 9
            ? '\\t'
            : b === 34 || b === 39 || b === 92
              ? `\\${String.fromCharCode(b)}`
              : b < 32 || b > 126
                ? `\\${b.toString(8).padStart(3, '0')}`
                : String.fromCharCode(b);
  return `"${out}"`;
};
/** A scalar in protobuf's text form. */
export function shown(field: ScalarField, value: unknown): string {
  switch (field.scalar) {
    case 'bool':
      return value ? 'true' : 'false';
    case 'string':
      return quoted(new TextEncoder().encode(String(value)));
    case 'bytes':
      return quoted(value as Uint8Array);
    case 'float':
    case 'double':
      return realText(Number(value), field.scalar === 'float');
    case 'enum':
      return Object.keys(field.values!).find((name) => field.values![name] === value) ?? String(value);
    default:
      return String(value);
  }
}
