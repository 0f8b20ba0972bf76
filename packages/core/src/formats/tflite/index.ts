export { FormatError } from '../bytes';
export { convertGraph } from './convert';
export { quantizeWeights } from './dynamic';
export { readTflite } from './read';
export { runTflite } from './run';
export type {
  Activation,
  OptionValue,
  Padding,
  TfliteModel,
  TfliteOp,
  TfliteOperator,
  TfliteSignature,
  TfliteTensor,
} from './schema';
export { writeTflite } from './write';
