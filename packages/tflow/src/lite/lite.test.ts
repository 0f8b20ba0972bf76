import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { np } from '@stele/core/numpy';
import * as tf from '../index';

const { keras, lite } = tf;
const { layers } = keras;

const sequential = (...list: any[]) => new keras.Sequential(list);
const models: [string, readonly number[], () => InstanceType<typeof keras.Model>][] = [
  [
    'the dense model of the guide',
    [784],
    () => sequential(new layers.Dense(128, 'relu', { input_shape: [784] }), new layers.Dense(10, 'softmax')),
  ],
  [
    'a convolutional model',
    [8, 8, 2],
    () =>
      sequential(
        new layers.Conv2D(4, 3, { input_shape: [8, 8, 2], activation: 'relu' }),
        new layers.Conv2D(6, [3, 2], [2, 1], 'same', { activation: 'tanh' }),
        new layers.BatchNormalization(),
        new layers.MaxPooling2D(2, { padding: 'same' }),
        new layers.AveragePooling2D([2, 1]),
        new layers.Flatten(),
        new layers.Dropout(0.5),
        new layers.Dense(3, 'sigmoid'),
      ),
  ],
  ['grouped channels', [5, 5, 4], () => sequential(new layers.Conv2D(8, 3, { input_shape: [5, 5, 4], groups: 4 }))],
  [
    'a recurrent model',
    [5, 3],
    () =>
      sequential(
        new layers.GRU(4, { input_shape: [5, 3], return_sequences: true }),
        new layers.LSTM(3),
        new layers.Dense(2),
      ),
  ],
  [
    'activations by name',
    [6],
    () =>
      sequential(
        new layers.Dense(6, 'relu6', { input_shape: [6] }),
        new layers.Dense(4, 'hard_sigmoid'),
        new layers.Dense(4, 'silu'),
        new layers.Dense(4, 'softsign'),
        new layers.Dense(4, 'log_softmax'),
      ),
  ],
];

const predicted = (bytes: Uint8Array, x: InstanceType<typeof tf.Tensor>): number[] => {
  const interpreter = new lite.Interpreter({ model_content: bytes });
  const input = interpreter.get_input_details()[0]!;
  interpreter.resize_tensor_input(input.index, x.sizes);
  interpreter.allocate_tensors();
  interpreter.set_tensor(input.index, x);
  interpreter.invoke();
  return interpreter.get_tensor(interpreter.get_output_details()[0]!.index).flatten().tolist() as number[];
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stele-lite-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it.each(models)('converts %s: equal predictions for one entry and for three', (_, shape, make) => {
  keras.utils.set_random_seed(1);
  const model = make();
  const bytes = lite.TFLiteConverter.from_keras_model(model).convert();
  for (const batch of [1, 3]) {
    const x = tf.random.normal([batch, ...shape]);
    const want = model.predict_sync(x, { verbose: 0 }).flatten().tolist() as number[];
    const got = predicted(bytes, x);
    expect(got).toHaveLength(want.length);
    got.forEach((v, i) => {
      expect(Math.abs(v - want[i]!)).toBeLessThan(1e-6);
    });
  }
});

it('keeps 4 bytes a parameter and little else', () => {
  const model = models[0]![2]();
  expect(model.count_params()).toBe(101_770);
  const { byteLength } = lite.TFLiteConverter.from_keras_model(model).convert();
  expect(byteLength).toBeGreaterThan(4 * 101_770);
  expect(byteLength).toBeLessThan(4 * 101_770 + 2000);
});

it('converts what export wrote as it converts the model', () => {
  const inputs = keras.Input([4]);
  const a = new layers.Dense(3, 'relu')(inputs);
  const model = new keras.Model(inputs, new layers.Dense(2)(a));
  model.export(join(folder, 'm'), { verbose: false });
  const direct = lite.TFLiteConverter.from_keras_model(model).convert();
  const read = lite.TFLiteConverter.from_saved_model(join(folder, 'm')).convert();
  const x = tf.constant(np.linspace(-1, 1, 8).reshape(2, 4), tf.float32);
  expect(predicted(read, x)).toEqual(predicted(direct, x));
  expect(predicted(read, x)).toEqual(model.predict_sync(x, { verbose: 0 }).flatten().tolist());
  writeFileSync(join(folder, 'm.tflite'), read);
  expect(new lite.Interpreter(join(folder, 'm.tflite')).get_output_details()[0]!.shape_signature.tolist()).toEqual([
    -1, 2,
  ]);
  expect(readFileSync(join(folder, 'm.tflite')).subarray(4, 8).toString()).toBe('TFL3');
});

it.each<[string, () => unknown, string]>([
  [
    'an unbuilt model',
    () => lite.TFLiteConverter.from_keras_model(sequential(new layers.Dense(1))),
    'has not yet been built',
  ],
  [
    'a folder that is not there',
    () => lite.TFLiteConverter.from_saved_model('nowhere'),
    'SavedModel file does not exist at: nowhere',
  ],
  [
    'an op without an operator',
    () =>
      lite.TFLiteConverter.from_keras_model(
        sequential(new layers.Dense(1, { input_shape: [1] }), new layers.Lambda((x) => tf.math.lgamma(x))),
      ).convert(),
    'the op lgamma of this model has no operator',
  ],
  [
    'another shape',
    () => {
      const bytes = lite.TFLiteConverter.from_keras_model(
        sequential(new layers.Dense(1, { input_shape: [2] })),
      ).convert();
      const interpreter = new lite.Interpreter({ model_content: bytes });
      interpreter.allocate_tensors();
      interpreter.set_tensor(0, tf.ones([1, 3]));
    },
    'Dimension mismatch. Got 3 but expected 2 for dimension 1 of input 0.',
  ],
  [
    'bytes of something else',
    () => new lite.Interpreter({ model_content: new Uint8Array(64) }),
    'The model is not a valid Flatbuffer buffer',
  ],
  ['no model', () => new lite.Interpreter(), '`model_path` or `model_content` must be specified.'],
  [
    'a name that is not there',
    () => (lite as any).QuantizationDebugger,
    "module 'tf.lite' has no attribute 'QuantizationDebugger'",
  ],
])('refuses %s', (_, body, message) => {
  expect(body).toThrow(message);
});

it('makes large weights 8-bit integers where that is wanted', () => {
  const { layers } = tf.keras;
  const model = new tf.keras.Sequential([layers.Input([64]), new layers.Dense(32), new layers.Dense(2)]);
  const converter = tf.lite.TFLiteConverter.from_keras_model(model);
  const plain = converter.convert();
  converter.optimizations = [tf.lite.Optimize.DEFAULT];
  const small = converter.convert();
  expect(small.length).toBeLessThan(plain.length - 3 * 64 * 32 + 1000);
  const x = tf.random.normal([1, 64]);
  const run = (model_content: Uint8Array): number[] => {
    const interpreter = new tf.lite.Interpreter({ model_content });
    interpreter.allocate_tensors();
    interpreter.set_tensor(interpreter.get_input_details()[0]!.index, x);
    interpreter.invoke();
    return [...interpreter.get_tensor(interpreter.get_output_details()[0]!.index).data].map(Number);
  };
  const [exact, rounded] = [run(plain), run(small)];
  expect(rounded).not.toEqual(exact);
  exact.forEach((v, i) => {
    expect(Math.abs(rounded[i]! - v)).toBeLessThan(0.05);
  });
  expect(() => {
    converter.optimizations = ['ALL'];
  }).toThrow('expected members of tf.lite.Optimize');
});

describe('functions', () => {
  const mixed = tf.function(
    (x: InstanceType<typeof tf.Tensor>) => ({
      soft: tf.nn.softmax(tf.concat([x, tf.exp(tf.negative(x))], 1)),
      mean: tf.reduce_mean(x, { axis: 1 }),
      turned: tf.transpose(tf.reshape(x, [-1, 2, 2]), [0, 2, 1]),
      bent: tf.nn.gelu(
        tf.pad(x, [
          [0, 0],
          [1, 0],
        ]),
      ),
    }),
    { input_signature: [new tf.TensorSpec([null, 4], tf.float32, 'x')] },
  );
  it.each([1, 3])('become models that take any number of entries, %d for one', (count) => {
    const bytes = lite.TFLiteConverter.from_concrete_functions([mixed.get_concrete_function()], {}).convert();
    const interpreter = new lite.Interpreter({ model_content: bytes });
    expect(interpreter.get_signature_list()).toEqual({
      serving_default: { inputs: ['x'], outputs: ['soft', 'mean', 'turned', 'bent'] },
    });
    const x = tf.constant(np.linspace(-2, 2, 4 * count).reshape(count, 4), tf.float32);
    const got = interpreter.get_signature_runner()({ x });
    const want = mixed(x) as Record<string, InstanceType<typeof tf.Tensor>>;
    for (const [name, values] of Object.entries(want)) {
      expect(got[name]!.shape).toEqual(values.sizes);
      const flat = got[name]!.flatten().tolist() as number[];
      (values.numpy().flatten().tolist() as number[]).forEach((v, i) => {
        expect(Math.abs(v - flat[i]!)).toBeLessThan(1e-6);
      });
    }
  });
  it('keep fixed sizes fixed, and say where sizes decide what is done', () => {
    const fixed = tf.function((x: InstanceType<typeof tf.Tensor>) => tf.reduce_sum(x, { axis: 0 }), {
      input_signature: [new tf.TensorSpec([2, 3], tf.float32)],
    });
    const bytes = lite.TFLiteConverter.from_concrete_functions([fixed.get_concrete_function()]).convert();
    const [output] = new lite.Interpreter({ model_content: bytes }).get_output_details();
    expect([output!.shape.tolist(), output!.shape_signature.tolist()]).toEqual([[3], [3]]);
    const counted = tf.function(
      (x: InstanceType<typeof tf.Tensor>) => tf.multiply(x, tf.cast(tf.gather(tf.shape(x), 0), tf.float32)),
      { input_signature: [new tf.TensorSpec([null], tf.float32)] },
    );
    const converter = lite.TFLiteConverter.from_concrete_functions([counted.get_concrete_function()]);
    expect(() => converter.convert()).toThrow('depends on the size of its input');
    expect(() => lite.TFLiteConverter.from_concrete_functions([counted])).toThrow('call get_concrete_function');
  });
  it('may have weights of half the size', () => {
    const model = sequential(new layers.Dense(80, { input_shape: [30] }), new layers.Dense(2));
    const converter = lite.TFLiteConverter.from_keras_model(model);
    const { byteLength } = converter.convert();
    converter.optimizations = [lite.Optimize.DEFAULT];
    converter.target_spec.supported_types = [tf.float16];
    const bytes = converter.convert();
    expect(bytes.byteLength).toBeLessThan(0.65 * byteLength);
    const x = tf.constant(np.linspace(-1, 1, 60).reshape(2, 30), tf.float32);
    const want = model.predict_sync(x, { verbose: 0 }).flatten().tolist() as number[];
    predicted(bytes, x).forEach((v, i) => {
      expect(Math.abs(v - want[i]!)).toBeLessThan(3e-3);
    });
  });
});

describe('full integer quantization', () => {
  const cnn = () =>
    sequential(
      new layers.Conv2D(4, 3, { input_shape: [8, 8, 2], activation: 'relu' }),
      new layers.DepthwiseConv2D(3, { padding: 'same' }),
      new layers.BatchNormalization(),
      new layers.MaxPooling2D(2),
      new layers.Conv2DTranspose(3, 2, { strides: 2 }),
      new layers.Flatten(),
      new layers.Dense(6, 'tanh'),
      new layers.Dense(3, 'softmax'),
    );
  const lines = () =>
    sequential(
      new layers.Conv1D(4, 3, { input_shape: [12, 3], padding: 'same', activation: 'relu6' }),
      new layers.MaxPooling1D(2),
      new layers.UpSampling1D(2),
      new layers.GlobalAveragePooling1D(),
      new layers.Dense(2, 'sigmoid'),
    );
  const rows = tf.random.normal([3, 8, 8, 2], { seed: 1 });
  const line = tf.random.normal([3, 12, 3], { seed: 2 });
  it.each([
    ['images', cnn, rows, 'float32'],
    ['images, integers outside too', cnn, rows, 'int8'],
    ['images, bytes outside', cnn, rows, 'uint8'],
    ['lines', lines, line, 'float32'],
  ] as const)('computes with integers: %s', (_, make, x, type) => {
    keras.utils.set_random_seed(3);
    const model = make();
    const converter = lite.TFLiteConverter.from_keras_model(model);
    converter.optimizations = [lite.Optimize.DEFAULT];
    converter.representative_dataset = function* () {
      for (let i = 0; i < 3; i++) yield [tf.slice(x, [i, ...x.sizes.slice(1).map(() => 0)], [1, ...x.sizes.slice(1)])];
    };
    if (type !== 'float32') {
      converter.target_spec.supported_ops = [lite.OpsSet.TFLITE_BUILTINS_INT8];
      converter.inference_input_type = type;
      converter.inference_output_type = type;
    }
    const interpreter = new lite.Interpreter({ model_content: converter.convert() });
    const input = interpreter.get_input_details()[0]!;
    const output = interpreter.get_output_details()[0]!;
    expect([input.dtype, output.dtype].map(String).every((t) => t.includes(type))).toBe(true);
    interpreter.resize_tensor_input(input.index, x.sizes);
    interpreter.allocate_tensors();
    const [scale, zero] = [...input.quantization].map(Number) as [number, number];
    const whole = (): tf.Tensor => tf.cast(tf.add(tf.round(tf.divide(x, scale)), zero), tf.as_dtype(type));
    interpreter.set_tensor(input.index, type === 'float32' ? x : whole());
    interpreter.invoke();
    const [step, from] = [...output.quantization].map(Number) as [number, number];
    const got = (interpreter.get_tensor(output.index).flatten().tolist() as number[]).map((v) =>
      type === 'float32' ? v : (v - from) * step,
    );
    const want = model.predict_sync(x, { verbose: 0 }).flatten().tolist() as number[];
    expect(got).not.toEqual(want);
    got.forEach((v, i) => {
      expect(Math.abs(v - want[i]!)).toBeLessThan(0.06);
    });
  });
  it.each<[string, (c: any) => void, string]>([
    [
      'integers without examples',
      (c) => {
        c.target_spec.supported_ops = [lite.OpsSet.TFLITE_BUILTINS_INT8];
      },
      'representative_dataset is required when specifying TFLITE_BUILTINS_INT8 or INT8 supported types.',
    ],
    [
      'integer inputs of a model of floats',
      (c) => {
        c.inference_input_type = tf.int8;
      },
      'The inference_input_type and inference_output_type must be tf.float32.',
    ],
    [
      'no example',
      (c) => {
        c.optimizations = [lite.Optimize.DEFAULT];
        c.representative_dataset = () => [];
      },
      'gave no sample',
    ],
    [
      'an example of another shape',
      (c) => {
        c.optimizations = [lite.Optimize.DEFAULT];
        c.representative_dataset = () => [[tf.ones([1, 5, 3])]];
      },
      'Dimension mismatch',
    ],
  ])('refuses %s', (_, set, message) => {
    const converter = lite.TFLiteConverter.from_keras_model(lines());
    expect(() => {
      set(converter);
      converter.convert();
    }).toThrow(message);
  });
});
