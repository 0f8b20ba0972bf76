import { floatResult, fromArray, ops, type Tensor } from '@stele/core';
import type { NDArray } from '@stele/core/numpy';
import { show, valueError } from '../errors';
import { autoName } from '../names';
import { type TensorLike, tensorFamily, toFloat } from '../tensors';
import { atEachRun, isTracing } from '../tracing';
import { type AnyVariable, current, put, Variable } from '../variable';
import { LearningRateSchedule } from './schedules';

export interface OptimizerOptions {
  learning_rate?: number | LearningRateSchedule;
  weight_decay?: number | null;
  clipnorm?: number | null;
  clipvalue?: number | null;
  global_clipnorm?: number | null;
  name?: string | null | undefined;
}

/**
 * Base of the optimizers: they are given (gradient, variable) pairs and keep their state per variable.
 * @see https://keras.io/api/optimizers/
 */
export abstract class Optimizer {
  readonly name: string;
  built = false;
  readonly weight_decay: number | null;
  readonly clipnorm: number | null;
  readonly clipvalue: number | null;
  readonly global_clipnorm: number | null;
  /** State besides the iterations and the rate, in order of creation. */
  protected state: Variable[] = [];
  private steps = 0;
  private rate: number | LearningRateSchedule;
  private known: AnyVariable[] = [];

  constructor(options: OptimizerOptions) {
    this.name = options.name ?? autoName(new.target.name);
    this.rate = typeof options.learning_rate === 'number' ? Math.fround(options.learning_rate) : options.learning_rate!;
    this.weight_decay = options.weight_decay ?? null;
    this.clipnorm = options.clipnorm ?? null;
    this.clipvalue = options.clipvalue ?? null;
    this.global_clipnorm = options.global_clipnorm ?? null;
    const clips = [this.clipnorm, this.clipvalue, this.global_clipnorm].filter((c) => c !== null);
    if (clips.length > 1)
      throw valueError(
        `Only one of \`clipnorm\`, \`clipvalue\` and \`global_clipnorm\` can be set. Received: clipnorm=${show(this.clipnorm)}, clipvalue=${show(this.clipvalue)}, global_clipnorm=${show(this.global_clipnorm)}.`,
      );
  }

  get iterations(): number {
    return this.steps;
  }
  /** How many steps were made; loading a saved state sets it. */
  set iterations(value: number) {
    this.steps = value;
  }
  /** The rate of the next step. */
  get learning_rate(): number {
    return floatResult(this.rateNow());
  }
  private rateNow(): number {
    return typeof this.rate === 'number' ? this.rate : Math.fround(this.rate.__call__(this.steps));
  }
  set learning_rate(value: number | LearningRateSchedule) {
    if (typeof this.rate !== 'number' && !(value instanceof LearningRateSchedule)) throw typeErrorOfSchedule();
    this.rate = value instanceof LearningRateSchedule ? value : Math.fround(Number(value));
  }
  /** The iterations, the rate and the state of each variable. */
  get variables(): Variable[] {
    const head = [scalar('iteration', this.steps, 'int64')];
    if (typeof this.rate === 'number') head.push(scalar('learning_rate', this.rate, 'float32'));
    return [...head, ...this.state];
  }

  /** Makes the state for these variables; the first step does it too. */
  build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    this.known = [...variables];
    this.createState(variables);
    this.built = true;
  }

  protected abstract createState(variables: readonly AnyVariable[]): void;
  protected abstract update(gradient: Tensor, variable: AnyVariable, index: number, rate: number): void;

  protected slot(variables: readonly AnyVariable[], name: string, value = 0): Variable[] {
    const made = variables.map((v) => zerosLike(v, `${(v.path ?? v.name).replaceAll('/', '_')}_${name}`, value));
    this.state.push(...made);
    return made;
  }

  /**
   * Takes one step with (gradient, variable) pairs.
   * @throws ValueError if no gradient is there at all.
   */
  apply_gradients(pairs: Iterable<readonly [TensorLike | null, AnyVariable]>): number {
    const list = [...pairs];
    if (list.length === 0) throw valueError('not enough values to unpack (expected 2, got 0)');
    return this.apply(
      list.map(([g]) => g),
      list.map(([, v]) => v),
    );
  }

  /** Takes one step; without `variables` for those it was built with. */
  apply(grads: readonly (TensorLike | null)[], variables?: readonly AnyVariable[]): number {
    const targets = variables ?? this.known;
    if (grads.length === 0) return this.steps;
    if (grads.length !== targets.length)
      throw valueError(
        `Optimizer "${this.name}" got ${grads.length} gradients for ${targets.length} variables: pass one gradient (or null) for each variable`,
      );
    if (isTracing()) {
      const given = grads.map((g) => (g === null || g === undefined ? null : toFloat(g)));
      const inputs = given.filter((g) => g !== null);
      if (inputs.length === 0) throw valueError('No gradients provided for any variable.');
      atEachRun('apply_gradients', inputs, [], (values) => {
        let next = 0;
        this.apply(
          given.map((g) => (g === null ? null : values[next++]!)),
          targets,
        );
        return [];
      });
      return this.steps;
    }
    this.build(targets);
    const present = grads.flatMap((g, i) =>
      g === null || g === undefined ? [] : [[toFloat(g), targets[i]!] as const],
    );
    if (present.length === 0) throw valueError('No gradients provided for any variable.');
    if (present.length < grads.length) {
      const missing = targets.filter((_, i) => grads[i] === null || grads[i] === undefined);
      console.warn(
        `Gradients do not exist for variables [${missing.map((v) => `'${v.path ?? v.name}'`).join(', ')}] when minimizing the loss. If using \`model.compile()\`, did you forget to provide a \`loss\` argument?`,
      );
    }
    const unknown = present.find(([, v]) => !this.known.includes(v));
    if (unknown !== undefined)
      throw valueError(
        `Unknown variable: ${unknown[1].toString()}. This optimizer can only be called for the variables it was originally built with. When working with a new set of variables, you should recreate a new optimizer instance.`,
      );
    const clipped = this.clip(present.map(([g]) => g));
    const rate = this.rateNow();
    for (let i = 0; i < present.length; i++) {
      const variable = present[i]![1];
      if (this.weight_decay !== null)
        put(variable, ops.sgdUpdate(current(variable), current(variable), Math.fround(rate * this.weight_decay)));
      this.update(clipped[i]!, variable, this.known.indexOf(variable), rate);
      if (variable.constraint) put(variable, variable.constraint(current(variable)));
    }
    return ++this.steps;
  }

  private clip(grads: Tensor[]): Tensor[] {
    if (this.clipvalue !== null) return grads.map((g) => ops.clamp(g, -this.clipvalue!, this.clipvalue));
    if (this.clipnorm !== null) return grads.map((g) => clipTo(g, ops.sqrt(ops.sum(ops.square(g))), this.clipnorm!));
    if (this.global_clipnorm !== null) {
      const norm = ops.sqrt(grads.map((g) => ops.sum(ops.square(g))).reduce((a, b) => ops.add(a, b)));
      return grads.map((g) => clipTo(g, norm, this.global_clipnorm!));
    }
    return grads;
  }

  /** The iterations and the state of each variable, as arrays. */
  saved_state(): { readonly iterations: number; readonly slots: readonly NDArray[] } {
    return { iterations: this.steps, slots: this.state.map((v) => v.numpy()) };
  }
  /** Goes on where `saved_state` was taken. @throws ValueError if the slots are not those of these variables. */
  restore_state(
    variables: readonly AnyVariable[],
    state: { readonly iterations: number; readonly slots: readonly NDArray[] },
  ): void {
    this.build(variables);
    if (state.slots.length !== this.state.length)
      throw valueError(
        `Optimizer "${this.name}" has ${this.state.length} slots for ${variables.length} variables, the saved state has ${state.slots.length}`,
      );
    this.state.forEach((v, i) => {
      v.assign(state.slots[i]!);
    });
    this.steps = state.iterations;
  }

  get_config(): Record<string, unknown> {
    return {
      name: this.name,
      learning_rate:
        typeof this.rate === 'number'
          ? this.rate
          : { class_name: this.rate.constructor.name, config: this.rate.get_config() },
      weight_decay: this.weight_decay,
      clipnorm: this.clipnorm,
      global_clipnorm: this.global_clipnorm,
      clipvalue: this.clipvalue,
    };
  }
}

/** g limit / max(norm, limit). */
const clipTo = (g: Tensor, norm: Tensor, limit: number): Tensor =>
  ops.div(ops.mul(g, limit), ops.maximumFirst(norm, limit));

function typeErrorOfSchedule(): Error {
  const error = new Error(
    'This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor argument, hence its learning rate is not settable. If you need the learning rate to be settable, you should instantiate the optimizer with a float `learning_rate` argument.',
  );
  error.name = 'TypeError';
  return error;
}

function zerosLike(v: AnyVariable, name: string, value: number): Variable {
  const array = new Float32Array(v.elementCount).fill(value);
  return new Variable(fromArray(tensorFamily(), array, [...v.sizes], 'float32'), {
    name,
    dtype: v.scalarType,
    trainable: false,
  });
}
function scalar(name: string, value: number, dtype: 'int64' | 'float32'): Variable {
  return new Variable(value, { name, dtype, trainable: false });
}
