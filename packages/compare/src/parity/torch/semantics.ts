import * as torch from '@stele/torchlike';
import type { CaseContext } from '../adapter';
import type { Check } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { BrokenRow, Unsupported } from '../outcome';
import { callMethod } from '../resolve';
import { runModuleText, runShown } from './programs';
import { call } from './rng';
import { isTensor, tensorOf, torchDType } from './values';

type Loose = any;

export function runSemantics(row: JsonObject, context: CaseContext): void | Promise<void> {
  const { check } = context;
  switch (row.kind) {
    case 'repr':
      return compareText(row, check);
    case 'types':
      if (row.literal !== undefined) return compareLiteral(row, check);
      return 'b' in row ? comparePair(row, check) : compareSingle(row, check);
    case 'program':
      return runShown(row, context);
    case 'module_repr':
    case 'state_dict_keys':
      return runModuleText(row, context);
    default:
      throw new BrokenRow(`unknown kind '${String(row.kind)}'`);
  }
}

/** Tensors print as recorded; with `grad_fn` they are the result of that operation. */
function compareText(row: JsonObject, check: Check): void {
  const value = tensorOf(row.value!);
  // only the text says that the value was a parameter
  const leaf = needText(row, 'text').startsWith('Parameter') ? new torch.nn.Parameter(value) : value;
  let shown: Loose = leaf;
  if (row.requires_grad === true) leaf.requires_grad_(true);
  if (typeof row.grad_fn === 'string') {
    const name = row.grad_fn.replace(/Backward\d*$/, '').toLowerCase();
    const neutral: Readonly<Record<string, number>> = { mul: 1, div: 1, add: 0, sub: 0 };
    shown = callMethod(leaf, name, name in neutral ? [neutral[name]] : [], {}, 'Tensor');
  }
  check.same('text', String(shown), row.text);
}

function compareLiteral(row: JsonObject, check: Check): void {
  const t = call('torch.tensor', [row.literal]);
  check.same('dtype', String(t.dtype), `torch.${String(row.dtype)}`);
  check.same('shape', [...t.shape], row.shape);
}

const ones = (name: string, shape: readonly number[]): Loose =>
  call('torch.ones', [shape], { dtype: torchDType(name) });

function comparePair(row: JsonObject, check: Check): void {
  const x = ones(String(row.a), [2]);
  const y = ones(String(row.b), [2]);
  const condition = ones('bool', [2]);
  const found: Readonly<Record<string, () => unknown>> = {
    'tensor+tensor': () => call('torch.add', [x, y]),
    'tensor+0dim': () => call('torch.add', [x, ones(String(row.b), [])]),
    'tensor/tensor': () => call('torch.div', [x, y]),
    'tensor*tensor': () => call('torch.mul', [x, y]),
    cat: () => call('torch.cat', [[x, y]]),
    where: () => call('torch.where', [condition, x, y]),
    compare: () => call('torch.lt', [x, y]),
  };
  compareTypes(row, found, check);
}

function compareSingle(row: JsonObject, check: Check): void {
  const a = ones(String(row.a), [2]);
  const method = (name: string, args: readonly unknown[] = []): unknown => callMethod(a, name, args, {}, 'Tensor');
  const found: Readonly<Record<string, () => unknown>> = {
    'a+1': () => method('__add__', [1]),
    'a+1.5': () => method('__add__', [1.5]),
    'a*true': () => method('__mul__', [true]),
    'a/2': () => method('__truediv__', [2]),
    'a//2': () => method('__floordiv__', [2]),
    'a**2': () => method('__pow__', [2]),
    '-a': () => method('__neg__'),
    'a@a': () => method('__matmul__', [a]),
    cumsum: () => method('cumsum', [0]),
    softmax: () => method('softmax', [0]),
  };
  const every = Object.fromEntries(
    Object.keys(row)
      .filter((key) => !['id', 'kind', 'a', 'changed_since', 'versions'].includes(key))
      .map((key) => [key, found[key] ?? (() => method(key))]),
  );
  compareTypes(row, every, check);
}

/** The dtype of each result, or the class of the error. */
function compareTypes(row: JsonObject, found: Readonly<Record<string, () => unknown>>, check: Check): void {
  for (const [name, make] of Object.entries(found)) {
    const want = row[name];
    // null: PyTorch's versions disagree, nothing is recorded
    if (want === null || want === undefined) continue;
    if (isObject(want)) compareRaised(name, make, want, check);
    else {
      const result = make();
      if (!isTensor(result)) check.differ({ where: name, expected: String(want), got: String(result) });
      check.same(name, result.scalarType, want);
    }
  }
}

function compareRaised(where: string, make: () => unknown, want: JsonObject, check: Check): void {
  try {
    make();
  } catch (error) {
    if (error instanceof Unsupported || !(error instanceof Error)) throw error;
    check.same(`error of ${where}`, error.name, want.raises);
    return;
  }
  check.differ({ where, expected: String(want.raises), got: 'a result' });
}

export const needText = (row: JsonObject, key: string): string => {
  const value: Json | undefined = row[key];
  if (typeof value !== 'string') throw new BrokenRow(`the row has no '${key}'`);
  return value;
};
