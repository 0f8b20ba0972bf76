import {
  type DType as CoreDType,
  Tensor as CoreTensor,
  currentTracer,
  fromNested,
  isFloating,
  markList,
  ops,
  type StepMeaning,
} from '@stele/core';
import { bind } from './dispatch';
import { as_dtype, type DType, type DTypeLike } from './dtypes';
import { InvalidArgumentError, OutOfRangeError, valueError } from './errors';
import type { Carrier } from './function/carrier';
import { concat } from './joining';
import { rankOf, wholes } from './places';
import { TensorShape } from './shape';
import { type Dims, dimsFrom, dimsOf, widened } from './spec';
import { readText } from './strings';
import { type Tensor, type TensorLike, tfFamily, toTensor } from './tensor';
import { type ResultSpec, step } from './tracing';

type ListMeaning = Extract<StepMeaning, { kind: 'list' }>;
/** Marks an entry that was read and is kept no longer. */
const cleared = Symbol('cleared');
type Items = readonly (CoreTensor | typeof cleared | null)[];
const held = (item: Items[number]): item is CoreTensor => item instanceof CoreTensor;
/** What lies in the array that a scalar tensor, its flow through a graph, stands for. */
const contents = new WeakMap<CoreTensor, Items>();
const flowOf = (items: Items, dtype: string): CoreTensor => {
  const flow = fromNested(tfFamily, 0, 'float32');
  contents.set(flow, items);
  markList(flow, items.some((item) => item !== null) ? -1 : items.length, dtype as CoreDType);
  return flow;
};
const flowSpec: ResultSpec = { sizes: [], scalarType: 'float32', dims: [] };
const itemsOf = (flow: CoreTensor): Items => contents.get(flow) ?? [];
const at = (t: CoreTensor): number => Number((t as Tensor).item());

/**
 * A list of tensors that are written one by one, in graphs too.
 *
 * ```ts
 * let a = new tf.TensorArray(tf.float32, { size: 2 });
 * a = a.write(0, 1.5).write(1, 2.5);
 * a.stack(); // [1.5 2.5]
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/TensorArray
 */
export class TensorArray implements Carrier {
  readonly dtype: DType;
  readonly dynamic_size: boolean;
  private readonly clear_after_read: boolean;
  private readonly infer_shape: boolean;
  private dims: Dims | undefined;
  private flow: CoreTensor;
  /** How many entries there are, where that never changes. */
  private fixed: number | null;
  /** What is known of the entries' shape, to all arrays that came of this one. */
  private readonly learnt: { dims?: Dims } = {};

  constructor(dtype: DTypeLike, ...rest: readonly unknown[]) {
    const given = bind(
      'TensorArray.__init__',
      [
        'size',
        'dynamic_size',
        'clear_after_read',
        'tensor_array_name',
        'handle',
        'flow',
        'infer_shape',
        'element_shape',
      ],
      rest,
    );
    if (dtype === undefined)
      throw new TypeError("TensorArray.__init__() missing 1 required positional argument: 'dtype'");
    this.dtype = as_dtype(dtype);
    this.dynamic_size = Boolean(given.dynamic_size ?? false);
    this.clear_after_read = Boolean(given.clear_after_read ?? true);
    this.infer_shape = Boolean(given.infer_shape ?? true);
    this.dims =
      given.element_shape === undefined || given.element_shape === null ? undefined : dimsFrom(given.element_shape);
    if ((given.size === undefined || given.size === null) && currentTracer() === null)
      throw valueError('Size must be declared for TensorArrays when eager execution is enabled.');
    if (typeof given.size === 'string') throw new TypeError("'str' object cannot be interpreted as an integer");
    const told = given.size ?? 0;
    // fewer than none are none
    const size = typeof told === 'number' ? Math.max(0, told) : told;
    const { name } = this.dtype;
    this.fixed =
      this.dynamic_size || (size instanceof CoreTensor && size.symbolic)
        ? null
        : Number(size instanceof CoreTensor ? at(size) : size);
    if (size instanceof CoreTensor && size.symbolic) {
      this.flow = step(
        'TensorArrayV3',
        [size],
        [flowSpec],
        ([n]) => [flowOf(Array<null>(at(n!)).fill(null), name)],
        this.does('reserve'),
      )[0]!;
    } else this.flow = flowOf(Array<null>(Number(size instanceof CoreTensor ? at(size) : size)).fill(null), name);
  }
  toGraph(): readonly CoreTensor[] {
    return [this.flow];
  }
  fromGraph(tensors: readonly CoreTensor[]): TensorArray {
    return this.with(tensors[0]!);
  }
  private with(flow: CoreTensor): TensorArray {
    const next = Object.create(TensorArray.prototype) as TensorArray;
    return Object.assign(next, this, { flow });
  }
  private get symbolic(): boolean {
    return this.flow.symbolic;
  }
  private does(what: ListMeaning['does']): ListMeaning {
    return { kind: 'list', does: what, dtype: this.dtype.name as CoreDType };
  }
  private element(): ResultSpec {
    // what a loop's body wrote is known to the array that comes out of the loop
    const dims = this.dims ?? this.learnt.dims ?? null;
    return { sizes: (dims ?? []).map((d) => d ?? 2), scalarType: this.dtype.name, dims };
  }
  private outside(index: number, size: number, verb: string): never {
    if (index < 0)
      throw new OutOfRangeError(
        `${verb === 'write to' ? 'Writing' : 'Reading'} ${verb === 'write to' ? 'to' : 'from'} negative indices (index ${index}) is not allowed.`,
      );
    const fixed = verb === 'write to' ? 'is not resizeable and size' : 'size';
    throw new OutOfRangeError(`Tried to ${verb} index ${index} but array ${fixed} is: ${size} `);
  }
  /** What was never written is zeros, of a shape that must be known. */
  private unknownShape(): Error {
    const dims = this.dims ?? null;
    const shown = dims === null ? TensorShape.unknown() : TensorShape.from_dims(dims);
    return valueError(`Cannot convert a partially known TensorShape ${shown} to a Tensor.`);
  }
  /** Entries have one shape, unless told that it need not be inferred. */
  private checkShape(t: CoreTensor, own: Dims): void {
    if (!this.infer_shape || this.dims === undefined || t.symbolic || this.symbolic) return;
    const expected = this.dims === null ? TensorShape.unknown() : TensorShape.from_dims(this.dims);
    if (own === null || expected.is_compatible_with(own)) return;
    throw valueError(`Incompatible shape for value (${TensorShape.from_dims(own)}), expected (${expected})`);
  }
  write(index: TensorLike, value: TensorLike, _name?: unknown): TensorArray {
    if (typeof index === 'string') throw new TypeError("'<' not supported between instances of 'str' and 'int'");
    if (readText(value) !== null && (this.dtype.name as string) !== 'string')
      throw new InvalidArgumentError(`TensorArray dtype is ${this.dtype.name} but Op is trying to write dtype string `);
    const [i, t] = [toTensor(index), toTensor(value, value instanceof CoreTensor ? null : this.dtype)];
    if (t.scalarType !== this.dtype.name)
      throw this.symbolic || t.symbolic || i.symbolic
        ? new TypeError(`Expected ${this.dtype.name}, but got ${t.scalarType} of type 'Tensor'.`)
        : new InvalidArgumentError(
            `TensorArray dtype is ${this.dtype.name} but Op is trying to write dtype ${t.scalarType} `,
          );
    const own = dimsOf(t);
    this.checkShape(t, own);
    const dims = this.dims === undefined ? own : widened(this.dims, own);
    this.learnt.dims = this.learnt.dims === undefined ? dims : widened(this.learnt.dims, dims);
    const put = (flow: CoreTensor, place: number, item: CoreTensor): CoreTensor => {
      const items = itemsOf(flow);
      if (place < 0 || (place >= items.length && !this.dynamic_size)) this.outside(place, items.length, 'write to');
      const next = [...items];
      while (next.length < place) next.push(null);
      next[place] = item;
      return flowOf(next, this.dtype.name);
    };
    const made =
      i.symbolic || t.symbolic || this.symbolic
        ? step(
            'TensorArrayWriteV3',
            [this.flow, i, t],
            [flowSpec],
            ([f, k, v]) => [put(f!, at(k!), v!)],
            this.does('set'),
          )[0]!
        : put(this.flow, at(i), t);
    const next = this.with(made);
    next.dims = dims;
    if (!this.symbolic && !made.symbolic) Object.assign(this, { flow: made, dims });
    return next;
  }
  read(index: TensorLike, _name?: unknown): Tensor {
    const i = toTensor(index);
    if (isFloating(i.scalarType)) throw new TypeError('list indices must be integers or slices, not float');
    const get = (flow: CoreTensor, place: number): CoreTensor => {
      const items = itemsOf(flow);
      if (place < 0 || place >= items.length) this.outside(place, items.length, 'read from');
      const item = items[place];
      if (item === cleared)
        throw new InvalidArgumentError(
          `Could not read index ${place} twice because it was cleared after a previous read (perhaps try setting clear_after_read = false?)`,
        );
      if (item === null || item === undefined) {
        if (this.dims === undefined || this.dims === null || this.dims.includes(null)) throw this.unknownShape();
        return ops.fullLike(flow, 0, this.dims as number[], this.dtype.name as CoreDType);
      }
      return item;
    };
    if (i.symbolic || this.symbolic)
      return step(
        'TensorArrayReadV3',
        [this.flow, i],
        [this.element()],
        ([f, k]) => [get(f!, at(k!))],
        this.does('get'),
      )[0] as Tensor;
    const place = at(i);
    const found = get(this.flow, place) as Tensor;
    if (this.clear_after_read) {
      const next = [...itemsOf(this.flow)];
      next[place] = cleared;
      this.flow = flowOf(next, this.dtype.name);
    }
    return found;
  }
  stack(_name?: unknown): Tensor {
    const join = (flow: CoreTensor): CoreTensor => {
      const items = itemsOf(flow);
      const like = items.find(held);
      if (like === undefined) {
        const dims = this.dims ?? [];
        if (
          items.length > 0 &&
          !this.symbolic &&
          (this.dims === undefined || this.dims === null || dims.includes(null))
        )
          throw this.unknownShape();
        return ops.fullLike(flow, 0, [items.length, ...dims.map((d) => d ?? 0)], this.dtype.name as CoreDType);
      }
      return ops.stack(
        items.map((item) => (held(item) ? item : ops.fullLike(like, 0))),
        0,
      );
    };
    if (!this.symbolic) return join(this.flow) as Tensor;
    const { sizes, scalarType, dims } = this.element();
    const known = dims !== null && !dims.includes(null);
    const spec: ResultSpec = {
      sizes: [this.fixed ?? 2, ...sizes],
      scalarType,
      dims: dims === null ? null : [known ? this.fixed : null, ...dims],
    };
    return step('TensorArrayGatherV3', [this.flow], [spec], ([f]) => [join(f!)], this.does('stack'))[0] as Tensor;
  }
  concat(_name?: unknown): Tensor {
    const join = (flow: CoreTensor): CoreTensor => {
      const items = itemsOf(flow);
      const like = items.find(held);
      if (like === undefined) throw this.unknownShape();
      const parts = items.map((item) => (held(item) ? item : ops.fullLike(like, 0)));
      const flat = parts.findIndex((t) => t.rank === 0);
      if (flat >= 0)
        throw new InvalidArgumentError(`Concat saw a scalar shape at index ${flat} but requires at least vectors.`);
      return concat(parts as Tensor[], 0);
    };
    if (!this.symbolic) return join(this.flow) as Tensor;
    const { sizes, scalarType, dims } = this.element();
    const spec: ResultSpec = { sizes, scalarType, dims: dims === null ? null : [null, ...dims.slice(1)] };
    return step('TensorArrayConcatV3', [this.flow], [spec], ([f]) => [join(f!)])[0] as Tensor;
  }
  gather(indices: TensorLike, _name?: unknown): Tensor {
    return ops.takeInside(this.stack(), toTensor(indices), 0) as Tensor;
  }
  unstack(value: TensorLike, _name?: unknown): TensorArray {
    if (readText(value) !== null || (!(value instanceof CoreTensor) && rankOf(value) === 0))
      throw valueError('Argument `axis` = 0 not in range [0, 0)');
    const t = toTensor(value, value instanceof CoreTensor ? null : this.dtype);
    if (t.rank === 0 && !t.symbolic) throw valueError('Argument `axis` = 0 not in range [0, 0)');
    if (!t.symbolic && this.fixed !== null && t.sizes[0] !== this.fixed)
      throw valueError(`Cannot unstack ${t.sizes[0]} tensors into a TensorArray of static size ${this.fixed} `);
    const rows = (x: CoreTensor): CoreTensor =>
      flowOf(
        Array.from({ length: x.sizes[0]! }, (_, i) => ops.select(x, 0, i)),
        this.dtype.name,
      );
    const next = this.with(
      t.symbolic ? step('TensorArrayScatterV3', [t], [flowSpec], ([x]) => [rows(x!)], this.does('from'))[0]! : rows(t),
    );
    next.dims = dimsOf(t)?.slice(1) ?? null;
    if (!t.symbolic) Object.assign(this, { flow: next.flow, dims: next.dims });
    return next;
  }
  /** The rows of a tensor put at places. */
  scatter(indices: TensorLike, value: TensorLike, _name?: unknown): TensorArray {
    const t = toTensor(value, value instanceof CoreTensor ? null : this.dtype);
    return wholes(toTensor(indices)).reduce<TensorArray>(
      (array, place, i) => array.write(place, ops.select(t, 0, i) as Tensor),
      this,
    );
  }
  /** Parts of a tensor, of so many rows each. */
  split(value: TensorLike, lengths: TensorLike, _name?: unknown): TensorArray {
    const t = toTensor(value, value instanceof CoreTensor ? null : this.dtype);
    const counts = wholes(toTensor(lengths));
    const total = counts.reduce((a, b) => a + b, 0);
    if (t.rank === 0) throw new InvalidArgumentError('Expected value to be at least a vector, but received shape: [] ');
    if (this.fixed !== null && counts.length !== this.fixed)
      throw new InvalidArgumentError(
        `TensorArray's size is not equal to the size of lengths (${this.fixed} vs. ${counts.length}), and the TensorArray is not marked as dynamically resizeable.`,
      );
    if (total !== t.sizes[0])
      throw new InvalidArgumentError(
        `Expected sum of lengths to be equal to values.shape[0], but sum of lengths is ${total} and value's shape is: [${t.sizes.join(',')}] `,
      );
    let from = 0;
    return counts.reduce<TensorArray>(
      (array, n, i) => array.write(i, ops.slice(t, 0, from, (from += n)) as Tensor),
      this,
    );
  }
  size(_name?: unknown): Tensor {
    const count = (flow: CoreTensor): CoreTensor => fromNested(tfFamily, itemsOf(flow).length, 'int32');
    return (
      this.symbolic
        ? step(
            'TensorArraySizeV3',
            [this.flow],
            [{ sizes: [], scalarType: 'int32', dims: [] }],
            ([f]) => [count(f!)],
            this.does('length'),
          )[0]
        : count(this.flow)
    ) as Tensor;
  }
  identity(): TensorArray {
    return this;
  }
  get element_shape(): TensorShape {
    return this.dims === undefined || this.dims === null ? TensorShape.unknown() : TensorShape.from_dims(this.dims);
  }
}
