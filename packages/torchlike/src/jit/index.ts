import { declareSignatures, namespace } from '@stele/core';
import { NotImplementedError, RuntimeError } from '../errors';
import { define } from '../functions/define';
import { Module } from '../nn/modules/module';
import { load, save } from './file';
import { ScriptFunction, ScriptModule, scripted, setRun, traceOf } from './script';
import { is_tracing, type Traced } from './traced';

type Func = (...args: any[]) => unknown;
export interface TraceOptions {
  check_trace?: boolean;
  strict?: boolean;
}
const listOf = (x: unknown): readonly unknown[] => (Array.isArray(x) ? x : [x]);

/**
 * Runs a module or a function on example inputs and keeps what it does as a graph: branches that looked at values are
 * decided, other batch sizes are allowed where the steps are the same for them.
 *
 * ```ts
 * const double = torch.jit.trace((x: torch.Tensor) => x.mul(2), torch.ones(2));
 * double(torch.ones(2)).tolist(); // [2, 2]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.jit.trace.html
 */
const trace = define(
  'trace',
  'func, example_inputs=None, optimize=None, check_trace=True, check_inputs=None, check_tolerance=1e-5, strict=True',
  (
    func: Func | Module,
    example_inputs?: unknown,
    _optimize?: unknown,
    _check_trace?: boolean,
    _check_inputs?: unknown,
    _check_tolerance?: number,
    strict?: boolean,
  ): any => {
    if (func instanceof ScriptModule || func instanceof ScriptFunction) return func;
    if (example_inputs === undefined || example_inputs === null)
      throw new NotImplementedError('torch.jit.trace: example_inputs is needed, a tensor or a tuple of tensors');
    const traced = traceOf(func, listOf(example_inputs), strict ?? true);
    const run = (...inputs: unknown[]): unknown => traced.call(inputs);
    return func instanceof Module
      ? setRun(scripted(func, false), run, () => traced)
      : new ScriptFunction(run, () => traced);
  },
);

/**
 * A module or a function as it is, under the interface of a script: Stele compiles nothing. It can be saved where
 * `example_inputs` are given, by tracing.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.jit.script.html
 */
const script = define(
  'script',
  'obj, optimize=None, _frames_up=0, _rcb=None, example_inputs=None',
  (obj: any, _optimize?: unknown, _frames?: unknown, _rcb?: unknown, example_inputs?: unknown): any => {
    if (obj instanceof ScriptModule || obj instanceof ScriptFunction) return obj;
    const examples = example_inputs === undefined || example_inputs === null ? null : listOf(example_inputs)[0];
    const traced = examples === null ? null : (): Traced => traceOf(obj, listOf(examples), false);
    if (obj instanceof Module)
      return setRun(
        scripted(obj, true, 'RecursiveScriptModule'),
        (...args) => (obj as unknown as Func)(...args),
        traced,
      );
    if (typeof obj !== 'function') throw new NotImplementedError('torch.jit.script: expected a module or a function');
    return obj.prototype !== undefined && /^class\b/.test(Function.prototype.toString.call(obj))
      ? obj
      : new ScriptFunction(obj as Func, traced);
  },
);

const same = <T>(x: T): T => x;
/**
 * A module of scripts without names for its weights, which are values of its graph.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.jit.freeze.html
 */
const freeze = define('freeze', 'mod, preserved_attrs=None, optimize_numerics=True', (mod: unknown): any => {
  if (!(mod instanceof ScriptModule))
    throw new RuntimeError(
      "Freezing expects a ScriptModule as input. Please use torch.jit.script or torch.jit.trace to script your 'nn.Module'.",
    );
  if (mod.training)
    throw new RuntimeError(
      'Freezing is currently only implemented for modules in eval mode. Please call .eval() on your module before freezing.',
    );
  const frozen = new ScriptModule(mod.original_name, 'RecursiveScriptModule').eval();
  return setRun(frozen, (...inputs) => (mod as unknown as Func)(...inputs), mod.traced);
});
const optimize_for_inference = define('optimize_for_inference', 'mod, other_methods=None', (mod: any): any => mod);
/** A value as it is, of a type that only PyTorch's compiler needs to be told. */
const annotate = define('annotate', 'the_type, the_value', (_type: unknown, value: any): any => value);

/** Decorators that only tell PyTorch's compiler something. */
function ignore(drop: unknown = false): any {
  return typeof drop === 'function' ? drop : same;
}
const unused = same;
const exported = same;
declareSignatures(
  'torch.jit',
  { ignore, load, save },
  {
    ignore: 'drop=False, **kwargs',
    load: 'f, map_location=None',
    save: 'm, f=None',
  },
);

/** @see https://docs.pytorch.org/docs/stable/jit.html */
export const jit = namespace('torch.jit', {
  ScriptFunction,
  ScriptModule,
  annotate,
  export: exported,
  freeze,
  ignore,
  is_scripting: (): boolean => false,
  is_tracing,
  load,
  optimize_for_inference,
  save,
  script,
  script_if_tracing: same,
  trace,
  unused,
});
