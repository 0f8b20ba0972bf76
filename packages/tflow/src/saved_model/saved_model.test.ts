import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tf } from '../index';

const { layers } = tf.keras;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stele-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const model = () =>
  new tf.keras.Sequential([
    layers.Input([6, 6, 2]),
    new layers.Conv2D(4, 3, { padding: 'same', strides: 2, activation: 'elu' }),
    new layers.DepthwiseConv2D(2),
    new layers.MaxPooling2D(2),
    new layers.Flatten(),
    new layers.Dense(3, { activation: 'softmax' }),
  ]);

describe('tf.saved_model', () => {
  it('loads what it saved, for any number of entries, and follows the variables', () => {
    const made = model();
    tf.saved_model.save(made, folder);
    const loaded = tf.saved_model.load(folder);
    const serve = loaded.signatures.serving_default;
    const x = tf.random.normal([3, 6, 6, 2]);
    const name = made.inputs[0]!.name;
    expect(serve({ [name]: x }).output_0.tolist()).toEqual((made(x) as unknown as tf.Tensor).tolist());
    expect(loaded.variables.length).toBe(made.weights.length);
    for (const v of loaded.variables) v.assign(tf.zeros_like(v));
    expect(serve({ [name]: x }).output_0.tolist()[0][0]).toBeCloseTo(1 / 3);
    expect(() => serve({ [name]: tf.ones([1, 2]) })).toThrow('Could not find matching concrete function');
  });
  it('says what is not there', () => {
    expect(() => tf.saved_model.load(join(folder, 'none'))).toThrow('SavedModel file does not exist at');
    expect(() => tf.saved_model.save(new tf.Module(), folder)).toThrow('only built Keras models');
  });
  it('says that a file is cut off', () => {
    tf.saved_model.save(model(), folder);
    const path = join(folder, 'saved_model.pb');
    writeFileSync(path, readFileSync(path).subarray(0, 1000));
    expect(() => tf.saved_model.load(folder)).toThrow('truncated');
  });
});
