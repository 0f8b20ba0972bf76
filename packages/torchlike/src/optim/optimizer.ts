import { type OptionsSchema, parseOptions, withGrad } from '@stele/core';
import { KeyError, ValueError } from '../errors';
import { Tensor } from '../tensor';

export type Group<O> = O & { params: Tensor[] };
export type Params<O> = Iterable<Tensor> | Iterable<{ params: Iterable<Tensor> | Tensor } & Partial<O>>;
type SavedState = Record<string, unknown>;

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

  constructor(params: Params<O>, schema: OptionsSchema<O>, options: unknown) {
    this.defaults = parseOptions(`${this.constructor.name}.__init__()`, schema, options);
    if (params instanceof Tensor)
      throw new TypeError(
        'params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.FloatTensor',
      );
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
      for (const p of group.params) if (p.grad !== null) this.update(p, p.grad.detach(), group);
    return loss;
  }
  protected abstract update(p: Tensor, grad: Tensor, group: Group<O>): void;

  state_dict(): { state: Record<number, SavedState>; param_groups: (O & { params: number[] })[] } {
    const all = this.param_groups.flatMap((g) => g.params);
    const state: Record<number, SavedState> = {};
    all.forEach((p, i) => {
      const own = this.state.get(p);
      if (own !== undefined) state[i] = { ...own };
    });
    const param_groups = this.param_groups.map((g) => ({ ...g, params: g.params.map((p) => all.indexOf(p)) }));
    return { state, param_groups };
  }
  load_state_dict(saved: ReturnType<Optimizer<O>['state_dict']>): void {
    if (!saved?.param_groups) throw new KeyError("'param_groups'");
    if (saved.param_groups.length !== this.param_groups.length)
      throw new ValueError('loaded state dict has a different number of parameter groups');
    this.param_groups.forEach((group, i) => {
      if (saved.param_groups[i]!.params.length !== group.params.length)
        throw new ValueError(
          "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
        );
      Object.assign(group, saved.param_groups[i], { params: group.params });
    });
    this.state.clear();
    this.param_groups
      .flatMap((g) => g.params)
      .forEach((p, i) => {
        const own = saved.state[i];
        if (own === undefined) return;
        const copy = Object.entries(own).map(([k, v]) => [k, v instanceof Tensor ? v.clone() : v]);
        this.state.set(p, Object.fromEntries(copy));
      });
  }
  toString(): string {
    const shown = (v: unknown): string =>
      v === true
        ? 'True'
        : v === false
          ? 'False'
          : v === null
            ? 'None'
            : Array.isArray(v)
              ? `(${v.join(', ')})`
              : String(v);
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
