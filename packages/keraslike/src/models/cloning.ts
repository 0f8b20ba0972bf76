import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { valueError } from '../errors';
import { InputLayer } from '../layers/core';
import type { Layer } from '../layers/layer';
import { deserialize_keras_object, plainConfig } from '../saving/objects';
import { rebuild } from './functional';
import { Model } from './model';
import { Sequential } from './sequential';

const json = signature(1, {
  json_string: z.string(),
  custom_objects: z.custom<Readonly<Record<string, unknown>> | null>().default(null),
});
/** A model, weights anew, of what `to_json` wrote. @see https://keras.io/api/models/model_saving_apis/ */
export function model_from_json(
  ...args: Call<
    [json_string: string],
    [custom_objects: Readonly<Record<string, unknown>> | null],
    Keywords<typeof json>
  >
): Model {
  const { json_string, custom_objects } = read('model_from_json()', json, args);
  return deserialize_keras_object(parsed(json_string), custom_objects);
}

type CloneFunction = (layer: Layer, ...rest: any[]) => Layer;
const clone = signature(1, {
  model: z.custom<Model>((v) => v instanceof Model, 'expected a model'),
  input_tensors: z.custom<unknown>().nullable().default(null),
  clone_function: z.custom<CloneFunction>().nullable().default(null),
  call_function: z.custom<unknown>().nullable().default(null),
  recursive: z.boolean().default(false),
});
const copied: CloneFunction = (layer) => (layer.constructor as typeof Layer).from_config(layer.get_config()) as Layer;
/** The same layers anew, with weights of their own. @see https://keras.io/api/models/model/ */
export function clone_model(...args: Call<[model: Model], [input_tensors: unknown], Keywords<typeof clone>>): Model {
  const o = read('clone_model()', clone, args);
  const { model } = o;
  if (o.input_tensors !== null || o.call_function !== null)
    throw valueError('clone_model(): `input_tensors` and `call_function` are not there in Stele yet');
  const each = (layer: Layer): Layer => {
    if (layer instanceof InputLayer) return copied(layer);
    if (o.recursive && layer instanceof Model) return clone_model(layer, { ...o } as never);
    return (o.clone_function ?? copied)(layer);
  };
  if (model instanceof Sequential) {
    const made = new Sequential({ name: model.name });
    for (const layer of model.layers) made.add(each(layer), false);
    if (model.known_input !== null) made.build(model.input_shape);
    return made;
  }
  const graph = model.call_graph;
  if (graph === null) {
    if (o.clone_function !== null)
      throw valueError(
        `Arguments \`clone_function\` and \`input_tensors\` are only supported for Sequential models or Functional models. Received model of type '${model.constructor.name}', with clone_function=${String(o.clone_function)} and input_tensors=None`,
      );
    return copied(model) as Model;
  }
  const config = plainConfig(model.get_config());
  const layers = new Map(graph.layers.map((l) => [l.name, l]));
  const { inputs, outputs } = rebuild(config, (saved) => each(layers.get(saved.name)!));
  return new Model(inputs, outputs, { name: model.name });
}

/** @throws JSONDecodeError in Python's words where the text begins with no value. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = text.search(/\S/);
    if (at < 0 || !/^[[{"\d]|^-\d|^(?:true|false|null|NaN|Infinity)/.test(text.slice(at)))
      throw Object.assign(
        new Error(`Expecting value: line 1 column ${Math.max(at, 0) + 1} (char ${Math.max(at, 0)})`),
        {
          name: 'JSONDecodeError',
        },
      );
    throw error;
  }
}
