import { namespace } from '@stele/core';
import { EnumMember } from '../enumerations';
import { className } from './arguments';
import { classText } from './elementFunction';

type Kind = 'bool' | 'int' | 'float' | 'str' | 'any';
interface Field {
  readonly kind: Kind;
  readonly start: () => unknown;
}
const field = (kind: Kind, start: unknown = null): Field => ({ kind, start: () => start });
const group = (make: () => unknown): Field => ({ kind: 'any', start: make });
const noAttribute = (text: string): Error => Object.assign(new Error(text), { name: 'AttributeError' });

/** A set of options with names of its own: what is not among them cannot be set, nor can values of another class. */
abstract class OptionsBase {
  constructor(fields: Readonly<Record<string, Field>>) {
    const values = new Map(Object.entries(fields).map(([name, f]) => [name, f.start()]));
    for (const [name, { kind }] of Object.entries(fields))
      Object.defineProperty(this, name, {
        enumerable: true,
        get: () => values.get(name),
        set: (value: unknown) => {
          if (kind !== 'any' && className(value) !== kind)
            throw new TypeError(
              `Property "${name}" must be of type <class '${kind}'>, got: ${String(value)} (type: ${classText(value)})`,
            );
          values.set(name, value);
        },
      });
    Object.preventExtensions(this);
  }
  __setattr__(name: string, value: unknown): void {
    if (!(name in this)) throw noAttribute(`Cannot set the property ${name} on ${this.constructor.name}.`);
    (this as Record<string, unknown>)[name] = value;
  }
  __eq__(other: unknown): boolean {
    if (!(other instanceof OptionsBase) || other.constructor !== this.constructor) return false;
    const [a, b] = [this, other] as unknown as Record<string, unknown>[];
    return Object.keys(this).every((key) =>
      a![key] instanceof OptionsBase ? (a![key] as OptionsBase).__eq__(b![key]) : a![key] === b![key],
    );
  }
}
class AutotuneOptions extends OptionsBase {
  constructor() {
    super({
      enabled: field('bool'),
      cpu_budget: field('int'),
      ram_budget: field('int'),
      autotune_algorithm: field('any'),
      initial_parallelism: field('int'),
      min_parallelism: field('int'),
    });
  }
}
class DistributeOptions extends OptionsBase {
  constructor() {
    super({ auto_shard_policy: field('any', AutoShardPolicy.AUTO), num_devices: field('int') });
  }
}
class OptimizationOptions extends OptionsBase {
  constructor() {
    const names = [
      'apply_default_optimizations',
      'filter_fusion',
      'filter_parallelization',
      'inject_prefetch',
      'seq_interleave_prefetch',
      'map_and_batch_fusion',
      'map_and_filter_fusion',
      'map_fusion',
      'map_parallelization',
      'noop_elimination',
      'parallel_batch',
      'shuffle_and_repeat_fusion',
    ];
    super(Object.fromEntries(names.map((name) => [name, field('bool')])));
  }
}
class ServiceOptions extends OptionsBase {
  constructor() {
    super({ pinned: field('bool') });
  }
}
class ThreadingOptions extends OptionsBase {
  constructor() {
    super({ max_intra_op_parallelism: field('int'), private_threadpool_size: field('int') });
  }
}

const policies = <K extends string>(kind: string, values: Readonly<Record<K, number>>) =>
  namespace(
    `tf.data.experimental.${kind}`,
    Object.fromEntries(Object.entries(values).map(([n, v]) => [n, new EnumMember(kind, n, Number(v))])) as Record<
      K,
      EnumMember
    >,
  );
export const AutoShardPolicy = policies('AutoShardPolicy', { OFF: -1, AUTO: 0, FILE: 1, DATA: 2, HINT: 3 });
export const AutotuneAlgorithm = policies('AutotuneAlgorithm', {
  DEFAULT: 0,
  HILL_CLIMB: 1,
  GRADIENT_DESCENT: 2,
  MAX_PARALLELISM: 3,
  STAGE_BASED: 4,
});
export const ExternalStatePolicy = policies('ExternalStatePolicy', { WARN: 0, IGNORE: 1, FAIL: 2 });
export { AutotuneOptions, DistributeOptions, OptimizationOptions, ThreadingOptions };

/** What `dataset.options()` knows; Stele runs every dataset alike, so that they change nothing but threads' order. */
export class Options extends OptionsBase {
  declare deterministic: boolean | null;
  declare autotune: AutotuneOptions;
  declare threading: ThreadingOptions;
  declare experimental_optimization: OptimizationOptions;
  declare experimental_distribute: DistributeOptions;
  constructor() {
    const threading = new ThreadingOptions();
    super({
      autotune: group(() => new AutotuneOptions()),
      deterministic: field('bool'),
      experimental_deterministic: field('bool'),
      experimental_distribute: group(() => new DistributeOptions()),
      experimental_external_state_policy: field('any'),
      experimental_optimization: group(() => new OptimizationOptions()),
      experimental_slack: field('bool'),
      experimental_symbolic_checkpoint: field('bool'),
      experimental_service: group(() => new ServiceOptions()),
      experimental_threading: field('any', threading),
      experimental_warm_start: field('bool'),
      dataset_name: field('str'),
      framework_type: field('any'),
      threading: field('any', threading),
    });
  }
}
