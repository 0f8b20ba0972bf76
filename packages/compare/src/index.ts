export * from './lessons/index';
export * from './lockstep/layout';
export * from './lockstep/lockstep';
export * from './lockstep/record';
