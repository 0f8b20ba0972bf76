import { floatsAreMarked } from '@stele/core';
import { pyRepr, pyStr } from '@stele/core/printing';
import { attributeError, typeError, typeName, valueError, zeroDivision } from './errors';

type Refusal = (value: unknown, owner: string) => Error | null;

const compared = (sign: string, value: unknown, other = 'int', first = true): Error =>
  typeError(
    `'${sign}' not supported between instances of ${first ? `'${other}' and '${typeName(value)}'` : `'${typeName(value)}' and '${other}'`}`,
  );
const inRange: Refusal = (value) => compared('<=', value);
const iterated: Refusal = (value) =>
  Array.isArray(value) ? null : typeError(`'${typeName(value)}' object is not iterable`);
const measured: Refusal = (value) => typeError(`object of type '${typeName(value)}' has no len()`);
const positive: Refusal = (value) => (typeof value === 'number' ? null : compared('<=', value, 'int', false));
const below =
  (other: string): Refusal =>
  (value) =>
    compared('<', value, other, false);
const asFloat: Refusal = (value) =>
  typeof value === 'string'
    ? valueError(`could not convert string to float: ${pyRepr(value)}`)
    : typeError(`float() argument must be a string or a real number, not '${typeName(value)}'`);
const counted: Refusal = (value) => typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
const notNegative =
  (name: string): Refusal =>
  (value) =>
    valueError(`Invalid value for argument ${name}: expected a non-negative float.Received: ${name}=${pyStr(value)}`);
const factor =
  (low: string): Refusal =>
  (value) =>
    valueError(
      `The \`factor\` argument should be a number (or a list of two numbers) in the range ${low}. Received: factor=${pyStr(value)}`,
    );
const divided: Refusal = (v) =>
  typeof v === 'string' ? typeError("unsupported operand type(s) for /: 'int' and 'str'") : null;
const named: Refusal = (v) =>
  valueError(
    `Argument \`name\` must be a string and cannot contain character \`/\`. Received: name=${pyStr(v)} (of type <class '${typeName(v)}'>)`,
  );
const whole = (text: unknown): Error | null =>
  typeof text === 'string' ? valueError(`invalid literal for int() with base 10: ${pyRepr(text)}`) : null;
const pythonFloat =
  (name: string): Refusal =>
  (value) =>
    valueError(
      `Invalid \`${name}\` argument value. It should be a Python float. Received: ${name}=${pyStr(value)} of type '<class '${typeName(value)}'>'`,
    );

const initializers =
  /^(RandomNormal|RandomUniform|TruncatedNormal|VarianceScaling|Orthogonal|Glorot\w+|He\w+|Lecun\w+)$/;

/** What Keras says of a value that a parameter cannot take, by the owner and the parameter, or by the parameter alone. */
const refusals: Readonly<Record<string, Refusal>> = {
  trainable: (v) =>
    valueError(
      `Expected \`trainable\` to be a boolean. Received: trainable=${pyStr(v)} (of type <class '${typeName(v)}'>)`,
    ),
  units: positive,
  filters: positive,
  groups: (v) => valueError(`The number of groups must be a positive integer. Received: groups=${pyStr(v)}.`),
  num_heads: (v) =>
    valueError(
      `Received an invalid value for argument \`num_heads\`, expected a positive integer. Received: num_heads=${pyStr(v)}`,
    ),
  'ZeroPadding2D.padding': (v) => valueError(`\`padding\` should have two elements. Received: padding=${pyStr(v)}.`),
  'ZeroPadding3D.padding': (v) => valueError(`\`padding\` should have 3 elements. Received: ${pyStr(v)}.`),
  'BatchNormalization.momentum': asFloat,
  'BatchNormalization.epsilon': asFloat,
  'GaussianNoise.stddev': inRange,
  'LeakyReLU.negative_slope': below('int'),
  'ReLU.max_value': below('float'),
  'ReLU.negative_slope': below('float'),
  'Hashing.num_bins': positive,
  'BatchNormalization.axis': whole,
  'LayerNormalization.axis': (v) =>
    typeError(`Expected an int or a list/tuple of ints for the argument 'axis', but received: ${pyRepr(v)}`),
  'UnitNormalization.axis': (v) =>
    typeError(
      `Invalid value for \`axis\` argument: expected an int or a list/tuple of ints. Received: axis=${pyStr(v)}`,
    ),
  rate: inRange,
  seed: (v, owner) =>
    valueError(
      initializers.test(owner)
        ? `\`seed\` argument should be an instance of \`keras.random.SeedGenerator()\` or an integer. Received: seed=${pyStr(v)}`
        : `Argument \`seed\` must be an integer. Received: seed=${pyStr(v)}`,
    ),
  l1: notNegative('l1'),
  l2: notNegative('l2'),
  'Reshape.target_shape': iterated,
  'Permute.dims': iterated,
  'SGD.momentum': () => valueError('`momentum` must be a float between [0, 1].'),
  gradient_accumulation_steps: (v) => compared('>=', v, 'int', false),
  'F1Score.threshold': pythonFloat('threshold'),
  'FBetaScore.threshold': pythonFloat('threshold'),
  'FBetaScore.beta': pythonFloat('beta'),
  'AUC.num_thresholds': (v) => compared('<=', v, 'int', false),
  'TextVectorization.ngrams': (v) =>
    valueError(`\`ngrams\` must be None, an integer, or a tuple of integers. Received: ngrams=${pyStr(v)}`),
  'RandomRotation.factor': factor('[-1, 1]'),
  'RandomBrightness.factor': factor('[-1, 1]'),
  'PReLU.shared_axes': (v) =>
    typeof v === 'string' ? typeError("unsupported operand type(s) for -: 'str' and 'int'") : iterated(v, ''),
  'PiecewiseConstantDecay.boundaries': measured,
  'PiecewiseConstantDecay.values': measured,
  'Huber.delta': (v) =>
    typeof v === 'string' ? typeError(`Cannot convert ${pyRepr(v)} to EagerTensor of dtype float`) : null,
  'BinaryFocalCrossentropy.gamma': (v) =>
    typeof v === 'string' ? valueError("dtype='string' is not a valid dtype for Keras type promotion.") : null,
  'Sequential.name': named,
  'TensorFlowTrainer.validation_freq': (v) => (v === 0 ? zeroDivision('integer modulo by zero') : null),
  'Model.format': (v) =>
    valueError(
      `Unrecognized format=${pyStr(v)}. Supported formats are: ['tf_saved_model', 'onnx', 'openvino', 'litert', 'torch'].`,
    ),
  'TensorBoard.profile_batch': (v) =>
    typeof v === 'number' && v < 0
      ? valueError(
          `profile_batch must be a non-negative integer or 2-tuple of positive integers. A pair of positive integers signifies a range of batches to profile. Found: ${v}`,
        )
      : null,
  'load_model.filepath': (v) =>
    valueError(
      `File format not supported: filepath=${pyStr(v)}. Keras 3 only supports V3 \`.keras\` files, legacy H5 format files (\`.h5\` extension).`,
    ),
  'Model.index': (v) => compared('<=', v),
  'TensorFlowTrainer.epochs': counted,
  'TensorFlowTrainer.initial_epoch': counted,
  'TensorFlowTrainer.batch_size': (v) =>
    typeof v === 'string' ? typeError("unsupported operand type(s) for /: 'int' and 'str'") : null,
  'TensorFlowTrainer.validation_split': (v) =>
    typeError(`unsupported operand type(s) for -: 'float' and '${typeName(v)}'`),
  'TensorFlowTrainer.steps_per_epoch': divided,
  'TensorFlowTrainer.steps': divided,
  'TensorFlowTrainer.callbacks': (v) => attributeError(`'${typeName(v)}' object has no attribute 'set_model'`),
  'TensorFlowTrainer.class_weight': (v) => attributeError(`'${typeName(v)}' object has no attribute 'get'`),
  'LossScaleOptimizer.inner_optimizer': (v) =>
    attributeError(`'${typeName(v)}' object has no attribute 'loss_scale_factor'`),
  'LearningRateScheduler.schedule': (v) => typeError(`'${typeName(v)}' object is not callable`),
  'Lambda.function': () => typeError('unsupported callable'),
};

/** The error in Keras' words for an option's value; null where Keras has none, and in programs of TypeScript. */
export function refusal(call: string, option: string, value: unknown): Error | null {
  if (!floatsAreMarked()) return null;
  const owner = /^\w*/.exec(call)![0];
  return (refusals[`${owner}.${option}`] ?? refusals[option])?.(value, owner) ?? null;
}
