import { Tensor as CoreTensor, tupleOf } from '@stele/core';
import { AttributeError, KeyError, ValueError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import { ModuleCalls } from './calling';
import type { Module } from './module';

export const buffers = Symbol('buffers');
export type Fields = Record<string, unknown>;
export const fieldsOf = (module: object): Fields => module as Fields;

/** A class by its Python name, as torch's errors show an object's type. */
export const typeText = (x: unknown): string => {
  if (x === null || x === undefined) return 'NoneType';
  if (x instanceof CoreTensor) return (x as Tensor).type();
  if (typeof x === 'string') return 'str';
  if (typeof x === 'boolean') return 'bool';
  if (typeof x === 'number') return Number.isInteger(x) ? 'int' : 'float';
  if (Array.isArray(x)) return 'list';
  return x instanceof Map ? 'dict' : ((x as object).constructor?.name ?? typeof x);
};
/** A name and what it names, which Python sees as a tuple. */
const pairOf = <T>(name: string, value: T): [string, T] => tupleOf<unknown>([name, value]) as unknown as [string, T];

interface Walk {
  prefix?: string;
  recurse?: boolean;
  remove_duplicate?: boolean;
}
const isWalk = (x: unknown): x is Walk => typeof x === 'object' && x !== null && !(x instanceof Set);

export interface ModuleTree {
  [buffers]: Map<string, boolean>;
}
/** What belongs to a module: its fields that are parameters, buffers or modules, and theirs. */
export class ModuleTree extends ModuleCalls {
  constructor() {
    super();
    Object.defineProperty(this, buffers, { value: new Map(), enumerable: false });
  }

  private checkName(kind: 'parameter' | 'buffer' | 'module', name: string): void {
    if (typeof name !== 'string') throw new TypeError(`${kind} name should be a string. Got ${typeText(name)}`);
    const held = fieldsOf(this)[name];
    const own =
      kind === 'buffer'
        ? this[buffers].has(name)
        : kind === 'parameter'
          ? held instanceof Parameter
          : held instanceof ModuleTree;
    const there = name in this && !(Object.hasOwn(this, name) && (held === null || held === undefined));
    if (kind === 'module' && there && !own) throw new KeyError(`attribute '${name}' already exists`);
    if (name.includes('.'))
      throw new KeyError(`${kind} name can't contain "."${kind === 'module' ? `, got: ${name}` : ''}`);
    if (name === '') throw new KeyError(`${kind} name can't be empty string ""`);
    if (there && !own) throw new KeyError(`attribute '${name}' already exists`);
  }
  /** A tensor that belongs to the state but is not learned. */
  register_buffer(name: string, tensor: Tensor | null, persistent: boolean | { persistent?: boolean } = true): void {
    this.checkName('buffer', name);
    if (tensor !== null && !(tensor instanceof CoreTensor))
      throw new TypeError(
        `cannot assign '${typeText(tensor)}' object to buffer '${name}' (torch Tensor or None required)`,
      );
    this[buffers].set(name, typeof persistent === 'boolean' ? persistent : (persistent.persistent ?? true));
    fieldsOf(this)[name] = tensor;
  }
  register_parameter(name: string, param: Parameter | null): void {
    this.checkName('parameter', name);
    if (param !== null && !(param instanceof Parameter))
      throw new TypeError(
        `cannot assign '${typeText(param)}' object to parameter '${name}' (torch.nn.Parameter or None required)`,
      );
    if (param?.grad_fn)
      throw new ValueError(
        `Cannot assign non-leaf Tensor to parameter '${name}'. Model parameters must be created explicitly. To express '${name}' as a function of another Tensor, compute the value in the forward() method.`,
      );
    fieldsOf(this)[name] = param;
  }
  add_module(name: string, module: Module | null): void {
    if (module !== null && !(module instanceof ModuleTree))
      throw new TypeError(`${typeText(module)} is not a Module subclass`);
    this.checkName('module', name);
    fieldsOf(this)[name] = module;
  }
  register_module(name: string, module: Module | null): void {
    this.add_module(name, module);
  }
  /** Python's `self.name = value`: what is a parameter, buffer or module stays one. */
  __setattr__(name: string, value: unknown): void {
    const fields = fieldsOf(this);
    // a class of Python may set fields before its base is ready
    if (this[buffers] === undefined) {
      if (value instanceof Parameter || value instanceof ModuleTree)
        throw new AttributeError(
          `cannot assign ${value instanceof Parameter ? 'parameters' : 'module'} before Module.__init__() call`,
        );
      fields[name] = value;
      return;
    }
    const old = Object.hasOwn(this, name) ? fields[name] : undefined;
    const wrong = (kind: string, wanted: string): TypeError =>
      new TypeError(`cannot assign '${typeText(value)}' as ${kind} '${name}' (${wanted} or None expected)`);
    if (value !== null && value !== undefined) {
      if (old instanceof Parameter && !(value instanceof Parameter)) throw wrong('parameter', 'torch.nn.Parameter');
      if (old instanceof ModuleTree && !(value instanceof ModuleTree)) throw wrong('child module', 'torch.nn.Module');
      if (this[buffers].has(name) && !(value instanceof CoreTensor))
        throw wrong('buffer', 'torch.nn.Buffer, torch.Tensor');
    }
    if (value instanceof Parameter || value instanceof ModuleTree) this[buffers].delete(name);
    fields[name] = value;
  }
  /** Python's `del self.name`. */
  __delattr__(name: string): void {
    if (!Object.hasOwn(this, name))
      throw new AttributeError(`'${this.constructor.name}' object has no attribute '${name}'`);
    delete fieldsOf(this)[name];
    this[buffers].delete(name);
  }

  *named_children(): Generator<[string, Module]> {
    const seen = new Set<unknown>();
    for (const [name, value] of Object.entries(this)) {
      if (!(value instanceof ModuleTree) || seen.has(value)) continue;
      seen.add(value);
      yield pairOf(name, value as Module);
    }
  }
  /** Every field that is a module, also one that is there twice. */
  protected submodules(): [string, Module][] {
    return Object.entries(this).filter((e): e is [string, Module] => e[1] instanceof ModuleTree);
  }
  *children(): Generator<Module> {
    for (const [, child] of this.named_children()) yield child;
  }
  *named_modules(
    memo: Set<unknown> | null | (Walk & { memo?: Set<unknown> | null }) = null,
    prefix = '',
    remove_duplicate = true,
  ): Generator<[string, Module]> {
    if (isWalk(memo)) {
      yield* this.named_modules(memo.memo ?? null, memo.prefix, memo.remove_duplicate);
      return;
    }
    const seen = memo ?? new Set();
    if (seen.has(this)) return;
    if (remove_duplicate) seen.add(this);
    yield pairOf(prefix, this as unknown as Module);
    for (const [name, child] of this.submodules())
      yield* child.named_modules(seen, prefix === '' ? name : `${prefix}.${name}`, remove_duplicate);
  }
  *modules(remove_duplicate = true): Generator<Module> {
    for (const [, module] of this.named_modules(null, '', remove_duplicate)) yield module;
  }
  /** The parameters and buffers of this module alone, in order of their fields; whether each is part of the state. */
  *own(kind: 'parameter' | 'buffer'): Generator<[string, Tensor, boolean]> {
    if (kind === 'buffer') {
      for (const [name, persistent] of this[buffers]) {
        const value = fieldsOf(this)[name];
        if (value instanceof CoreTensor) yield [name, value as Tensor, persistent];
      }
    } else for (const [name, value] of Object.entries(this)) if (value instanceof Parameter) yield [name, value, true];
  }
  private *walk(kind: 'parameter' | 'buffer', { prefix = '', recurse = true, remove_duplicate = true }: Walk) {
    const seen = new Set<Tensor>();
    const modules: Iterable<[string, Module]> = recurse
      ? this.named_modules(null, prefix, remove_duplicate)
      : [[prefix, this as unknown as Module]];
    for (const [path, module] of modules)
      for (const [name, t] of module.own(kind)) {
        if (seen.has(t)) continue;
        if (remove_duplicate) seen.add(t);
        yield pairOf(path === '' ? name : `${path}.${name}`, t);
      }
  }
  *named_parameters(
    prefix: string | Walk = '',
    recurse = true,
    remove_duplicate = true,
  ): Generator<[string, Parameter]> {
    const walk = typeof prefix === 'string' ? { prefix, recurse, remove_duplicate } : prefix;
    yield* this.walk('parameter', walk) as Generator<[string, Parameter]>;
  }
  *parameters(recurse: boolean | Walk = true): Generator<Parameter> {
    const walk = typeof recurse === 'boolean' ? { recurse } : recurse;
    for (const [, p] of this.named_parameters(walk)) yield p;
  }
  *named_buffers(prefix: string | Walk = '', recurse = true, remove_duplicate = true): Generator<[string, Tensor]> {
    yield* this.walk('buffer', typeof prefix === 'string' ? { prefix, recurse, remove_duplicate } : prefix);
  }
  *buffers(recurse: boolean | Walk = true): Generator<Tensor> {
    const walk = typeof recurse === 'boolean' ? { recurse } : recurse;
    for (const [, b] of this.named_buffers(walk)) yield b;
  }

  /** The module at a dotted path; the empty path is this one. */
  get_submodule(target: string): Module {
    if (target === '') return this as unknown as Module;
    let at: ModuleTree = this;
    for (const name of target.split('.')) {
      if (!(name in at)) throw new AttributeError(`${at.constructor.name} has no attribute \`${name}\``);
      const next = fieldsOf(at)[name];
      if (!(next instanceof ModuleTree)) throw new AttributeError(`\`${name}\` is not an nn.Module`);
      at = next;
    }
    return at as unknown as Module;
  }
  private parent(target: string): [Module, string] {
    const at = target.lastIndexOf('.');
    return [this.get_submodule(at < 0 ? '' : target.slice(0, at)), target.slice(at + 1)];
  }
  get_parameter(target: string): Parameter {
    const [module, name] = this.parent(target);
    if (!(name in module)) throw new AttributeError(`${module.constructor.name} has no attribute \`${name}\``);
    const found = fieldsOf(module)[name];
    if (!(found instanceof Parameter)) throw new AttributeError(`\`${name}\` is not an nn.Parameter`);
    return found;
  }
  get_buffer(target: string): Tensor {
    const [module, name] = this.parent(target);
    if (!(name in module)) throw new AttributeError(`${module.constructor.name} has no attribute \`${name}\``);
    if (!module[buffers].has(name)) throw new AttributeError(`\`${name}\` is not a buffer`);
    return fieldsOf(module)[name] as Tensor;
  }
  /** Puts a module at a dotted path; `strict` demands that one is there. */
  set_submodule(target: string, module: Module, strict: boolean | { strict?: boolean } = false): void {
    if (target === '') throw new ValueError('Cannot set the submodule without a target name!');
    const [owner, name] = this.parent(target);
    const must = typeof strict === 'boolean' ? strict : (strict.strict ?? false);
    if (!(module instanceof ModuleTree))
      throw new ValueError(`\`module\` is not an nn.Module, found ${typeText(module)}`);
    if (name in owner && !(fieldsOf(owner)[name] instanceof ModuleTree))
      throw new AttributeError(`\`${name}\` is not an nn.Module`);
    if (must && !(name in owner)) throw new AttributeError(`${owner.constructor.name} has no attribute \`${name}\``);
    fieldsOf(owner)[name] = module;
  }
}
