import { type Tensor as CoreTensor, ops } from '@stele/core';
import { bind } from '../dispatch';
import { valueError } from '../errors';
import { dimsOf } from '../spec';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import type { Variable as EagerVariable } from '../variable';
import {
  effectNode,
  GraphKeys,
  GraphTensor,
  GraphVariable,
  get_default_graph,
  gradients,
  type Run,
  resolve,
  trainable_variables,
} from './v1';

/** 1 - beta as a kernel of single precision takes it. */
const rest = (beta: number): number => Math.fround(1 - Math.fround(beta));

type Pair = readonly [GraphTensor | null, GraphVariable];

/** The counter of steps of the graph, made at the first call. */
export function get_or_create_global_step(graph?: unknown): GraphVariable {
  void graph;
  return get_global_step() ?? create_global_step();
}
export function create_global_step(): GraphVariable {
  const made = new GraphVariable(toTensor(0, 'int64').numpy(), {
    name: 'global_step',
    trainable: false,
    collections: [GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
  });
  return made;
}
export const get_global_step = (): GraphVariable | null =>
  (get_default_graph().get_collection(GraphKeys.GLOBAL_STEP)[0] as GraphVariable | undefined) ?? null;

/** Base of TF1's optimizers: nodes that compute gradients, and nodes that apply them. */
export abstract class Optimizer {
  protected readonly rate: unknown;
  readonly label: string;
  private readonly slots = new Map<string, Map<GraphVariable, GraphVariable>>();

  constructor(learning_rate: unknown, label: string) {
    this.rate = learning_rate;
    this.label = label;
  }
  get_name(): string {
    return this.label;
  }
  /** A node that moves variables down the gradient of the loss. */
  minimize(loss: Tensor, ...more: readonly unknown[]): GraphTensor {
    const o = bind(
      'minimize',
      [
        'global_step',
        'var_list',
        'gate_gradients',
        'aggregation_method',
        'colocate_gradients_with_ops',
        'name',
        'grad_loss',
      ],
      more,
    );
    const pairs = this.compute_gradients(loss, o.var_list ?? null, { grad_loss: o.grad_loss ?? null });
    const variables = pairs.filter(([g]) => g !== null).map(([, v]) => v);
    if (variables.length === 0)
      throw valueError(
        `No gradients provided for any variable, check your graph for ops that do not support gradients, between variables [${pairs.map(([, v]) => `"${String(v)}"`).join(', ')}] and loss ${String(loss)}.`,
      );
    return this.apply_gradients(pairs, { global_step: o.global_step ?? null, name: o.name ?? null });
  }
  /** The gradient of the loss with respect to each variable; null where there is none. */
  compute_gradients(loss: Tensor, ...more: readonly unknown[]): Pair[] {
    const o = bind(
      'compute_gradients',
      ['var_list', 'gate_gradients', 'aggregation_method', 'colocate_gradients_with_ops', 'grad_loss'],
      more,
    );
    const variables = (o.var_list ? [o.var_list].flat() : trainable_variables()) as GraphVariable[];
    if (variables.length === 0) throw valueError('No variables to optimize.');
    const found = gradients(loss, variables, o.grad_loss ? { grad_ys: [o.grad_loss] } : {});
    return variables.map((v, i) => [found[i]!, v] as const);
  }
  apply_gradients(grads_and_vars: Iterable<readonly [unknown, unknown]>, ...more: readonly unknown[]): GraphTensor {
    const o = bind('apply_gradients', ['global_step', 'name'], more);
    const pairs = [...grads_and_vars] as Pair[];
    if (pairs.length === 0) throw valueError('No variables provided.');
    const given = pairs.filter(([g]) => g !== null && g !== undefined) as (readonly [GraphTensor, GraphVariable])[];
    if (given.length === 0)
      throw valueError(`No gradients provided for any variable: [${pairs.map(([, v]) => `'${v.name}'`).join(', ')}].`);
    this.prepare(given.map(([, v]) => v));
    const step = (o.global_step as GraphVariable | null | undefined) ?? null;
    return effectNode(
      (o.name as string | null | undefined) ?? this.label,
      given.map(([g]) => g),
      (run) => {
        // all gradients are those of before the step
        const grads = given.map(([g]) => run.get(g) as Tensor);
        const rate = toTensor(
          resolve(typeof this.rate === 'function' ? (this.rate as () => unknown)() : this.rate, run) as TensorLike,
          resolve(this.rate, run) instanceof Object && 'scalarType' in (resolve(this.rate, run) as object)
            ? null
            : 'float32',
        );
        given.forEach(([, v], i) => {
          const held = run.get(v) as EagerVariable;
          this.apply(run, v, held, grads[i]!, ops.cast(rate, held.scalarType));
        });
        this.finish(run);
        if (step !== null) {
          const held = run.get(step) as EagerVariable;
          held.write(ops.add(held, 1));
        }
      },
    );
  }
  /** The slot of a variable, `get_slot(w, 'momentum')`. */
  get_slot(variable: GraphVariable, name: string): GraphVariable | null {
    return this.slots.get(name)?.get(variable) ?? null;
  }
  get_slot_names(): string[] {
    return [...this.slots.keys()];
  }
  variables(): GraphVariable[] {
    return [...this.slots.values()].flatMap((m) => [...m.values()]);
  }
  protected slot(variable: GraphVariable, name: string, label: string, fill: number): GraphVariable {
    const map = this.slots.get(name) ?? new Map<GraphVariable, GraphVariable>();
    this.slots.set(name, map);
    let made = map.get(variable);
    if (made === undefined) {
      const initial = ops.fullLike(toTensor(0, variable.scalarType), fill, dimsOf(variable) as number[]) as Tensor;
      made = new GraphVariable(initial.numpy(), { name: `${variable.op_name}/${label}`, trainable: false });
      map.set(variable, made);
    }
    return made;
  }
  protected held(run: Run, variable: GraphVariable, name: string): EagerVariable {
    return run.get(this.get_slot(variable, name)!) as EagerVariable;
  }
  protected prepare(_variables: readonly GraphVariable[]): void {}
  protected finish(_run: Run): void {}
  protected abstract apply(
    run: Run,
    variable: GraphVariable,
    held: EagerVariable,
    grad: CoreTensor,
    rate: CoreTensor,
  ): void;
}

export class GradientDescentOptimizer extends Optimizer {
  constructor(...args: readonly unknown[]) {
    const o = bind('GradientDescentOptimizer.__init__', ['learning_rate', 'use_locking', 'name'], args);
    super(o.learning_rate, (o.name as string | undefined) ?? 'GradientDescent');
  }
  protected apply(_run: Run, _v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: CoreTensor): void {
    held.write(ops.sub(held, ops.mul(grad, rate)));
  }
}

export class MomentumOptimizer extends Optimizer {
  private readonly momentum: number;
  private readonly nesterov: boolean;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'MomentumOptimizer.__init__',
      ['learning_rate', 'momentum', 'use_locking', 'name', 'use_nesterov'],
      args,
    );
    super(o.learning_rate, (o.name as string | undefined) ?? 'Momentum');
    this.momentum = Number(o.momentum);
    this.nesterov = Boolean(o.use_nesterov ?? false);
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    for (const v of variables) this.slot(v, 'momentum', 'Momentum', 0);
  }
  protected apply(run: Run, v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: CoreTensor): void {
    const slot = this.held(run, v, 'momentum');
    const next = ops.add(ops.mul(slot, this.momentum), grad);
    slot.write(next);
    const step = this.nesterov
      ? ops.add(ops.mul(grad, rate), ops.mul(ops.mul(next, this.momentum), rate))
      : ops.mul(next, rate);
    held.write(ops.sub(held, step));
  }
}

export class AdagradOptimizer extends Optimizer {
  private readonly start: number;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'AdagradOptimizer.__init__',
      ['learning_rate', 'initial_accumulator_value', 'use_locking', 'name'],
      args,
    );
    super(o.learning_rate, (o.name as string | undefined) ?? 'Adagrad');
    this.start = Number(o.initial_accumulator_value ?? 0.1);
    if (this.start <= 0) throw valueError(`initial_accumulator_value must be positive: ${this.start}`);
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    for (const v of variables) this.slot(v, 'accumulator', 'Adagrad', this.start);
  }
  protected apply(run: Run, v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: CoreTensor): void {
    const slot = this.held(run, v, 'accumulator');
    slot.write(ops.add(slot, ops.mul(grad, grad)));
    held.write(ops.sub(held, ops.div(ops.mul(grad, rate), ops.sqrt(slot))));
  }
}

export class RMSPropOptimizer extends Optimizer {
  private readonly decay: number;
  private readonly momentum: number;
  private readonly epsilon: number;
  private readonly centered: boolean;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'RMSPropOptimizer.__init__',
      ['learning_rate', 'decay', 'momentum', 'epsilon', 'use_locking', 'centered', 'name'],
      args,
    );
    super(o.learning_rate, (o.name as string | undefined) ?? 'RMSProp');
    this.decay = Number(o.decay ?? 0.9);
    this.momentum = Number(o.momentum ?? 0);
    this.epsilon = Number(o.epsilon ?? 1e-10);
    this.centered = Boolean(o.centered ?? false);
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    for (const v of variables) {
      this.slot(v, 'rms', 'RMSProp', 1);
      if (this.centered) this.slot(v, 'mg', 'RMSProp_1', 0);
      this.slot(v, 'momentum', this.centered ? 'RMSProp_2' : 'RMSProp_1', 0);
    }
  }
  protected apply(run: Run, v: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: CoreTensor): void {
    const [rms, momentum] = [this.held(run, v, 'rms'), this.held(run, v, 'momentum')];
    rms.write(ops.add(rms, ops.mul(ops.sub(ops.mul(grad, grad), rms), rest(this.decay))));
    let spread: CoreTensor = rms;
    if (this.centered) {
      const mean = this.held(run, v, 'mg');
      mean.write(ops.add(mean, ops.mul(ops.sub(grad, mean), rest(this.decay))));
      spread = ops.sub(rms, ops.mul(mean, mean));
    }
    momentum.write(
      ops.add(ops.mul(momentum, this.momentum), ops.div(ops.mul(grad, rate), ops.sqrt(ops.add(spread, this.epsilon)))),
    );
    held.write(ops.sub(held, momentum));
  }
}

export class AdamOptimizer extends Optimizer {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private powers: [GraphVariable, GraphVariable] | null = null;
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'AdamOptimizer.__init__',
      ['learning_rate', 'beta1', 'beta2', 'epsilon', 'use_locking', 'name'],
      args,
    );
    super(o.learning_rate ?? 0.001, (o.name as string | undefined) ?? 'Adam');
    this.beta1 = Number(o.beta1 ?? 0.9);
    this.beta2 = Number(o.beta2 ?? 0.999);
    this.epsilon = Number(o.epsilon ?? 1e-8);
  }
  protected override prepare(variables: readonly GraphVariable[]): void {
    this.powers ??= [this.beta1, this.beta2].map(
      (b, i) => new GraphVariable(toTensor(b, 'float32').numpy(), { name: `beta${i + 1}_power`, trainable: false }),
    ) as [GraphVariable, GraphVariable];
    for (const v of variables) {
      this.slot(v, 'm', 'Adam', 0);
      this.slot(v, 'v', 'Adam_1', 0);
    }
  }
  override variables(): GraphVariable[] {
    return [...super.variables(), ...(this.powers ?? [])];
  }
  protected apply(run: Run, variable: GraphVariable, held: EagerVariable, grad: CoreTensor, rate: CoreTensor): void {
    const [p1, p2] = this.powers!.map((p) => ops.cast(run.get(p) as EagerVariable, held.scalarType)) as [
      CoreTensor,
      CoreTensor,
    ];
    const [m, v] = [this.held(run, variable, 'm'), this.held(run, variable, 'v')];
    m.write(ops.add(m, ops.mul(ops.sub(grad, m), rest(this.beta1))));
    v.write(ops.add(v, ops.mul(ops.sub(ops.mul(grad, grad), v), rest(this.beta2))));
    const one = ops.fullLike(p1, 1);
    const corrected = ops.div(ops.mul(rate, ops.sqrt(ops.sub(one, p2))), ops.sub(one, p1));
    held.write(ops.sub(held, ops.div(ops.mul(m, corrected), ops.add(ops.sqrt(v), this.epsilon))));
  }
  protected override finish(run: Run): void {
    const betas = [this.beta1, this.beta2];
    this.powers!.forEach((p, i) => {
      const held = run.get(p) as EagerVariable;
      held.write(ops.mul(held, betas[i]!));
    });
  }
}

/** A node whose value a formula makes of the values of its arguments. */
const scheduled = (name: string, args: readonly unknown[], formula: (...numbers: number[]) => number): GraphTensor => {
  const number = (run: Run, value: unknown): number => {
    const got = resolve(value, run);
    return Number(got instanceof Object && 'item' in got ? (got as Tensor).item() : got);
  };
  return new GraphTensor(
    get_default_graph(),
    name,
    (run) => toTensor(formula(...args.map((a) => number(run, a))), 'float32'),
    args,
    { sizes: [], scalarType: 'float32', dims: [] },
  );
};
const decay =
  (name: string, formula: (rate: number, p: number, decay: number) => number) =>
  (
    learning_rate: unknown,
    global_step: unknown,
    decay_steps: unknown,
    decay_rate: unknown,
    ...more: readonly unknown[]
  ): GraphTensor => {
    const { staircase } = bind(name, ['staircase', 'name'], more);
    return scheduled(name, [learning_rate, global_step, decay_steps, decay_rate], (lr, step, steps, rate) => {
      const p = staircase ? Math.floor(step / steps) : step / steps;
      return formula(lr, p, rate);
    });
  };
export const exponential_decay = decay('exponential_decay', (lr, p, rate) => lr * rate ** p);
export const natural_exp_decay = decay('natural_exp_decay', (lr, p, rate) => lr * Math.exp(-rate * p));
export const inverse_time_decay = decay('inverse_time_decay', (lr, p, rate) => lr / (1 + rate * p));
export const polynomial_decay = (
  learning_rate: unknown,
  global_step: unknown,
  decay_steps: unknown,
  ...more: readonly unknown[]
): GraphTensor => {
  const o = bind('polynomial_decay', ['end_learning_rate', 'power', 'cycle', 'name'], more);
  return scheduled(
    'polynomial_decay',
    [learning_rate, global_step, decay_steps, o.end_learning_rate ?? 0.0001, o.power ?? 1],
    (lr, step, steps, end, power) => {
      const whole = o.cycle ? steps * Math.max(1, Math.ceil(step / steps)) : steps;
      const at = o.cycle ? step : Math.min(step, steps);
      return (lr - end) * (1 - at / whole) ** power + end;
    },
  );
};
export const cosine_decay = (
  learning_rate: unknown,
  global_step: unknown,
  decay_steps: unknown,
  ...more: readonly unknown[]
): GraphTensor => {
  const o = bind('cosine_decay', ['alpha', 'name'], more);
  return scheduled(
    'cosine_decay',
    [learning_rate, global_step, decay_steps, o.alpha ?? 0],
    (lr, step, steps, alpha) => {
      const p = Math.min(step, steps) / steps;
      return lr * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * p)) + alpha);
    },
  );
};
export const piecewise_constant = (
  x: unknown,
  boundaries: readonly unknown[],
  values: readonly unknown[],
  ..._rest: readonly unknown[]
): GraphTensor => {
  const bounds = [...boundaries].map(Number);
  return scheduled('PiecewiseConstant', [x, ...values], (step, ...list) => {
    const i = bounds.findIndex((b) => step <= b);
    return list[i < 0 ? bounds.length : i]!;
  });
};
export const piecewise_constant_decay = piecewise_constant;
