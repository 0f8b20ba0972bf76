import { type BatchedStep, type Tensor as CoreTensor, hostFiles, readGraph, writeGraph } from '@stele/core';
import { NotImplementedError, RuntimeError, ValueError } from '../errors';
import { family } from '../methods/base';
import { Parameter, type Tensor } from '../tensor';
import { provideWriter, ScriptFunction, ScriptModule, setRun, treeOf } from './script';
import { type Template, Traced } from './traced';

interface SavedState {
  readonly name: string;
  readonly parameter: boolean;
  readonly persistent: boolean;
  readonly requires_grad: boolean;
}
interface About {
  readonly kind: 'torch.jit';
  readonly name: string;
  readonly training: boolean;
  readonly template: Template;
  readonly attrs: readonly BatchedStep[] | null;
  readonly modules: readonly (readonly [path: string, name: string])[];
  readonly state: readonly SavedState[];
}

/** A traced function with its weights as the bytes of a file of Stele's own form. */
function bytesOf(m: ScriptModule | ScriptFunction): Uint8Array<ArrayBuffer> {
  if (m.traced === null)
    throw new NotImplementedError(
      'torch.jit.save: this was scripted, and Stele writes the steps of a run rather than code: use torch.jit.trace(module, example_inputs), or give torch.jit.script its example_inputs=[(input,)]',
    );
  const traced = m.traced();
  const effect = traced.traced.graph.steps.find((s) => s.attrs === null);
  if (effect !== undefined)
    throw new NotImplementedError(
      `torch.jit.save: this does ${effect.name} at each call, which cannot be saved: call eval() on the module before it is traced`,
    );
  const names = new Map<string, CoreTensor>();
  const state: SavedState[] = [];
  if (m instanceof ScriptModule) {
    const kept = new Set(m.state_dict().keys());
    const add = (parameter: boolean, list: Iterable<readonly [string, Tensor]>): void => {
      for (const [name, t] of list) {
        names.set(name, t);
        state.push({ name, parameter, persistent: kept.has(name), requires_grad: t.requires_grad });
      }
    };
    add(true, m.named_parameters({ remove_duplicate: false }));
    add(false, m.named_buffers({ remove_duplicate: false }));
  }
  const about: About = {
    kind: 'torch.jit',
    name: m instanceof ScriptModule ? m.original_name : 'PlaceholderModule',
    training: m instanceof ScriptModule && m.training,
    template: traced.template,
    attrs: traced.attrs,
    modules:
      m instanceof ScriptModule
        ? [...m.named_modules()].map(([path, one]) => [path, (one as ScriptModule).original_name] as const)
        : [],
    state,
  };
  return writeGraph(traced.traced, about, names);
}

/**
 * Writes a traced module or function with its weights to one file of Stele's own form, whole or not at all; without a
 * path it returns the bytes.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.jit.save.html
 */
export function save(m: ScriptModule | ScriptFunction, f?: string): Uint8Array<ArrayBuffer> | void {
  if (!(m instanceof ScriptModule) && !(m instanceof ScriptFunction))
    throw new TypeError(
      'torch.jit.save: expected what torch.jit.trace or torch.jit.script gives; trace the module first',
    );
  const bytes = bytesOf(m);
  if (f === undefined) return bytes;
  hostFiles('torch.jit.save', 'leave the path out and keep the bytes that it returns').write(f, bytes);
}
provideWriter((m, f) => {
  save(m, f);
});

function bytesAt(f: string | Uint8Array): Uint8Array {
  if (typeof f !== 'string') return f;
  const files = hostFiles('torch.jit.load', 'pass the bytes of the file');
  if (!files.exists(f)) throw new ValueError(`The provided filename ${f} does not exist`);
  return files.read(f);
}

/**
 * Reads what `torch.jit.save` wrote, from a path or bytes: the module's class need not be there.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.jit.load.html
 */
export function load(f: string | Uint8Array): ScriptModule {
  const bytes = bytesAt(f);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    throw new NotImplementedError(
      "torch.jit.load: this is an archive of PyTorch's own TorchScript, whose code Stele does not run: load the weights with torch.load from a state_dict, and trace the module here",
    );
  try {
    return read(bytes);
  } catch (error) {
    throw new RuntimeError(
      `torch.jit.load: this file is broken, or no traced function that Stele wrote: ${(error as Error).message}`,
    );
  }
}
function read(bytes: Uint8Array): ScriptModule {
  const made = new Map<string, Tensor>();
  const found = readGraph(bytes, family, (name, value) => {
    made.set(name, value as Tensor);
    return value;
  });
  const about = found.about as About;
  if (about?.kind !== 'torch.jit') throw new Error('it holds a function that torch.jit.save did not write');
  if (about.attrs !== null && about.attrs.length !== found.graph.steps.length)
    throw new Error(`it describes ${about.attrs.length} steps and holds ${found.graph.steps.length}`);
  const tensors = about.state.map(({ name, parameter, persistent, requires_grad }) => {
    const t = made.get(name);
    if (t === undefined) throw new Error(`the value of ${name} is missing`);
    if (parameter) Object.setPrototypeOf(t, Parameter.prototype);
    t.requiresGrad = requires_grad;
    return [name, t, { parameter, persistent }] as const;
  });
  const traced = Traced.read({ traced: found, template: about.template, attrs: about.attrs });
  const out = setRun(
    treeOf(about.name, about.modules, tensors),
    (...inputs) => traced.call(inputs),
    () => traced,
  );
  return out.train(about.training);
}
