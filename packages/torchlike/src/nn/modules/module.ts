import { CallableBase, Tensor as CoreTensor, declareSignatures, isFloating, ops } from '@stele/core';
import type { device } from '../../device';
import { bfloat16, dtype, float16, float32, float64 } from '../../dtype';
import { Parameter, type Tensor } from '../../tensor';
import { ModuleState, setData } from './state';
import { ModuleTree } from './tree';

export { RemovableHandle } from './calling';
export { IncompatibleKeys, StateDict } from './state';

type Prefixes<P extends readonly unknown[]> = P extends readonly [infer H, ...infer T] ? [] | [H, ...Prefixes<T>] : [];
/** forward's arguments; where it takes several, some may come by name in a trailing object. */
type CallOf<A extends unknown[]> =
  | A
  | (Required<A> extends [unknown, unknown, ...unknown[]]
      ? [...Prefixes<Required<A>>, { readonly [name: string]: unknown }]
      : never);
/** The call of a module has the type of its forward. */
export interface Module {
  (
    ...args: this extends { forward(...args: infer A): unknown } ? CallOf<A> : any[]
  ): this extends { forward(...args: any[]): infer R } ? R : any;
  training: boolean;
}

/**
 * Base of all networks: fields that are parameters or modules are registered by being there.
 *
 * ```ts
 * class Net extends nn.Module {
 *   fc = new nn.Linear(10, 5);
 *   forward(x: torch.Tensor) { return this.fc(x); }
 * }
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
 */
export class Module extends ModuleState {
  training = true;

  train(mode: boolean | { mode?: boolean } = true): this {
    const on = typeof mode === 'boolean' ? mode : (mode?.mode ?? true);
    for (const module of this.modules()) module.training = on;
    return this;
  }
  eval(): this {
    return this.train(false);
  }
  requires_grad_(requires_grad: boolean | { requires_grad?: boolean } = true): this {
    const on = typeof requires_grad === 'boolean' ? requires_grad : (requires_grad.requires_grad ?? true);
    for (const p of this.parameters()) p.requires_grad_(on);
    return this;
  }
  zero_grad(set_to_none: boolean | { set_to_none?: boolean } = true): void {
    const drop = typeof set_to_none === 'boolean' ? set_to_none : (set_to_none.set_to_none ?? true);
    for (const p of this.parameters()) {
      if (drop) p.grad = null;
      else if (p.grad !== null) p.grad = ops.fullLike(p.grad.detach(), 0) as Tensor;
    }
  }
  /** Runs a function on every module inside, then on this one. */
  apply(fn: (module: any) => unknown): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }
  /** Changes every parameter, its gradient and every buffer in place by what a function makes of it. */
  _apply(fn: (t: Tensor) => Tensor): this {
    const done = new Set<CoreTensor>();
    const change = (t: CoreTensor): void => {
      if (done.has(t)) return;
      done.add(t);
      const fresh = fn((t as Tensor).detach());
      if (fresh.storage !== t.storage) setData(t, fresh);
    };
    for (const module of this.modules())
      for (const kind of ['parameter', 'buffer'] as const)
        for (const [, t] of module.own(kind)) {
          change(t);
          if (t.grad !== null) change(t.grad);
        }
    return this;
  }
  /** Changes the dtype of floating parameters and buffers; a device may be named. */
  to(...wanted: (dtype | device | string | Tensor | ToOptions)[]): this {
    for (const w of wanted) {
      const type = w instanceof dtype ? w : w instanceof CoreTensor ? null : (w as ToOptions).dtype;
      if (type && !type.is_floating_point)
        throw new TypeError(
          `nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=${String(type)}`,
        );
    }
    // what is no floating tensor only moves
    const places = wanted.map((w) => (w instanceof dtype ? {} : isPlain(w) ? { ...w, dtype: undefined } : w));
    const to = (t: Tensor, how: unknown[]): Tensor => t.to(...(how as Parameters<Tensor['to']>));
    return this._apply((t) => to(t, t.is_floating_point() ? wanted : places.filter((w) => !(w instanceof CoreTensor))));
  }
  private cast(to: dtype): this {
    return this._apply((t) => (isFloating(t.scalarType) ? (ops.cast(t, to.scalarType) as Tensor) : t));
  }
  double(): this {
    return this.cast(float64);
  }
  float(): this {
    return this.cast(float32);
  }
  half(): this {
    return this.cast(float16);
  }
  bfloat16(): this {
    return this.cast(bfloat16);
  }
  /** Changes the dtype of all parameters and buffers. */
  type(dst_type: dtype): this {
    return this._apply((t) => ops.cast(t, dst_type.scalarType) as Tensor);
  }
  cpu(): this {
    return this;
  }
  share_memory(): this {
    return this;
  }

  _get_name(): string {
    return this.kind;
  }
  /** The name of the class, as torch prints it. */
  protected get kind(): string {
    return this.constructor.name;
  }
  /** What stands between the parentheses of the printed form. */
  extra_repr(): string {
    return '';
  }
  /** The lines of the children in the printed form. */
  protected childLines(): string[] {
    return this.submodules().map(([name, child]) => `(${name}): ${indented(child.toString())}`);
  }
  override toString(): string {
    const extra = this.extra_repr();
    const lines = this.childLines();
    const head = extra === '' ? [] : extra.split('\n');
    if (head.length + lines.length === 0) return `${this.kind}()`;
    if (head.length === 1 && lines.length === 0) return `${this.kind}(${extra})`;
    return `${this.kind}(\n  ${[...head, ...lines].join('\n  ')}\n)`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
  /** What `copy.deepcopy` gives: a module of the same class with copies of everything in it. */
  __deepcopy__(memo: Map<unknown, unknown> = new Map()): this {
    return copied(this, memo) as this;
  }
}
interface ToOptions {
  dtype?: dtype | null;
  device?: device | string | null;
}
const isPlain = (x: unknown): x is ToOptions =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;

/** All lines but the first two spaces further in. */
export const indented = (text: string): string => text.replaceAll('\n', '\n  ');

/** A deep copy; what was one thing in several places stays one. */
function copied(x: unknown, memo: Map<unknown, unknown>): unknown {
  if ((typeof x !== 'object' && typeof x !== 'function') || x === null) return x;
  if (memo.has(x)) return memo.get(x);
  const keep = <T>(copy: T): T => {
    memo.set(x, copy);
    return copy;
  };
  if (x instanceof ModuleTree) {
    const copy = keep(Reflect.construct(CallableBase, [], x.constructor)) as ModuleTree;
    for (const key of Reflect.ownKeys(x)) {
      const descriptor = Object.getOwnPropertyDescriptor(x, key)!;
      if (descriptor.get !== undefined) {
        Object.defineProperty(copy, key, descriptor);
        continue;
      }
      const { value, enumerable } = descriptor;
      const fresh =
        typeof key === 'string'
          ? copied(value, memo)
          : value instanceof Map
            ? new Map(value)
            : copyHooks(value as Record<string, Map<number, unknown>>);
      Object.defineProperty(copy, key, { value: fresh, enumerable, writable: true, configurable: true });
    }
    return copy;
  }
  if (x instanceof CoreTensor) {
    const fresh = ops.clone((x as Tensor).detach()) as Tensor;
    if (x instanceof Parameter)
      return keep(Object.setPrototypeOf(new Parameter(fresh, x.requires_grad), Object.getPrototypeOf(x)));
    fresh.requiresGrad = x.requiresGrad;
    return keep(fresh);
  }
  if (Array.isArray(x)) {
    const copy = keep(x.slice());
    x.forEach((value, i) => {
      copy[i] = copied(value, memo);
    });
    return copy;
  }
  if (x instanceof Map && Object.getPrototypeOf(x) === Map.prototype) {
    const copy = keep(new Map());
    for (const [key, value] of x) copy.set(key, copied(value, memo));
    return copy;
  }
  return x;
}
const copyHooks = (hooks: Record<string, Map<number, unknown>>): object =>
  Object.fromEntries(Object.entries(hooks).map(([name, list]) => [name, new Map(list)]));

declareSignatures('torch.nn.Module', Module.prototype, {
  add_module: 'name, module',
  apply: 'fn',
  buffers: 'recurse=True',
  get_buffer: 'target',
  get_parameter: 'target',
  get_submodule: 'target',
  load_state_dict: 'state_dict, strict=True, assign=False',
  modules: 'remove_duplicate=True',
  named_buffers: "prefix='', recurse=True, remove_duplicate=True",
  named_modules: "memo=None, prefix='', remove_duplicate=True",
  named_parameters: "prefix='', recurse=True, remove_duplicate=True",
  parameters: 'recurse=True',
  register_buffer: 'name, tensor, persistent=True',
  register_forward_hook: 'hook, *, prepend=False, with_kwargs=False, always_call=False',
  register_forward_pre_hook: 'hook, *, prepend=False, with_kwargs=False',
  register_full_backward_hook: 'hook, prepend=False',
  register_full_backward_pre_hook: 'hook, prepend=False',
  register_module: 'name, module',
  register_parameter: 'name, param',
  requires_grad_: 'requires_grad=True',
  set_submodule: 'target, module, strict=False',
  state_dict: '*args, destination=None, prefix="", keep_vars=False',
  train: 'mode=True',
  type: 'dst_type',
  zero_grad: 'set_to_none=True',
});
