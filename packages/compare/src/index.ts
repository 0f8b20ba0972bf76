export * from './lessons/classifier';
export * from './lockstep/layout';
export * from './lockstep/lockstep';
export * from './lockstep/record';
