import { type Misfit, nearestName, signatureOf, wordCalls } from '@stele/core';
import { rephrase } from './errors';

type AnyFunction = (...args: any[]) => any;

/** Takes calls while a TF1 graph is being built; null lets a call run at once. */
export type GraphHook = (
  name: string,
  f: AnyFunction,
  args: readonly unknown[],
  label: string | null,
  operator: string | null,
) => { readonly result: unknown } | null;

let graphHook: GraphHook | null = null;
export function setGraphHook(hook: GraphHook | null): GraphHook | null {
  const before = graphHook;
  graphHook = hook;
  return before;
}

/** Sees to a function that got text in place of numbers: its result, or its error in words; null for other errors. */
type TextWording = (
  error: unknown,
  name: string,
  f: AnyFunction,
  args: readonly unknown[],
) => { result: unknown } | Error | null;
let onText: TextWording | null = null;
export function wordText(wording: TextWording): void {
  onText = wording;
}

/** Finds a tensor of a graph among arguments outside every graph; null where there is none. */
type EscapeFinder = (args: readonly unknown[]) => Error | null;
let findEscaped: EscapeFinder | null = null;
export function provideEscapes(finder: EscapeFinder): void {
  findEscaped = finder;
}

let operator: string | null = null;
/** Runs a function of the namespace as an operator of Python does, which names its node. */
export function asOperator<T>(name: string, run: () => T): T {
  if (graphHook === null) return run();
  operator = name;
  try {
    return run();
  } finally {
    operator = null;
  }
}

/** Whether a TF1 graph is being built: tensors are then compared and found by identity. */
export const buildingGraph = (): boolean => graphHook !== null && staticHooks.has(graphHook);
const staticHooks = new WeakSet<GraphHook>();
/** A hook under which tensors are nodes of a TF1 graph. */
export function staticHook(hook: GraphHook): GraphHook {
  staticHooks.add(hook);
  return hook;
}

/** What a function of the namespace does with ragged tensors among its arguments, given the function itself. */
export type RaggedFunction = (f: AnyFunction, args: readonly unknown[]) => unknown;
interface RaggedFunctions {
  found(args: readonly unknown[]): boolean;
  of(name: string): RaggedFunction | null;
}
let ragged: RaggedFunctions | null = null;
export function setRaggedFunctions(functions: RaggedFunctions): void {
  ragged = functions;
}
/** Whether there are ragged tensors among the arguments of a function that looks at them itself. */
export const anyRagged = (args: readonly unknown[]): boolean => ragged?.found(args) ?? false;
function onRagged(name: string, f: AnyFunction, args: readonly unknown[]): unknown {
  const own = ragged!.of(name);
  if (own === null) throw new TypeError(`tf.${name} does not take a RaggedTensor in Stele: call to_tensor() first`);
  return own(f, args);
}

/** A function of the `tf` namespace: errors worded as TensorFlow's, and part of a graph where one is being built. */
export function op<F extends AnyFunction>(name: string, f: F): F {
  const wrapped = ((...args: unknown[]) => {
    if (graphHook !== null) {
      const by = operator;
      operator = null;
      const deferred = graphHook(name, f, args, labelOf(wrapped, args), by);
      if (deferred !== null) return deferred.result;
    }
    try {
      return ragged?.found(args) ? onRagged(name, wrapped, args) : f(...args);
    } catch (error) {
      const escaped = findEscaped?.(args) ?? null;
      if (escaped !== null) throw escaped;
      const text = onText?.(error, name, f, args) ?? null;
      if (text !== null && !(text instanceof Error)) return text.result;
      throw rephrase(text ?? error);
    }
  }) as F;
  return dispatched(name, wrapped);
}

/** Functions that TensorFlow calls without looking through its dispatchers first. */
const direct = new Set([
  'constant',
  'relu',
  'elu',
  'selu',
  'softplus',
  'softsign',
  'set_seed',
  'einsum',
  'cond',
  'while_loop',
]);
/** Calls that do not fit as TensorFlow's dispatcher words them. */
function misfit(given: Misfit): Error {
  switch (given.kind) {
    case 'keyword':
      return new TypeError(`Got an unexpected keyword argument '${given.name}'`);
    case 'missing':
      return new TypeError('Missing required positional argument');
    default:
      return new TypeError(`Too many arguments were given. Expected ${given.expected} but got ${given.given}.`);
  }
}
/** Lets a function of the namespace word calls that do not fit it as TensorFlow does. */
export function dispatched<F extends AnyFunction>(name: string, f: F): F {
  if (!direct.has(name)) wordCalls(f, misfit);
  return f;
}

/** The name that a call gives its node. */
function labelOf(f: object, args: readonly unknown[]): string | null {
  const last = args.at(-1);
  const named = isOptions(last) ? last.name : undefined;
  if (typeof named === 'string') return named;
  const place = signatureOf(f)?.positional.findIndex((names) => names.includes('name')) ?? -1;
  const given = place < 0 ? undefined : args[place];
  return typeof given === 'string' ? given : null;
}

const isOptions = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Python's calling convention: arguments by position, then keywords in one trailing object. */
export function bind(call: string, names: readonly string[], args: readonly unknown[]): Record<string, any> {
  const out: Record<string, unknown> = {};
  const last = args.at(-1);
  const positional = isOptions(last) ? args.slice(0, -1) : args;
  positional.forEach((value, i) => {
    const name = names[i];
    if (name === undefined)
      throw new TypeError(
        call.endsWith('.__init__')
          ? `${call}() takes from 1 to ${names.length + 1} positional arguments but ${args.length + 1} were given`
          : `${call}() takes ${names.length} positional argument${names.length === 1 ? '' : 's'} but ${args.length} were given`,
      );
    if (value !== undefined) out[name] = value;
  });
  if (isOptions(last)) {
    for (const [name, value] of Object.entries(last)) {
      if (!names.includes(name)) {
        const near = nearestName(name, names);
        throw new TypeError(
          `${call}() got an unexpected keyword argument '${name}'${near === undefined ? '' : `. Did you mean '${near}'?`}`,
        );
      }
      if (value !== undefined) out[name] = value;
    }
  }
  return out;
}
