import { valueError } from '../errors';
import * as layers from '../layers/index';
import type { Layer } from '../layers/layer';
import { Model } from './model';
import { loadModelWith, type Saved } from './saving';
import { Sequential } from './sequential';

export { Model } from './model';
export { Sequential } from './sequential';
export type { CompileOptions, EvaluateOptions, FitOptions, PredictOptions } from './signatures';

type AnyClass = new (...args: any[]) => Layer;
/** A layer from its class name and configuration. */
function reviveLayer(saved: Saved, custom: Readonly<Record<string, AnyClass>>): Layer {
  const made = custom[saved.class_name] ?? (layers as unknown as Record<string, AnyClass>)[saved.class_name];
  if (made === undefined)
    throw valueError(
      `Could not locate class '${saved.class_name}'. Make sure custom classes are passed to load_model() by \`custom_objects\`.`,
    );
  return new made(saved.config);
}

/**
 * Reads a model that `save` wrote; a subclassed one needs its class in `custom_objects`, and the optimizer starts anew.
 * @see https://keras.io/api/models/model_saving_apis/model_saving_and_loading/
 */
export function load_model(
  filepath: string,
  options: { custom_objects?: Readonly<Record<string, AnyClass>>; compile?: boolean } = {},
): Model {
  const custom = options.custom_objects ?? {};
  return loadModelWith(filepath, (saved) => {
    if (saved.class_name !== 'Sequential') {
      const made = reviveLayer({ class_name: saved.class_name, config: {} }, custom);
      if (made instanceof Model) return made;
      throw valueError(`load_model(): ${saved.class_name} is not a model`);
    }
    const config = saved.config as { name: string; layers: Saved[]; build_input_shape: (number | null)[] | null };
    const model = new Sequential(
      config.layers.map((l) => reviveLayer(l, custom)),
      { name: config.name },
    );
    if (config.build_input_shape !== null) model.build(config.build_input_shape);
    return model;
  });
}
export const save_model = (model: Model, filepath: string, options: { overwrite?: boolean } = {}): void =>
  model.save(filepath, options);
