export { acrossBatches, type BatchedStep, replayAt } from './batched';
export { type GraphFunction, neededSteps } from './function';
export { Graph, type Step, traceInto } from './graph';
export { recordRun } from './recording';
export { readGraph, writeGraph } from './save';
