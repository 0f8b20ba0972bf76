import { Tensor as CoreTensor, ops, withGrad } from '@stele/core';
import { OrderedDict } from '@stele/core/formats/pickle';
import { RuntimeError, torchSize } from '../../errors';
import { assign } from '../../methods/inplace';
import { Parameter, type Tensor } from '../../tensor';
import { enterHook, type RemovableHandle } from './calling';
import type { Module } from './module';
import { fieldsOf, ModuleTree, typeText } from './tree';
import { isUninitialized } from './uninitialized';

/** Tensors by dotted name; `_metadata` tells each module's version. */
export class StateDict extends OrderedDict<string, Tensor> {
  constructor() {
    super();
    const attributes = new Map([['_metadata', new OrderedDict<string, { version: number }>()]]);
    Object.defineProperty(this, 'attributes', { value: attributes, enumerable: false, writable: true });
  }
  get _metadata(): Map<string, { version: number }> {
    return this.attributes!.get('_metadata') as Map<string, { version: number }>;
  }
}
/** The version of each module as a state tells it, one of `state_dict` or one from a file. */
function versionsOf(state: GivenState): (module: string) => number | null {
  const metadata = state instanceof OrderedDict ? state.attributes?.get('_metadata') : null;
  return (module) => {
    const entry: unknown = metadata instanceof Map ? metadata.get(module) : null;
    const version: unknown =
      entry instanceof Map ? entry.get('version') : (entry as { version?: unknown } | null)?.version;
    return typeof version === 'number' ? version : null;
  };
}
export type GivenState = ReadonlyMap<string, CoreTensor> | Readonly<Record<string, CoreTensor>>;

/** Which names of a state were not there, and which were not asked for. */
export class IncompatibleKeys {
  readonly missing_keys: string[];
  readonly unexpected_keys: string[];
  constructor(missing_keys: string[], unexpected_keys: string[]) {
    this.missing_keys = missing_keys;
    this.unexpected_keys = unexpected_keys;
  }
  *[Symbol.iterator](): IterableIterator<string[]> {
    yield this.missing_keys;
    yield this.unexpected_keys;
  }
  toString(): string {
    const list = (keys: string[]): string => `[${keys.map((k) => `'${k}'`).join(', ')}]`;
    if (this.missing_keys.length + this.unexpected_keys.length === 0) return '<All keys matched successfully>';
    return `_IncompatibleKeys(missing_keys=${list(this.missing_keys)}, unexpected_keys=${list(this.unexpected_keys)})`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** One module's part of loading: what it reads, and where it reports. */
export interface Loading {
  readonly state: Map<string, unknown>;
  readonly prefix: string;
  readonly version: number | null;
  readonly assign: boolean;
  readonly missing: string[];
  readonly unexpected: string[];
  readonly errors: string[];
}
const stateHooks = Symbol('state hooks');
type Hook = (...args: any[]) => unknown;
interface StateHooks {
  save: Map<number, Hook>;
  saved: Map<number, Hook>;
  load: Map<number, Hook>;
  loaded: Map<number, Hook>;
}
const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((s, i) => s === b[i]);
const extraKey = '_extra_state';
/** Lets a hook change a state as a record, which Python sees as a dict that it can write to. */
function throughRecord(state: Map<string, any>, body: (record: Record<string, unknown>) => void): void {
  const record: Record<string, unknown> = Object.fromEntries(state);
  body(record);
  for (const key of [...state.keys()]) if (!Object.hasOwn(record, key)) state.delete(key);
  for (const [key, value] of Object.entries(record)) if (state.get(key) !== value) state.set(key, value);
}

export interface ModuleState {
  [stateHooks]: StateHooks;
  /** What else belongs to the state: kept under `_extra_state`. */
  get_extra_state?(): unknown;
  set_extra_state?(state: unknown): void;
}
/** Saving and loading a module's parameters and buffers. */
export class ModuleState extends ModuleTree {
  constructor() {
    super();
    const value: StateHooks = { save: new Map(), saved: new Map(), load: new Map(), loaded: new Map() };
    Object.defineProperty(this, stateHooks, { value, enumerable: false });
  }
  /** Counts changes of what the class keeps in its state. */
  get _version(): number {
    return 1;
  }

  /** Parameters and buffers by dotted name; they share memory with the module, and the graph with `keep_vars`. */
  state_dict(options: { destination?: StateDict | null; prefix?: string; keep_vars?: boolean } = {}): StateDict {
    const { prefix = '', keep_vars = false } = options;
    const out = options.destination ?? new StateDict();
    for (const hook of this[stateHooks].save.values()) hook(this, prefix, keep_vars);
    const metadata = { version: this._version };
    out._metadata?.set(prefix.slice(0, -1), metadata);
    const put = (name: string, t: Tensor): unknown => out.set(prefix + name, keep_vars ? t : t.detach());
    for (const [name, p] of this.own('parameter')) put(name, p);
    for (const [name, b, persistent] of this.own('buffer')) if (persistent) put(name, b);
    if (this.get_extra_state) out.set(prefix + extraKey, this.get_extra_state() as Tensor);
    for (const [name, child] of this.submodules())
      child.state_dict({ destination: out, prefix: `${prefix}${name}.`, keep_vars });
    for (const hook of this[stateHooks].saved.values())
      throughRecord(out, (state) => {
        if ((hook(this, state, prefix, metadata) ?? null) !== null)
          throw new RuntimeError('state_dict post-hook must return None');
      });
    return out;
  }
  /**
   * Copies values into parameters and buffers; with `assign` puts the given tensors in their place.
   * @throws RuntimeError naming missing and unexpected keys (if strict) and every shape that does not fit.
   */
  load_state_dict(
    state_dict: GivenState,
    strict: boolean | { strict?: boolean; assign?: boolean } = true,
    assign = false,
  ): IncompatibleKeys {
    const o = typeof strict === 'boolean' ? { strict, assign } : { strict: true, assign, ...strict };
    if (typeof state_dict !== 'object' || state_dict === null || Array.isArray(state_dict))
      throw new TypeError(`Expected state_dict to be dict-like, got <class '${typeText(state_dict)}'>.`);
    const state = new Map<string, unknown>(state_dict instanceof Map ? state_dict : Object.entries(state_dict));
    const versionOf = versionsOf(state_dict);
    const missing: string[] = [];
    const unexpected: string[] = [];
    const errors: string[] = [];
    const load = (module: Module, prefix: string, part: Map<string, unknown>): void => {
      const version = versionOf(prefix.slice(0, -1));
      module.loadOwn({ state: part, prefix, version, assign: o.assign, missing, unexpected, errors });
      for (const [name, child] of module.submodules()) {
        const inner = `${prefix}${name}.`;
        load(child, inner, new Map([...part].filter(([key]) => key.startsWith(inner))));
      }
      const keys = new IncompatibleKeys(missing, unexpected);
      for (const hook of module[stateHooks].loaded.values()) {
        if ((hook(module, keys) ?? null) !== null)
          throw new RuntimeError(
            'Hooks registered with ``register_load_state_dict_post_hook`` are not expected to return new values, if incompatible_keys need to be modified, it should be done inplace.',
          );
      }
    };
    load(this as unknown as Module, '', state);
    const quoted = (keys: string[]): string => keys.map((key) => `"${key}"`).join(', ');
    if (o.strict && unexpected.length > 0) errors.unshift(`Unexpected key(s) in state_dict: ${quoted(unexpected)}. `);
    if (o.strict && missing.length > 0) errors.unshift(`Missing key(s) in state_dict: ${quoted(missing)}. `);
    if (errors.length > 0)
      throw new RuntimeError(`Error(s) in loading state_dict for ${this.constructor.name}:\n\t${errors.join('\n\t')}`);
    return new IncompatibleKeys(missing, unexpected);
  }
  /** Loads this module's own parameters and buffers. */
  loadOwn(loading: Loading): void {
    const { state, prefix, missing, unexpected, errors } = loading;
    for (const hook of this[stateHooks].load.values())
      throughRecord(state, (record) =>
        hook(record, prefix, { version: loading.version }, true, missing, unexpected, errors),
      );
    const local = new Map<string, Tensor>();
    for (const [name, p] of this.own('parameter')) local.set(name, p);
    for (const [name, b, persistent] of this.own('buffer')) if (persistent) local.set(name, b);
    for (const [name, target] of local) {
      const key = prefix + name;
      if (!state.has(key)) {
        missing.push(key);
        continue;
      }
      let value = state.get(key);
      if (!(value instanceof CoreTensor)) {
        errors.push(
          `While copying the parameter named "${key}", expected torch.Tensor or Tensor-like object from checkpoint but received <class '${typeText(value)}'>`,
        );
        continue;
      }
      // a layer that waits for its first input takes the shape of what is loaded
      if (isUninitialized(target)) target.materialize(value.sizes);
      if (target.ndim === 0 && value.sizes.length === 1 && value.sizes[0] === 1) value = ops.reshape(value, []);
      const source = value as Tensor;
      if (!sameShape(source.sizes, target.sizes))
        errors.push(
          `size mismatch for ${key}: copying a param with shape ${torchSize(source.sizes)} from checkpoint, the shape in current model is ${torchSize(target.sizes)}.`,
        );
      else if (!loading.assign) assign(target, ops.cast(source, target.scalarType));
      else if (target instanceof Parameter && !(source instanceof Parameter))
        fieldsOf(this)[name] = new Parameter(source, target.requires_grad);
      else fieldsOf(this)[name] = target instanceof Parameter ? source.requires_grad_(target.requires_grad) : source;
    }
    const extra = prefix + extraKey;
    if (this.set_extra_state) {
      if (state.has(extra)) this.set_extra_state(state.get(extra));
      else missing.push(extra);
    } else if (state.has(extra)) unexpected.push(extra);
    const children = new Set(this.submodules().map(([name]) => name));
    for (const key of state.keys()) {
      if (!key.startsWith(prefix) || key === extra) continue;
      const [first, ...rest] = key.slice(prefix.length).split('.');
      if (rest.length > 0 ? !children.has(first!) : !local.has(first!)) unexpected.push(key);
    }
  }

  /** Calls `hook(module, prefix, keep_vars)` before the state is taken. */
  register_state_dict_pre_hook(hook: Hook): RemovableHandle {
    return enterHook(this[stateHooks].save, hook);
  }
  /** Calls `hook(module, state_dict, prefix, local_metadata)` when the state has been taken; it may change that record. */
  register_state_dict_post_hook(hook: Hook): RemovableHandle {
    return enterHook(this[stateHooks].saved, hook);
  }
  /** Calls `hook(module, state_dict, prefix, local_metadata, strict, missing, unexpected, errors)` before loading. */
  register_load_state_dict_pre_hook(hook: Hook): RemovableHandle {
    return enterHook(this[stateHooks].load, (...args) => hook(this, ...args));
  }
  /** Calls `hook(module, incompatible_keys)` after loading. */
  register_load_state_dict_post_hook(hook: Hook): RemovableHandle {
    return enterHook(this[stateHooks].loaded, hook);
  }
}

/** Gives a tensor other memory, as torch's `tensor.data = source` does: graph, hooks and identity stay. */
export function setData(target: CoreTensor, source: CoreTensor): void {
  withGrad(false, () => {
    const { storage, sizes, strides, offset } = source;
    Object.assign(target, { storage, sizes, strides, offset });
  });
}
