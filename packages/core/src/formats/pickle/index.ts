export { FormatError } from '../bytes';
export { type PickleOptions, PythonFloat, pickle, type Reduction } from './pickle';
export { type UnpickleOptions, unpickle } from './unpickle';
export {
  Counter,
  GlobalReference,
  kindOf,
  OrderedDict,
  type PickleGlobal,
  Tuple,
  tupleOf,
  UnpicklingError,
  type UnpicklingKind,
} from './values';
