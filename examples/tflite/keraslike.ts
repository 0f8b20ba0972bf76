import { readFileSync, writeFileSync } from 'node:fs';
import { np } from '@stele/core/numpy';
import { tf } from '@stele/tflow';
import { z } from 'zod';
import { outputFile } from '../output';

export const settings = z.strictObject({
  /** Folder of the files. */
  out: z.string().optional(),
  seed: z.int().default(0),
});

/** Runs a TFLite file on each row. */
function predictions(file: string, rows: tf.Tensor): ReturnType<typeof np.array> {
  const interpreter = new tf.lite.Interpreter({ model_content: readFileSync(file) });
  const [input] = interpreter.get_input_details();
  const [output] = interpreter.get_output_details();
  interpreter.resize_tensor_input(input!.index, rows.sizes);
  interpreter.allocate_tensors();
  interpreter.set_tensor(input!.index, rows);
  interpreter.invoke();
  return interpreter.get_tensor(output!.index);
}

export async function main(given: z.input<typeof settings> = {}) {
  const { out, seed } = settings.parse(given);
  tf.keras.utils.set_random_seed(seed);

  // Create a simple model
  const model = new tf.keras.Sequential([
    new tf.keras.layers.Dense(128, { activation: 'relu', input_shape: [784] }),
    new tf.keras.layers.Dense(10, { activation: 'softmax' }),
  ]);

  // Compile the model
  model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] });

  // Training code would go here: the article leaves it out

  // Save the model for deployment
  model.save(outputFile('tflite', out, 'my_model.keras'));
  // the article saves to a folder and converts that; in Keras 3 `save` makes a file, and `export` the folder
  const folder = outputFile('tflite', out, 'my_model');
  model.export(folder, { verbose: false });

  // Convert to TensorFlow Lite for mobile deployment
  const converter = tf.lite.TFLiteConverter.from_saved_model(folder);
  const tflite_model = converter.convert();

  // Save the TF Lite model
  const file = outputFile('tflite', out, 'model.tflite');
  writeFileSync(file, tflite_model);

  // what the article does not look at: how large the file is, and that it predicts as the model does
  const images = tf.random.uniform([5, 784]);
  const expected = await model.predict(images, { verbose: 0 });
  const difference = Number(np.max(np.abs(predictions(file, images).sub(expected))));
  console.log(`${model.count_params()} parameters, ${tflite_model.length} bytes`);
  console.log(`Largest difference between the predictions of the two: ${difference}`);

  console.log('Model converted to TensorFlow Lite format for mobile deployment');
  return { parameters: model.count_params(), bytes: tflite_model.length, difference, file };
}
