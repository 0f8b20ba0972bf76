import './builtins/index';

export { attributeOf, getattr, getattrOr, hasattr } from './attributes';
export { delattr, setattr } from './attributeWrites';
export { defineMethods } from './builtins/define';
export { toFloat, toInt } from './builtins/numberTypes';
export { sortInPlace } from './builtins/sequenceTypes';
export { builtins } from './builtins/table';
export { call, callable, callableOr, callMethod } from './calling';
export { makeClass } from './classes';
export { decodeBytes, encodeText } from './codecs';
export { ClassMethod, PyProperty, StaticMethod } from './descriptors';
export { PyDict } from './dict';
export { isException, type PyException, toException } from './exceptions';
export { callback, defaultForeign, type ForeignRules, foreign, pythonFunction, setForeign } from './foreign';
export { bindMethod, fn, type PyFunction } from './functions';
export { hashValue as hash } from './hashing';
export { delitem, getitem, index, setitem } from './items';
export { contains, iterate, len, list } from './iteration';
export { PullIterator, PyIterator } from './iterator';
export { binary, compare, equals, truth, unary } from './operators';
export { error } from './raise';
export {
  type Keywords,
  type ModuleLoader,
  moduleLoader,
  type RunContext,
  registeredModules,
  registerModule,
  type ScriptFiles,
} from './registry';
export { PyFrozenSet, PySet, PySetBase } from './set';
export { state } from './state';
export { format, repr, str } from './text';
export {
  adoptPrototype,
  builtin,
  builtinType,
  isInstance,
  isSubclass,
  type PyClass,
  type TypeInfo,
  typeInfo,
  typeName,
  typeOf,
} from './types';
export {
  Ellipsis,
  float,
  int,
  isFloat,
  isInt,
  isPlain,
  NotImplemented,
  PyBytes,
  PyFloat,
  PyModule,
  PyRange,
  PySlice,
  PyTuple,
  tuple,
} from './values';
