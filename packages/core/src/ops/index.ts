import '../kernels/install';

export * from './affineView';
export * from './alignment';
export * from './axisMap';
export * from './bitwise';
export * from './complex';
export * from './complexForms';
export * from './conv';
export * from './cylinder';
export * from './einsum';
export * from './elementwise';
export * from './entropy';
export * from './fourier';
export * from './guarded';
export * from './identities';
export * from './indexing';
export * from './linalg';
export * from './matmul';
export * from './matrixFunctions';
export * from './numeric';
export * from './order';
export { type IndexPart, pick, replaced, truePositions } from './pick';
export * from './pool';
export * from './reduce';
export * from './scan';
export * from './scatter';
export {
  clone,
  concat,
  contiguous,
  expand,
  flatten,
  flip,
  fullLike,
  pad,
  permute,
  reshape,
  resolveShape,
  select,
  slice,
  sliceBounds,
  squeeze,
  stack,
  tile,
  transpose,
  tril,
  triu,
  unsqueeze,
} from './shape';
export * from './shares';
export * from './softmax';
export * from './strided';
export * from './update';
export * from './updateRules';
