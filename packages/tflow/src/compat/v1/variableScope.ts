import { Tensor as CoreTensor, isFloating } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import * as creation from '../../creation';
import { bind } from '../../dispatch';
import { type DTypeLike, dtypeName } from '../../dtypes';
import { valueError } from '../../errors';
import { dimsFrom, fits, shapeOf } from '../../spec';
import { type TensorLike, toTensor } from '../../tensor';
import { GraphKeys } from './collections';
import { isNode } from './graph';
import { glorotUniform } from './initializers';
import { computing, get_default_graph, scopeOf } from './mode';
import { AUTO_REUSE, reuseOf, VariableScope } from './scopeState';
import { GraphVariable } from './variables';

export { AUTO_REUSE, VariableScope };

/** How often each scope of variables was opened, for names of their own. */
const opened = new WeakMap<object, Map<string, number>>();
function countsOf(graph: object): Map<string, number> {
  let counts = opened.get(graph);
  if (counts === undefined) opened.set(graph, (counts = new Map()));
  return counts;
}
const within = (around: string, name: string): string =>
  around === '' ? name : name === '' ? around : `${around}/${name}`;

/** Names of variables until the end of the block begin with this one. */
export const variable_scope = (...args: readonly unknown[]) => {
  const o = bind(
    'variable_scope',
    [
      'name_or_scope',
      'default_name',
      'values',
      'initializer',
      'regularizer',
      'caching_device',
      'partitioner',
      'custom_getter',
      'reuse',
      'dtype',
      'use_resource',
      'constraint',
      'auxiliary_name_scope',
    ],
    args,
  );
  const given = (o.name_or_scope ?? null) as string | VariableScope | null;
  if (given === null && (o.default_name ?? null) === null)
    throw new TypeError('If default_name is None then name_or_scope is required');
  const graph = get_default_graph();
  const before = graph.variableScope;
  const around = graph.scope;
  return scopeOf(
    () => {
      if (given !== null && typeof given !== 'string' && !(given instanceof VariableScope))
        throw new TypeError('VariableScope: name_or_scope must be a string or VariableScope.');
      const counts = countsOf(graph);
      const base = given instanceof VariableScope ? given : before;
      let part = typeof given === 'string' ? given : '';
      if (given === null) {
        const prefix = String(o.default_name);
        part = prefix;
        for (let i = 1; (counts.get(within(before.name, part)) ?? 0) > 0; i++) part = `${prefix}_${i}`;
      }
      const whole = given instanceof VariableScope ? given.name : within(before.name, part);
      counts.set(whole, (counts.get(whole) ?? 0) + 1);
      const reuse = (o.reuse ?? null) === null ? false : reuseOf(o.reuse);
      const scope = new VariableScope(
        whole,
        reuse || before.reuse || base.reuse,
        o.initializer ?? base.initializer,
        o.regularizer ?? base.regularizer,
      );
      const last = given instanceof VariableScope ? (given.name.split('/').at(-1) ?? '') : part;
      if (o.auxiliary_name_scope !== false && last !== '') graph.scope = graph.unique(last);
      scope.original_name_scope =
        given instanceof VariableScope ? given.original_name_scope : graph.scope === '' ? '' : `${graph.scope}/`;
      graph.variableScope = scope;
      return scope;
    },
    () => {
      graph.variableScope = before;
      graph.scope = around;
    },
  );
};
export const get_variable_scope = (): VariableScope => get_default_graph().variableScope;

/** The variable of a name in the current scope: made, or found where reuse is allowed. */
export function get_variable(name: string, ...rest: readonly unknown[]): GraphVariable {
  const o = bind(
    'get_variable',
    [
      'shape',
      'dtype',
      'initializer',
      'regularizer',
      'trainable',
      'collections',
      'caching_device',
      'partitioner',
      'validate_shape',
      'use_resource',
      'custom_getter',
      'constraint',
    ],
    rest,
  );
  const graph = get_default_graph();
  const { variableScope: scope } = graph;
  const whole = scope.name === '' ? name : `${scope.name}/${name}`;
  const found = graph.shared.get(whole);
  if (found !== undefined) {
    if (scope.reuse === false)
      throw valueError(
        `Variable ${whole} already exists, disallowed. Did you mean to set reuse=True or reuse=tf.AUTO_REUSE in VarScope?`,
      );
    const want = o.shape === undefined || o.shape === null ? null : dimsFrom(o.shape);
    if (want !== null && !fits(found.sizes, want))
      throw valueError(
        `Trying to share variable ${whole}, but specified shape ${shapeOf(want)} and found shape ${found.shape}.`,
      );
    if (o.dtype !== undefined && o.dtype !== null && dtypeName(o.dtype as DTypeLike) !== found.scalarType)
      throw valueError(
        `Trying to share variable ${whole}, but specified dtype ${dtypeName(o.dtype as DTypeLike)} and found dtype ${found.scalarType}.`,
      );
    return found;
  }
  if (scope.reuse === true)
    throw valueError(
      `Variable ${whole} does not exist, or was not created with tf.get_variable(). Did you mean to set reuse=tf.AUTO_REUSE in VarScope?`,
    );
  const dtype = o.dtype === undefined || o.dtype === null ? 'float32' : dtypeName(o.dtype as DTypeLike);
  const initializer = o.initializer ?? scope.initializer ?? null;
  const dims = o.shape === undefined || o.shape === null ? null : dimsFrom(o.shape);
  let initial: unknown;
  const around = graph.scope;
  graph.scope = '';
  try {
    if (typeof initializer === 'function' || (initializer !== null && !isValue(initializer))) {
      if (dims === null)
        throw valueError(`Variable ${whole} did not get an initializer, so its \`shape\` argument must be specified.`);
      // a class, or what one made
      const made = (initializer as (shape: unknown, dtype: string) => unknown)(dims, dtype);
      initial = typeof made === 'function' ? made(dims, dtype) : made;
    } else if (initializer !== null) {
      if (dims !== null) throw valueError('If initializer is a constant, do not specify shape.');
      initial = isNode(initializer) ? initializer : computing(() => toTensor(initializer as TensorLike));
    } else {
      if (dims?.includes(null))
        throw valueError(
          "The initializer passed is not valid. It should be a callable with no arguments and the shape should not be provided or an instance of `tf.keras.initializers.*' and `shape` should be fully defined.",
        );
      if (dims === null)
        throw valueError(`Variable ${whole} did not get an initializer, so its \`shape\` argument must be specified.`);
      const sizes = dims as number[];
      if (isFloating(dtype)) initial = glorotUniform(sizes, dtype);
      else initial = computing(() => creation.zeros(sizes, dtype));
    }
    const made = new GraphVariable(initial, {
      name: whole,
      trainable: o.trainable ?? true,
      ...(o.collections ? { collections: o.collections } : {}),
    });
    graph.shared.set(whole, made);
    const regularizer = (o.regularizer ?? scope.regularizer) as ((v: unknown) => unknown) | null | undefined;
    if (typeof regularizer === 'function') {
      graph.scope = `${whole}/Regularizer`;
      const loss = regularizer(made);
      if (loss !== null && loss !== undefined) graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss);
    }
    return made;
  } finally {
    graph.scope = around;
  }
}
const isValue = (x: unknown): boolean =>
  x instanceof CoreTensor ||
  x instanceof NDArray ||
  Array.isArray(x) ||
  typeof x === 'number' ||
  (typeof x === 'object' && x !== null && 'value' in x);
