import './control';

export { gradients, hessians } from '../../function/gradients';
export {
  ConfigProto,
  GPUOptions,
  GraphOptions,
  OptimizerOptions,
  RunMetadata,
  RunOptions,
} from '../../protos/config';
export * from './collections';
export * from './data';
export type { FeedDict } from './feeds';
export * as gfile from './gfile';
export { Graph, GraphTensor, Operation } from './graph';
export {
  constant_initializer,
  glorot_normal_initializer,
  glorot_uniform_initializer,
  ones_initializer,
  random_normal_initializer,
  random_uniform_initializer,
  truncated_normal_initializer,
  zeros_initializer,
} from './initializers';
export * as losses from './losses';
export * as metrics from './metrics';
export {
  disable_eager_execution,
  disable_v2_behavior,
  enable_eager_execution,
  enable_v2_behavior,
  executing_eagerly,
  get_default_graph,
  reset_default_graph,
} from './mode';
export * as nn from './nn';
export * from './partitioners';
export { placeholder, placeholder_with_default } from './placeholders';
export { Print } from './printing';
export * from './random';
export * from './scopes';
export { get_default_session, InteractiveSession, Session } from './session';
export { shared } from './shared';
export * as summaries from './summaries';
export { AUTO_REUSE, get_variable, get_variable_scope, VariableScope, variable_scope } from './variableScope';
export {
  assign,
  assign_add,
  assign_sub,
  GraphVariable,
  scatter_add,
  scatter_sub,
  scatter_update,
  Variable,
} from './variables';
export * as variants from './variants';
