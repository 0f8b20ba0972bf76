import './layers/operators';
import './signatures/index';
import { namespace } from '@stele/core';
import * as members from './members';

export * from './members';
export { exportedFile, provideExporter, traceInference } from './models/exporting';
export { type GraphExplanation, setGraphExplanation } from './models/graphSteps';
export { type ScopeListener, setScopeListener } from './names';
export { type SeedStore, setSeedStore } from './random/stateless';
export { asTraced, inStep, setTensorFamily } from './tensors';
export { type SpecTracer, setSpecTracer } from './tracing';
export { type Source, type SourceMaker, setSourceMaker } from './utils/sources';
export { variablesMade } from './variable';

/**
 * The whole of Keras as one object, in which a name that is not there throws a sentence.
 *
 * ```ts
 * import { keras } from '@stele/keraslike';
 * new keras.layers.Dense(2)([[1, 2, 3]]).sizes; // [1, 2]
 * ```
 * @see https://keras.io/api/
 */
export const keras: typeof members = namespace('keras', { ...members });
/** The types of that object's classes. */
export declare namespace keras {
  export type Callback = members.Callback;
  export type KerasTensor = members.KerasTensor;
  export type Layer = members.Layer;
  export type Loss = members.Loss;
  export type Metric = members.Metric;
  export type Model = members.Model;
  export type Optimizer = members.Optimizer;
  export type Sequential = members.Sequential;
  export type Variable = members.Variable;
}
