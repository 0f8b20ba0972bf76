import { currentTracer } from '@stele/core';
import * as v1 from './compat/v1/index';
import { define } from './define';
import { valueError } from './errors';
import { scopeOf } from './nameScopes';
import { FunctionGraph, writesItsOwnSteps } from './tracing';

writesItsOwnSteps('group');

/** A scope that changes nothing: without a graph of nodes there is nothing to name or to order. */
const nothing = (value: unknown): Disposable & { __enter__(): unknown; __exit__(): boolean } => ({
  __enter__: () => value,
  __exit__: () => false,
  [Symbol.dispose]: () => {},
});

/**
 * Names of nodes and variables made until the end of the block begin with this one.
 * @see https://www.tensorflow.org/api_docs/python/tf/name_scope
 */
export const name_scope = (...args: readonly unknown[]) => {
  if (!v1.executing_eagerly()) return v1.name_scope(...args);
  const last = args.at(-1);
  const name = typeof last === 'object' && last !== null && 'name' in last ? last.name : args[0];
  if (typeof name !== 'string') throw valueError('name for name_scope must be a string.');
  const graph = currentTracer();
  if (!(graph instanceof FunctionGraph)) return scopeOf(name);
  let leave = (): void => {};
  return {
    __enter__: () => {
      leave = graph.names.enter(name);
      return graph.names.scope === '' ? '' : `${graph.names.scope}/`;
    },
    __exit__: () => {
      leave();
      return false;
    },
    [Symbol.dispose]: () => leave(),
  };
};
/**
 * What is made until the end of the block is computed after these; in traced functions everything keeps its order.
 * @see https://www.tensorflow.org/api_docs/python/tf/control_dependencies
 */
export const control_dependencies = (inputs: readonly unknown[] | null) =>
  v1.executing_eagerly() ? nothing(null) : v1.control_dependencies(inputs);
export const no_op = (...rest: readonly unknown[]): unknown => (v1.executing_eagerly() ? null : v1.no_op(...rest));
/** What it is given, once all the rest has happened; eagerly that is now. */
export const group = define('tf.group', '*inputs, name=None', (...given: readonly unknown[]): unknown =>
  v1.executing_eagerly() ? null : v1.group(...given),
);
