import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { Model } from './model';
import { loadModelFrom } from './saving';

export { clone_model, model_from_json } from './cloning';
export { Model } from './model';
export { Sequential } from './sequential';
export type { CompileOptions, EvaluateOptions, FitOptions, PredictOptions } from './signatures';

type Classes = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>;
const load = signature(1, {
  filepath: z.custom<string | Uint8Array>((v) => typeof v === 'string' || v instanceof Uint8Array, 'expected a path'),
  custom_objects: z.custom<Classes | null>().default(null),
  compile: z.boolean().default(true),
  safe_mode: z.boolean().default(true),
});
/**
 * Reads a model that `save` wrote, here or in Keras: a path, or the bytes of a file. Classes of the program are found in
 * `custom_objects` or the register. Optimizer and its state, loss and metrics are as they were, unless `compile` is false.
 * @see https://keras.io/api/models/model_saving_apis/model_saving_and_loading/
 */
export function load_model(
  ...args: Call<
    [filepath: string | Uint8Array],
    [custom_objects: Classes | null, compile: boolean],
    Keywords<typeof load>
  >
): Model {
  const { filepath, custom_objects, compile, safe_mode } = read('load_model()', load, args);
  const custom = custom_objects instanceof Map ? Object.fromEntries(custom_objects) : custom_objects;
  return loadModelFrom(filepath, custom as Readonly<Record<string, unknown>> | null, compile, safe_mode);
}
const saved = signature(2, {
  model: z.custom<Model>((v) => v instanceof Model, 'expected a model'),
  filepath: z.string(),
  overwrite: z.boolean().default(true),
  zipped: z.boolean().nullable().default(null),
});
export function save_model(
  ...args: Call<[model: Model, filepath: string], [overwrite: boolean], Keywords<typeof saved>>
): void {
  const { model, filepath, overwrite } = read('save_model()', saved, args);
  model.save(filepath, overwrite);
}
