import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type ArrayData, codecs, type DType, dtypes } from '../dtype';
import { f, formatTemplate, formatValue, py } from './formatSpec';
import { fixed, floatRepr, general, scientific } from './numbers';
import { numpyRepr, numpyScalarRepr, numpyText } from './numpyStyle';
import { pyFloat, pyRepr } from './pythonText';
import { tensorflowFormat, tensorflowRepr, tensorflowText, tensorflowVariableRepr } from './tensorflowStyle';
import { torchText } from './torchStyle';

interface Recorded {
  readonly dtype: DType;
  readonly shape: number[];
  readonly data: (number | string)[];
}

const fixture = <T>(name: string): T[] =>
  JSON.parse(gunzipSync(readFileSync(join(__dirname, 'fixtures', `${name}.json.gz`))).toString());

function toArray({ dtype, shape, data }: Recorded): ArrayData {
  const out = dtypes[dtype].create(data.length);
  data.forEach((value, i) => {
    if (dtype === 'int64') (out as BigInt64Array)[i] = BigInt(value);
    else codecs[dtype].set(out, i, Number(value));
  });
  return { dtype, shape, data: out };
}

/** Compares all rows and reports the first few that differ. */
function judge<T>(rows: readonly T[], text: (row: T) => string, expected: (row: T) => string): void {
  const wrong = rows.filter((row) => text(row) !== expected(row));
  const show = wrong.slice(0, 5).map((row) => ({ got: text(row), expected: expected(row) }));
  expect({ wrong: wrong.length, show }).toEqual({ wrong: 0, show: [] });
}

type TorchRow = Recorded & { text: string; requires_grad?: boolean; grad_fn?: string; parameter?: boolean };
const torchRowText = (row: TorchRow) =>
  torchText(toArray(row), { requiresGrad: row.requires_grad, gradFn: row.grad_fn, parameter: row.parameter });

describe('PyTorch style', () => {
  it('prints random tensors as PyTorch 2.13 does', () => {
    const rows = fixture<TorchRow>('torch');
    expect(rows.length).toBeGreaterThan(1000);
    judge(rows, torchRowText, (row) => row.text);
  });

  const recorded = join(__dirname, '../../../../../../shared/oracle/torch/public/semantics.ndjson.gz');
  const withOracle = existsSync(recorded) ? it : it.skip;
  withOracle('prints every recorded repr row (skipped where ../shared/oracle/torch is absent)', () => {
    const rows = gunzipSync(readFileSync(recorded))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((row) => row.kind === 'repr')
      .map((row): TorchRow => ({ ...row, ...row.value, parameter: row.text.startsWith('Parameter') }));
    expect(rows.length).toBe(38);
    judge(rows, torchRowText, (row) => row.text);
  });

  it('obeys print options', () => {
    const array = toArray({ dtype: 'float32', shape: [3], data: [0.5, 1234.5, 3] });
    expect(torchText(array, { print: { precision: 2 } })).toBe('tensor([5.00e-01, 1.23e+03, 3.00e+00])');
    expect(torchText(array, { print: { sciMode: false } })).toBe('tensor([   0.5000, 1234.5000,    3.0000])');
    expect(torchText(array, { print: { threshold: 2, edgeitems: 1 } })).toBe('tensor([0.5000,  ..., 3.0000])');
  });
});

describe('NumPy style', () => {
  type Row = Recorded & { str: string; repr: string; scalar?: string };
  const rows = fixture<Row>('numpy');
  it('gives str', () =>
    judge(
      rows,
      (row) => numpyText(toArray(row)),
      (row) => row.str,
    ));
  it('gives repr', () =>
    judge(
      rows,
      (row) => numpyRepr(toArray(row)),
      (row) => row.repr,
    ));
  it('gives the repr of scalars', () => {
    const scalars = rows.filter((row) => row.scalar !== undefined);
    expect(scalars.length).toBeGreaterThan(30);
    const read = (row: Row) => (row.dtype === 'int64' ? BigInt(row.data[0]!) : Number(row.data[0]));
    judge(
      scalars,
      (row) => numpyScalarRepr(read(row), row.dtype),
      (row) => row.scalar!,
    );
  });
});

describe('TensorFlow style', () => {
  type Row = Recorded & { str: string; repr: string; f: string; variable: string };
  const rows = fixture<Row>('tensorflow');
  it('gives str', () =>
    judge(
      rows,
      (row) => tensorflowText(toArray(row)),
      (row) => row.str,
    ));
  it('gives repr', () =>
    judge(
      rows,
      (row) => tensorflowRepr(toArray(row)),
      (row) => row.repr,
    ));
  it('gives what f-strings show', () =>
    judge(
      rows,
      (row) => tensorflowFormat(toArray(row)),
      (row) => row.f,
    ));
  it('gives variables', () =>
    judge(
      rows,
      (row) => tensorflowVariableRepr(toArray(row), 'w'),
      (row) => row.variable,
    ));
});

describe('Python numbers', () => {
  it.each([
    [0.1, '0.1'],
    [1e16, '1e+16'],
    [123456789012345.6, '123456789012345.6'],
    [1e-5, '1e-05'],
    [0.0001, '0.0001'],
    [5, '5.0'],
    [-0, '-0.0'],
    [Number.NaN, 'nan'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [1e22, '1e+22'],
    [5e-324, '5e-324'],
  ])('repr(%p)', (value, text) => expect(floatRepr(value)).toBe(text));

  it('rounds halves to even on the exact binary value', () => {
    expect([0.5, 1.5, 2.5, -0.5].map((x) => fixed(x, 0))).toEqual(['0', '2', '2', '-0']);
    expect(fixed(1.005, 2)).toBe('1.00');
    expect(scientific(9.9995e22, 3)).toBe('1.000e+23');
    expect(scientific(1e23, 20)).toBe('9.99999999999999916114e+22');
    expect(general(0.00001234)).toBe('1.234e-05');
    expect(general(1234567)).toBe('1.23457e+06');
  });
});

describe('format', () => {
  type Row = { kind: string; spec: string; value: string | number | boolean; text?: string; error?: string };
  const rows = fixture<Row>('format');
  const value = (row: Row) =>
    row.kind === 'i' ? BigInt(row.value as string) : row.kind === 'f' ? pyFloat(Number(row.value)) : row.value;
  it('formats ints, floats, strings and bools by thousands of specs as Python does', () => {
    const good = rows.filter((row) => row.text !== undefined);
    expect(good.length).toBeGreaterThan(2500);
    judge(
      good,
      (row) => attempt(() => formatValue(value(row), row.spec)),
      (row) => row.text!,
    );
  });
  it('refuses what Python refuses, in its words', () => {
    const bad = rows.filter((row) => row.error !== undefined);
    expect(bad.length).toBeGreaterThan(300);
    judge(
      bad,
      (row) => attempt(() => formatValue(value(row), row.spec)),
      (row) => `error: ${row.error}`,
    );
  });
  const attempt = (run: () => string): string => {
    try {
      return run();
    } catch (error) {
      return `error: ${(error as Error).message}`;
    }
  };

  it('prints the lines of the articles', () => {
    const [batch, items, loss, accuracy] = [100, 6400, 0.0123456, 0.7512];
    const line = `[Batch ${f(batch, '>3d')} - ${f(items, '>5d')} items] loss: ${f(loss, '>7f')}, accuracy: ${f(accuracy * 100, '>0.1f')}%`;
    expect(line).toBe('[Batch 100 -  6400 items] loss: 0.012346, accuracy: 75.1%');
    expect(formatTemplate('[Batch {:>3d} - {items:>5d} items]', batch, { items })).toBe('[Batch 100 -  6400 items]');
    expect(f`${true} ${[0.5, '.1%']} ${null} ${[1, 2.5]}`).toBe('True 50.0% None [1, 2.5]');
    expect(py.format('{0!r:>6}|{1:{2}}|{{}}', 'a', 3, '>4d')).toBe("   'a'|   3|{}");
    expect(py.str([1, 0.5, "it's", pyFloat(2), { a: null }])).toBe(`[1, 0.5, "it's", 2.0, {'a': None}]`);
    expect(pyRepr(new Map<unknown, unknown>([['k', [true]]]))).toBe("{'k': [True]}");
  });
  it('asks an object how it is formatted', () => {
    const eleven = { __format__: (spec: string) => (spec === '' ? '11.0' : formatValue(pyFloat(11), spec)) };
    expect([f(eleven), f(eleven, '.2f'), f`Result: ${eleven}`]).toEqual(['11.0', '11.00', 'Result: 11.0']);
    expect(py.format('{} {:.1f} {!s}', eleven, eleven, 'x')).toBe('11.0 11.0 x');
  });
  it('says what cannot be formatted', () => {
    expect(() => formatValue([1], '>3d')).toThrow('unsupported format string passed to list.__format__');
    expect(() => formatTemplate('{:d} {:d}', 1)).toThrow('Replacement index 1 out of range for positional args tuple');
    expect(() => formatTemplate('{loss}', 1)).toThrow("no argument named 'loss'");
  });
});
