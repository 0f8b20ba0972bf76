import { bind, type OptionsSchema, ops, tupleOf, withGrad } from '@stele/core';
import { pyRepr, tupleRepr } from '@stele/core/printing';
import { z } from 'zod';
import { tensor, zeros_like } from '../creation';
import { float32 } from '../dtype';
import { KeyError, ValueError } from '../errors';
import { assign } from '../methods/inplace';
import { Tensor } from '../tensor';

/** Options of every optimizer, which change nothing here: there is one way to compute on the CPU. */
export const common = {
  foreach: z.boolean().nullable().default(null),
  maximize: z.boolean().default(false),
  capturable: z.boolean().default(false),
  differentiable: z.literal(false, 'Stele does not differentiate through a step; leave it false').default(false),
};
export const fused = { fused: z.boolean().nullable().default(null) };
/** Two numbers, which Python writes as a tuple. */
export const pairOf = (first: number, second: number) =>
  z
    .tuple([z.number(), z.number()])
    .default([first, second])
    .transform((pair) => tupleOf(pair) as number[] as [number, number]);
export const betas = pairOf(0.9, 0.999);

/** Arguments after the parameters: by position, any of them by keyword in a last object. */
export type Arguments<P extends readonly unknown[], K> = P | Named<Required<P>, K>;
type Named<P extends readonly unknown[], K> =
  | [keywords: K]
  | (P extends readonly [infer H, ...infer T] ? [H, ...Named<T, K>] : never);

/** Weight decay as a rule takes it: of the gradient, or of the parameter itself. */
export const decayOf = (o: {
  lr: number;
  weight_decay: number;
  decoupled_weight_decay?: boolean;
}): { weightDecay: number } | { shrink: number } =>
  o.decoupled_weight_decay ? { shrink: ops.shrinkBy(o.lr, o.weight_decay) } : { weightDecay: o.weight_decay };

/** Refuses values below 0, in the words of the optimizers that check so. */
export function requireNonNegative(checks: Readonly<Record<string, number>>): void {
  for (const [what, value] of Object.entries(checks))
    if (!(value >= 0)) throw new ValueError(`Invalid ${what}: ${pyRepr(value)}`);
}
export function checkBetas(given: readonly number[]): void {
  given.forEach((b, i) => {
    if (!(b >= 0 && b < 1)) throw new ValueError(`Invalid beta parameter at index ${i}: ${pyRepr(b)}`);
  });
}

export type Group<O> = O & { params: Tensor[] };
export type Params<O> = Iterable<Tensor> | Iterable<{ params: Iterable<Tensor> | Tensor } & Partial<O>>;
type SavedState = Record<string, unknown>;
/** What an optimizer saves: the state of each parameter by its number, and the groups. */
export interface SavedOptimizer<O extends object> {
  state: ReadonlyMap<number, SavedState> | Readonly<Record<number, SavedState>>;
  param_groups: (O & { params: number[] })[];
}
/** A dict as a record: files hold it as a Map. */
const record = <T extends object>(dict: object): T =>
  (dict instanceof Map ? Object.fromEntries(dict as Map<string, unknown>) : dict) as T;

/**
 * Base of the optimizers: holds the parameters in groups and reads each one's `.grad`.
 * @see https://docs.pytorch.org/docs/stable/optim.html
 */
export abstract class Optimizer<O extends object> {
  param_groups: Group<O>[] = [];
  readonly state = new Map<Tensor, SavedState>();
  readonly defaults: O;
  /** How often `step` was called: schedulers warn where theirs comes first. */
  stepsTaken = 0;

  /** `args` are what Python's constructor takes after the parameters, in the order of the schema's keys. */
  constructor(params: Params<O>, schema: OptionsSchema<O>, args: readonly unknown[]) {
    this.defaults = bind(`${this.constructor.name}.__init__()`, schema, 0, args);
    if (params instanceof Tensor)
      throw new TypeError(
        'params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.FloatTensor',
      );
    if (typeof (params as Partial<Iterable<unknown>>)?.[Symbol.iterator] !== 'function')
      throw new TypeError(`'${(params as object)?.constructor?.name ?? typeof params}' object is not iterable`);
    const list = [...params];
    if (list.length === 0) throw new ValueError('optimizer got an empty parameter list');
    if (list[0] instanceof Tensor) this.add_param_group({ params: list as Tensor[] } as Group<O>);
    else for (const group of list as Group<O>[]) this.add_param_group(group);
  }
  add_param_group(given: { params: Iterable<Tensor> | Tensor } & Partial<O>): void {
    const group = given instanceof Map ? (Object.fromEntries(given) as typeof given) : given;
    const params = group.params instanceof Tensor ? [group.params] : [...group.params];
    for (const p of params) {
      if (!(p instanceof Tensor))
        throw new TypeError(`optimizer can only optimize Tensors, but one of the params is ${typeof p}`);
      if (!p.is_leaf) throw new ValueError("can't optimize a non-leaf Tensor");
      if (this.param_groups.some((g) => g.params.includes(p)))
        throw new ValueError('some parameters appear in more than one parameter group');
    }
    this.param_groups.push({ ...this.defaults, ...group, params });
  }
  /** Forgets the gradients, so that the next backward pass starts anew. */
  zero_grad(set_to_none: boolean | { set_to_none?: boolean } = true): void {
    const none = typeof set_to_none === 'boolean' ? set_to_none : (set_to_none.set_to_none ?? true);
    for (const { params } of this.param_groups)
      for (const p of params) if (p.grad !== null) p.grad = none ? null : p.grad.detach().mul(0);
  }
  /** Changes every parameter that has a gradient; a closure computes the loss again first, and its loss is returned. */
  step(): void;
  step<T>(closure: () => T): T;
  step<T>(closure?: () => T): T | void {
    this.stepsTaken++;
    const loss = closure === undefined ? undefined : withGrad(true, closure);
    for (const group of this.param_groups)
      for (const p of group.params) {
        if (p.grad === null) continue;
        const grad = p.grad.detach();
        this.update(p, (group as { maximize?: boolean }).maximize ? (ops.neg(grad) as Tensor) : grad, group);
      }
    return loss;
  }
  /** One parameter's step; `grad` points downhill already where the optimizer maximizes. */
  protected abstract update(p: Tensor, grad: Tensor, group: Group<O>): void;

  /** A parameter's state by name, zeros where it has none yet. */
  protected slots(p: Tensor, ...names: readonly string[]): Tensor[] {
    const own = this.state.get(p);
    return names.map((name) => (own?.[name] as Tensor | undefined) ?? zeros_like(p));
  }
  /** Which step of a parameter this is, from 1. */
  protected stepOf(p: Tensor): number {
    return this.scalar(p, 'step', 0) + 1;
  }
  protected scalar(p: Tensor, name: string, start: number): number {
    const held = this.state.get(p)?.[name] as Tensor | undefined;
    return held === undefined ? start : Number(held.item());
  }
  /** Puts a step's results in place: the parameter's new value, and its state in the order in which it is saved. */
  protected put(p: Tensor, next: unknown, state: Record<string, unknown>): void {
    assign(p, next as Tensor);
    if (Object.keys(state).length > 0) this.state.set(p, this.saved(state));
  }
  /** State as it is saved: numbers as float32 tensors. */
  protected saved(state: Record<string, unknown>): SavedState {
    return Object.fromEntries(
      Object.entries(state).map(([name, v]) => [name, typeof v === 'number' ? tensor(v, { dtype: float32 }) : v]),
    );
  }

  state_dict(): SavedOptimizer<O> {
    const all = this.param_groups.flatMap((g) => g.params);
    const state = new Map<number, SavedState>();
    all.forEach((p, i) => {
      const own = this.state.get(p);
      if (own !== undefined) state.set(i, { ...own });
    });
    const param_groups = this.param_groups.map((g) => ({ ...g, params: g.params.map((p) => all.indexOf(p)) }));
    return { state, param_groups };
  }
  load_state_dict(state_dict: Readonly<SavedOptimizer<O>> | ReadonlyMap<string, any>): void {
    const saved = record<SavedOptimizer<O>>(state_dict);
    if (!saved?.param_groups) throw new KeyError("'param_groups'");
    if (saved.param_groups.length !== this.param_groups.length)
      throw new ValueError('loaded state dict has a different number of parameter groups');
    this.param_groups.forEach((group, i) => {
      if (record<Group<O>>(saved.param_groups[i]!).params.length !== group.params.length)
        throw new ValueError(
          "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
        );
      Object.assign(group, record(saved.param_groups[i]!), { params: group.params });
    });
    const state = record<Record<number, SavedState>>(saved.state);
    this.state.clear();
    this.param_groups
      .flatMap((g) => g.params)
      .forEach((p, i) => {
        const own = state[i];
        if (own === undefined) return;
        const copy = Object.entries(record(own)).map(([k, v]) => [k, v instanceof Tensor ? v.clone() : v]);
        this.state.set(p, Object.fromEntries(copy));
      });
  }
  toString(): string {
    const shown = (v: unknown): string => (Array.isArray(v) ? tupleRepr(v) : pyRepr(v));
    const groups = this.param_groups.map((g, i) => {
      const { params: _, ...rest } = g;
      const lines = Object.keys(rest)
        .sort()
        .map((k) => `    ${k}: ${shown((rest as Record<string, unknown>)[k])}`);
      return `Parameter Group ${i}\n${lines.join('\n')}`;
    });
    return `${this.constructor.name} (\n${groups.join('\n\n')}\n)`;
  }
}
