export { FormatError } from '../bytes';
export { readTflite } from './read';
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
