import { compose } from '../../define';
import { stringTensor } from '../../strings';
import { toTensor } from '../../tensor';
import { typeName } from './feeds';
import { GraphTensor } from './graph';
import { get_default_graph } from './mode';
import { effectNode } from './nodes';
import type { GraphVariable } from './variables';

/** The names of collections. */
export class GraphKeys {
  static readonly GLOBAL_VARIABLES = 'variables';
  static readonly TRAINABLE_VARIABLES = 'trainable_variables';
  static readonly LOCAL_VARIABLES = 'local_variables';
  static readonly GLOBAL_STEP = 'global_step';
  static readonly LOSSES = 'losses';
  static readonly REGULARIZATION_LOSSES = 'regularization_losses';
  static readonly SUMMARIES = 'summaries';
  static readonly UPDATE_OPS = 'update_ops';
  static readonly TRAIN_OP = 'train_op';
  static readonly MODEL_VARIABLES = 'model_variables';
  static readonly MOVING_AVERAGE_VARIABLES = 'moving_average_variables';
  static readonly METRIC_VARIABLES = 'metric_variables';
  static readonly INIT_OP = 'init_op';
  static readonly LOCAL_INIT_OP = 'local_init_op';
  static readonly WEIGHTS = 'weights';
  static readonly BIASES = 'biases';
  static readonly ACTIVATIONS = 'activations';
  static readonly ASSET_FILEPATHS = 'asset_filepaths';
  static readonly QUEUE_RUNNERS = 'queue_runners';
  static readonly COND_CONTEXT = 'cond_context';
  static readonly WHILE_CONTEXT = 'while_context';
}

/** Which variables: those whose names begin so; by name in a trailing object too. */
type Scope = string | null | { readonly scope?: string | null };
const collected =
  (key: string) =>
  (scope?: Scope): unknown[] =>
    get_default_graph().get_collection(key, scope);
export const global_variables = collected(GraphKeys.GLOBAL_VARIABLES) as (scope?: Scope) => GraphVariable[];
export const trainable_variables = collected(GraphKeys.TRAINABLE_VARIABLES) as (scope?: Scope) => GraphVariable[];
export const local_variables = collected(GraphKeys.LOCAL_VARIABLES) as (scope?: Scope) => GraphVariable[];
export const all_variables = global_variables;
export const get_collection = (key: string, scope?: Scope): unknown[] => get_default_graph().get_collection(key, scope);
export const add_to_collection = (key: string, value: unknown): void =>
  get_default_graph().add_to_collection(key, value);
export const add_to_collections = (keys: string | readonly string[], value: unknown): void =>
  get_default_graph().add_to_collections(keys, value);
export const get_collection_ref = (key: string): unknown[] => get_default_graph().get_collection_ref(key);
/** A node that gives variables their initial values. */
export const variables_initializer = (var_list: readonly GraphVariable[], name = 'init'): GraphTensor => {
  if (typeof (var_list as Iterable<unknown> | null)?.[Symbol.iterator] !== 'function')
    throw new TypeError(`'${typeName(var_list)}' object is not iterable`);
  const all = [...var_list];
  return effectNode(
    name,
    all.map((v) => v.initializer),
    (run) => {
      for (const v of all) run.get(v.initializer);
    },
  );
};
export const global_variables_initializer = (): GraphTensor => variables_initializer(global_variables());
export const local_variables_initializer = (): GraphTensor => variables_initializer(local_variables());
/** A node that fills lookup tables, of which graphs here have none of their own. */
export const tables_initializer = compose(
  'tf.tables_initializer',
  'name="init_all_tables"',
  (name?: unknown): GraphTensor => effectNode(String(name ?? 'init_all_tables'), [], () => {}),
);
export const initialize_all_variables = global_variables_initializer;
export const is_variable_initialized = (variable: GraphVariable): GraphTensor =>
  new GraphTensor(
    get_default_graph(),
    'VarIsInitializedOp',
    (run) => toTensor(run.session.state.has(variable), 'bool'),
    [],
    { sizes: [], scalarType: 'bool', dims: [] },
  );
/** The names of the variables that a session has no values of. */
export const report_uninitialized_variables = (var_list?: readonly GraphVariable[] | null): GraphTensor => {
  const all = [...(var_list ?? global_variables())];
  return new GraphTensor(
    get_default_graph(),
    'report_uninitialized_variables',
    (run) => {
      const names = all.filter((v) => !run.session.state.has(v)).map((v) => v.op_name);
      return names.length === 0 ? stringTensor([]) : stringTensor(names);
    },
    [],
  );
};
