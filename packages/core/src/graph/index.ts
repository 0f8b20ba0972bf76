export { type GraphFunction, neededSteps } from './function';
export { Graph, type Step, traceInto } from './graph';
export { readGraph, writeGraph } from './save';
