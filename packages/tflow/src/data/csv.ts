import { tupleOf } from '@stele/core';
import { OrderedDict } from '@stele/core/formats/pickle';
import { define } from '../define';
import { bind } from '../dispatch';
import { as_dtype, DType, type DTypeLike } from '../dtypes';
import { InvalidArgumentError, kernelError, valueError } from '../errors';
import { glob } from '../io/gfile';
import { isStringLike } from '../io/strings';
import { TensorSpec } from '../spec';
import { StringTensor, stringTensor } from '../strings';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { inIterator } from './arguments';
import { UNKNOWN_CARDINALITY } from './cardinality';
import { Dataset } from './dataset';
import { bytesOf, fileNames } from './fileNames';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What a column holds: its dtype, and the value of an empty field (null where there must be one). */
interface Column {
  readonly dtype: string;
  readonly otherwise: number | Uint8Array | null;
}
type Fail = (text: string) => Error;

/** The records of a file's text, in fields; quoted fields may hold delimiters, quotes and line ends. */
function* recordsIn(text: string, delimiter: string, quotes: boolean): Generator<string[], void, undefined> {
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let any = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') {
        field += '"';
        i++;
      } else quoted = false;
    } else if (quotes && c === '"' && field === '') quoted = true;
    else if (c === delimiter) {
      fields.push(field);
      field = '';
    } else if (c === '\n' || (c === '\r' && text[i + 1] === '\n')) {
      if (c === '\r') i++;
      fields.push(field);
      yield fields;
      [fields, field, any] = [[], '', false];
      continue;
    } else field += c;
    any = true;
  }
  if (any || fields.length > 0) yield [...fields, field];
}

const kinds: Readonly<Record<string, string>> = { int32: 'int32', int64: 'int64', float32: 'float', float64: 'double' };
/** A field's value. */
function valueOf(
  field: string,
  { dtype, otherwise }: Column,
  place: number,
  na: string,
  fail: Fail,
): number | bigint | Uint8Array {
  const text = dtype === 'string' ? field : field.trim();
  if (text === '' || text === na) {
    if (otherwise === null) throw fail(`Field ${place} is required but missing in record!`);
    return otherwise;
  }
  if (dtype === 'string') return encoder.encode(text);
  const whole = dtype.startsWith('int');
  const good = whole
    ? /^[+-]?\d+$/.test(text)
    : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || /^[+-]?(inf|infinity|nan)$/i.test(text);
  if (!good) throw fail(`Field ${place} in record is not a valid ${kinds[dtype]}: ${field}`);
  if (!whole && /[a-df-z]/i.test(text))
    return /nan/i.test(text) ? Number.NaN : text.startsWith('-') ? -Infinity : Infinity;
  return dtype === 'int64' ? BigInt(text) : Number(text);
}
const tensorOf = (
  values: readonly (number | bigint | Uint8Array)[],
  dtype: string,
  sizes: readonly number[],
): unknown => {
  if (dtype === 'string') return new StringTensor(values as Uint8Array[], sizes);
  return toTensor((sizes.length === 0 ? values[0]! : [...values]) as TensorLike, dtype as DTypeLike);
};

const accepted = ['float32', 'float64', 'int32', 'int64', 'string'];
/** A column by its default: a value, a tensor of none or one, or a dtype where a field must be there. */
function columnOf(given: unknown): Column {
  if (given instanceof DType || (typeof given === 'string' && accepted.includes(given)))
    return { dtype: String(as_dtype(given as DTypeLike).name), otherwise: null };
  if (isStringLike(given)) {
    const t = stringTensor(given);
    return { dtype: 'string', otherwise: t.values[0] ?? null };
  }
  const list =
    Array.isArray(given) && given.length === 0 ? toTensor([] as unknown as TensorLike) : toTensor(given as TensorLike);
  if (!accepted.includes(list.scalarType))
    throw new InvalidArgumentError(
      `Value for attr 'OUT_TYPE' of ${list.scalarType} is not in the list of allowed values: float, double, int32, int64, string`,
    );
  const values = [(list as Tensor).tolist()].flat() as number[];
  return { dtype: list.scalarType, otherwise: values.length === 0 ? null : Number(values[0]) };
}

/** The columns of lines of comma-separated values, as one tensor each. */
export const decode_csv = define(
  'tf.io.decode_csv',
  'records, record_defaults, field_delim=",", use_quote_delim=True, na_value="", select_cols=None, name=None',
  (
    records: unknown,
    record_defaults: readonly unknown[],
    field_delim?: string,
    use_quote_delim?: boolean,
    na_value?: string,
    select_cols?: readonly number[] | null,
  ): unknown[] => {
    const lines = stringTensor(records);
    const columns = [...record_defaults].map(columnOf);
    const fail: Fail = (text) => kernelError('DecodeCSV', text, InvalidArgumentError, { made: '' });
    const places = select_cols === undefined || select_cols === null ? null : [...select_cols].map(Number);
    const rows = lines.texts().map((line, at) => {
      const [fields = ['']] = [...recordsIn(line, field_delim ?? ',', use_quote_delim ?? true)];
      if (places === null && fields.length !== columns.length)
        throw fail(`Expect ${columns.length} fields but have ${fields.length} in record ${at}`);
      return columns.map((column, i) => {
        const place = places === null ? i : places[i]!;
        return valueOf(fields[place] ?? '', column, place, na_value ?? '', (text) =>
          fail(text.replace('in record is', `in record ${at} is`).replace('in record!', `in record ${at}!`)),
        );
      });
    });
    return columns.map(({ dtype }, i) =>
      tensorOf(
        rows.map((row) => row[i]!),
        dtype,
        lines.sizes,
      ),
    );
  },
);

/**
 * The records of files of comma-separated values, a tuple of columns each.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/experimental/CsvDataset
 */
export class CsvDataset extends Dataset {
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'CsvDatasetV2.__init__',
      [
        'filenames',
        'record_defaults',
        'compression_type',
        'buffer_size',
        'header',
        'field_delim',
        'use_quote_delim',
        'na_value',
        'select_cols',
        'exclude_cols',
      ],
      args,
    );
    const names = fileNames('CsvDataset()', o.filenames);
    const columns = [...(o.record_defaults as unknown[])].map(columnOf);
    const picked = o.select_cols === undefined || o.select_cols === null ? null : [...o.select_cols].map(Number);
    const left = new Set([...((o.exclude_cols as Iterable<unknown> | null | undefined) ?? [])].map(Number));
    const spec = tupleOf(columns.map(({ dtype }) => TensorSpec.of([], dtype)));
    super(
      function* () {
        for (const path of names()) {
          const text = decoder.decode(bytesOf('CsvDataset', path, o.compression_type));
          let first = Boolean(o.header ?? false);
          for (const fields of recordsIn(text, String(o.field_delim ?? ','), Boolean(o.use_quote_delim ?? true))) {
            if (first) {
              first = false;
              continue;
            }
            const places = picked ?? fields.map((_, i) => i).filter((i) => !left.has(i));
            if (places.length !== columns.length)
              throw inIterator(`Expect ${columns.length} fields but have ${places.length} in record`);
            yield tupleOf(
              columns.map((column, i) => {
                const value = valueOf(
                  fields[places[i]!] ?? '',
                  column,
                  places[i]!,
                  String(o.na_value ?? ''),
                  inIterator,
                );
                return tensorOf([value], column.dtype, []);
              }),
            );
          }
        }
      },
      UNKNOWN_CARDINALITY,
      () => spec,
      'CsvDatasetV2',
    );
  }
}

/** The narrowest dtype that a column's fields fit. */
function inferred(fields: readonly string[], na: string): string {
  let at = 0;
  const fits = (text: string): boolean => {
    const whole = /^[+-]?\d+$/.test(text.trim());
    if (at === 0)
      return whole && BigInt(text.trim().replace('+', '')) === BigInt.asIntN(32, BigInt(text.trim().replace('+', '')));
    if (at === 1) return whole;
    if (at === 4) return true;
    return text.trim() !== '' && Number.isFinite(Number(text)) && (at === 3 || Math.abs(Number(text)) < 3.4e38);
  };
  for (const text of fields) {
    if (text === '' || text === na) continue;
    while (!fits(text)) at++;
  }
  return ['int32', 'int64', 'float32', 'float64', 'string'][at]!;
}

/** Batches of the rows of files: a dict of columns, with the column of the labels apart. */
export const make_csv_dataset = define(
  'tf.data.experimental.make_csv_dataset',
  'file_pattern, batch_size, column_names=None, column_defaults=None, label_name=None, select_columns=None, field_delim=",", use_quote_delim=True, na_value="", header=True, num_epochs=None, shuffle=True, shuffle_buffer_size=10000, shuffle_seed=None, prefetch_buffer_size=None, num_parallel_reads=None, sloppy=False, num_rows_for_inference=100, compression_type=None, ignore_errors=False, encoding="utf-8"',
  (
    file_pattern: unknown,
    batch_size: number,
    column_names?: readonly string[] | null,
    column_defaults?: readonly unknown[] | null,
    label_name?: string | null,
    select_columns?: readonly (number | string)[] | null,
    field_delim: string = ',',
    use_quote_delim: boolean = true,
    na_value: string = '',
    header: boolean = true,
    num_epochs: number | null = null,
    shuffle: boolean = true,
    shuffle_buffer_size: number = 10000,
    shuffle_seed: number | null = null,
    _prefetch?: unknown,
    _parallel?: unknown,
    _sloppy?: unknown,
    num_rows_for_inference: number | null = 100,
    compression_type: unknown = null,
    ignore_errors: boolean = false,
  ): Dataset => {
    const patterns = stringTensor(Array.isArray(file_pattern) ? file_pattern : [file_pattern]).texts();
    const files = [...new Set(glob(patterns) as string[])].sort();
    if (files.length === 0) throw valueError(`No files match \`file_pattern\` ${patterns.join(', ')}.`);
    const rowsIn = (path: string): string[][] => [
      ...recordsIn(decoder.decode(bytesOf('make_csv_dataset', path, compression_type)), field_delim, use_quote_delim),
    ];
    let names = column_names === null || column_names === undefined ? null : [...column_names];
    if (names === null) {
      if (!header) throw valueError('Expected `column_names` or `header` arguments. Neither is provided.');
      names = rowsIn(files[0]!)[0] ?? [];
    }
    const all = names;
    const twice = all.filter((name, i) => all.indexOf(name) < i);
    if (twice.length > 0)
      throw valueError(
        `Either \`column_names\` argument or CSV header row contains duplicate column names: {${twice.map((n) => `'${n}'`).join(', ')}}.`,
      );
    const picked =
      select_columns === null || select_columns === undefined
        ? all.map((_, i) => i)
        : [...select_columns].map((c) => (typeof c === 'string' ? all.indexOf(c) : Number(c))).sort((a, b) => a - b);
    const most = num_rows_for_inference ?? Number.POSITIVE_INFINITY;
    const defaults =
      column_defaults ??
      (() => {
        const rows = files.flatMap((path) => rowsIn(path).slice(header ? 1 : 0)).slice(0, most);
        return picked.map((place) => {
          const dtype = inferred(
            rows.map((row) => row[place] ?? ''),
            na_value,
          );
          return dtype === 'string' ? stringTensor('') : toTensor(0, dtype as DTypeLike);
        });
      })();
    const kept = picked.map((i) => all[i]!);
    if (defaults.length !== kept.length)
      throw valueError(
        `If specified, \`column_defaults\` and \`select_columns\` must have the same length: \`column_defaults\` has length ${defaults.length}, \`select_columns\` has length ${kept.length}.`,
      );
    if (label_name !== null && label_name !== undefined && !kept.includes(label_name))
      throw valueError(
        `\`label_name\` provided must be one of the columns: [${kept.map((n) => `'${n}'`).join(', ')}]. Received: ${label_name}.`,
      );
    const organised = (row: unknown): unknown => {
      const columns = (row as unknown[]).map((column, i) => [kept[i]!, column] as const);
      const features = new OrderedDict(columns.filter(([name]) => name !== label_name));
      return label_name === null || label_name === undefined
        ? features
        : tupleOf([features, columns.find(([name]) => name === label_name)![1]]);
    };
    let paths: Dataset = Dataset.from_tensor_slices(files);
    if (shuffle) paths = paths.shuffle(files.length, { seed: shuffle_seed });
    let rows: Dataset = paths.flat_map((path: StringTensor) => {
      const one = new CsvDataset(path, [...defaults], {
        field_delim,
        use_quote_delim,
        na_value,
        select_cols: picked,
        header,
        compression_type,
      });
      return ignore_errors ? one.ignore_errors() : one;
    });
    if (num_epochs !== 1 && shuffle) {
      rows = rows.shuffle(shuffle_buffer_size, { seed: shuffle_seed }).repeat(num_epochs);
    } else if (shuffle) rows = rows.shuffle(shuffle_buffer_size, { seed: shuffle_seed });
    else if (num_epochs !== 1) rows = rows.repeat(num_epochs);
    const batched = rows.batch(batch_size, num_epochs === null);
    return batched
      .through(
        function* (source) {
          for (const row of source) yield organised(row);
        },
        batched.count,
        () => organised(batched.element_spec),
        '_MapDataset',
      )
      .prefetch(-1);
  },
);
