import { Tensor as CoreTensor, ops } from '@stele/core';
import { bind } from '../../dispatch';
import { FailedPreconditionError, NotFoundError, valueError } from '../../errors';
import { dimsOf, fits, shapeOf } from '../../spec';
import { type Tensor, type TensorLike, toTensor } from '../../tensor';
import { specOf } from '../../tracing';
import { Variable as EagerVariable } from '../../variable';
import { GraphKeys, is_variable_initialized } from './collections';
import { GraphTensor, isNode, resolve } from './graph';
import { computing, get_default_graph, sessions } from './mode';
import type { Session } from './session';

/** A variable of a graph: each session holds its value. */
export class GraphVariable extends GraphTensor {
  readonly initial_value: unknown;
  readonly trainable: boolean;
  readonly initializer: GraphTensor;
  private readonly resource: boolean;
  private restored: (() => Tensor) | null = null;

  constructor(initial_value: unknown, ...rest: readonly unknown[]) {
    const given = bind(
      'Variable.__init__',
      [
        'trainable',
        'collections',
        'validate_shape',
        'caching_device',
        'name',
        'variable_def',
        'dtype',
        'expected_shape',
        'import_scope',
        'constraint',
        'use_resource',
        'synchronization',
        'aggregation',
        'shape',
      ],
      rest,
    );
    const graph = get_default_graph();
    const label = (given.name as string | undefined) ?? 'Variable';
    const first = typeof initial_value === 'function' ? (initial_value as () => unknown)() : initial_value;
    const plain = isNode(first)
      ? null
      : computing(
          () => new EagerVariable(first as TensorLike, given.dtype === undefined ? {} : { dtype: given.dtype }),
        );
    const dims = plain === null ? dimsOf(first as GraphTensor) : plain.sizes;
    const sizes = plain === null ? (first as GraphTensor).sizes : plain.sizes;
    const scalarType = plain?.scalarType ?? (first as GraphTensor).scalarType;
    super(
      graph,
      label,
      (run) => {
        const value = run.session.state.get(this);
        if (value === undefined) throw this.uninitialised();
        return value;
      },
      [],
      { sizes, scalarType, dims },
      'VarHandleOp',
    );
    this.resource = (given.use_resource as boolean | null | undefined) ?? true;
    this.initial_value = first;
    this.trainable = (given.trainable as boolean | null | undefined) ?? true;
    graph.variables.push(this);
    const keys = (given.collections as string[] | null | undefined) ?? [GraphKeys.GLOBAL_VARIABLES];
    for (const key of keys) graph.add_to_collection(key, this);
    if (this.trainable) graph.add_to_collection(GraphKeys.TRAINABLE_VARIABLES, this);
    this.initializer = new GraphTensor(
      graph,
      `${label}/Assign`,
      (run) => {
        const value = this.restored?.() ?? plain ?? (run.get(first) as Tensor);
        run.session.state.set(this, new EagerVariable(value.numpy()));
        return null;
      },
      [first],
      scalarType,
      'AssignVariableOp',
      true,
    );
  }
  /** Where the initial value comes from instead. */
  beginsWith(read: () => Tensor): void {
    this.restored = read;
  }
  /** The error of changing what has no value yet. */
  missing(): Error {
    const { message } = this.uninitialised();
    return this.resource ? new NotFoundError(message) : new FailedPreconditionError(message);
  }
  uninitialised(): Error {
    const text = this.resource
      ? `Could not find variable ${this.op_name}. This could mean that the variable has been deleted. In TF1, it can also mean the variable is uninitialized. Debug info: container=localhost, status error message=Container localhost does not exist. (Could not find resource: localhost/${this.op_name})`
      : `Attempting to use uninitialized value ${this.op_name}`;
    return new FailedPreconditionError(
      `Graph execution error:\n\n${text}\n\t [[{{node ${this.op_name}/Read/ReadVariableOp}}]]`,
    );
  }
  assign(value: TensorLike, ..._rest: readonly unknown[]): GraphTensor {
    return update(this, 'Assign', value, (v, next) => v.assign(next));
  }
  assign_add(value: TensorLike, ..._rest: readonly unknown[]): GraphTensor {
    return update(this, 'AssignAdd', value, (v, next) => v.assign_add(next));
  }
  assign_sub(value: TensorLike, ..._rest: readonly unknown[]): GraphTensor {
    return update(this, 'AssignSub', value, (v, next) => v.assign_sub(next));
  }
  scatter_update(indices: TensorLike, updates: TensorLike): GraphTensor {
    return scattered(this, 'ScatterUpdate', indices, updates);
  }
  /** A node that reads the value now, after what it depends on. */
  read_value(): GraphTensor {
    return new GraphTensor(
      this.graph,
      'Read/ReadVariableOp',
      (run) => (run.get(this) as EagerVariable).read_value(),
      [this],
      specOf(this),
      'ReadVariableOp',
    );
  }
  value(): GraphTensor {
    return this.read_value();
  }
  initialized_value(): GraphTensor {
    return new GraphTensor(
      this.graph,
      'initialized_value',
      (run) => {
        if (!run.session.state.has(this)) run.get(this.initializer);
        return (run.get(this) as EagerVariable).read_value();
      },
      [this],
      specOf(this),
    );
  }
  load(value: TensorLike, session?: Session): void {
    const chosen = session ?? sessions.at(-1);
    if (chosen === undefined)
      throw valueError('Either session argument should be provided or default session should be established');
    computing(() => chosen.state.set(this, new EagerVariable(toTensor(value, this.scalarType).numpy())));
  }
  is_initialized(): GraphTensor {
    return is_variable_initialized(this);
  }
  override toString(): string {
    return `<tf.Variable '${this.name}' shape=${this.shape} dtype=${this.scalarType}>`;
  }
  override __repr__(): string {
    return this.toString();
  }
}
export const Variable = GraphVariable;

function update(
  variable: GraphVariable,
  name: string,
  value: TensorLike,
  apply: (v: EagerVariable, next: TensorLike) => EagerVariable,
): GraphTensor {
  const given = isNode(value)
    ? value
    : computing(() => toTensor(value, value instanceof CoreTensor ? null : variable.scalarType));
  if (!fits(dimsOf(given), dimsOf(variable)) && !isNode(value))
    throw valueError(
      `Cannot assign value to variable ' ${variable.name}': Shape mismatch.The variable shape ${variable.shape}, and the assigned value shape ${shapeOf(dimsOf(given))} are incompatible.`,
    );
  return new GraphTensor(
    variable.graph,
    name === 'Assign' ? name : `${name}VariableOp`,
    (run) => {
      if (name !== 'Assign' && !run.session.state.has(variable)) throw variable.missing();
      if (name === 'Assign' && !run.session.state.has(variable))
        run.session.state.set(variable, new EagerVariable((resolve(given, run) as Tensor).numpy()));
      return apply(run.get(variable) as EagerVariable, resolve(given, run) as TensorLike).read_value();
    },
    [variable, given],
    specOf(variable),
    `${name}VariableOp`,
  );
}
export const assign = (variable: GraphVariable, value: TensorLike, ..._rest: readonly unknown[]): GraphTensor =>
  variable.assign(value);
export const assign_add = (variable: GraphVariable, value: TensorLike, ..._rest: readonly unknown[]): GraphTensor =>
  variable.assign_add(value);
export const assign_sub = (variable: GraphVariable, value: TensorLike, ..._rest: readonly unknown[]): GraphTensor =>
  variable.assign_sub(value);

function scattered(variable: GraphVariable, name: string, indices: TensorLike, updates: TensorLike): GraphTensor {
  return new GraphTensor(
    variable.graph,
    name,
    (run) => {
      const held = run.get(variable) as EagerVariable;
      const at = toTensor(resolve(indices, run) as TensorLike);
      const values = toTensor(
        resolve(updates, run) as TensorLike,
        resolve(updates, run) instanceof CoreTensor ? null : variable.scalarType,
      );
      const rows = (ops.reshape(at, [-1]) as Tensor).tolist() as number[];
      const inner = variable.sizes.slice(1);
      const wide = ops.contiguous(ops.expand(values, [...at.sizes, ...inner]));
      const flat = ops.reshape(wide, [rows.length, ...inner]);
      const all = Array.from({ length: variable.sizes[0]! }, (_, i) => ops.select(held, 0, i));
      rows.forEach((r, i) => {
        const next = ops.select(flat, 0, i);
        all[Number(r)] =
          name === 'ScatterUpdate'
            ? next
            : name === 'ScatterAdd'
              ? ops.add(all[Number(r)]!, next)
              : ops.sub(all[Number(r)]!, next);
      });
      held.assign(ops.stack(all, 0) as Tensor);
      return held.read_value();
    },
    [variable, indices, updates],
    specOf(variable),
  );
}
export const scatter_update = (v: GraphVariable, indices: TensorLike, updates: TensorLike): GraphTensor =>
  scattered(v, 'ScatterUpdate', indices, updates);
export const scatter_add = (v: GraphVariable, indices: TensorLike, updates: TensorLike): GraphTensor =>
  scattered(v, 'ScatterAdd', indices, updates);
export const scatter_sub = (v: GraphVariable, indices: TensorLike, updates: TensorLike): GraphTensor =>
  scattered(v, 'ScatterSub', indices, updates);
