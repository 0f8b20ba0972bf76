import {
  asFunction,
  currentTracer,
  describeFunction,
  functionDescription,
  Graph,
  namespace,
  setTracer,
} from '@stele/core';
import { inStep } from '@stele/keraslike';
import { asGraphFunction } from '../autograph';
import { executing_eagerly as graphless } from '../compat/v1/index';
import { set_loop_options } from '../control/loopOptions';
import { setGraphHook } from '../dispatch';
import { entriesOf, isRecord } from '../nest';
import { setVariableTracer } from '../variable';
import type { ConcreteFunction } from './concrete';
import { type FunctionOptions, Polymorphic, polymorphics } from './polymorphic';
import { pythonText } from './signature';
import type { Body } from './trace';

/** A function that `tf.function` made: called like the original, traced once per signature. */
export interface TracedFunction<A extends readonly any[], R> {
  (...args: A): R;
  experimental_get_tracing_count(): number;
  get_concrete_function(...args: readonly unknown[]): ConcreteFunction;
  pretty_printed_concrete_signatures(): string;
  readonly input_signature: unknown;
  readonly python_function: (...args: A) => R;
}

const optionNames = [
  'input_signature',
  'autograph',
  'jit_compile',
  'reduce_retracing',
  'experimental_implements',
  'experimental_autograph_options',
  'experimental_attributes',
  'experimental_relax_shapes',
  'experimental_compile',
  'experimental_follow_type_hints',
];
function optionsFrom(args: readonly unknown[]): FunctionOptions {
  const out: Record<string, unknown> = {};
  const last = args.at(-1);
  const named = isRecord(last) || last instanceof Map ? entriesOf(last)! : [];
  (named.length > 0 || isRecord(last) ? args.slice(0, -1) : args).forEach((value, i) => {
    out[optionNames[i]!] = value;
  });
  for (const [key, value] of named) {
    if (!optionNames.includes(String(key)) && key !== 'func')
      throw new TypeError(`function() got an unexpected keyword argument '${String(key)}'`);
    out[String(key)] = value;
  }
  if (out.reduce_retracing === undefined) out.reduce_retracing = Boolean(out.experimental_relax_shapes);
  return out as FunctionOptions;
}

/**
 * Traces a function once per signature (shapes and dtypes of tensors, values of everything else) and replays the graph
 * after that: side effects of the JavaScript body happen only while tracing, assignments to variables at every call.
 *
 * ```ts
 * const double = tf.function((x: tf.Tensor) => x.mul(2));
 * double(tf.constant([1, 2])); // [2 4]
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/function
 */
export function tfFunction<A extends readonly any[], R>(
  body: (...args: A) => R,
  ...options: readonly unknown[]
): TracedFunction<A, R>;
export function tfFunction(
  options: FunctionOptions | null,
): <A extends readonly any[], R>(body: (...args: A) => R) => TracedFunction<A, R>;
export function tfFunction(...args: readonly unknown[]): unknown {
  const [given, ...rest] = args;
  const first = asFunction(given);
  if (typeof first !== 'function') {
    const named = isRecord(first) ? first : undefined;
    if (named === undefined && first !== null && first !== undefined)
      throw new TypeError(`${pythonText(first)} is not a callable object`);
    const options = named === undefined ? rest : [named];
    const func = asFunction(named?.func);
    if (typeof func === 'function') return tfFunction(func as Body, named);
    return (body: Body) => tfFunction(body, ...options);
  }
  const body = first as Body;
  const options = optionsFrom(rest);
  const made = new Polymorphic(body, options);
  const bound = new WeakMap<object, unknown>();
  const call = (...given: readonly unknown[]): unknown => made.call(given);
  Object.defineProperty(call, 'name', { value: body.name });
  polymorphics.set(call, made);
  return Object.assign(call, {
    experimental_get_tracing_count: () => made.count,
    get_concrete_function: (...given: readonly unknown[]) => made.concreteFunction(given),
    pretty_printed_concrete_signatures: () => made.printed(),
    input_signature: made.signature,
    python_function: body,
    /** As a method: every instance has a function of its own, traced for it alone. */
    __get__: (self: object) => {
      const known = bound.get(self);
      if (known !== undefined) return known;
      const method = tfFunction(boundTo(self, body), options);
      bound.set(self, method);
      return method;
    },
  });
}
// as Python calls it in messages
Object.defineProperty(tfFunction, 'name', { value: 'function' });
function boundTo(self: object, body: Body): Body {
  const method = (...given: unknown[]): unknown => body(self, ...given);
  Object.defineProperty(method, 'name', { value: body.name });
  const about = functionDescription(body);
  if (about !== null) describeFunction(method, { ...about, positional: about.positional.slice(1) });
  return method;
}

/** Leaves the graph that is being traced; what is given back returns to it. */
function outside(): () => void {
  const before = setTracer(null);
  const hook = setGraphHook(null);
  const assigning = setVariableTracer(null);
  return () => {
    setVariableTracer(assigning);
    setGraphHook(hook);
    setTracer(before);
  };
}
/** A scope, or a body, outside of the graph that is being traced. */
export function init_scope(): Disposable & { __enter__(): null; __exit__(): boolean };
export function init_scope<T>(body: () => T): T;
export function init_scope(body?: () => unknown): unknown {
  if (body === undefined) {
    let leave = (): void => {};
    return {
      __enter__: () => {
        leave = outside();
        return null;
      },
      __exit__: () => {
        leave();
        return false;
      },
      [Symbol.dispose]: () => leave(),
    };
  }
  const leave = outside();
  try {
    return body();
  } finally {
    leave();
  }
}

/** Whether calls compute at once: neither a function is being traced nor a TF1 graph built. */
export const executing_eagerly = (): boolean => graphless() && !inside_function() && !inStep();
/** Whether a function that becomes a graph is being traced. */
export const inside_function = (): boolean => currentTracer() instanceof Graph;

/** A function whose branches and loops autograph leaves as they are. */
const do_not_convert = (f?: Body): unknown =>
  f === undefined || f === null
    ? (g: Body) => do_not_convert(g)
    : (...args: unknown[]) => asGraphFunction(() => f(...args), false);
/** How Python's branches and loops become steps of a graph. */
export const autograph = namespace('tf.autograph', {
  experimental: namespace('tf.autograph.experimental', { do_not_convert, set_loop_options }),
  set_verbosity: (..._level: readonly unknown[]): null => null,
});
