export { FormatError } from '../bytes';
export { convertGraph } from './convert';
export { quantizeWeights } from './dynamic';
export { halveWeights } from './halves';
export { type IntegerOptions, integerModel } from './integer';
export { readTflite } from './read';
export { runTflite, type TfliteHost } from './run';
export type {
  Activation,
  OptionValue,
  Padding,
  TfliteGraph,
  TfliteModel,
  TfliteOp,
  TfliteOperator,
  TfliteSignature,
  TfliteTensor,
} from './schema';
export { writeTflite } from './write';
