import { namespace } from '@stele/core';
import * as activationNames from './activations/index';
import * as callbackNames from './callbacks/index';
import * as configNames from './config/index';
import * as constraintNames from './constraints/index';
import { providedDatasets } from './datasets/registry';
import * as policyNames from './dtypes/index';
import * as initializerNames from './initializers/index';
import { Input as makeInput } from './layers/core';
import * as layerNames from './layers/index';
import * as lossNames from './losses/index';
import * as metricNames from './metrics/index';
import * as modelNames from './models/index';
import { Functional } from './models/model';
import * as opNames from './ops/index';
import * as optimizerNames from './optimizers/index';
import * as randomNames from './random/functions';
import { SeedGenerator } from './random/stateless';
import * as regularizerNames from './regularizers/index';
import * as savingNames from './saving/index';
import { provide } from './saving/registry';
import * as utilNames from './utils/index';

export { Callback } from './callbacks/index';
export { DTypePolicy } from './dtypes/index';

export { type CallOptions, KerasTensor, Layer } from './layers/index';
export { Loss } from './losses/index';
export { Metric } from './metrics/index';
export { Model, Sequential } from './models/index';
export { Optimizer } from './optimizers/index';
export type { Shape, TensorLike } from './tensors';
export { Variable } from './variable';

export const activations = namespace('keras.activations', { ...activationNames });
export const callbacks = namespace('keras.callbacks', { ...callbackNames });
export const config = namespace('keras.config', { ...configNames });
export const constraints = namespace('keras.constraints', { ...constraintNames });
/** Reading files needs Node: importing `@stele/keraslike/datasets` fills this. */
export const datasets = namespace('keras.datasets', {
  get fashion_mnist() {
    return providedDatasets('fashion_mnist').fashion_mnist;
  },
  get mnist() {
    return providedDatasets('mnist').mnist;
  },
});
const { provideDefaultPolicy: _provide, ...publicPolicies } = policyNames;
export const dtype_policies = namespace('keras.dtype_policies', publicPolicies);
const allInitializers = { ...initializerNames, Initializer: initializerNames.InitializerBase };
export const initializers = namespace('keras.initializers', allInitializers);
export const layers = namespace('keras.layers', { ...layerNames });
export const losses = namespace('keras.losses', { ...lossNames });
export const metrics = namespace('keras.metrics', { ...metricNames });
export const models = namespace('keras.models', { ...modelNames });
const { switch_: _switch, var_: _var, ...publicOps } = opNames;
export const ops = namespace('keras.ops', publicOps);
export const optimizers = namespace('keras.optimizers', { ...optimizerNames });
export const random = namespace('keras.random', { SeedGenerator, ...randomNames });
export const regularizers = namespace('keras.regularizers', { ...regularizerNames });
export const saving = namespace('keras.saving', {
  ...savingNames,
  load_model: modelNames.load_model,
  save_model: modelNames.save_model,
});
export const utils = namespace('keras.utils', { ...utilNames });
export const Input = makeInput;
/** Inside Keras: what recordings and files name by its place. */
export const src = namespace('keras.src', {
  initializers: { random_initializers: { compute_fans: initializerNames.compute_fans } },
});

// the public names under which files know the classes and functions
const { DTypePolicy } = policyNames;
provide('keras.layers', layerNames as never);
provide('keras.initializers', allInitializers as never);
provide('keras.regularizers', regularizerNames as never);
provide('keras.constraints', constraintNames as never);
provide('keras.losses', lossNames as never);
provide('keras.metrics', metricNames as never);
provide('keras.optimizers', optimizerNames as never);
provide('keras.optimizers.schedules', optimizerNames.schedules as never);
provide('keras.activations', activationNames as never);
provide('keras.src.models.functional', { Functional });
provide('keras', {
  DTypePolicy,
  Layer: layerNames.Layer,
  Model: modelNames.Model,
  Sequential: modelNames.Sequential,
});
provide('keras.models', { Functional, Model: modelNames.Model, Sequential: modelNames.Sequential });
