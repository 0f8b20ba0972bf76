import { type Tensor as CoreTensor, type DType, dtypes, fromArray, hostFiles, isWide } from '@stele/core';
import { InvalidArgumentError, kernelError } from '../../errors';
import { StringTensor } from '../../strings';
import { type Tensor, tfFamily, toTensor } from '../../tensor';
import { type Kernels, texts } from './common';

type Entry = Uint8Array | number | bigint;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const entries = (t: unknown): readonly Entry[] =>
  t instanceof StringTensor ? t.values : Array.from((t as Tensor).numpy().data as Int32Array);
const keyText = (key: Entry): string => (key instanceof Uint8Array ? String.fromCharCode(...key) : String(key));
function tensorOf(list: readonly Entry[], sizes: readonly number[], dtype: DType | 'string'): Tensor | StringTensor {
  if (dtype === 'string') return new StringTensor(list as Uint8Array[], sizes);
  const data = dtypes[dtype].create(list.length);
  list.forEach((v, i) => {
    (data as Float64Array)[i] = (isWide(dtype) ? BigInt(v as number) : Number(v)) as number;
  });
  return fromArray(tfFamily, data, [...sizes], dtype) as Tensor;
}
const typeOf = (t: unknown): DType | 'string' => (t instanceof StringTensor ? 'string' : (t as CoreTensor).scalarType);

/** A table of a model, from keys to values. */
export class LookupTable {
  private readonly rows = new Map<string, { readonly key: Entry; readonly value: Entry }>();
  private keyType: DType | 'string' = 'string';
  private valueType: DType | 'string' = 'int64';

  import(keys: unknown, values: unknown): void {
    this.rows.clear();
    this.insert(keys, values);
  }
  insert(keys: unknown, values: unknown): void {
    [this.keyType, this.valueType] = [typeOf(keys), typeOf(values)];
    const held = entries(values);
    entries(keys).forEach((key, i) => {
      this.rows.set(keyText(key), { key, value: held[i]! });
    });
  }
  remove(keys: unknown): void {
    for (const key of entries(keys)) this.rows.delete(keyText(key));
  }
  get size(): number {
    return this.rows.size;
  }
  export(): [Tensor | StringTensor, Tensor | StringTensor] {
    const all = [...this.rows.values()];
    return [
      tensorOf(
        all.map((r) => r.key),
        [all.length],
        this.keyType,
      ),
      tensorOf(
        all.map((r) => r.value),
        [all.length],
        this.valueType,
      ),
    ];
  }
  find(keys: unknown, fallback: unknown): unknown {
    const [other] = entries(fallback) as [Entry];
    const found = entries(keys).map((key) => this.rows.get(keyText(key))?.value ?? other);
    return tensorOf(found, (keys as { readonly sizes: readonly number[] }).sizes, typeOf(fallback));
  }
}
const WHOLE_LINE = -2;
const LINE_NUMBER = -1;
/** The rows of a file as a table's: whole lines, their numbers, or fields of them. */
function fromFile(name: string, attrs: Parameters<Kernels[string]>[1]): [Tensor | StringTensor, Tensor | StringTensor] {
  const bytes = hostFiles('tf.saved_model.load()', 'fill the table with values').read(name);
  const lines = decoder.decode(bytes).split('\n');
  if (lines.at(-1) === '') lines.pop();
  const size = attrs.int('vocab_size', -1);
  if (size >= 0 && lines.length < size)
    throw new InvalidArgumentError(`Invalid vocab_size in ${name}: expected ${size} but got ${lines.length}`);
  const kept = size < 0 ? lines : lines.slice(0, size);
  const delimiter = attrs.text('delimiter', '\t');
  const column = (which: number): Tensor | StringTensor => {
    if (which === LINE_NUMBER)
      return tensorOf(
        kept.map((_, i) => BigInt(i + attrs.int('offset'))),
        [kept.length],
        'int64',
      );
    const list = kept.map((line) => {
      if (which === WHOLE_LINE) return line;
      const field = line.split(delimiter)[which];
      if (field === undefined)
        throw new InvalidArgumentError(`Invalid number of columns in ${name} line ${line}: expected ${which + 1}`);
      return field;
    });
    return new StringTensor(
      list.map((s) => encoder.encode(s)),
      [list.length],
    );
  };
  return [column(attrs.int('key_index', WHOLE_LINE)), column(attrs.int('value_index', LINE_NUMBER))];
}
const table = (t: unknown): LookupTable => t as LookupTable;
const made = (): unknown[] => [new LookupTable()];

/** Tables of keys and values, what they are filled from, and what stops a function. */
export const tableKernels: Kernels = {
  HashTable: made,
  HashTableV2: made,
  AnonymousHashTable: made,
  MutableHashTable: made,
  MutableHashTableV2: made,
  AnonymousMutableHashTable: made,
  MutableDenseHashTableV2: made,
  LookupTableImportV2: ([t, keys, values]) => {
    table(t).import(keys, values);
    return [];
  },
  InitializeTableV2: ([t, keys, values]) => {
    table(t).import(keys, values);
    return [];
  },
  InitializeTableFromTextFileV2: ([t, name], attrs) => {
    table(t).import(...fromFile(decoder.decode(texts(name).item()), attrs));
    return [];
  },
  LookupTableInsertV2: ([t, keys, values]) => {
    table(t).insert(keys, values);
    return [];
  },
  LookupTableRemoveV2: ([t, keys]) => {
    table(t).remove(keys);
    return [];
  },
  LookupTableFindV2: ([t, keys, fallback]) => [table(t).find(keys, fallback)],
  LookupTableSizeV2: ([t]) => [toTensor(table(t).size, 'int64')],
  LookupTableExportV2: ([t]) => table(t).export(),
  Assert: ([condition, ...data]) => {
    if (Number((condition as Tensor).item()) !== 0) return [];
    const shown = data.map((t) =>
      t instanceof StringTensor
        ? t
            .texts()
            .map((s) => `"${s}"`)
            .join(' ')
        : String((t as Tensor).numpy()),
    );
    throw kernelError(
      'Assert',
      `assertion failed: ${shown.map((s) => `[${s.replace(/^\[|\]$/g, '').replace(/^"|"$/g, '')}]`).join(' ')}`,
    );
  },
};
