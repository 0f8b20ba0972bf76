// what the standard modules use of the runtime

export { builtins } from '../runtime/builtins/table';
export { DictView } from '../runtime/dict';
export * from '../runtime/index';
export { unpack } from '../runtime/iteration';
export { add, dunder, floordiv, mod, mul, sub } from '../runtime/operators';
