import { Tensor as CoreTensor, Graph, ops, setTracer, traceInto } from '@stele/core';
import { PyFloat } from '@stele/core/printing';
import { variablesMade } from '@stele/keraslike';
import { asGraphFunction } from './autograph';
import { bind } from './dispatch';
import { UnimplementedError, valueError } from './errors';
import { entriesOf, mapEntries } from './nest';
import { enterGraph } from './random';
import { type Tensor, tfFamily } from './tensor';
import { setVariableTracer, type Variable, type VariableTracer } from './variable';

interface Trace {
  readonly graph: Graph;
  readonly symbols: readonly Tensor[];
  readonly outputs: readonly CoreTensor[];
  readonly result: unknown;
}

/** A function that `tf.function` made: called like the original, traced once per signature. */
export interface TracedFunction<A extends readonly any[], R> {
  (...args: A): R;
  experimental_get_tracing_count(): number;
  readonly python_function: (...args: A) => R;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;
function identity(value: object): number {
  let id = identities.get(value);
  if (id === undefined) identities.set(value, (id = nextIdentity++));
  return id;
}

const isPlainTensor = (value: unknown): value is CoreTensor => value instanceof CoreTensor && !('assign' in value);

/** What two calls must share to use one trace; plain tensors among the arguments are collected. */
function signature(value: unknown, tensors: CoreTensor[]): string {
  if (isPlainTensor(value)) {
    tensors.push(value);
    return `T${value.scalarType}[${value.sizes.join(',')}]`;
  }
  if (Array.isArray(value)) return `[${value.map((part) => signature(part, tensors)).join(';')}]`;
  const entries = entriesOf(value);
  if (entries !== null)
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${signature(part, tensors)}`).join(';')}}`;
  if (value instanceof PyFloat) return `float:${value.value}`;
  if (typeof value === 'object' && value !== null) return `#${identity(value)}`;
  if (typeof value === 'function') return `#${identity(value)}`;
  return `${typeof value}:${typeof value === 'string' ? JSON.stringify(value) : Object.is(value, -0) ? '-0' : String(value)}`;
}

/** The same structure with its plain tensors taken from a list. */
function replaceTensors(value: unknown, next: () => unknown): unknown {
  if (isPlainTensor(value)) return next();
  if (Array.isArray(value)) return value.map((part) => replaceTensors(part, next));
  return mapEntries(value, (part) => replaceTensors(part, next));
}

const singleton =
  'tf.function only supports singleton tf.Variables created on the first call. Make sure the tf.Variable is only created once or created outside tf.function. See https://www.tensorflow.org/guide/function#creating_tfvariables for more information.';

function trace(
  body: (...args: any[]) => unknown,
  args: readonly unknown[],
  tensors: readonly CoreTensor[],
  first: boolean,
): [Trace, number] {
  const graph = new Graph();
  const symbols = tensors.map((t) => graph.symbol(t, tfFamily) as Tensor);
  let created = 0;
  const variables: VariableTracer = {
    created: (_variable, initial) => {
      if (!first) throw valueError(singleton);
      created++;
      return graph.evaluate(initial) as Tensor;
    },
    assigned: (variable: Variable, value) => {
      graph.effect('assign', [value], [], tfFamily, ([next]) => {
        variable.write(next!);
        return [];
      });
      return true;
    },
  };
  const outputs: CoreTensor[] = [];
  const layersBefore = variablesMade();
  const before = setVariableTracer(variables);
  const leave = enterGraph(graph);
  try {
    const result = traceInto(graph, () => {
      let i = 0;
      const raw = asGraphFunction(() => body(...args.map((arg) => replaceTensors(arg, () => symbols[i++]))));
      const freeze = (value: unknown): unknown => {
        if (value instanceof CoreTensor) {
          outputs.push('assign' in value ? ops.clone(value) : value);
          return tfFamily.create(value.storage, value.sizes, value.strides, value.offset);
        }
        if (Array.isArray(value)) return value.map(freeze);
        return mapEntries(value, freeze);
      };
      return freeze(raw);
    });
    const built = variablesMade() - layersBefore;
    if (built > 0 && !first) throw valueError(singleton);
    return [{ graph, symbols, outputs, result }, created + built];
  } finally {
    leave();
    setVariableTracer(before);
  }
}

/** How a function is traced; Stele traces all alike, so that only `input_signature` would change anything. */
export interface FunctionOptions {
  readonly input_signature?: null;
  readonly autograph?: boolean;
  readonly jit_compile?: boolean | null;
  readonly reduce_retracing?: boolean;
}
const parameters = [
  'func',
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
  options?: FunctionOptions,
): TracedFunction<A, R>;
export function tfFunction(
  options: FunctionOptions | null | undefined,
  ...rest: readonly unknown[]
): <A extends readonly any[], R>(body: (...args: A) => R) => TracedFunction<A, R>;
export function tfFunction(...args: readonly unknown[]): unknown {
  const o = bind('function', parameters, args);
  if (o.input_signature !== undefined && o.input_signature !== null)
    throw new UnimplementedError(
      'tf.function: input_signature is not there in Stele yet; calls are traced by their shapes',
    );
  const { func } = o;
  return func === undefined || func === null ? traced : traced(func as (...a: any[]) => unknown);
}

function traced<A extends readonly any[], R>(body: (...args: A) => R): TracedFunction<A, R> {
  const traces = new Map<string, Trace>();
  let count = 0;
  let called = false;
  const call = (...args: A): R => {
    const tensors: CoreTensor[] = [];
    const key = args.map((arg) => signature(arg, tensors)).join('|');
    let found = traces.get(key);
    if (found === undefined) {
      const first = !called;
      called = true;
      let created: number;
      count++;
      [found, created] = trace(body as (...args: any[]) => unknown, args, tensors, first);
      if (created > 0) {
        // what was made on the first call stays; the graph that is kept must make nothing
        count++;
        [found] = trace(body as (...args: any[]) => unknown, args, tensors, false);
      }
      traces.set(key, found);
    }
    const values = found.graph.replay(found.symbols, tensors, found.outputs);
    let i = 0;
    return replaceTensors(found.result, () => values[i++]) as R;
  };
  return Object.assign(call, { experimental_get_tracing_count: () => count, python_function: body });
}

/** Runs a body outside the graph that is being traced. */
export function init_scope<T>(body: () => T): T {
  const before = setTracer(null);
  try {
    return body();
  } finally {
    setTracer(before);
  }
}
