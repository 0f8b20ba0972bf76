import { bind } from '../dispatch';
import { InvalidArgumentError, kernelError, noAttribute, OpError, OutOfRangeError, valueError } from '../errors';
import { leavesOf } from '../nest';
import { TensorSpec } from '../spec';
import type { Tensor } from '../tensor';
import { aside, inIterator, int64 } from './arguments';
import { UNKNOWN_CARDINALITY } from './cardinality';
import type { Dataset } from './dataset';
import { ElementFunction, spread } from './elementFunction';
import { componentsOf, DatasetSpec, innerSpec, mapSpec, NoneTensorSpec, specText, undefinedSpec } from './structure';

/** Whether a test's result is a truth value; else TensorFlow's complaint. */
function checkPredicate(f: ElementFunction, colon: string): void {
  const spec = f.spec;
  if (spec === null) return;
  if (!(spec instanceof TensorSpec)) throw noAttribute(spec, 'is_compatible_with');
  if (spec instanceof TensorSpec && spec.dtype.name === 'bool' && (spec.dims === null || spec.dims.length === 0))
    return;
  throw valueError(
    `Invalid \`predicate\`. \`predicate\` must return a \`tf.bool\` scalar tensor${colon}${specText(spec)}.`,
  );
}
const truth = (value: unknown): boolean => Boolean(Number((value as Tensor).item()));

/** What a function makes of the elements; where it fails for one, the next can still be asked for. */
const resumable = (source: Iterable<unknown>, f: ElementFunction): Iterator<unknown> => {
  const elements = source[Symbol.iterator]();
  const call = f.forReader();
  const one = (): IteratorResult<unknown> => {
    const next = elements.next();
    return next.done ? next : { done: false, value: call(spread(next.value)) };
  };
  return { next: () => inFunction(one), return: () => elements.return?.() ?? { done: true, value: undefined } };
};
/** A kernel's complaint in a function of a dataset. */
function inFunction<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof OpError) || error instanceof OutOfRangeError) throw error;
    const text = error.message.replace(/^\{\{function_node [^}]*\}\}\s*/, '').replace(/\s*\[Op:\w+\].*$/s, '');
    throw inIterator(
      `Error in user-defined function passed to MapDataset transformation with iterator: Iterator::Root::Prefetch::Map:  : ${text}`,
      error.constructor as typeof InvalidArgumentError,
    );
  }
}

/** The spec of what a function makes of batches, whose number of rows only the elements tell: as many as they have. */
function openRows(spec: unknown, dataset: Dataset): unknown {
  const open = (leavesOf(dataset.element_spec) as TensorSpec[]).some(
    (s) => s instanceof TensorSpec && s.dims !== null && s.dims.length > 0 && s.dims[0] === null,
  );
  if (!open) return spec;
  const rows = new Set<unknown>();
  for (const element of dataset) {
    for (const leaf of componentsOf(element)) rows.add(leaf?.sizes?.[0]);
    break;
  }
  return mapSpec(spec, (s) =>
    s.dims !== null && s.dims.length > 0 && rows.has(s.dims[0])
      ? TensorSpec.of([null, ...s.dims.slice(1)], s.dtype.name)
      : s,
  );
}

export function map(dataset: Dataset, map_func: (...parts: any[]) => unknown, ...rest: readonly unknown[]): Dataset {
  const o = bind('map', aside, rest);
  const f = new ElementFunction(map_func, spread(dataset.element_spec));
  if (f.spec !== null && leavesOf(f.spec).every((s) => s instanceof NoneTensorSpec))
    throw new InvalidArgumentError(
      "Length for attr 'output_shapes' of 0 must be at least minimum 1\n\t; NodeDef: {{node MapDataset}}",
    );
  const parallel = o.num_parallel_calls !== undefined && o.num_parallel_calls !== null;
  return dataset.through(
    (source) => ({ [Symbol.iterator]: () => resumable(source, f) }) as never,
    dataset.count,
    f.spec === null ? () => openRows(undefinedSpec(() => dataset.map(map_func))(), dataset) : () => f.spec,
    parallel ? '_ParallelMapDataset' : '_MapDataset',
  );
}

export function filter<T>(dataset: Dataset<T>, predicate: (...parts: any[]) => Tensor | boolean): Dataset<T> {
  const f = new ElementFunction(predicate, spread(dataset.element_spec));
  checkPredicate(f, ', but its return type is ');
  return dataset.through(
    function* (source) {
      const call = f.forReader();
      for (const element of source) if (truth(call(spread(element)))) yield element;
    },
    UNKNOWN_CARDINALITY,
    undefined,
    '_FilterDataset',
  );
}

export function take_while<T>(dataset: Dataset<T>, predicate: (...parts: any[]) => Tensor | boolean): Dataset<T> {
  const f = new ElementFunction(predicate, spread(dataset.element_spec));
  checkPredicate(f, ' but its return type is');
  return dataset.through(
    function* (source) {
      const call = f.forReader();
      for (const element of source) {
        if (!truth(call(spread(element)))) return;
        yield element;
      }
    },
    UNKNOWN_CARDINALITY,
    undefined,
    '_TakeWhileDataset',
  );
}

export function flat_map(dataset: Dataset, map_func: (...parts: any[]) => any): Dataset {
  const f = makingDatasets(dataset, map_func);
  return dataset.through(
    function* (source) {
      for (const element of source) yield* f.call(spread(element)) as Dataset;
    },
    UNKNOWN_CARDINALITY,
    innerSpec(f, () => dataset.flat_map(map_func)),
    '_FlatMapDataset',
  );
}

export function interleave(dataset: Dataset, map_func: (...parts: any[]) => any, ...rest: readonly unknown[]): Dataset {
  const o = bind('interleave', ['cycle_length', 'block_length', 'num_parallel_calls', 'deterministic', 'name'], rest);
  const parallel = o.num_parallel_calls !== undefined && o.num_parallel_calls !== null;
  // TensorFlow's default goes by the machine's processors; two stand for them, that the order be the same everywhere
  const cycle =
    Math.max(int64('cycle_length', o.cycle_length, -1), -1) === -1 ? 2 : int64('cycle_length', o.cycle_length);
  const block = int64('block_length', o.block_length, 1);
  if (cycle === 0 || int64('cycle_length', o.cycle_length, -1) < -1)
    throw kernelError('InterleaveDataset', 'cycle_length must be greater than zero.');
  if (block < 1) throw kernelError('InterleaveDataset', 'block_length must be greater than zero.');
  const f = makingDatasets(dataset, map_func);
  return dataset.through(
    function* (source) {
      const input = source[Symbol.iterator]();
      const slots: (Iterator<unknown> | null)[] = Array<null>(cycle).fill(null);
      let open = 0;
      let ended = false;
      let at = 0;
      let inBlock = 0;
      const advance = (): void => {
        at = (at + 1) % cycle;
        inBlock = 0;
      };
      while (!ended || open > 0) {
        const slot = slots[at]!;
        if (slot !== null) {
          const { done, value } = slot.next();
          if (!done) {
            yield value;
            if (++inBlock === block) advance();
          } else {
            slots[at] = null;
            open--;
            advance();
          }
        } else if (!ended) {
          const { done, value } = input.next();
          if (done) ended = true;
          else {
            slots[at] = (f.call(spread(value)) as Dataset)[Symbol.iterator]();
            open++;
          }
        } else advance();
      }
    },
    UNKNOWN_CARDINALITY,
    innerSpec(f, () => dataset.interleave(map_func, ...rest)),
    parallel ? '_ParallelInterleaveDataset' : '_InterleaveDataset',
  );
}

export function makingDatasets(dataset: Dataset, map_func: (...parts: any[]) => any): ElementFunction {
  const f = new ElementFunction(map_func, spread(dataset.element_spec));
  if (f.spec !== null && !(f.spec instanceof DatasetSpec)) {
    if (f.spec instanceof TensorSpec)
      throw Object.assign(new Error("'Tensor' object has no attribute '_name'"), { name: 'AttributeError' });
    throw new TypeError(`The \`map_func\` argument must return a \`Dataset\` object. Got ${specText(f.spec)}.`);
  }
  return f;
}
