import { CallableBase, Tensor as CoreTensor, ops } from '@stele/core';
import type { device } from '../../device';
import type { dtype } from '../../dtype';
import { KeyError, NotImplementedError, RuntimeError, torchSize } from '../../errors';
import { assign } from '../../methods/inplace';
import { Parameter, type Tensor } from '../../tensor';

export type StateDict = Map<string, Tensor>;
type Hook = (module: Module, args: unknown[], output: unknown) => unknown;
type PreHook = (module: Module, args: unknown[]) => unknown;

const buffers = Symbol('buffers');
const hooks = Symbol('hooks');

/** The call of a module has the type of its forward. */
export interface Module {
  (
    ...args: this extends { forward(...args: infer A): unknown } ? A : any[]
  ): this extends { forward(...args: any[]): infer R } ? R : any;
  [buffers]: Map<string, boolean>;
  [hooks]: { before: Set<PreHook>; after: Set<Hook> };
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
export class Module extends CallableBase {
  training = true;

  constructor() {
    super();
    // unseen by walks over the fields
    Object.defineProperty(this, buffers, { value: new Map(), enumerable: false });
    Object.defineProperty(this, hooks, { value: { before: new Set(), after: new Set() }, enumerable: false });
  }

  /** What a call runs: the hooks around forward. */
  protected runWithHooks(...args: unknown[]): unknown {
    const { before, after } = this[hooks];
    const self = this as unknown as { forward?: (...a: unknown[]) => unknown };
    for (const hook of before) {
      const changed = hook(this, args);
      if (changed !== undefined && changed !== null) args = Array.isArray(changed) ? changed : [changed];
    }
    if (typeof self.forward !== 'function')
      throw new NotImplementedError(`Module [${this.kind}] is missing the required "forward" function`);
    let out = self.forward(...args);
    for (const hook of after) out = hook(this, args, out) ?? out;
    return out;
  }
  register_forward_hook(hook: Hook): { remove(): void } {
    this[hooks].after.add(hook);
    return { remove: () => void this[hooks].after.delete(hook) };
  }
  register_forward_pre_hook(hook: PreHook): { remove(): void } {
    this[hooks].before.add(hook);
    return { remove: () => void this[hooks].before.delete(hook) };
  }

  /** A tensor that belongs to the state but is not learned. */
  register_buffer(name: string, tensor: Tensor | null, persistent = true): void {
    this[buffers].set(name, persistent);
    this.field(name, tensor);
  }
  register_parameter(name: string, param: Parameter | null): void {
    this.field(name, param);
  }
  add_module(name: string, module: Module | null): void {
    this.field(name, module);
  }
  register_module(name: string, module: Module | null): void {
    this.field(name, module);
  }
  private field(name: string, value: unknown): void {
    if (name.includes('.')) throw new KeyError(`name can't contain ".", got: ${name}`);
    (this as unknown as Record<string, unknown>)[name] = value;
  }

  *named_children(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this)) if (value instanceof Module) yield [name, value];
  }
  *children(): Generator<Module> {
    for (const [, child] of this.named_children()) yield child;
  }
  *named_modules(prefix = '', seen = new Set<Module>()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.named_children())
      yield* child.named_modules(prefix === '' ? name : `${prefix}.${name}`, seen);
  }
  *modules(): Generator<Module> {
    for (const [, module] of this.named_modules()) yield module;
  }
  /** The parameters and buffers of this module alone, in order of their fields. */
  private *own(kind: 'parameter' | 'buffer'): Generator<[string, Tensor, boolean]> {
    if (kind === 'buffer') {
      for (const [name, persistent] of this[buffers]) {
        const value = (this as unknown as Record<string, unknown>)[name];
        if (value instanceof CoreTensor) yield [name, value as Tensor, persistent];
      }
    } else for (const [name, value] of Object.entries(this)) if (value instanceof Parameter) yield [name, value, true];
  }
  private *walk(kind: 'parameter' | 'buffer', recurse: boolean): Generator<[string, Tensor]> {
    const seen = new Set<Tensor>();
    const modules: Iterable<[string, Module]> = recurse ? this.named_modules() : [['', this]];
    for (const [prefix, module] of modules)
      for (const [name, t] of module.own(kind)) {
        if (seen.has(t)) continue;
        seen.add(t);
        yield [prefix === '' ? name : `${prefix}.${name}`, t];
      }
  }
  *named_parameters(recurse = true): Generator<[string, Parameter]> {
    yield* this.walk('parameter', recurse) as Generator<[string, Parameter]>;
  }
  *parameters(recurse = true): Generator<Parameter> {
    for (const [, p] of this.named_parameters(recurse)) yield p;
  }
  *named_buffers(recurse = true): Generator<[string, Tensor]> {
    yield* this.walk('buffer', recurse);
  }
  *buffers(recurse = true): Generator<Tensor> {
    for (const [, b] of this.named_buffers(recurse)) yield b;
  }
  get_parameter(target: string): Parameter {
    const found = [...this.named_parameters()].find(([name]) => name === target);
    if (found === undefined) throw new KeyError(`${this.kind} has no parameter \`${target}\``);
    return found[1];
  }
  get_submodule(target: string): Module {
    const found = [...this.named_modules()].find(([name]) => name === target);
    if (found === undefined) throw new KeyError(`${this.kind} has no module \`${target}\``);
    return found[1];
  }

  /** Parameters and buffers by dotted name; they share memory with the module. */
  state_dict(): StateDict {
    const out: StateDict = new Map();
    for (const [prefix, module] of this.named_modules()) {
      const dot = prefix === '' ? '' : `${prefix}.`;
      for (const [name, p] of module.own('parameter')) out.set(dot + name, p.detach());
      for (const [name, b, persistent] of module.own('buffer')) if (persistent) out.set(dot + name, b.detach());
    }
    return out;
  }
  /**
   * Copies values into parameters and buffers.
   * @throws RuntimeError naming missing and unexpected keys (if strict) and every shape that does not fit.
   */
  load_state_dict(
    state_dict: ReadonlyMap<string, CoreTensor> | Readonly<Record<string, CoreTensor>>,
    options: boolean | { strict?: boolean } = {},
  ): { missing_keys: string[]; unexpected_keys: string[]; toString(): string } {
    const strict = typeof options === 'boolean' ? options : (options.strict ?? true);
    const given = state_dict instanceof Map ? state_dict : new Map(Object.entries(state_dict));
    const own = this.state_dict();
    const missing_keys = [...own.keys()].filter((key) => !given.has(key));
    const unexpected_keys = [...given.keys()].filter((key) => !own.has(key));
    const errors: string[] = [];
    const quoted = (keys: string[]): string => keys.map((key) => `"${key}"`).join(', ');
    if (strict && unexpected_keys.length > 0)
      errors.push(`Unexpected key(s) in state_dict: ${quoted(unexpected_keys)}. `);
    if (strict && missing_keys.length > 0) errors.unshift(`Missing key(s) in state_dict: ${quoted(missing_keys)}. `);
    for (const [name, target] of own) {
      const value = given.get(name);
      if (value === undefined) continue;
      if (value.sizes.length !== target.ndim || value.sizes.some((s: number, i: number) => s !== target.sizes[i])) {
        errors.push(
          `size mismatch for ${name}: copying a param with shape ${torchSize(value.sizes)} from checkpoint, the shape in current model is ${torchSize(target.sizes)}.`,
        );
      } else assign(target, ops.cast(value, target.scalarType));
    }
    if (errors.length > 0)
      throw new RuntimeError(`Error(s) in loading state_dict for ${this.kind}:\n\t${errors.join('\n\t')}`);
    const all = missing_keys.length + unexpected_keys.length === 0;
    return {
      missing_keys,
      unexpected_keys,
      toString: () => (all ? '<All keys matched successfully>' : '<keys differ>'),
    };
  }

  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }
  eval(): this {
    return this.train(false);
  }
  requires_grad_(value = true): this {
    for (const p of this.parameters()) p.requires_grad_(value);
    return this;
  }
  zero_grad(set_to_none = true): void {
    for (const p of this.parameters()) {
      if (set_to_none) p.grad = null;
      else if (p.grad !== null) p.grad = p.grad.detach().mul(0);
    }
  }
  /** Runs a function on every module inside, then on this one. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }
  /** Changes the dtype of floating parameters and buffers; a device may be named. */
  to(...wanted: (dtype | device | string | { dtype?: dtype; device?: device | string })[]): this {
    for (const module of this.modules()) {
      for (const kind of ['parameter', 'buffer'] as const)
        for (const [, t] of module.own(kind)) {
          const moved = t.detach().to(...wanted);
          if (t.is_floating_point() && moved.storage !== t.storage) t.storage = moved.contiguous().storage;
        }
    }
    return this;
  }
  double(): this {
    return this.cast('float64');
  }
  float(): this {
    return this.cast('float32');
  }
  cpu(): this {
    return this;
  }
  private cast(to: 'float32' | 'float64'): this {
    for (const t of [...this.parameters(), ...this.buffers()])
      if (t.is_floating_point()) t.storage = ops.contiguous(ops.cast(t.detach(), to)).storage;
    return this;
  }

  /** The name of the class, as torch prints it. */
  protected get kind(): string {
    return this.constructor.name;
  }
  /** What stands between the parentheses of the printed form. */
  extra_repr(): string {
    return '';
  }
  override toString(): string {
    const lines = [...this.named_children()].map(
      ([name, child]) => `  (${name}): ${child.toString().replaceAll('\n', '\n  ')}`,
    );
    const extra = this.extra_repr();
    if (lines.length === 0) return `${this.kind}(${extra})`;
    return `${this.kind}(\n${extra === '' ? '' : `  ${extra}\n`}${lines.join('\n')}\n)`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
Object.defineProperty(Module.prototype, 'entry', { value: 'runWithHooks', writable: true, configurable: true });
