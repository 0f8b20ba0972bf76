export * from './conv';
export * from './elementwise';
export * from './gemm';
export type { FloatArray } from './memory';
export * from './move';
export * from './optimizer';
export * from './pool';
export * from './reduce';
export * from './softmax';
