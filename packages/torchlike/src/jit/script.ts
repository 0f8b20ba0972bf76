import { CallableBase, Tensor as CoreTensor } from '@stele/core';
import { AttributeError, NotImplementedError } from '../errors';
import { Module } from '../nn/modules/module';
import type { Parameter, Tensor } from '../tensor';
import { Traced } from './traced';

type Func = (...args: any[]) => unknown;
const hidden = (owner: object, name: string, value: unknown): void => {
  Object.defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: false });
};
const noCode = (): never => {
  throw new AttributeError(
    'the code of a ScriptModule is TorchScript in PyTorch; Stele keeps the steps of a graph and writes no such text',
  );
};

/**
 * A module whose forward is a graph, or that of the module it was made of.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.jit.ScriptModule.html
 */
export class ScriptModule extends Module {
  declare readonly original_name: string;
  declare readonly run: Func | null;
  declare readonly traced: (() => Traced) | null;
  declare private readonly shown: string;

  constructor(original_name = 'ScriptModule', shown = original_name) {
    super();
    hidden(this, 'original_name', original_name);
    hidden(this, 'shown', shown);
    hidden(this, 'run', null);
    hidden(this, 'traced', null);
  }
  forward(...inputs: any[]): any {
    if (this.run === null)
      throw new NotImplementedError(
        `Module [${this.original_name}] is missing the required "forward" function: the file holds the whole module's steps, call that`,
      );
    return this.run(...inputs);
  }
  get code(): string {
    return noCode();
  }
  get graph(): string {
    return noCode();
  }
  /** Writes the steps and the weights to a file that `torch.jit.load` reads. */
  save(f: string): void {
    writer(this, f);
  }
  protected override get kind(): string {
    return this.shown;
  }
  override extra_repr(): string {
    return `original_name=${this.original_name}`;
  }
}
/** A function that is a graph, or that one itself. */
export interface ScriptFunction {
  (...inputs: any[]): any;
  readonly run: Func;
  readonly traced: (() => Traced) | null;
}
export class ScriptFunction extends CallableBase {
  constructor(run: Func, traced: (() => Traced) | null) {
    super();
    hidden(this, 'run', run);
    hidden(this, 'traced', traced);
    hidden(this, 'name', run.name);
  }
  forward(...inputs: any[]): any {
    return this.run(...inputs);
  }
  get code(): string {
    return noCode();
  }
  save(f: string): void {
    writer(this, f);
  }
  override toString(): string {
    return '<torch.jit.ScriptFunction object>';
  }
}
let writer: (m: ScriptModule | ScriptFunction, f: string) => void;
/** Set by the file's writer. */
export function provideWriter(write: typeof writer): void {
  writer = write;
}

/** The same tree of modules, parameters and buffers, each calling the one it was made of. */
export function scripted(original: Module, follows: boolean, shown?: string): ScriptModule {
  const name = original._get_name();
  const out = new ScriptModule(name, shown ?? name);
  for (const [key, t] of original.named_parameters({ recurse: false })) out.register_parameter(key, t as Parameter);
  for (const [key, t] of original.named_buffers({ recurse: false })) out.register_buffer(key, t);
  for (const [key, child] of original.named_children()) out.register_module(key, scripted(child, follows, shown));
  hidden(out, 'run', (...args: unknown[]) => (original as unknown as Func)(...args));
  if (follows)
    Object.defineProperty(out, 'training', {
      get: () => original.training,
      set: (on: boolean) => {
        original.training = on;
      },
      configurable: true,
      enumerable: true,
    });
  else out.training = original.training;
  return out;
}

/** A tree of modules with tensors, each by dotted name. */
export function treeOf(
  name: string,
  modules: readonly (readonly [path: string, name: string])[],
  tensors: readonly (readonly [string, Tensor, { parameter: boolean; persistent: boolean }])[],
): ScriptModule {
  const shown = 'RecursiveScriptModule';
  const root = new ScriptModule(name, shown);
  const find = (parts: readonly string[]): Module => (parts.length === 0 ? root : root.get_submodule(parts.join('.')));
  for (const [path, own] of modules) {
    const parts = path.split('.');
    if (path !== '') find(parts.slice(0, -1)).register_module(parts.at(-1)!, new ScriptModule(own, shown));
  }
  for (const [path, t, { parameter, persistent }] of tensors) {
    const parts = path.split('.');
    const at = find(parts.slice(0, -1));
    if (parameter) at.register_parameter(parts.at(-1)!, t as Parameter);
    else at.register_buffer(parts.at(-1)!, t, persistent);
  }
  return root;
}

export function traceOf(func: Func | Module, example: readonly unknown[], strict: boolean): Traced {
  example.forEach((t, i) => {
    if (!(t instanceof CoreTensor))
      throw new NotImplementedError(
        `torch.jit.trace: example input ${i} is no tensor; Stele traces functions of tensors, so give other values in a function around it`,
      );
  });
  const state = func instanceof Module ? [...func.parameters(), ...func.buffers()] : [];
  return Traced.of(func as Func, example as readonly Tensor[], state as Tensor[], strict);
}
export const setRun = (m: ScriptModule, run: Func, traced: (() => Traced) | null): ScriptModule => {
  hidden(m, 'run', run);
  hidden(m, 'traced', traced);
  return m;
};
