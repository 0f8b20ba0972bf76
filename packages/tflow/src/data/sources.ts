import { Tensor as CoreTensor, describeValue, isKeywords, isTuple, tupleOf } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat } from '@stele/core/printing';
import { IteratorSeeds, Philox, WordStream } from '@stele/core/random';
import { bind } from '../dispatch';
import { as_dtype, type DTypeLike, dtypeName } from '../dtypes';
import { InvalidArgumentError, kernelError, programError, valueError } from '../errors';
import { glob } from '../io/gfile';
import { SparseTensorSpec } from '../io/sparse';
import { entriesOf, leavesOf, mapEntries, mapLeaves } from '../nest';
import { RaggedTensorSpec } from '../ragged/ragged';
import { dimsFrom, fits, shapeOf, TensorSpec } from '../spec';
import { textInput } from '../strings';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { inIterator, int64 } from './arguments';
import { INFINITE_CARDINALITY, UNKNOWN_CARDINALITY } from './cardinality';
import { Dataset } from './dataset';
import { rowsOf, select } from './reading';
import { pairOf } from './seeds';
import { componentsOf, convert, mapComponents, rowSpec, specFrom, specText } from './structure';

const shown = (value: unknown): string => (Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value));
const mapEntriesWith = (value: unknown, f: (key: unknown, part: unknown) => unknown): unknown =>
  value instanceof Map
    ? new Map([...value].map(([k, v]) => [k, f(k, v)]))
    : Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, f(k, v)]));

export function from_tensor_slices(tensors: unknown): Dataset {
  if (tensors === null || tensors === undefined) throw valueError('Invalid `element`. `element` should not be empty.');
  const data = convert(tensors);
  const parts = componentsOf(data);
  if (parts.length === 0) throw valueError('Invalid `element`. `element` should not be empty.');
  if (parts.some((t) => t.rank === 0)) throw valueError('Unbatching a tensor is only supported for rank >= 1');
  const n = rowsOf(parts[0]);
  for (const t of parts) {
    if (rowsOf(t) !== n) throw valueError(`Dimensions ${n} and ${rowsOf(t)} are not compatible`);
  }
  const spec = rowSpec(specFrom(data));
  return new Dataset(
    function* () {
      for (let i = 0; i < n; i++) yield mapComponents(data, (t) => select(t, i));
    },
    n,
    () => spec,
    '_TensorSliceDataset',
  );
}

export function from_tensors(tensors: unknown): Dataset {
  if (tensors === null || tensors === undefined)
    throw new InvalidArgumentError(
      "Length for attr 'output_shapes' of 0 must be at least minimum 1\n\t; NodeDef: {{node TensorDataset}} [Op:TensorDataset]",
    );
  const data = convert(tensors);
  return new Dataset(
    () => [data],
    1,
    () => specFrom(data),
    '_TensorDataset',
  );
}

export function from_generator(generator: unknown, ...rest: readonly unknown[]): Dataset {
  const o = bind('from_generator', ['output_types', 'output_shapes', 'args', 'output_signature', 'name'], rest);
  if (typeof generator !== 'function') throw new TypeError('`generator` must be a Python callable.');
  const signature = o.output_signature ?? null;
  if (signature !== null && (o.output_types !== undefined || o.output_shapes !== undefined))
    throw new TypeError(
      'The `output_types` and `output_shapes` arguments can not be used together with the `output_signature` argument.',
    );
  if (signature === null && (o.output_types === undefined || o.output_types === null))
    throw new TypeError(
      'To specify the output signature you need to provide either the `output_signature` argument or the `output_types` argument.',
    );
  const odd = leavesOf(signature).find(
    (leaf) => leaf !== null && (typeof leaf !== 'object' || leaf instanceof PyFloat),
  );
  if (odd !== undefined && odd !== null)
    throw new TypeError(
      `\`output_signature\` must contain objects that are subclass of \`tf.TypeSpec\` but found ${describeValue(odd).type} which is not.`,
    );
  const list = (value: unknown): unknown => (Array.isArray(value) ? tupleOf(value.map(list)) : mapEntries(value, list));
  let spec = signature === null ? null : list(signature);
  if (spec === null) {
    const shapes = o.output_shapes ?? null;
    let taken = 0;
    const types = list(o.output_types);
    const many = leavesOf(types).length > 1 || isTuple(types);
    const shapeList: unknown[] =
      shapes === null ? [] : many ? (entriesOf(shapes)?.map(([, v]) => v) ?? [...(shapes as unknown[])]) : [shapes];
    spec = mapLeaves(types, (t) => {
      const shape = shapes === null ? null : shapeList[taken];
      taken++;
      return TensorSpec.of(
        shape === null || shape === undefined ? null : dimsFrom(shape),
        as_dtype(t as DTypeLike).name,
      );
    });
  }
  const args =
    o.args === undefined || o.args === null ? [] : (o.args as unknown[]).map((a) => toTensor(a as TensorLike).numpy());
  const typed = (value: unknown, want: unknown): unknown => {
    if (want instanceof RaggedTensorSpec || want instanceof SparseTensorSpec) return value;
    if (want instanceof TensorSpec) {
      if ((want.dtype.name as string) === 'string') return convert(value);
      let t: Tensor;
      try {
        t =
          value instanceof CoreTensor
            ? toTensor(value)
            : value instanceof NDArray
              ? toTensor(value.astype(want.dtype.name))
              : toTensor(value as TensorLike, want.dtype);
      } catch {
        throw inIterator(
          `TypeError: \`generator\` yielded an element that could not be converted to the expected type. The expected type was ${want.dtype.name}, but the yielded element was ${shown(value)}.`,
        );
      }
      if (t.scalarType !== want.dtype.name)
        throw inIterator(
          `TypeError: \`generator\` yielded an element of type ${t.scalarType} where an element of type ${want.dtype.name} was expected.`,
        );
      if (!fits(t.sizes, want.dims))
        throw inIterator(
          `TypeError: \`generator\` yielded an element of shape ${shapeOf(t.sizes)} where an element of shape ${want.shape} was expected.`,
        );
      return t;
    }
    const entries = entriesOf(want);
    if (entries !== null) {
      const given = new Map(entriesOf(value) ?? []);
      return mapEntriesWith(want, (key, inner) => typed(given.get(key), inner));
    }
    const parts = want as readonly unknown[];
    const values = [...(value as Iterable<unknown>)];
    if (values.length !== parts.length)
      throw inIterator(
        `TypeError: \`generator\` yielded an element that did not match the expected structure. The expected structure was ${specText(want)}, but the yielded element was ${shown(value)}.`,
      );
    return tupleOf(parts.map((inner, i) => typed(values[i], inner)));
  };
  const f = generator as (...given: unknown[]) => Iterable<unknown>;
  return new Dataset(
    function* () {
      const elements = asProgram(() => f(...args)[Symbol.iterator]());
      for (;;) {
        const next = asProgram(() => elements.next());
        if (next.done) return;
        yield typed(next.value, spec);
      }
    },
    UNKNOWN_CARDINALITY,
    () => spec,
    '_FlatMapDataset',
  );
}

/** Runs a part of the program's generator: what it raises is the iterator's error. */
function asProgram<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const worded = programError(error);
    throw worded === error ? error : inIterator(worded.message, worded.constructor as typeof InvalidArgumentError);
  }
}

/** The files whose paths patterns fit, in order or shuffled. */
export function list_files(file_pattern: unknown, ...rest: readonly unknown[]): Dataset {
  const o = bind('list_files', ['shuffle', 'seed', 'name'], rest);
  const patterns = textInput('MatchingFiles', file_pattern).texts();
  const found = patterns.flatMap((pattern) => glob(pattern) as string[]).sort();
  if (found.length === 0)
    throw new InvalidArgumentError(
      `Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: b'No files matched pattern: ${patterns.join(', ')}'`,
    );
  const files = from_tensor_slices(found);
  return o.shuffle === false ? files : files.shuffle(found.length, { seed: o.seed ?? null });
}

export function range(...given: readonly unknown[]): Dataset<Tensor> {
  const last = given.at(-1);
  const options = isKeywords(last) ? (last as { output_type?: DTypeLike }) : {};
  const args = isKeywords(last) ? given.slice(0, -1) : given;
  if (args.length < 1 || args.length > 3)
    throw valueError(`Invalid \`args\`. The length of \`args\` should be between 1 and 3 but was ${args.length}.`);
  const type =
    options.output_type === undefined || options.output_type === null ? 'int64' : dtypeName(options.output_type);
  if (args.some((a) => a instanceof CoreTensor && a.symbolic)) {
    for (const a of args) if (a instanceof CoreTensor && a.scalarType !== 'int64') int64('start', a);
    return new Dataset<Tensor>(
      () => args.map((a) => toTensor((a as Tensor).item() as number)),
      UNKNOWN_CARDINALITY,
      () => TensorSpec.of([], type),
      '_RangeDataset',
    );
  }
  const numbers = args.map((a) => int64('start', a));
  const [start, stop, step] = numbers.length === 1 ? [0, numbers[0]!, 1] : [numbers[0]!, numbers[1]!, numbers[2] ?? 1];
  if (step === 0) throw kernelError('RangeDataset', 'step must be a non-zero integer.');
  const n = Math.max(0, Math.ceil((stop - start) / step));
  return new Dataset(
    function* () {
      for (let i = 0; i < n; i++) yield toTensor(start + i * step, type);
    },
    n,
    () => TensorSpec.of([], type),
    '_RangeDataset',
  );
}

const numberOf = (value: unknown): number => Number(value instanceof CoreTensor ? (value as Tensor).item() : value);
export function counter(...rest: readonly unknown[]): Dataset<Tensor> {
  const o = bind('counter', ['start', 'step', 'dtype', 'name'], rest);
  for (const name of ['start', 'step'])
    if (o[name] instanceof CoreTensor && o.dtype !== undefined && o.dtype !== null) {
      const [want, t] = [dtypeName(o.dtype as DTypeLike), o[name] as Tensor];
      if (t.scalarType !== want)
        throw valueError(
          `${name}: Tensor conversion requested dtype ${want} for Tensor with dtype ${t.scalarType}: ${t.__repr__()}`,
        );
    }
  const [start, step] = [numberOf(o.start ?? 0), numberOf(o.step ?? 1)];
  const type = o.dtype === undefined || o.dtype === null ? 'int64' : dtypeName(o.dtype as DTypeLike);
  return new Dataset<Tensor>(
    function* () {
      for (let i = start; ; i += step) yield toTensor(i, type);
    },
    INFINITE_CARDINALITY,
    () => TensorSpec.of([], type),
    '_ScanDataset',
  );
}

export function random(...rest: readonly unknown[]): Dataset<Tensor> {
  const o = bind('random', ['seed', 'rerandomize_each_iteration', 'name'], rest);
  const pair = pairOf(o.seed);
  const each = o.rerandomize_each_iteration ? new IteratorSeeds(pair, true) : null;
  return new Dataset<Tensor>(
    () => {
      const stream = new WordStream(Philox.fromSeeds(...(each === null ? pair : each.next())));
      return (function* () {
        while (true) yield toTensor(stream.nextU32(), 'int64');
      })();
    },
    INFINITE_CARDINALITY,
    () => TensorSpec.of([], 'int64'),
    '_RandomDataset',
  );
}
