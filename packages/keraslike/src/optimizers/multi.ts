import { CallableBase, isKeywords } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { attributeError, keyError, show, typeError, valueError } from '../errors';
import { deserialize_keras_object, plainConfig, serialize_keras_object } from '../saving/objects';
import type { TensorLike } from '../tensors';
import type { AnyVariable, Variable } from '../variable';
import { LossScaleOptimizer } from './lossScale';
import { Optimizer } from './optimizer';

type Entries = Readonly<Record<string, Optimizer>> | ReadonlyMap<string, Optimizer>;
const mapping = signature(1, {
  default_optimizer: z.custom<Optimizer>(),
  optimizer_map: z.custom<Entries | null>().default(null),
});
const parameters = Object.keys(mapping.schema.shape);

export interface OptimizerMap {
  (variable: AnyVariable): Optimizer;
  readonly default_optimizer: Optimizer;
}
/**
 * Which optimizer takes which variable: by the variable's path, or by a regular expression that matches all of it; any
 * other variable is for the default.
 *
 * ```ts
 * const map = new keras.optimizers.OptimizerMap(new keras.optimizers.SGD(), { 'encoder/.*': new keras.optimizers.Adam() });
 * map.__getitem__('encoder/dense/kernel').name; // 'adam'
 * ```
 * @see https://keras.io/api/optimizers/
 */
export class OptimizerMap extends CallableBase {
  declare readonly default_optimizer: Optimizer;
  private readonly entries = new Map<string, Optimizer>();
  constructor(
    ...args:
      | readonly [default_optimizer: Optimizer, optimizer_map: Entries]
      | Call<[default_optimizer: Optimizer], [optimizer_map: Entries | null], Keywords<typeof mapping>>
  ) {
    super();
    const last: unknown = args.at(-1);
    // a plain object is the map itself, unless it names the parameters
    const given = args.length > 1 && isKeywords(last) && !Object.keys(last).some((k) => parameters.includes(k));
    const p = read('OptimizerMap.__init__()', mapping, given ? [...args, {}] : args);
    if (!(p.default_optimizer instanceof Optimizer))
      throw typeError(`default_optimizer must be a Keras Optimizer instance. Received: ${show(p.default_optimizer)}`);
    const map: unknown = p.optimizer_map;
    if (map !== null && !(map instanceof Map) && !isKeywords(map))
      throw typeError(`optimizer_map must be a dictionary. Received: ${show(map)}`);
    Object.defineProperty(this, 'default_optimizer', { value: p.default_optimizer, enumerable: true });
    for (const [key, optimizer] of map instanceof Map ? map : Object.entries(map ?? {}))
      this.entries.set(key, optimizer);
  }
  /** @throws ValueError if several expressions match. */
  __getitem__(key: string): Optimizer {
    const exact = this.entries.get(key);
    if (exact !== undefined) return exact;
    const fitting = [...this.entries].filter(([pattern]) => new RegExp(`^(?:${pattern})$`).test(key));
    if (fitting.length > 1) throw valueError(`Multiple optimizers assigned to variable ${key}.`);
    return fitting[0]?.[1] ?? this.default_optimizer;
  }
  __setitem__(key: string, optimizer: Optimizer): void {
    if (this.entries.has(key))
      throw valueError(
        `'${key}' already exists in the OptimizerMap with value ${show(this.entries.get(key))}. Please make sure to not use duplicated keys.`,
      );
    if (typeof key !== 'string') throw valueError(`key must be a string. Received: ${show(key)}`);
    if (!(optimizer instanceof Optimizer))
      throw valueError(`optimizer must be a Keras Optimizer instance. Received: ${show(optimizer)}`);
    if (optimizer instanceof LossScaleOptimizer) throw valueError('optimizer cannot be LossScaleOptimizer.');
    if (optimizer instanceof MultiOptimizer) throw valueError('optimizer cannot be MultiOptimizer.');
    this.entries.set(key, optimizer);
  }
  __delitem__(key: string): void {
    if (!this.entries.delete(key)) throw keyError(show(key));
  }
  __len__(): number {
    return this.entries.size;
  }
  __call__(variable: AnyVariable): Optimizer {
    return this.__getitem__(variable.path ?? variable.name);
  }
  protected forward(variable: AnyVariable): Optimizer {
    return this.__call__(variable);
  }
  [Symbol.iterator](): Iterator<string> {
    return this.entries.keys();
  }
  keys(): string[] {
    return [...this.entries.keys()];
  }
  values(): Optimizer[] {
    return [...this.entries.values()];
  }
  items(): [string, Optimizer][] {
    return [...this.entries];
  }
  get_config(): Record<string, unknown> {
    return {
      default_optimizer: serialize_keras_object(this.default_optimizer),
      optimizer_map: serialize_keras_object(this.entries),
    };
  }
  static from_config(config: unknown): OptimizerMap {
    const { default_optimizer, optimizer_map } = plainConfig(config);
    return new OptimizerMap({
      default_optimizer: deserialize_keras_object(default_optimizer),
      optimizer_map: deserialize_keras_object(optimizer_map),
    });
  }
}

type Chooser = OptimizerMap | ((variable: AnyVariable) => Optimizer);
const multi = signature(1, {
  optimizer_map: z.custom<Chooser>((v) => typeof v === 'function', 'expected an OptimizerMap or a function'),
  loss_scale_factor: z.number().nullable().default(null),
  name: z.string().nullable().default(null),
});
/**
 * Gives each variable to an optimizer of its own, by an `OptimizerMap` or a function.
 *
 * ```ts
 * const { Adam, MultiOptimizer, OptimizerMap, SGD } = keras.optimizers;
 * const optimizer = new MultiOptimizer(new OptimizerMap(new SGD(), { 'encoder/.*': new Adam() }));
 * ```
 * @see https://keras.io/api/optimizers/
 */
export class MultiOptimizer extends Optimizer {
  private readonly chooser: Chooser;
  private readonly inner: Optimizer[] = [];
  private readonly chosen = new Map<AnyVariable, Optimizer>();
  constructor(
    ...args: Call<
      [optimizer_map: Chooser],
      [loss_scale_factor: number | null, name: string | null],
      Keywords<typeof multi>
    >
  ) {
    const { optimizer_map, loss_scale_factor, name } = read('MultiOptimizer.__init__()', multi, args);
    super({ learning_rate: 0, loss_scale_factor, name });
    this.chooser = optimizer_map;
    if (optimizer_map instanceof OptimizerMap)
      for (const optimizer of [...optimizer_map.values(), optimizer_map.default_optimizer]) this.include(optimizer);
  }
  private include(optimizer: Optimizer): void {
    if (this.inner.includes(optimizer)) return;
    optimizer.loss_scale_factor = this.loss_scale_factor;
    this.inner.push(optimizer);
  }
  /** The optimizers among which the variables are shared out. */
  get optimizers(): readonly Optimizer[] {
    return this.inner;
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    for (const variable of variables) {
      const optimizer: unknown = this.chooser(variable);
      if (!(optimizer instanceof Optimizer))
        throw valueError(`Optimizer for variable ${variable.toString()} is not an Optimizer instance.`);
      if (optimizer instanceof LossScaleOptimizer)
        throw valueError('LossScaleOptimizer cannot be used inside an MultiOptimizer.');
      if (optimizer instanceof MultiOptimizer)
        throw valueError('MultiOptimizer cannot be used inside an MultiOptimizer.');
      this.include(optimizer);
      this.chosen.set(variable, optimizer);
    }
    for (const optimizer of this.inner) {
      const own = this.ownOf(optimizer, variables);
      if (own.length > 0) optimizer.build(own);
    }
    super.build(variables);
  }
  private ownOf(optimizer: Optimizer, variables: readonly AnyVariable[]): AnyVariable[] {
    return variables.filter((v) => this.chosen.get(v) === optimizer);
  }
  override get variables(): Variable[] {
    return [...super.variables, ...this.inner.flatMap((optimizer) => optimizer.variables)];
  }
  override get loss_scale_factor(): number | null {
    return super.loss_scale_factor;
  }
  override set loss_scale_factor(value: number | null) {
    super.loss_scale_factor = value;
    // the base sets it before the fields are there
    for (const optimizer of this.inner ?? []) optimizer.loss_scale_factor = value;
  }
  override get learning_rate(): any {
    throw attributeError(
      'Learning rate cannot be accessed on a MultiOptimizer. Access the learning rate on the individual sub-optimizers instead.',
    );
  }
  override set learning_rate(_value: any) {
    throw attributeError(
      'Learning rate cannot be set on a MultiOptimizer. Set the learning rate on the individual sub-optimizers instead.',
    );
  }
  protected override applyNow(grads: readonly (TensorLike | null)[], targets: readonly AnyVariable[]): void {
    if (!this.built) this.build(targets);
    if (grads.length !== this.chosen.size)
      throw valueError(
        `Gradients must match trainable variables one-to-one. Received ${grads.length} gradients and ${this.chosen.size} variables.`,
      );
    const unknown = targets.find((v) => !this.chosen.has(v));
    if (unknown !== undefined)
      throw keyError(`${unknown.toString()}: this optimizer was built with other variables; make a new one for these`);
    for (const optimizer of this.inner) {
      const own = this.ownOf(optimizer, targets);
      if (own.length > 0)
        optimizer.apply(
          grads.filter((_, i) => this.chosen.get(targets[i]!) === optimizer),
          own,
        );
    }
    this.iterations = Number(this.iterations) + 1;
  }
  override finalize_variable_values(variables: readonly AnyVariable[]): void {
    for (const optimizer of this.inner) {
      const own = this.ownOf(optimizer, variables);
      if (own.length > 0) optimizer.finalize_variable_values(own);
    }
  }
  override get_config(): Record<string, unknown> {
    return {
      optimizer_map: serialize_keras_object(this.chooser),
      loss_scale_factor: this.loss_scale_factor,
      name: this.name,
    };
  }
  static override from_config(this: any, config: any): any {
    const { optimizer_map, ...rest } = plainConfig(config);
    return new this({ ...rest, optimizer_map: deserialize_keras_object(optimizer_map) });
  }
}
