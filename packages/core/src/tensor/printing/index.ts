export { f, formatTemplate, formatValue, py } from './formatSpec';
export { fixed, floatRepr, general, scientific } from './numbers';
export {
  type ArrayPrintOptions,
  defaultArrayPrintOptions,
  numpyRepr,
  numpyScalarRepr,
  numpyScalarText,
  numpyText,
} from './numpyStyle';
export { PyFloat, pyFloat, pyRepr, pyStr, tupleRepr } from './pythonText';
export { tensorflowFormat, tensorflowRepr, tensorflowText, tensorflowVariableRepr } from './tensorflowStyle';
export { defaultPrintOptions, type PrintOptions, type TensorTextOptions, torchText, torchValues } from './torchStyle';
