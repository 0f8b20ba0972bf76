import {
  coreFamily,
  type DType,
  floatResult,
  fromArray,
  isKeywords,
  nn,
  ops,
  sameNumbers,
  type Tensor,
  toNumbers,
  warn,
} from '@stele/core';
import type { NDArray } from '@stele/core/numpy';
import { floatx } from '../config/config';
import {
  attributeError,
  invalidArgument,
  missingArguments,
  notImplemented,
  show,
  typeError,
  typeName,
  valueError,
} from '../errors';
import * as initializers from '../initializers/index';
import { autoName, inScope } from '../names';
import { deserialize_keras_object, plainConfig, serialize_keras_object } from '../saving/objects';
import { convert, showTuple, type TensorLike, tensorFamily, toFloat } from '../tensors';
import { atEachRun, isTracing, untraced } from '../tracing';
import { type AnyVariable, current, put, Variable } from '../variable';
import { byRows, inRows } from './rows';
import { LearningRateSchedule } from './schedules';

/** A rate: a number, a schedule, or a function that gives it. */
export type Rate = number | LearningRateSchedule | (() => number);
export interface OptimizerOptions {
  learning_rate?: Rate;
  weight_decay?: number | null;
  clipnorm?: number | null;
  clipvalue?: number | null;
  global_clipnorm?: number | null;
  use_ema?: boolean;
  ema_momentum?: number;
  ema_overwrite_frequency?: number | null;
  loss_scale_factor?: number | null;
  gradient_accumulation_steps?: number | null;
  name?: string | null | undefined;
}

/** A variable of one number, which arithmetic takes as that number. */
export class ScalarVariable extends Variable {
  override valueOf(): number {
    return toNumbers(this)[0]!;
  }
}
/** TensorFlow counts in int64. */
const counterType = (): DType => (tensorFamily() === coreFamily ? 'int32' : 'int64');
const counterOf = (dtype: DType): Variable => new Variable(0, { name: 'iteration', dtype, trainable: false });
/** A number, or what counts as one: a whole float, a variable. */
const isRate = (x: unknown): boolean =>
  typeof x === 'number' ||
  (typeof x === 'object' && x !== null && !Array.isArray(x) && typeof x.valueOf() === 'number');
const isFunction = (x: unknown): x is () => number => typeof x === 'function' && !(x instanceof LearningRateSchedule);

/**
 * Base of the optimizers: they are given (gradient, variable) pairs and keep their state per variable. A subclass makes
 * its state in `build` and takes a step for one variable in `update_step`.
 *
 * ```ts
 * const optimizer = new keras.optimizers.SGD(0.1);
 * optimizer.apply([[1, 2]], [new keras.Variable([1, 1])]);
 * ```
 * @see https://keras.io/api/optimizers/
 */
export class Optimizer {
  readonly name: string;
  built = false;
  weight_decay: number | null;
  clipnorm: number | null;
  clipvalue: number | null;
  global_clipnorm: number | null;
  readonly use_ema: boolean;
  readonly ema_momentum: number;
  readonly ema_overwrite_frequency: number | null;
  private scaleFactor: number | null = null;
  readonly gradient_accumulation_steps: number | null;
  private readonly own: Variable[] = [];
  private counter: Variable;
  private rate: ScalarVariable | LearningRateSchedule | (() => number);
  private known: readonly AnyVariable[] = [];
  private places = new Map<AnyVariable, number>();
  private averages: Variable[] = [];
  private accumulators: Variable[] = [];
  private excluded: { readonly variables: ReadonlySet<unknown>; readonly pattern: RegExp | null } | null = null;

  constructor(given: OptimizerOptions | Rate, rest: OptimizerOptions = {}) {
    const o: OptimizerOptions = isKeywords(given)
      ? (given as OptimizerOptions)
      : { ...rest, learning_rate: given as Rate };
    this.name = o.name ?? autoName(new.target.name);
    this.weight_decay = o.weight_decay ?? null;
    this.clipnorm = o.clipnorm ?? null;
    this.clipvalue = o.clipvalue ?? null;
    this.global_clipnorm = o.global_clipnorm ?? null;
    this.use_ema = o.use_ema ?? false;
    this.ema_momentum = o.ema_momentum ?? 0.99;
    this.ema_overwrite_frequency = o.ema_overwrite_frequency ?? null;
    this.loss_scale_factor = o.loss_scale_factor ?? null;
    this.gradient_accumulation_steps = o.gradient_accumulation_steps ?? null;
    this.check();
    const scoped = (name: string, value: number, dtype: DType): ScalarVariable =>
      inScope(this.name, () => new ScalarVariable(value, { name, dtype, trainable: false }), this);
    this.counter = scoped('iteration', 0, counterType());
    this.own.push(this.counter);
    const rate = o.learning_rate;
    if (rate === undefined && new.target === Optimizer)
      throw missingArguments('BaseOptimizer.__init__()', ['learning_rate']);
    if (rate instanceof LearningRateSchedule || isFunction(rate)) this.rate = rate;
    else {
      const value = Number(rate);
      if (!isRate(rate) || Number.isNaN(value))
        throw valueError(
          `Argument \`learning_rate\` should be float, or an instance of LearningRateSchedule, or a callable (that takes in the current iteration value and returns the corresponding learning rate value). Received instead: learning_rate=${show(rate)}`,
        );
      this.rate = scoped('learning_rate', value, floatx());
      this.own.push(this.rate);
    }
  }
  private check(): void {
    const { gradient_accumulation_steps: steps, ema_momentum, ema_overwrite_frequency: often } = this;
    if (steps && !(steps >= 2))
      throw valueError(
        `\`gradient_accumulation_steps\` must be an integer >= 2. Received: gradient_accumulation_steps=${steps}`,
      );
    if (this.use_ema && (ema_momentum > 1 || ema_momentum < 0))
      throw valueError(`\`ema_momentum\` must be in the range [0, 1]. Received: ema_momentum=${ema_momentum}`);
    if (this.use_ema && often !== null && (!Number.isInteger(often) || often < 1))
      throw valueError(
        `\`ema_overwrite_frequency\` must be an integer >= 1 or None. Received: ema_overwrite_frequency=${often}`,
      );
    const clips = [this.clipnorm, this.clipvalue, this.global_clipnorm].filter((c) => c !== null);
    if (clips.length > 1)
      throw valueError(
        `Only one of \`clipnorm\`, \`clipvalue\` and \`global_clipnorm\` can be set. Received: clipnorm=${show(this.clipnorm)}, clipvalue=${show(this.clipvalue)}, global_clipnorm=${show(this.global_clipnorm)}`,
      );
  }

  /** What the loss is multiplied by, and the gradients are divided by. */
  get loss_scale_factor(): number | null {
    return this.scaleFactor;
  }
  set loss_scale_factor(value: number | null) {
    this.scaleFactor = value;
  }
  /** How many steps were made: a variable that counts as its number. */
  get iterations(): any {
    const every = this.gradient_accumulation_steps;
    if (!every) return this.counter;
    return new ScalarVariable(Math.floor(this.steps / every), {
      name: 'iteration',
      dtype: counterType(),
      trainable: false,
    });
  }
  /** Loading a saved state sets it. */
  set iterations(value: number | Tensor) {
    this.counter.assign(Number(value));
  }
  private get steps(): number {
    return toNumbers(this.counter)[0]!;
  }
  /** Steps that were made before this one, as rules count them. */
  protected get made(): number {
    const every = this.gradient_accumulation_steps;
    return every ? Math.floor(this.steps / every) : this.steps;
  }
  /** The rate of the next step: a variable that counts as its number, or what the schedule gives. */
  get learning_rate(): any {
    return this.rate instanceof ScalarVariable ? this.rate : convert(this.rateNow(), 'float32');
  }
  /** @throws TypeError if the rate is a schedule. */
  set learning_rate(value: Rate | Tensor) {
    if (value instanceof LearningRateSchedule || isFunction(value)) {
      const at = this.own.indexOf(this.rate as ScalarVariable);
      if (at >= 0) this.own.splice(at, 1);
      this.rate = value;
      return;
    }
    if (!(this.rate instanceof ScalarVariable))
      throw typeError(
        'This optimizer was created with a `LearningRateSchedule` object as its `learning_rate` constructor argument, hence its learning rate is not settable. If you need the learning rate to be settable, you should instantiate the optimizer with a float `learning_rate` argument.',
      );
    this.rate.assign(convert(value as TensorLike, this.rate.dtype));
  }
  protected rateNow(): number {
    const { rate } = this;
    if (rate instanceof ScalarVariable) return rate.valueOf();
    if (rate instanceof LearningRateSchedule) return rate.rateAt(this.steps);
    const given: unknown = rate();
    return Math.fround(Number(isTensor(given) ? toNumbers(given)[0] : given));
  }
  /** The iterations, the rate and the state of each variable, in order of creation. */
  get variables(): Variable[] {
    return [...this.own];
  }
  /** How Python sets an attribute. */
  __setattr__(name: string, value: unknown): void {
    if (name === 'iterations')
      throw attributeError(`property 'iterations' of '${this.constructor.name}' object has no setter`);
    if (name === 'learning_rate' && typeof value === 'string')
      throw typeError(`Cannot convert '${value}' to EagerTensor of dtype float`);
    Reflect.set(this, name, value);
  }
  /** The state that a step assigns before it changes the variable, by name; null where it adds to it. */
  get assigned_first(): string | null {
    return null;
  }

  /** Makes the state for these variables; the first step does it too. */
  build(variables: readonly AnyVariable[]): void {
    if (typeof variables === 'number') throw typeError(`'${typeName(variables)}' object is not iterable`);
    if (this.use_ema) this.averages = this.add_optimizer_variables(variables, 'average');
    this.known = [...variables];
    this.places = new Map(this.known.map((v, i) => [v, i]));
    if (this.gradient_accumulation_steps)
      this.accumulators = variables.map((v) => this.add_variable_from_reference(v, 'gradient_accumulator'));
    this.built = true;
  }
  /** One step for one variable. */
  update_step(_gradient: Tensor, _variable: AnyVariable, _learning_rate: any): void {
    throw notImplemented(`${this.constructor.name}.update_step() is not there: define it in the subclass of Optimizer`);
  }

  /** A variable of this optimizer's. */
  add_variable(
    shape: readonly number[] | Record<string, any>,
    initializer: initializers.InitializerIdentifier = 'zeros',
    dtype: DType | null = null,
    options: { name?: string | null; [other: string]: unknown } = {},
  ): Variable {
    const o: any = isKeywords(shape) ? shape : { shape, initializer, dtype, ...options };
    const variable = inScope(
      this.name,
      () =>
        new Variable(initializers.get(o.initializer ?? 'zeros'), {
          shape: [...o.shape],
          dtype: o.dtype ?? floatx(),
          trainable: false,
          ...(o.name ? { name: o.name } : {}),
        }),
      this,
    );
    this.own.push(variable);
    return variable;
  }
  /** Takes a variable made elsewhere among this optimizer's. */
  protected track(variable: Variable): Variable {
    this.own.push(variable);
    return variable;
  }
  /** A variable with the shape of another and its name before its own. */
  add_variable_from_reference(
    reference: AnyVariable | Record<string, any>,
    name: string | null | Record<string, any> = null,
    initializer: initializers.InitializerIdentifier = 'zeros',
  ): Variable {
    const o: any = isKeywords(reference)
      ? { reference: (reference as any).reference_variable, ...(reference as object) }
      : { reference, ...(isKeywords(name) ? (name as object) : { name, initializer }) };
    const like = o.reference as AnyVariable;
    const prefix = like.path?.replaceAll('/', '_') ?? String(like.name).replace(/[/:]/g, '_');
    return this.add_variable({
      shape: like.sizes,
      initializer: o.initializer ?? 'zeros',
      dtype: like.scalarType,
      name: `${prefix}_${o.name ?? 'var'}`,
    });
  }
  add_optimizer_variables(
    variables: readonly AnyVariable[],
    name: string,
    initializer?: initializers.InitializerIdentifier,
  ): Variable[];
  add_optimizer_variables(
    variables: readonly AnyVariable[],
    name: readonly string[],
    initializer?: readonly initializers.InitializerIdentifier[] | initializers.InitializerIdentifier,
  ): Variable[][];
  /** One variable for each given one, or some under several names, those of one variable after each other. */
  add_optimizer_variables(
    variables: readonly AnyVariable[],
    name: string | readonly string[],
    initializer: any = 'zeros',
  ): Variable[] | Variable[][] {
    const names = typeof name === 'string' ? [name] : name;
    const made: Variable[][] = names.map(() => []);
    for (const variable of variables)
      names.forEach((n, i) => {
        const init = Array.isArray(initializer) ? initializer[i] : initializer;
        made[i]!.push(this.add_variable_from_reference(variable, n, init));
      });
    return typeof name === 'string' ? made[0]! : made;
  }
  /** Where a variable stands among those that the optimizer was built with. */
  protected place(variable: AnyVariable): number {
    return this.places.get(variable)!;
  }
  _get_variable_index(variable: AnyVariable): number {
    return this.place(variable);
  }
  assign(variable: AnyVariable, value: TensorLike): void {
    put(variable, convert(value, variable.scalarType));
  }
  assign_add(variable: AnyVariable, value: TensorLike): void {
    put(variable, ops.add(current(variable), convert(value, variable.scalarType)));
  }
  assign_sub(variable: AnyVariable, value: TensorLike): void {
    put(variable, ops.sub(current(variable), convert(value, variable.scalarType)));
  }

  /**
   * Takes one step with (gradient, variable) pairs.
   * @throws ValueError if no gradient is there at all.
   */
  apply_gradients(pairs: Iterable<readonly [TensorLike | null, AnyVariable]>): any {
    if (typeof pairs === 'number')
      throw typeError(`zip() argument after * must be an iterable, not ${typeName(pairs)}`);
    const list = [...pairs];
    const odd = list.find((pair) => Array.isArray(pair) && pair.length !== 2) as readonly unknown[] | undefined;
    if (odd !== undefined)
      throw valueError(
        odd.length > 2
          ? 'too many values to unpack (expected 2)'
          : `not enough values to unpack (expected 2, got ${odd.length})`,
      );
    if (list.length === 0) throw valueError('not enough values to unpack (expected 2, got 0)');
    this.apply(
      list.map(([g]) => g),
      list.map(([, v]) => v),
    );
    return this.counter;
  }

  /** Takes one step; without `variables` for those it was built with. */
  apply(grads: readonly (TensorLike | null)[], variables?: readonly AnyVariable[] | Record<string, any>): void {
    const given = isKeywords(variables) ? (variables as any).trainable_variables : variables;
    if (grads.length === 0) return;
    if ((given === undefined || given === null) && !this.built)
      throw valueError(
        'When passing `grads` without `variables`, the optimizer must already be built on a list of variables. Call `optimizer.build(trainable_variables)` first. ',
      );
    const targets: readonly AnyVariable[] = given ?? this.known;
    if (grads.length !== targets.length)
      throw valueError(
        given === undefined || given === null
          ? `When passing \`grads\` as a list of gradient tensors, the gradients must match \`optimizer.variables\` one-to-on. Received a list of ${grads.length} gradients, but the optimizer is tracking ${targets.length} trainable variables.`
          : `Optimizer "${this.name}" got ${grads.length} gradients for ${targets.length} variables: pass one gradient (or null) for each variable`,
      );
    if (isTracing()) this.applyAtEachRun(grads, targets);
    else this.applyNow(grads, targets);
  }
  private applyAtEachRun(grads: readonly (TensorLike | null)[], targets: readonly AnyVariable[]): void {
    const given = grads.map((g) => {
      if (g === null || g === undefined) return null;
      const rows = isTensor(g) ? nn.rowsOf(g) : null;
      return rows === null
        ? { tensors: [toFloat(g)], sizes: null }
        : { tensors: [rows.values, rows.indices], sizes: (g as Tensor).sizes };
    });
    const inputs = given.flatMap((g) => g?.tensors ?? []);
    if (inputs.length === 0) throw valueError('No gradients provided for any variable.');
    // its state is made while the function is traced, not when it runs
    if (!this.built) untraced(() => this.build(targets));
    this.refuseUnknown(targets);
    atEachRun('apply_gradients', inputs, [], (values) => {
      let next = 0;
      this.applyNow(
        given.map((g) => {
          if (g === null) return null;
          const first = values[next++]!;
          return g.sizes === null ? first : nn.sumOfRows({ values: first, indices: values[next++]! }, g.sizes);
        }),
        targets,
      );
      return [];
    });
  }
  private refuseUnknown(targets: readonly AnyVariable[]): void {
    const unknown = targets.find((v) => !this.places.has(v));
    if (unknown !== undefined)
      throw valueError(
        `Unknown variable: ${unknown.toString()}. This optimizer can only be called for the variables it was originally built with. When working with a new set of variables, you should recreate a new optimizer instance.`,
      );
  }
  protected applyNow(grads: readonly (TensorLike | null)[], targets: readonly AnyVariable[]): void {
    if (!this.built) this.build(targets);
    this.refuseUnknown(targets);
    const present = grads.flatMap((g, i) =>
      g === null || g === undefined
        ? []
        : [[inRows(convert(g), (t) => toFloat(t, targets[i]!.scalarType)), targets[i]!] as const],
    );
    if (present.length === 0) throw valueError('No gradients provided for any variable.');
    if (present.length < grads.length) {
      const missing = targets.filter((_, i) => grads[i] === null || grads[i] === undefined);
      warn(
        `Gradients do not exist for variables [${missing.map((v) => `'${v.path ?? v.name}'`).join(', ')}] when minimizing the loss. If using \`model.compile()\`, did you forget to provide a \`loss\` argument?`,
        'UserWarning',
      );
    }
    for (const [g, v] of present) if (!sameNumbers(g.sizes, v.sizes)) throw mismatched(this, g.sizes, v);
    const scale = this.loss_scale_factor;
    const values = present.map(([g]) => (scale === null ? g : inRows(g, (t) => ops.div(t, scale))));
    const variables = present.map(([, v]) => v);
    this.stepOrAccumulate(values, variables);
    if (this.use_ema) this.average();
    for (const v of variables) if (v.constraint) put(v, v.constraint(current(v)));
    this.counter.countOn();
  }
  private stepOrAccumulate(grads: readonly Tensor[], variables: readonly AnyVariable[]): void {
    const every = this.gradient_accumulation_steps;
    if (!every) {
      this.step(grads, variables);
      return;
    }
    const sums = variables.map((v, i) => ops.add(grads[i]!, current(this.accumulators[this.place(v)]!)));
    if ((this.steps + 1) % every === 0) {
      this.step(
        sums.map((s) => ops.div(s, every)),
        variables,
      );
      for (const a of this.accumulators) put(a, ops.fullLike(a, 0));
    } else
      variables.forEach((v, i) => {
        put(this.accumulators[this.place(v)]!, sums[i]!);
      });
  }
  private step(grads: readonly Tensor[], variables: readonly AnyVariable[]): void {
    const clipped = this.clip(grads);
    this.decay(variables);
    this.update_all(clipped, variables, this.rateNow());
  }
  /** The updates of one step. */
  protected update_all(grads: readonly Tensor[], variables: readonly AnyVariable[], rate: number): void {
    grads.forEach((g, i) => {
      this.update_step(g, variables[i]!, rate);
    });
  }

  private clip(grads: readonly Tensor[]): readonly Tensor[] {
    const { clipnorm, global_clipnorm, clipvalue } = this;
    if (clipnorm !== null && clipnorm > 0)
      return grads.map((g) => {
        const norm = ops.sqrt(ops.sum(byRows(g, ops.square) ?? ops.square(g)));
        return inRows(g, (t) => ops.div(ops.mul(t, clipnorm), ops.maximumFirst(norm, clipnorm)));
      });
    if (global_clipnorm !== null && global_clipnorm > 0) {
      const squares = grads.map((g) => ops.sum(byRows(g, ops.square) ?? ops.square(g)));
      const total = ops.sqrt(squares.reduce((a, b) => ops.add(a, ops.cast(b, a.scalarType))));
      const scale = nn.commonScale(total, ops.fullLike(total, global_clipnorm));
      return grads.map((g) => ops.mul(g, ops.cast(scale, g.scalarType)));
    }
    if (clipvalue !== null && clipvalue > 0)
      return grads.map((g) => inRows(g, (t) => ops.clamp(t, -clipvalue, clipvalue)));
    return grads;
  }
  /** The share of a variable that weight decay takes at each step, times the rate; null for none. */
  protected decayOf(_variable: AnyVariable): number | null {
    return this.weight_decay;
  }
  private decay(variables: readonly AnyVariable[]): void {
    const rate = this.rateNow();
    for (const v of variables) {
      const share = this.decayOf(v);
      if (share === null || !this.decays(v)) continue;
      put(v, nn.decayed(current(v), rate, share));
    }
  }
  private decays(v: AnyVariable): boolean {
    return this.excluded === null || !(this.excluded.variables.has(v) || this.excluded.pattern?.test(v.name));
  }
  /** Variables, or names of some (regular expressions), that weight decay leaves alone. */
  exclude_from_weight_decay(
    var_list:
      | readonly AnyVariable[]
      | null
      | { var_list?: readonly AnyVariable[]; var_names?: readonly string[] } = null,
    var_names: readonly string[] | null = null,
  ): void {
    const keywords = isKeywords(var_list)
      ? (var_list as { var_list?: readonly AnyVariable[]; var_names?: readonly string[] })
      : null;
    if (this.built)
      throw valueError('`exclude_from_weight_decay()` can only be configured before the optimizer is built.');
    const list = keywords === null ? (var_list as readonly AnyVariable[] | null) : keywords.var_list;
    const names = keywords?.var_names ?? var_names ?? [];
    this.excluded = {
      variables: new Set<unknown>(list ?? []),
      pattern: names.length === 0 ? null : new RegExp([...new Set(names)].join('|')),
    };
  }

  private average(): void {
    const share = this.made === 0 ? 0 : this.ema_momentum;
    this.known.forEach((v, i) => {
      const mean = this.averages[i]!;
      put(mean, nn.mixed(current(mean), current(v), share));
    });
    const often = this.ema_overwrite_frequency;
    if (often && (this.made + 1) % often === 0) this.useAverages(this.known);
  }
  private useAverages(variables: readonly AnyVariable[]): void {
    if (variables.length !== this.averages.length)
      throw valueError(
        `The length of model variables (${variables.length}) to override does not match the length of model variables stored in the optimizer (${this.averages.length}). Please check if the optimizer was called on your model.`,
      );
    variables.forEach((v, i) => {
      v.assign(ops.clone(this.averages[i]!));
    });
  }
  /** The averages of the weights that `use_ema` keeps, one per variable. */
  get moving_averages(): readonly Variable[] {
    return this.averages;
  }
  /** The variables that the optimizer was built with. */
  get trained_variables(): readonly AnyVariable[] {
    return this.known;
  }
  /** At the end of training: variables become their averages if `use_ema`. */
  finalize_variable_values(var_list: readonly AnyVariable[]): void {
    if (this.use_ema) this.useAverages(var_list);
  }
  scale_loss(loss: Tensor): Tensor {
    return this.loss_scale_factor === null ? loss : ops.mul(loss, this.loss_scale_factor);
  }

  /** @throws ValueError before the optimizer is built, or if a shape differs. */
  set_weights(weights: readonly TensorLike[]): void {
    if (!this.built)
      throw valueError(
        'You are calling `set_weights()` on an optimizer that has not yet been built. Please call `optimizer.build(trainable_variables)` to create the optimizer weights before calling `set_weights()`.',
      );
    this.variables.forEach((v, i) => {
      if (weights[i] !== undefined) v.assign(weights[i]);
    });
  }
  /** Puts the variables' values into a store under '0', '1', ... */
  save_own_variables(store: Record<string, NDArray>): void {
    this.variables.forEach((v, i) => {
      store[String(i)] = v.numpy();
    });
  }
  load_own_variables(store: Readonly<Record<string, TensorLike>>): void {
    const own = this.variables;
    const count = Object.keys(store).length;
    if (count !== own.length) {
      warn(
        `Skipping variable loading for optimizer '${this.name}', because it has ${own.length} variables whereas the saved optimizer has ${count} variables. `,
        'UserWarning',
      );
      return;
    }
    const first = store['0'] as { dtype?: DType };
    // backends count in integers of their own width
    if (first.dtype !== this.counter.dtype && (first.dtype === 'int32' || first.dtype === 'int64')) {
      this.counter = inScope(this.name, () => counterOf(first.dtype!), this);
      this.own[0] = this.counter;
      own[0] = this.counter;
    }
    own.forEach((v, i) => {
      v.assign(store[String(i)]!);
    });
  }

  get_config(): Record<string, unknown> {
    const { rate } = this;
    return {
      name: this.name,
      learning_rate: rate instanceof ScalarVariable ? floatResult(rate.valueOf()) : serialize_keras_object(rate),
      weight_decay: this.weight_decay,
      clipnorm: this.clipnorm,
      global_clipnorm: this.global_clipnorm,
      clipvalue: this.clipvalue,
      use_ema: this.use_ema,
      ema_momentum: floatResult(this.ema_momentum),
      ema_overwrite_frequency: this.ema_overwrite_frequency,
      loss_scale_factor: this.loss_scale_factor,
      gradient_accumulation_steps: this.gradient_accumulation_steps,
    };
  }
  static from_config<T>(this: new (config: any) => T, config: unknown): T {
    const plain = plainConfig(config);
    if (isKeywords(plain.learning_rate)) plain.learning_rate = deserialize_keras_object(plain.learning_rate);
    return new this(plain);
  }
}
/** What TensorFlow says of a gradient of another shape than its variable. */
function mismatched(optimizer: Optimizer, gradient: readonly number[], v: AnyVariable): Error {
  const state = optimizer.assigned_first;
  if (state === null)
    return invalidArgument(
      `Cannot update variable with shape [${v.sizes.join(',')}] using a Tensor with shape [${gradient.join(',')}], shapes must be equal.`,
    );
  const prefix = v.path?.replaceAll('/', '_') ?? String(v.name).replace(/[/:]/g, '_');
  return valueError(
    `Cannot assign value to variable ' ${optimizer.name}/${prefix}_${state}:0': Shape mismatch.The variable shape ${showTuple(v.sizes)}, and the assigned value shape ${showTuple(gradient)} are incompatible.`,
  );
}
/** Settings that are floats, whole ones too: files and printed configurations show their point. */
export const floats = (settings: Readonly<Record<string, number>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, floatResult(value)]));
const isTensor = (x: unknown): x is Tensor => typeof x === 'object' && x !== null && 'scalarType' in x;
/** Zeros of a family, for state that no variable has the shape of. */
export const zerosTensor = (sizes: readonly number[]): Tensor =>
  fromArray(tensorFamily(), new Float32Array(sizes.reduce((a, b) => a * b, 1)), [...sizes], 'float32');
