import {
  contiguousStrides,
  copyData,
  type DType,
  dtypes,
  floatsAreMarked,
  isDType,
  isKeywords,
  numel,
  ops,
  Storage,
  sameNumbers,
  Tensor,
  type TypedArray,
} from '@stele/core';
import type { NDArray } from '@stele/core/numpy';
import { z } from 'zod';
import { type Call, dtypeOption, type Keywords, read, signature } from './arguments';
import { valueError } from './errors';
import * as initializers from './initializers/index';
import type { Initializer } from './initializers/initializer';
import { scopedPath, uniqueName } from './names';
import { changing, isShadowed } from './shadow';
import { convert, showTuple, type TensorLike, tensorFamily, toArray } from './tensors';
import { atEachRun, isTracing, untraced } from './tracing';

const variable = signature(1, {
  initializer: z.custom<TensorLike | Initializer | string>(),
  shape: z.array(z.int()).readonly().nullable().default(null),
  dtype: dtypeOption.optional(),
  trainable: z.boolean().default(true),
  autocast: z.boolean().default(true),
  aggregation: z.string().default('none'),
  synchronization: z.string().default('auto'),
  name: z.custom<string | null>().default(null),
});

/**
 * A weight: a tensor whose values `assign` replaces, and which open tapes watch while it is trainable.
 *
 * ```ts
 * const w = new Variable([1, 2], { name: 'w' });
 * w.assign([3, 4]);
 * ```
 * @see https://keras.io/api/variables/
 */
export class Variable extends Tensor {
  readonly name: string;
  readonly path: string;
  /** What a constraint makes of the new value after each step of an optimizer. */
  constraint: ((w: Tensor) => Tensor) | null = null;
  /** The penalty that this weight adds to the losses of its layer. */
  regularizer: ((w: Tensor) => Tensor) | null = null;
  private learns: boolean;

  constructor(
    ...args: Call<
      [initializer: TensorLike | Initializer | string],
      [shape: readonly number[] | null, dtype: DType | null, trainable: boolean],
      Keywords<typeof variable>
    >
  ) {
    const o = read('Variable.__init__()', variable, args);
    const dtype = o.dtype ?? null;
    if (dtype !== null && !isDType(dtype)) throw valueError(`Invalid dtype: ${dtype}`);
    // as it was given: reading options takes the marks off whole floats
    const first = isKeywords(args[0]) && 'initializer' in args[0] ? args[0]['initializer'] : args[0];
    if (isTracing() && first instanceof Tensor && first.symbolic)
      throw valueError(
        'tf.function only supports singleton tf.Variables created on the first call. Make sure the tf.Variable is only created once or created outside tf.function. See https://www.tensorflow.org/guide/function#creating_tfvariables for more information.',
      );
    const value = untraced(() => initialValue(first as TensorLike | Initializer | string, o.shape ?? [], dtype));
    const array = ownArray(value);
    super(new Storage(value.scalarType, array), [...value.sizes], contiguousStrides(value.sizes), 0);
    if (o.name !== null && (typeof o.name !== 'string' || (o.name.includes('/') && floatsAreMarked())))
      throw valueError(
        `Argument \`name\` must be a string and cannot contain character \`/\`. Received: name=${o.name}`,
      );
    this.name = o.name ?? uniqueName('variable');
    this.path = scopedPath(this.name);
    this.learns = o.trainable;
    if (!this.learns) watchNot(this);
    made++;
  }

  get shape(): readonly number[] {
    return this.sizes;
  }
  get dtype(): DType {
    return this.scalarType;
  }
  get ndim(): number {
    return this.rank;
  }
  get trainable(): boolean {
    return this.learns;
  }
  set trainable(value: boolean) {
    this.learns = value;
    Object.defineProperty(this, 'autoWatch', { value, writable: true, configurable: true });
  }
  /** The variable that holds the values: what tapes give gradients for. */
  get value(): Tensor {
    return this;
  }

  numpy(): NDArray {
    return toArray(this);
  }

  /**
   * Replaces the values; tensors read before keep the old ones.
   * @throws ValueError if the shapes differ.
   */
  assign(value: TensorLike): this {
    const next = convert(value, this.scalarType);
    if (!sameNumbers(next.sizes, this.sizes)) {
      throw valueError(
        `The shape of the target variable and the shape of the target value in \`variable.assign(value)\` must match. variable.shape=${showTuple(this.sizes)}, Received: value.shape=${showTuple(next.sizes)}. Target variable: ${this.toString()}`,
      );
    }
    if (isShadowed()) {
      const { storage } = this;
      changing(this, () => {
        this.storage = storage;
      });
    }
    atEachRun('assign', [next], [], ([fresh]) => {
      this.storage = new Storage(this.scalarType, ownArray(fresh!));
      return [];
    });
    return this;
  }
  /** Counts on by one: what `assign_add(1)` gives a counter of int32 or int64. */
  countOn(): void {
    const { scalarType } = this;
    const [value] = this.storage.array;
    if (isTracing() || isShadowed() || value === undefined) this.assign_add(1);
    else
      this.storage = new Storage(
        scalarType,
        typeof value === 'bigint' ? BigInt64Array.of(value + 1n) : Int32Array.of(value + 1),
      );
  }
  assign_add(value: TensorLike): this {
    return this.assign(ops.add(current(this), convert(value, this.scalarType)));
  }
  assign_sub(value: TensorLike): this {
    return this.assign(ops.sub(current(this), convert(value, this.scalarType)));
  }
  /** Takes over the memory of a fresh result that nobody else holds. */
  adopt(value: Tensor): void {
    if (isTracing()) {
      this.assign(value);
      return;
    }
    const fits = value.rowMajor && value.offset === 0 && value.storage.length === numel(this.sizes);
    if (fits && value.scalarType === this.scalarType) this.storage = value.storage;
    else this.assign(value);
  }

  override toString(): string {
    return `<Variable path=${this.path}, shape=${showTuple(this.sizes)}, dtype=${this.scalarType}, value=${String(toArray(this))}>`;
  }
}

function initialValue(given: TensorLike | Initializer | string, shape: readonly number[], dtype: DType | null): Tensor {
  if (typeof given === 'string') return initialValue(initializers.get(given), shape, dtype);
  if (typeof given === 'function' && !(given instanceof Tensor))
    return (given as Initializer)(shape, dtype ?? 'float32');
  // JavaScript cannot tell 2.0 from 2, and a variable is nearly always trained: plain numbers make float32
  const plain = !floatsAreMarked() && isWholeNumbers(given) ? 'float32' : undefined;
  return convert(given as TensorLike, dtype ?? plain);
}
const isWholeNumbers = (value: unknown): boolean =>
  typeof value === 'number' || (Array.isArray(value) && value.length > 0 && value.every(isWholeNumbers));

function ownArray(value: Tensor): TypedArray {
  const array = copyData(value);
  return array.length === numel(value.sizes) ? array : dtypes[value.scalarType].create(numel(value.sizes));
}
function watchNot(variable: Variable): void {
  Object.defineProperty(variable, 'autoWatch', { value: false, writable: true, configurable: true });
}

// results of ops on variables are tensors of the family that is registered when the op runs
Object.defineProperty(Variable.prototype, 'family', { get: tensorFamily, configurable: true });
Object.defineProperty(Variable.prototype, 'autoWatch', { value: true, writable: true, configurable: true });

let made = 0;
/** How many variables were made so far: tracing a function asks whether it made any. */
export const variablesMade = (): number => made;

/** The values of a variable of either kind, Keras' own or the one that a low-level facade brings, as a tensor. */
export const current = (variable: Tensor): Tensor =>
  isTracing()
    ? ops.clone(variable)
    : variable.family.create(variable.storage, variable.sizes, variable.strides, variable.offset);

/** A variable of Keras', or one that a low-level facade brings. */
export interface AnyVariable extends Tensor {
  readonly name: string;
  readonly path?: string;
  readonly constraint?: ((w: Tensor) => Tensor) | null;
  assign(value: Tensor): unknown;
}

/** Gives a variable of either kind a fresh result as its value. */
export function put(variable: AnyVariable, value: Tensor): void {
  if (variable instanceof Variable) variable.adopt(value);
  else variable.assign(value);
}
