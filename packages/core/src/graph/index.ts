export { Graph, type Step, traceInto } from './graph';
