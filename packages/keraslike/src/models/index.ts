import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { valueError } from '../errors';
import * as layers from '../layers/index';
import type { Layer } from '../layers/layer';
import { type FunctionalConfig, rebuild, type SavedLayer } from './functional';
import { Model } from './model';
import { loadModelWith } from './saving';
import { Sequential } from './sequential';

export { Model } from './model';
export { Sequential } from './sequential';
export type { CompileOptions, EvaluateOptions, FitOptions, PredictOptions } from './signatures';

type AnyClass = new (...args: any[]) => Layer;
type Classes = Readonly<Record<string, AnyClass>>;

/** A layer or model from its class name and configuration. */
function revive(saved: SavedLayer, custom: Classes): Layer {
  const { class_name, config } = saved;
  const mine = Object.hasOwn(custom, class_name) ? custom[class_name] : undefined;
  if (mine === undefined && class_name === 'Sequential') return reviveSequential(config as never, custom);
  if (mine === undefined && class_name === 'Model') {
    const { inputs, outputs } = rebuild(config as unknown as FunctionalConfig, (l) => revive(l, custom));
    return new Model(inputs, outputs, { name: String(config['name']) });
  }
  const made = mine ?? ((class_name in layers ? layers[class_name as 'Dense'] : undefined) as AnyClass | undefined);
  if (made === undefined)
    throw valueError(
      `Could not locate class '${class_name}'. Make sure custom classes are passed to load_model() by \`custom_objects\`.`,
    );
  // a model of the program's own knows its arguments itself
  return made.prototype instanceof Model ? new made() : new made(config);
}
function reviveSequential(
  config: { name: string; layers: readonly SavedLayer[]; build_input_shape: (number | null)[] | null },
  custom: Classes,
): Sequential {
  const model = new Sequential(
    config.layers.map((l) => revive(l, custom)),
    { name: config.name },
  );
  if (config.build_input_shape !== null) model.build(config.build_input_shape);
  return model;
}

const load = signature(1, {
  filepath: z.string(),
  custom_objects: z.custom<Classes | null>().default(null),
  compile: z.boolean().default(true),
  safe_mode: only(true, 'reading code from files is'),
});
/**
 * Reads a model that `save` wrote; a subclassed one needs its class in `custom_objects`. Optimizer and its state, loss and
 * metrics are as they were, unless `compile` is false or only the program knew them.
 * @see https://keras.io/api/models/model_saving_apis/model_saving_and_loading/
 */
export function load_model(
  ...args: Call<[filepath: string], [custom_objects: Classes | null, compile: boolean], Keywords<typeof load>>
): Model {
  const { filepath, custom_objects, compile } = read('load_model()', load, args);
  return loadModelWith(filepath, compile, (saved) => {
    const made = revive(saved, custom_objects ?? {});
    if (made instanceof Model) return made;
    throw valueError(`load_model(): ${saved.class_name} is not a model`);
  });
}
const saved = signature(2, {
  model: z.custom<Model>((v) => v instanceof Model, 'expected a model'),
  filepath: z.string(),
  overwrite: z.boolean().default(true),
  zipped: only(null, 'models saved as folders are'),
});
export function save_model(
  ...args: Call<[model: Model, filepath: string], [overwrite: boolean], Keywords<typeof saved>>
): void {
  const { model, filepath, overwrite } = read('save_model()', saved, args);
  model.save(filepath, overwrite);
}
