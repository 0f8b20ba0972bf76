import './symbols';

export { isAnomalyCheckingNaN, isAnomalyEnabled, setAnomaly } from './autograd/anomaly';
export * from './autograd/backward';
export * from './autograd/custom';
export * from './autograd/inplace';
export * from './autograd/jacobian';
export * from './autograd/mode';
export type { Edge, GradHook, GraphNode, LeafNode, Node } from './autograd/node';
export { leafNode, recordedNodes } from './autograd/node';
export * from './autograd/record';
export * from './autograd/tape';
export * from './callable';
export * from './callables';
export * from './describe';
export * from './errors';
export { concatBytes } from './formats/bytes';
export {
  acrossBatches,
  type BatchedStep,
  Graph,
  type GraphFunction,
  type InnerGraph,
  listOf,
  markList,
  readGraph,
  recordRun,
  replayAt,
  type Step,
  type StepMeaning,
  traceInto,
  writeGraph,
} from './graph/index';
export * from './host';
export * from './identity';
export * from './mappings';
export * from './namespace';
export * as nn from './nn/index';
export * from './numbers';
export { allOps, defineOp, type Op, type OpDefinition, type Sample, type VjpContext } from './ops/define';
export * as ops from './ops/index';
export * from './options';
export * from './pythonIndex';
export * from './signature';
export * from './tensor/access';
export { Complex } from './tensor/complex';
export * from './tensor/dtype';
export * from './tensor/strides';
export * from './tensor/tensor';
export * from './tuple';
export * from './zip';
