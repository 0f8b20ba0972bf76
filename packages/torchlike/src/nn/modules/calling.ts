import {
  bindKeywords,
  CallableBase,
  Tensor as CoreTensor,
  isGradEnabled,
  isKeywords,
  ops,
  signatureOf,
  tupleOf,
} from '@stele/core';
import { NotImplementedError, RuntimeError } from '../../errors';
import type { Tensor } from '../../tensor';

type Keywords = Readonly<Record<string, unknown>>;
type Grads = readonly (Tensor | null)[];
/** What a hook returns takes the place of what it saw, unless it is nothing. */
export type ForwardHook = (module: any, args: any, ...rest: any[]) => unknown;
export type BackwardHook = (
  module: any,
  gradInput: Grads,
  gradOutput: Grads,
) => Grads | Tensor | null | undefined | void;
export type BackwardPreHook = (module: any, gradOutput: Grads) => Grads | Tensor | null | undefined | void;

interface Hook<F> {
  readonly run: F;
  readonly keywords: boolean;
  readonly always: boolean;
}
interface Hooks {
  before: Map<number, Hook<ForwardHook>>;
  after: Map<number, Hook<ForwardHook>>;
  backward: Map<number, Hook<BackwardHook>>;
  backwardBefore: Map<number, Hook<BackwardPreHook>>;
}
const hooks = Symbol('hooks');
let handles = 0;

/** What registering a hook gives: `remove()` takes the hook away, and so does leaving its scope. */
export class RemovableHandle {
  readonly id: number;
  private readonly owner: Map<number, unknown>;

  constructor(owner: Map<number, unknown>) {
    this.id = handles++;
    this.owner = owner;
  }
  remove(): void {
    this.owner.delete(this.id);
  }
  __enter__(): this {
    return this;
  }
  __exit__(): void {
    this.remove();
  }
  [Symbol.dispose](): void {
    this.remove();
  }
}

/** Enters a hook at the end of a list, or at its start. */
export function enterHook<H>(list: Map<number, H>, hook: H, prepend = false): RemovableHandle {
  const handle = new RemovableHandle(list);
  const old = prepend ? [...list] : [];
  if (prepend) list.clear();
  list.set(handle.id, hook);
  for (const [id, one] of old) list.set(id, one);
  return handle;
}

interface HookOptions {
  prepend?: boolean;
  with_kwargs?: boolean;
  always_call?: boolean;
}
const listOf = (x: unknown): unknown[] => (Array.isArray(x) ? x : [x]);
/** What forward gave; Python sees several results as a tuple where torch's own layers give them. */
function resultOf(forward: object, out: unknown): unknown {
  if (!Array.isArray(out) || signatureOf(forward) === null) return out;
  return tupleOf(out.map((part) => (Array.isArray(part) ? tupleOf(part) : part)));
}
const given = (x: unknown): boolean => x !== undefined && x !== null;

export interface ModuleCalls {
  [hooks]: Hooks;
}
/** Calling a module: the hooks around forward and around its part of the backward pass. */
export class ModuleCalls extends CallableBase {
  constructor() {
    super();
    // unseen by walks over the fields
    const value: Hooks = { before: new Map(), after: new Map(), backward: new Map(), backwardBefore: new Map() };
    Object.defineProperty(this, hooks, { value, enumerable: false });
  }

  /** What a call runs: the hooks around forward. */
  protected runWithHooks(...given: unknown[]): unknown {
    const { before, after, backward, backwardBefore } = this[hooks];
    if (before.size + after.size + backward.size + backwardBefore.size === 0) return this.runForward(given, null);
    const last = given.at(-1);
    let keywords: Keywords | null = isKeywords(last) ? last : null;
    let args: unknown[] = tupleOf(keywords === null ? given : given.slice(0, -1));
    for (const hook of before.values()) {
      const changed = hook.keywords ? hook.run(this, args, keywords ?? {}) : hook.run(this, args);
      if (changed === undefined || changed === null) continue;
      if (!hook.keywords) args = tupleOf(listOf(changed));
      else if (Array.isArray(changed) && changed.length === 2) {
        args = tupleOf(listOf(changed[0]));
        keywords = changed[1] instanceof Map ? Object.fromEntries(changed[1]) : (changed[1] as Keywords);
      } else
        throw new RuntimeError(
          `forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got ${String(changed)}.`,
        );
    }
    const watch =
      backward.size + backwardBefore.size > 0
        ? new BackwardWatch(this, [...backward.values()], [...backwardBefore.values()])
        : null;
    if (watch !== null) args = tupleOf(watch.inputs(args));
    const called = new Set<Hook<ForwardHook>>();
    let out: unknown;
    try {
      out = this.runForward(args, keywords);
      for (const hook of after.values()) {
        called.add(hook);
        const changed = hook.keywords ? hook.run(this, args, keywords ?? {}, out) : hook.run(this, args, out);
        if (changed !== undefined && changed !== null) out = changed;
      }
    } catch (error) {
      for (const hook of after.values()) {
        if (!hook.always || called.has(hook)) continue;
        if (hook.keywords) hook.run(this, args, keywords ?? {}, out ?? null);
        else hook.run(this, args, out ?? null);
      }
      throw error;
    }
    return watch === null ? out : watch.outputs(out);
  }
  private runForward(args: unknown[], keywords: Keywords | null): unknown {
    const { forward } = this as unknown as { forward?: (...a: unknown[]) => unknown };
    const name = this.constructor.name;
    if (typeof forward !== 'function')
      throw new NotImplementedError(`Module [${name}] is missing the required "forward" function`);
    const last = args.at(-1);
    const named = keywords ?? (isKeywords(last) ? last : null);
    if (named === null) return resultOf(forward, forward.apply(this, args));
    const positional = keywords === null ? args.slice(0, -1) : args;
    if (signatureOf(forward) === null) return forward.apply(this, [...positional, named]);
    return resultOf(forward, forward.apply(this, bindKeywords(`${name}.forward()`, forward, positional, named)));
  }

  /** Calls `hook(module, args, output)` after each forward; `with_kwargs` adds the keywords after args. */
  register_forward_hook(hook: ForwardHook, options: HookOptions = {}): RemovableHandle {
    const entry = { run: hook, keywords: options.with_kwargs ?? false, always: options.always_call ?? false };
    return enterHook(this[hooks].after, entry, options.prepend);
  }
  /** Calls `hook(module, args)` before each forward. */
  register_forward_pre_hook(hook: ForwardHook, options: HookOptions = {}): RemovableHandle {
    const entry = { run: hook, keywords: options.with_kwargs ?? false, always: false };
    return enterHook(this[hooks].before, entry, options.prepend);
  }
  /** Calls `hook(module, grad_input, grad_output)` when the gradients of the module's inputs are known. */
  register_full_backward_hook(hook: BackwardHook, prepend: boolean | HookOptions = false): RemovableHandle {
    const first = typeof prepend === 'boolean' ? prepend : prepend.prepend;
    return enterHook(this[hooks].backward, { run: hook, keywords: false, always: false }, first);
  }
  /** Calls `hook(module, grad_output)` before the backward pass goes through the module. */
  register_full_backward_pre_hook(hook: BackwardPreHook, prepend: boolean | HookOptions = false): RemovableHandle {
    const first = typeof prepend === 'boolean' ? prepend : prepend.prepend;
    return enterHook(this[hooks].backwardBefore, { run: hook, keywords: false, always: false }, first);
  }
}
Object.defineProperty(ModuleCalls.prototype, 'entry', { value: 'runWithHooks', writable: true, configurable: true });

/** Stands before and behind one call of a module in the graph, and tells its backward hooks what passes. */
class BackwardWatch {
  private readonly module: unknown;
  private readonly hooks: readonly Hook<BackwardHook>[];
  private readonly preHooks: readonly Hook<BackwardPreHook>[];
  private gradOutputs: Grads | null = null;
  private inputCount = 0;
  /** Whether a node stands before the module: not so where no input requires a gradient. */
  private before = false;

  constructor(module: unknown, hooks: readonly Hook<BackwardHook>[], preHooks: readonly Hook<BackwardPreHook>[]) {
    this.module = module;
    this.hooks = hooks;
    this.preHooks = preHooks;
  }
  inputs(args: readonly unknown[]): unknown[] {
    this.inputCount = args.length;
    const places = args.flatMap((a, i) => (a instanceof CoreTensor ? [i] : []));
    const tensors = places.map((i) => args[i] as Tensor);
    this.before = isGradEnabled() && tensors.some((t) => t.requiresGrad);
    if (!this.before) return [...args];
    const through = ops.identities(tensors, (grads) => {
      const outputs = this.gradOutputs;
      this.gradOutputs = null;
      if (outputs === null) return grads;
      let now: Grads = new Array(this.inputCount).fill(null).map((_, i) => {
        const at = places.indexOf(i);
        return at >= 0 && tensors[at]!.requiresGrad ? (grads[at] as Tensor | null) : null;
      });
      for (const hook of this.hooks) {
        const changed = hook.run(this.module, tupleOf(now), tupleOf(outputs));
        if (!given(changed)) continue;
        const list = listOf(changed) as Grads;
        if (list.length !== now.length)
          throw new RuntimeError(
            `Backward hook returned an invalid number of grad_input, got ${list.length}, but expected ${now.length}`,
          );
        now = list;
      }
      return places.map((i) => now[i] ?? null);
    });
    const out = [...args];
    places.forEach((at, i) => {
      // what needs no gradient goes by as it is
      if (tensors[i]!.requiresGrad) out[at] = through[i];
    });
    return out;
  }
  outputs(result: unknown): unknown {
    const list = Array.isArray(result) ? result : [result];
    const places = list.flatMap((a, i) => (a instanceof CoreTensor ? [i] : []));
    const tensors = places.map((i) => list[i] as Tensor);
    if (!isGradEnabled() || !tensors.some((t) => t.requiresGrad)) return result;
    const through = ops.identities(tensors, (grads) => {
      let now: Grads = list.map((_, i) => (grads[places.indexOf(i)] ?? null) as Tensor | null);
      for (const hook of this.preHooks) {
        const changed = hook.run(this.module, tupleOf(now));
        if (!given(changed)) continue;
        const fresh = listOf(changed) as Grads;
        if (fresh.length !== now.length)
          throw new RuntimeError(
            `Backward pre hook returned an invalid number of grad_output, got ${fresh.length}, but expected ${now.length}`,
          );
        now = fresh;
      }
      this.gradOutputs = now;
      if (!this.before) {
        this.gradOutputs = null;
        const none: Grads = new Array(this.inputCount).fill(null);
        for (const hook of this.hooks) {
          const changed = hook.run(this.module, tupleOf(none), tupleOf(now));
          if (given(changed) && !(Array.isArray(changed) && changed.every((g) => g === null)))
            throw new RuntimeError(
              'Backward hook for Modules where no input requires gradient should always return None or None for all gradients.',
            );
        }
      }
      return places.map((i) => now[i] ?? null);
    });
    const out = [...list];
    places.forEach((at, i) => {
      out[at] = through[i];
    });
    return Array.isArray(result) ? out : out[0];
  }
}
