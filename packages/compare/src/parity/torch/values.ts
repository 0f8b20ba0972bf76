import { Tensor as CoreTensor, type TensorFamily } from '@stele/core';
import * as torch from '@stele/torchlike';
import type { Check, Tolerance } from '../check';
import { brief, exact } from '../check';
import { isObject, type Json } from '../json';
import { BrokenRow, Unsupported } from '../outcome';
import { hasMember } from '../resolve';
import { isTensorRecord, makeTensor, readValues, scalarOf, type Values, valuesOf } from '../tensors';

/** Where names in recordings begin. */
export const roots: Readonly<Record<string, unknown>> = {
  torch,
  get nn() {
    return torch.nn;
  },
  get optim() {
    return torch.optim;
  },
};
export const family = (torch.Tensor.prototype as unknown as { family: TensorFamily }).family;
export const isTensor = (x: unknown): x is torch.Tensor => x instanceof CoreTensor;

/** A tuple, as Python code gives it to an index. */
export class Tuple extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}
const ellipsis = { __repr__: () => 'Ellipsis' };

/** `torch.int64` and the like. */
export function torchDType(name: string): torch.dtype {
  if (!hasMember(torch, name)) throw new Unsupported(`torch.${name}`);
  return (torch as unknown as Record<string, torch.dtype>)[name]!;
}

export const tensorOf = (value: Json): torch.Tensor => makeTensor(readValues(value), family) as torch.Tensor;

const notFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** An argument as recorded, as the facade takes it; each tensor is told to `onTensor` with its path. */
export function argument(value: Json, path: string, onTensor?: (path: string, t: torch.Tensor) => void): unknown {
  if (Array.isArray(value)) return value.map((v, i) => argument(v, `${path}.${i}`, onTensor));
  if (typeof value === 'string') return notFinite[value] ?? value;
  if (!isObject(value)) return value;
  if (isTensorRecord(value)) {
    const t = tensorOf(value);
    onTensor?.(path, t);
    return t;
  }
  if (typeof value.torch_dtype === 'string') return torchDType(value.torch_dtype);
  if (Array.isArray(value.slice)) return { start: value.slice[0], stop: value.slice[1], step: value.slice[2] };
  if (value.ellipsis === true) return ellipsis;
  if (value.newaxis === true) return null;
  if (typeof value.bigint === 'string') return BigInt(value.bigint);
  if ('dtype' in value && 'shape' in value) throw new BrokenRow(`a tensor without data at ${path}`);
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, argument(v, `${path}.${k}`, onTensor)]));
}

/** Keyword arguments. */
export const keywords = (
  value: Json | undefined,
  path = 'kwargs',
  onTensor?: (path: string, t: torch.Tensor) => void,
): Record<string, unknown> => (value === undefined ? {} : (argument(value, path, onTensor) as Record<string, unknown>));

/** The default tolerances by dtype. */
export function defaultTolerance(dtype: string): Tolerance {
  switch (dtype) {
    case 'float32':
      return { rtol: 1.3e-6, atol: 1e-5 };
    case 'float64':
      return { rtol: 1e-7, atol: 1e-7 };
    case 'float16':
      return { rtol: 1e-3, atol: 1e-5 };
    case 'bfloat16':
      return { rtol: 1.6e-2, atol: 1e-5 };
    default:
      return exact;
  }
}

/** The parts of a result: tensors of a tuple, a list or a named pair. */
export function partsOf(value: unknown): unknown[] | null {
  if (isTensor(value) || typeof value !== 'object' || value === null) return null;
  return Symbol.iterator in value ? [...(value as Iterable<unknown>)] : null;
}

export const resultValues = (t: torch.Tensor): Values => valuesOf(t);

/** Compares a result with a recorded one of any structure. */
export function compareResult(
  check: Check,
  where: string,
  got: unknown,
  want: Json,
  tolerance: (dtype: string) => Tolerance,
): void {
  if (isTensorRecord(want)) {
    const expected = readValues(want);
    if (!isTensor(got)) check.differ({ where, expected: `a ${expected.dtype} tensor`, got: describe(got) });
    check.values(where, resultValues(got), expected, tolerance(expected.dtype));
    return;
  }
  if (Array.isArray(want)) {
    const parts = partsOf(got);
    if (parts === null) check.differ({ where, expected: `${want.length} results`, got: describe(got) });
    if (parts.length !== want.length)
      check.differ({ where: `number of results of ${where}`, expected: want.length, got: parts.length });
    want.forEach((w, i) => {
      compareResult(check, `${where}[${i}]`, parts[i], w, tolerance);
    });
    return;
  }
  if (want === null || typeof want === 'boolean') {
    const plain = isTensor(got) ? describe(got) : (got ?? null);
    if (plain !== want) check.differ({ where, expected: want, got: describe(got) });
    return;
  }
  const number = scalarOf(want);
  if (number !== null) {
    const value = typeof got === 'string' ? null : scalarOf(got as Json);
    if (value === null) check.differ({ where, expected: number, got: describe(got) });
    check.number(where, value, number, tolerance('float64'));
    return;
  }
  check.same(where, got, want);
}

/** What a result is, in a word or two. */
export function describe(value: unknown): string {
  if (isTensor(value)) return `a tensor ${value.scalarType}[${value.sizes.join(', ')}]`;
  return value === undefined ? 'nothing' : brief(value, 80);
}

/** The part of a result that a path like `0.1` names; the empty path names the result. */
export function partAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  return path.split('.').reduce<unknown>((v, key) => partsOf(v)?.[Number(key)], value);
}
