export * from './conv';
export * from './elementwise';
export * from './gemm';
export * from './move';
export * from './optimizer';
export * from './pool';
export * from './reduce';
export * from './softmax';
