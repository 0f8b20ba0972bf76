import { hostFiles } from '@stele/core';
import { writeSavedModel } from '@stele/core/formats/savedmodel';
import { keras, traceInference } from '@stele/keraslike';
import { define } from '../define';
import { valueError } from '../errors';
import { toPath } from '../io/strings';
import { writeObjects } from '../train/checkpoint';
import type { AnyVariable } from '../train/trackable';

/**
 * Writes a built Keras model's inference as a SavedModel that TensorFlow loads: its variables, and the signature
 * `serving_default` for any number of entries.
 *
 * ```ts
 * const model = new tf.keras.Sequential([new tf.keras.layers.Dense(2, { input_shape: [3] })]);
 * tf.saved_model.save(model, 'folder');
 * tf.saved_model.load('folder').variables.length; // 2
 * ```
 * @throws FormatError that names an op of the model which cannot be written.
 * @see https://www.tensorflow.org/api_docs/python/tf/saved_model/save
 */
export const save = define(
  'tf.saved_model.save',
  'obj, export_dir, signatures=None, options=None',
  (obj: unknown, export_dir: unknown, signatures?: unknown): void => {
    if (!(obj instanceof keras.Model))
      throw Object.assign(
        new Error(
          'tf.saved_model.save(): only built Keras models can be written yet; for other objects save the variables with tf.train.Checkpoint(obj)',
        ),
        { name: 'NotImplementedError' },
      );
    if (signatures !== undefined && signatures !== null)
      throw valueError('tf.saved_model.save(): signatures of your own are not there yet, leave the argument away');
    const folder = toPath('tf.saved_model.save()', export_dir).replace(/\/$/, '');
    const variables = [...(obj.weights as unknown as readonly AnyVariable[])];
    const model = writeSavedModel(
      traceInference(obj),
      variables.map((v) => ({ name: 'path' in v ? v.path : v.name, tensor: v, trainable: v.trainable })),
    );
    const files = hostFiles('tf.saved_model.save()', 'use writeSavedModel of @stele/core/formats/savedmodel');
    writeObjects({ variables }, `${folder}/variables/variables`);
    files.write(`${folder}/saved_model.pb`, model);
  },
);
