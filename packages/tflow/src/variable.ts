import {
  type Tensor as CoreTensor,
  contiguousStrides,
  copyData,
  floatsAreMarked,
  fromArray,
  ops,
  Storage,
  sameNumbers,
} from '@stele/core';
import { PyFloat, pyRepr, pyStr, tensorflowVariableRepr } from '@stele/core/printing';
import { bind, buildingGraph } from './dispatch';
import { type DTypeLike, dtypeName } from './dtypes';
import { type EnumMember, noAggregation, VariableSynchronization } from './enumerations';
import { kernelError, OutOfRangeError, runtimeError, valueError } from './errors';
import { scopedName } from './nameScopes';
import { TensorShape } from './shape';
import { Tensor, type TensorLike, tfFamily, toTensor } from './tensor';

export interface VariableOptions {
  readonly trainable?: boolean;
  readonly name?: string;
  readonly dtype?: DTypeLike;
  readonly shape?: readonly (number | null)[];
}

/** Takes part in what a variable does while a function is being traced. */
export interface VariableTracer {
  created(variable: Variable, initial: Tensor): Tensor;
  /** True where the assignment is recorded and must not happen now. */
  assigned(variable: Variable, value: Tensor): boolean;
}
let tracer: VariableTracer | null = null;
export function setVariableTracer(next: VariableTracer | null): VariableTracer | null {
  const before = tracer;
  tracer = next;
  return before;
}

const isWholeNumbers = (value: unknown): boolean =>
  typeof value === 'number' || (Array.isArray(value) && value.length > 0 && value.every(isWholeNumbers));

function initialTensor(value: TensorLike | (() => TensorLike), dtype?: DTypeLike): Tensor {
  const given = typeof value === 'function' ? value() : value;
  if (dtype !== undefined) return toTensor(given, dtype);
  // JavaScript cannot tell 2.0 from 2, and a variable is nearly always trained: plain numbers make float32
  return toTensor(
    given,
    given instanceof PyFloat || (isWholeNumbers(given) && !floatsAreMarked()) ? 'float32' : undefined,
  );
}

let made = 0;

interface Slices {
  readonly values: Tensor;
  readonly indices: Tensor;
}
const needSlices = (given: unknown): void => {
  if (typeof given !== 'object' || given === null || !('indices' in given) || !('values' in given))
    throw new TypeError(`Argument \`sparse_delta\` must be a \`tf.IndexedSlices\`. Received arg: ${pyRepr(given)}`);
};
type Constraint = (value: any) => Tensor;
/** A declared shape that leaves sizes open; null where the value's own is the shape. */
function openShape(given: unknown, value: Tensor): TensorShape | null {
  if (given === undefined || given === null) return null;
  const shape = TensorShape.__new__(given);
  if (!shape.is_compatible_with(value.sizes))
    throw valueError(
      `In this \`tf.Variable\` creation, the initial value's shape (${value.shape}) is not compatible with the explicitly supplied \`shape\` argument (${given instanceof TensorShape ? given : pyStr(given)}).`,
    );
  return shape.is_fully_defined() ? null : shape;
}
const column = ({ indices }: Slices): Tensor => ops.reshape(indices, [...indices.sizes, 1]) as Tensor;
type Scatter = Record<
  | 'tensor_scatter_nd_update'
  | 'tensor_scatter_nd_add'
  | 'tensor_scatter_nd_sub'
  | 'tensor_scatter_nd_max'
  | 'tensor_scatter_nd_min',
  (t: TensorLike, indices: TensorLike, updates: TensorLike) => Tensor
> & { gather_nd(t: TensorLike, indices: TensorLike): Tensor };
let scatter: () => Scatter;
/** Set by the indexing functions, which come later in the circle of imports. */
export function provideScatter(provided: Scatter): void {
  scatter = () => provided;
}

/**
 * A value that is changed by `assign` and watched by tapes without being asked.
 * Plain JavaScript numbers make a float32 variable; give `dtype` for another.
 *
 * ```ts
 * const w = new tf.Variable(2.0);
 * w.assign_add(1); // <tf.Variable 'Variable:0' shape=() dtype=float32, numpy=3.0>
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/Variable
 */
export class Variable extends Tensor {
  readonly trainable: boolean;
  readonly label: string;
  /** A function that optimizers apply to the value after each step. */
  readonly constraint: Constraint | null;
  readonly synchronization: EnumMember;
  readonly aggregation: EnumMember;
  readonly initializer = null;
  /** The shape that was declared, where it leaves sizes open: values of other sizes may then be assigned. */
  private readonly declared: TensorShape | null;
  /** Grows with every variable made. */
  readonly serial = made++;

  constructor(initial_value: TensorLike | (() => TensorLike), ...rest: readonly unknown[]) {
    const given = bind(
      'Variable.__init__',
      [
        'trainable',
        'name',
        'dtype',
        'shape',
        'validate_shape',
        'caching_device',
        'constraint',
        'synchronization',
        'aggregation',
      ],
      rest,
    );
    if (initial_value === undefined || initial_value === null)
      throw valueError(
        'The `initial_value` arg to `tf.Variable` must be specified except when you are not providing a `variable_def`. You provided neither.',
      );
    const first = initialTensor(initial_value, given.dtype as DTypeLike | undefined);
    super(first.storage, first.sizes, contiguousStrides(first.sizes), 0);
    this.trainable = (given.trainable as boolean | undefined) ?? true;
    this.label = scopedName((given.name as string | undefined) ?? 'Variable');
    this.constraint = (given.constraint as Constraint | undefined) ?? null;
    this.synchronization = (given.synchronization as EnumMember | undefined) ?? VariableSynchronization.AUTO;
    this.aggregation = (given.aggregation as EnumMember | undefined) ?? noAggregation;
    this.declared = openShape(given.shape, first);
    const initial = tracer !== null ? tracer.created(this, first) : first;
    this.storage = new Storage(initial.scalarType, copyData(initial));
    if (!this.trainable) Object.defineProperty(this, 'autoWatch', { value: false });
  }

  get name(): string {
    return `${this.label}:0`;
  }
  override get shape(): TensorShape {
    return this.declared ?? super.shape;
  }
  get initial_value(): never {
    throw runtimeError('This property is not supported when eager execution is enabled.');
  }
  eval(): never {
    throw runtimeError('This operation is not supported when eager execution is enabled.');
  }
  /** TF1's assignment outside of a graph. */
  load(value: TensorLike): void {
    this.assign(value);
  }

  /** Whether it has a value: outside of TF1's graphs always. */
  is_initialized(): Tensor {
    return toTensor(true);
  }
  /** TF1's counter: one more, up to a limit; it gives the value before. */
  count_up_to(limit: number): Tensor {
    const before = this.read_value();
    if (Number(before.item()) >= limit) throw new OutOfRangeError(`Reached limit of ${limit} [Op:CountUpTo]`);
    this.assign_add(1);
    return before;
  }
  /** A variable of its own with the value now. */
  copied(): Variable {
    const { trainable, constraint, synchronization, aggregation } = this;
    return new Variable(this.read_value(), {
      trainable,
      constraint,
      synchronization,
      aggregation,
      dtype: this.scalarType,
      shape: this.declared,
      name: this.label,
    });
  }

  /** The value now, as a tensor of its own. */
  read_value(): Tensor {
    return ops.clone(this) as Tensor;
  }
  value(): Tensor {
    return this.read_value();
  }

  /** Gives the variable another value of its shape and dtype; null with `read_value: false`. */
  assign(value: TensorLike, ...rest: readonly unknown[]): this;
  assign(value: TensorLike, ...rest: readonly unknown[]): this | null {
    const { read_value } = bind('assign', ['use_locking', 'name', 'read_value'], rest);
    const next = toTensor(value, value instanceof Tensor ? null : this.scalarType);
    if (next.scalarType !== this.scalarType) toTensor(next, this.scalarType);
    const fits = this.declared?.is_compatible_with(next.sizes) ?? sameNumbers(next.sizes, this.sizes);
    if (!fits) {
      throw valueError(
        `Cannot assign value to variable ' ${this.label}:0': Shape mismatch.The variable shape ${this.shape}, and the assigned value shape ${TensorShape.from_dims(next.sizes)} are incompatible.`,
      );
    }
    if (!tracer?.assigned(this, next)) this.write(next);
    return read_value === false ? null : this;
  }
  assign_add(delta: TensorLike, ...rest: readonly unknown[]): this {
    return this.assign(ops.add(this, this.operand(delta, 'Add')) as Tensor, ...rest);
  }
  assign_sub(delta: TensorLike, ...rest: readonly unknown[]): this {
    return this.assign(ops.sub(this, this.operand(delta, 'Sub')) as Tensor, ...rest);
  }
  /** Slices at index vectors replaced, added to or subtracted from. */
  scatter_nd_update(indices: TensorLike, updates: TensorLike): this {
    this.checkUpdates('Update', indices, updates);
    return this.assign(scatter().tensor_scatter_nd_update(this, indices, updates));
  }
  scatter_nd_add(indices: TensorLike, updates: TensorLike): this {
    this.checkUpdates('Add', indices, updates);
    return this.assign(scatter().tensor_scatter_nd_add(this, indices, updates));
  }
  scatter_nd_sub(indices: TensorLike, updates: TensorLike): this {
    this.checkUpdates('Sub', indices, updates);
    return this.assign(scatter().tensor_scatter_nd_sub(this, indices, updates));
  }
  scatter_nd_max(indices: TensorLike, updates: TensorLike): this {
    this.checkUpdates('Max', indices, updates);
    return this.assign(scatter().tensor_scatter_nd_max(this, indices, updates));
  }
  scatter_nd_min(indices: TensorLike, updates: TensorLike): this {
    this.checkUpdates('Min', indices, updates);
    return this.assign(scatter().tensor_scatter_nd_min(this, indices, updates));
  }
  private checkUpdates(what: string, indices: TensorLike, updates: TensorLike): void {
    const kernel = `ResourceScatterNd${what}`;
    const [at, given] = [toTensor(indices), toTensor(updates, updates instanceof Tensor ? null : this.scalarType)];
    if (given.scalarType !== this.scalarType || at.symbolic || given.symbolic || at.rank === 0) return;
    const depth = at.sizes.at(-1)!;
    const [outer, rest] = [at.sizes.slice(0, -1), this.sizes.slice(depth)];
    const show = (sizes: readonly number[]): string => `[${sizes.join(',')}]`;
    if (!sameNumbers(given.sizes.slice(0, outer.length), outer))
      throw kernelError(
        kernel,
        `Dimensions [0,${outer.length}) of indices[shape=${show(at.sizes)}] = ${outer.join(',')} must match dimensions [0,${outer.length}) of updates[shape=${show(given.sizes)}] = ${given.sizes.slice(0, outer.length).join(',')}`,
      );
    if (!sameNumbers(given.sizes.slice(outer.length), rest))
      throw kernelError(
        kernel,
        `Dimensions [${depth},${this.rank}) of input[shape=${show(this.sizes)}] must match dimensions [${outer.length},${given.rank}) of updates[shape=${show(given.sizes)}]`,
      );
  }
  /** Rows replaced or changed by the slices of an `IndexedSlices`. */
  scatter_update(sparse_delta: Slices): this {
    return this.scatter_nd_update(this.rowsOf(sparse_delta, 'Update'), sparse_delta.values);
  }
  scatter_add(sparse_delta: Slices): this {
    return this.scatter_nd_add(this.rowsOf(sparse_delta, 'Add'), sparse_delta.values);
  }
  scatter_sub(sparse_delta: Slices): this {
    return this.scatter_nd_sub(this.rowsOf(sparse_delta, 'Sub'), sparse_delta.values);
  }
  scatter_max(sparse_delta: Slices): this {
    return this.scatter_nd_max(this.rowsOf(sparse_delta, 'Max'), sparse_delta.values);
  }
  scatter_min(sparse_delta: Slices): this {
    return this.scatter_nd_min(this.rowsOf(sparse_delta, 'Min'), sparse_delta.values);
  }
  scatter_mul(sparse_delta: Slices): this {
    return this.oneByOne(sparse_delta, 'Mul', ops.mul);
  }
  scatter_div(sparse_delta: Slices): this {
    return this.oneByOne(sparse_delta, 'Div', ops.div);
  }
  /** Rows of each batch replaced: the last axis of the indices names rows, those before it batches. */
  batch_scatter_update(sparse_delta: Slices): this {
    needSlices(sparse_delta);
    const at = sparse_delta.indices;
    const leading = at.sizes.slice(0, -1);
    const places = ([at.tolist()].flat(9) as number[]).map((row, i) => {
      let rest = Math.floor(i / at.sizes.at(-1)!);
      const batch = [...leading].reverse().map((d) => {
        const k = rest % d;
        rest = Math.floor(rest / d);
        return k;
      });
      return [...batch.reverse(), Number(row)];
    });
    const vectors = ops.reshape(toTensor(places.flat(), 'int32'), [...at.sizes, at.rank]) as Tensor;
    return this.scatter_nd_update(vectors, sparse_delta.values);
  }
  /** Index vectors of the rows that slices name. */
  private rowsOf(slices: Slices, what: string): Tensor {
    needSlices(slices);
    if (!slices.indices.symbolic)
      ([slices.indices.tolist()].flat(9) as number[]).forEach((row, i) => {
        if (Number(row) < 0 || Number(row) >= this.sizes[0]!)
          throw kernelError(`ResourceScatter${what}`, `indices[${i}] = ${row} is not in [0, ${this.sizes[0]})`);
      });
    return column(slices);
  }
  /** Rows changed one after another, so that those named twice are changed twice. */
  private oneByOne(slices: Slices, what: string, change: (a: CoreTensor, b: CoreTensor) => CoreTensor): this {
    const rows = [this.rowsOf(slices, what).tolist()].flat(9) as number[];
    const changes = ops.reshape(slices.values, [rows.length, ...this.sizes.slice(1)]);
    const out = rows.reduce<Tensor>((t, row, i) => {
      const next = change(ops.select(t, 0, Number(row)), ops.select(changes, 0, i));
      return scatter().tensor_scatter_nd_update(t, [[Number(row)]], ops.unsqueeze(next, 0) as Tensor);
    }, this.read_value());
    return this.assign(out);
  }
  gather_nd(indices: TensorLike): Tensor {
    return scatter().gather_nd(this, indices);
  }
  sparse_read(indices: TensorLike): Tensor {
    const at = toTensor(indices);
    if (!at.symbolic)
      ([at.tolist()].flat(9) as number[]).forEach((k, i) => {
        if (Number(k) < 0 || Number(k) >= this.sizes[0]!)
          throw kernelError(
            'ResourceGather',
            `indices${at.rank === 0 ? '' : `[${at.sizes.map((_, d) => Math.floor(i / at.sizes.slice(d + 1).reduce((n, m) => n * m, 1)) % at.sizes[d]!).join(',')}]`} = ${k} is not in [0, ${this.sizes[0]})`,
          );
      });
    return ops.take(this, at, 0) as Tensor;
  }
  private operand(value: TensorLike, what: string): Tensor {
    const t = toTensor(value, this.scalarType);
    if (!t.symbolic && !sameNumbers(t.sizes, this.sizes))
      throw kernelError(
        `Assign${what}VariableOp`,
        `Cannot update variable with shape [${this.sizes.join(',')}] using a Tensor with shape [${t.sizes.join(',')}], shapes must be equal.`,
      );
    return t;
  }
  /** Puts a value in place at once; readers of the old one keep it. */
  write(value: CoreTensor): void {
    if (!sameNumbers(value.sizes, this.sizes))
      Object.assign(this, { sizes: [...value.sizes], strides: contiguousStrides(value.sizes) });
    this.storage = new Storage(this.scalarType, copyData(value));
  }

  override toString(): string {
    const text = tensorflowVariableRepr(
      { dtype: this.scalarType, shape: this.sizes, data: copyData(this) },
      this.label,
    );
    // in a graph it has no value yet
    if (buildingGraph()) return text.replace(/, numpy=[\s\S]*>$/, '>');
    return this.declared === null ? text : text.replace(/ shape=\([^)]*\)/, ` shape=${this.declared}`);
  }
  override __repr__(): string {
    return this.toString();
  }
  override __format__(): string {
    return this.toString();
  }
}
Object.defineProperty(Variable.prototype, 'autoWatch', { value: true, writable: true, configurable: true });

/** A tensor of the variable's value outside every graph. */
export const frozenValue = (variable: Variable): Tensor =>
  fromArray(tfFamily, copyData(variable), variable.sizes, variable.scalarType) as Tensor;

export { dtypeName };
