import './symbols';

export * from './autograd/backward';
export * from './autograd/inplace';
export * from './autograd/mode';
export type { Edge, GradHook, GraphNode, LeafNode, Node } from './autograd/node';
export { leafNode, recordedNodes } from './autograd/node';
export * from './autograd/record';
export * from './autograd/tape';
export * from './errors';
export * as nn from './nn/index';
export * as ops from './ops/index';
export { allOps, defineOp, type Op, type OpDefinition, type Sample, type VjpContext } from './ops/define';
export * from './tensor/access';
export * from './tensor/dtype';
export * from './tensor/strides';
export * from './tensor/tensor';
