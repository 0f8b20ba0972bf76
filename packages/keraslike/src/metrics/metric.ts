import { bindKeywords, CallableBase, type DType, fromArray, isDType, isKeywords, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { floatx } from '../config/config';
import { missingArguments, notImplemented, valueError } from '../errors';
import * as initializers from '../initializers/index';
import { autoName, inScope } from '../names';
import { plainConfig } from '../saving/objects';
import { convert, type TensorLike, tensorFamily, wholeType } from '../tensors';
import { atEachRun } from '../tracing';
import { current, Variable } from '../variable';

/** What a metric gives: a tensor, or some under names. */
export type Result = Tensor;

export const label = z.string().nullable();
export const dtype = z.any().optional();
const metric = signature(0, { dtype, name: label.default(null) });
const weight = signature(0, {
  shape: z.array(z.int()).readonly().default([]),
  initializer: z.custom<initializers.InitializerIdentifier | null>().default(null),
  dtype,
  aggregation: z.string().nullable().default('sum'),
  name: label.default(null),
});
type WeightCall = Call<
  [],
  [shape: readonly number[], initializer: initializers.InitializerIdentifier | null],
  Keywords<typeof weight>
>;

export interface Metric {
  (...args: any[]): Result;
  name: string;
}
/**
 * Base of the metrics: `update_state` adds a batch to its variables, `result` gives the value so far.
 *
 * ```ts
 * const mean = new keras.metrics.Mean();
 * mean.update_state([1, 3]);
 * ```
 * @see https://keras.io/api/metrics/base_metric/
 */
export class Metric extends CallableBase {
  name: string;
  readonly dtype: DType;
  /** Whether more is better ('up') or less ('down'), where that is known. */
  direction: 'up' | 'down' | null = null;
  private readonly own_variables: Variable[] = [];

  constructor(...args: Call<[], [dtype: unknown, name: string | null], Keywords<typeof metric>>) {
    super();
    const o = read('Metric.__init__()', metric, args);
    this.name = o.name ?? autoName(new.target.name);
    this.dtype = dtypeOf(o.dtype);
  }
  /** What `update_state` cannot do without, and the class that Python names for it. */
  protected get update_arguments(): readonly string[] {
    return [];
  }
  protected get update_owner(): string {
    return this.constructor.name;
  }
  /** A variable of this metric's; `reset_state` sets it to zero. */
  add_variable(...args: WeightCall): Variable {
    const o = read(`${this.constructor.name}.add_variable()`, weight, args);
    const variable = inScope(
      this.name.replaceAll('/', '>'),
      () =>
        new Variable(initializers.get(o.initializer ?? 'zeros'), {
          shape: o.shape,
          dtype: dtypeOf(o.dtype ?? this.dtype),
          trainable: false,
          ...(o.name === null ? {} : { name: o.name }),
        }),
    );
    this.own_variables.push(variable);
    return variable;
  }
  /** The older name of `add_variable`. */
  add_weight(...args: WeightCall): Variable {
    return this.add_variable(...args);
  }
  /** A variable of zeros. */
  protected zeros(name: string, shape: readonly number[] = [], type: DType = this.dtype): Variable {
    return this.add_variable({ name, shape, dtype: type, initializer: 'zeros' });
  }
  get variables(): Variable[] {
    const nested = Object.values(this as Record<string, unknown>).filter((v): v is Metric => v instanceof Metric);
    return [...this.own_variables, ...nested.flatMap((m) => m.variables)];
  }

  update_state(..._args: any[]): unknown {
    throw notImplemented(`${this.constructor.name}.update_state() is not there: define it in the subclass of Metric`);
  }
  result(): any {
    throw notImplemented(`${this.constructor.name}.result() is not there: define it in the subclass of Metric`);
  }
  reset_state(): void {
    for (const v of this.variables) v.assign(fromArray(tensorFamily(), zerosFor(v), [...v.sizes], 'float32'));
  }
  __call__(...args: any[]): any {
    const last = args.at(-1);
    if (args.length > 1 && isKeywords(last))
      args = bindKeywords('update_state()', this.update_state, args.slice(0, -1), last);
    const absent = this.update_arguments.slice(args.length);
    if (absent.length > 0) throw missingArguments(`${this.update_owner}.update_state()`, absent);
    try {
      this.update_state(...args);
      return this.result();
    } catch (error) {
      throw tensorFamily().rephrase(error);
    }
  }

  private withValues<T>(values: readonly TensorLike[], body: () => T): { result: T; after: Tensor[] } {
    const own = this.variables;
    if (values.length !== own.length)
      throw valueError(
        `Argument \`metric_variables\` must be a list of tensors corresponding 1:1 to ${this.constructor.name}().variables. Received list with length ${values.length}, but expected ${own.length} variables.`,
      );
    const before = own.map(current);
    own.forEach((v, i) => {
      v.assign(values[i]!);
    });
    try {
      const result = body();
      return { result, after: own.map(current) };
    } finally {
      own.forEach((v, i) => {
        v.assign(before[i]!);
      });
    }
  }
  /** What the variables would be after an update from these values; the metric itself stays as it is. */
  stateless_update_state(metric_variables: readonly TensorLike[], ...args: any[]): Tensor[] {
    return this.withValues(metric_variables, () => this.update_state(...args)).after;
  }
  stateless_result(metric_variables: readonly TensorLike[]): any {
    return this.withValues(metric_variables, () => this.result()).result;
  }
  stateless_reset_state(): Tensor[] {
    return this.withValues(this.variables.map(current), () => this.reset_state()).after;
  }

  /** Does what needs values now, or at each replay of the function that is being traced. */
  protected atEachRun(inputs: readonly (Tensor | null)[], body: (values: readonly (Tensor | null)[]) => void): void {
    const present = inputs.filter((t) => t !== null);
    atEachRun('update_state', present, [], (values) => {
      let next = 0;
      body(inputs.map((t) => (t === null ? null : values[next++]!)));
      return [];
    });
  }

  get_config(): Record<string, unknown> {
    return { name: this.name, dtype: this.dtype };
  }
  static from_config<T>(this: new (config: any) => T, config: unknown): T {
    return new this(plainConfig(config));
  }
  override toString(): string {
    return `<${this.constructor.name} name=${this.name}>`;
  }
}
Object.defineProperty(Metric.prototype, 'entry', { value: '__call__', configurable: true });

const zerosFor = (v: Variable): Float32Array<ArrayBuffer> => new Float32Array(v.elementCount);

/** The element type that an option names: a dtype's name, a policy, or none. */
export function dtypeOf(given: unknown): DType {
  const plain = plainConfig(given) as any;
  const name: unknown =
    plain === null || plain === undefined
      ? floatx()
      : typeof plain === 'string'
        ? plain
        : (plain.config?.name ?? plain.name);
  if (name === 'int') return wholeType();
  if (name === 'float') return 'float32';
  if (typeof name !== 'string' || !isDType(name))
    throw valueError(
      `Cannot convert '${String(name)}' to a mixed precision DTypePolicy. Valid policies include 'mixed_float16', 'mixed_bfloat16', and the name of any float dtype such as 'float32'.`,
    );
  return name;
}

/** Tensors of a metric's type. */
export const optional = (x: TensorLike | null | undefined, type: DType): Tensor | null =>
  x === null || x === undefined ? null : convert(x, type);

const named = signature(0, { name: label.default(null), dtype });
/** The arguments of metrics that have no options of their own. */
export type NamedCall = Call<[], [name: string | null, dtype: unknown], Keywords<typeof named>>;
export const readNamed = (
  call: string,
  args: NamedCall,
  fallback: string | null,
): { name: string | null; dtype: unknown } => {
  const o = read(`${call}.__init__()`, named, args);
  return { name: o.name ?? fallback, dtype: o.dtype };
};
