import { isKeywords } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { show, valueError } from '../errors';
import { deserialize_keras_object, serialize_keras_object } from '../saving/objects';
import { Layer } from './layer';

/** A layer as a configuration. @see https://keras.io/api/models/model_saving_apis/serialization_utils/ */
export const serialize = (layer: Layer): any => serialize_keras_object(layer);
/** The layer of a configuration. */
export function deserialize(config: unknown, custom_objects: Record<string, unknown> | null = null): Layer {
  const made = deserialize_keras_object(config, custom_objects);
  if (!(made instanceof Layer))
    throw valueError(
      `\`keras.layers.deserialize\` was passed a \`config\` object that is not a \`keras.layers.Layer\`. Received: ${show(made instanceof Map || isKeywords(made) ? pyRepr(config) : made)}`,
    );
  return made;
}
