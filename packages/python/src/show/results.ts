import { Tensor as CoreTensor } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { keras } from '@stele/keraslike';
import { tf } from '@stele/tflow';
import { nn, torch } from '@stele/torchlike';
import { type ClassInfo, foreignBase, methodOf } from './declared';
import { typeOfMember } from './modules';
import {
  any,
  array,
  bool,
  float,
  listOf,
  natural,
  none,
  string,
  type Type,
  tfTensor,
  torchTensor,
  unknown,
} from './types';

/** Whether a class is another one or extends it. */
export const extendsClass = (cls: Function | null, base: unknown): boolean =>
  cls !== null && typeof base === 'function' && (cls === base || cls.prototype instanceof base);
/** Whether a class, or what it extends, is one of Keras' things that are called with tensors. */
export const isKeras = (of: Function | ClassInfo | null): boolean => {
  const base = foreignBase(of);
  return [keras.Layer, keras.Loss, keras.Metric].some((k) => extendsClass(base, k));
};
export const isTorchModule = (of: Function | ClassInfo | null): boolean => extendsClass(foreignBase(of), nn.Module);
const isModule = (of: Function | ClassInfo | null): boolean => extendsClass(foreignBase(of), tf.Module);

const kerasTensor: Type = { kind: 'tensor', family: 'tf', loose: true };
const scalarArray: Type = { kind: 'array', scalar: true };
const parameter: Type = { kind: 'tensor', family: 'torch', name: 'Parameter' };
const variable: Type = { kind: 'tensor', family: 'tf', name: 'Variable' };

const tensorAttributes: Readonly<Record<string, Type>> = {
  shape: { kind: 'list', item: natural, named: true },
  sizes: listOf(natural),
  ndim: natural,
  requires_grad: bool,
  is_leaf: bool,
  dtype: any,
  device: any,
  grad_fn: any,
  grad: { kind: 'tensor', family: 'torch', empty: true },
};
const arrayAttributes: Readonly<Record<string, Type>> = {
  shape: listOf(natural),
  ndim: natural,
  size: natural,
  dtype: string,
};

/** What an attribute of a value is, as far as it is known. */
export function instanceMember(type: Type, name: string): Type {
  if (type.kind === 'tensor') {
    const known = tensorAttributes[name];
    if (known !== undefined) return known;
    const value = memberAt(type.family === 'tf' ? tf.Tensor : torch.Tensor, name);
    if (typeof value === 'function') return { kind: 'function', value, path: name };
    return { kind: 'tensor', family: type.family };
  }
  if (type.kind === 'array') {
    const known = arrayAttributes[name];
    if (known !== undefined) return known;
    const value = memberAt(NDArray, name);
    return typeof value === 'function' ? { kind: 'function', value, path: name } : array;
  }
  if (type.kind === 'instance') {
    const base = foreignBase(type.of);
    const value = memberAt(base, name);
    if (typeof value === 'function') return { kind: 'function', value, path: name };
    if (/^(trainable_|non_trainable_)?(variables|weights)$/.test(name)) return listOf(variable);
    if (name === 'history') return { kind: 'record', value: listOf(float) };
    if (name === 'layers') return listOf({ kind: 'instance', of: keras.Layer, path: 'tf.keras.Layer' });
    if (isTorchModule(type.of) && (name === 'weight' || name === 'bias')) return parameter;
    return base === null && type.of !== null ? unknown : any;
  }
  if (type.kind === 'class' && typeof type.value === 'function') return typeOfMember(type.value, type.path, name);
  return type.kind === 'any' ? any : unknown;
}

/** A member of a class' instances, looked up on prototypes without running getters. */
export function memberAt(cls: Function | null, name: string): unknown {
  for (let at = cls?.prototype as object | null | undefined; at; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

/** Whether a method takes its time: it has a sibling that does not. */
export const takesTime = (type: Type, name: string): boolean => {
  if (type.kind === 'instance') return memberAt(foreignBase(type.of), `${name}_sync`) !== undefined;
  if (type.kind === 'module') return /(^|\.)datasets\.\w+$/.test(type.path) && name === 'load_data';
  return false;
};

const reductions = new Set([
  'sum',
  'prod',
  'mean',
  'std',
  'var',
  'median',
  'max',
  'min',
  'argmax',
  'argmin',
  'all',
  'any',
]);
const nothing = new Set([
  'manual_seed',
  'seed',
  'set_seed',
  'set_random_seed',
  'save',
  'save_weights',
  'load_weights',
  'export',
  'compile',
  'summary',
  'backward',
  'step',
  'set_default_dtype',
  'set_printoptions',
  'disable_eager_execution',
  'apply_gradients',
  'add',
  'reset_states',
  'build',
  'zero_grad',
  'add_module',
  'register_buffer',
  'register_parameter',
]);

/** What a method of a value gives; `count` is how many arguments it gets. */
export function methodResult(owner: Type, name: string, count: number, pattern: number): Type {
  if (owner.kind === 'tensor') {
    if (name === 'item') return float;
    if (name === 'tolist') return any;
    if (name === 'numpy') return array;
    if (name === 'size') return count > 0 ? natural : { kind: 'list', item: natural, named: true };
    if (name === 'dim' || name === 'numel' || name === 'ndimension') return natural;
    if (name === 'backward') return none;
    if (owner.family === 'torch' && ['max', 'min', 'sort', 'topk'].includes(name) && (count > 0 || pattern > 0))
      return { kind: 'tuple', items: [torchTensor, torchTensor], extremes: true };
    if (owner.family === 'torch' && ['split', 'chunk', 'unbind'].includes(name)) return listOf(torchTensor);
    if (/^is_|^has_/.test(name)) return bool;
    return { kind: 'tensor', family: owner.family };
  }
  if (owner.kind === 'array') {
    if (name === 'item') return float;
    if (name === 'tolist') return any;
    return reductions.has(name) && count === 0 ? scalarArray : array;
  }
  if (owner.kind !== 'instance') return owner.kind === 'any' ? any : unknown;
  if (owner.of !== null && typeof owner.of === 'object') {
    const own = methodOf(owner.of, name);
    if (own !== null) return own.result;
  }
  if (name === 'parameters') return { kind: 'iterable', item: parameter };
  if (name === 'get_weights') return listOf(array);
  if (name === 'fit') return { kind: 'instance', of: keras.callbacks.Callback, path: 'tf.keras.callbacks.History' };
  if (name === 'predict') return array;
  if (name === 'evaluate') return any;
  if (name === 'run') return array;
  if (name === 'convert') return { kind: 'bytes' };
  const base = foreignBase(owner.of);
  if (base === tf.GradientTape) return any;
  if (extendsClass(base, tf.data.Dataset)) return owner;
  if (/^(to|train|eval|cpu|double|float|half|requires_grad_)$/.test(name) && isTorchModule(owner.of)) return owner;
  if (isTorchModule(owner.of) && name === 'forward') return torchTensor;
  if (isKeras(owner.of) && name === 'call') return kerasTensor;
  if (name === 'count_params') return natural;
  return nothing.has(name) ? none : any;
}

/** What calling an object gives. */
export function callResult(owner: Type): Type {
  if (owner.kind !== 'instance') return owner.kind === 'any' ? any : unknown;
  const { of } = owner;
  if (of !== null && typeof of === 'object') {
    const own = methodOf(of, isTorchModule(of) ? 'forward' : isKeras(of) ? 'call' : '__call__');
    if (own !== null && own.result.kind !== 'unknown')
      return isKeras(of) && own.result.kind === 'tensor' ? kerasTensor : own.result;
  }
  if (isKeras(of)) return kerasTensor;
  const base = foreignBase(of);
  if (isTorchModule(of))
    return [nn.GRU, nn.LSTM, nn.RNN].some((k) => extendsClass(base, k))
      ? { kind: 'tuple', items: [torchTensor, base === nn.LSTM ? any : torchTensor] }
      : torchTensor;
  if (isModule(of)) return tfTensor;
  if (base !== null && /Initializer|Uniform|Normal|Zeros|Ones|Constant/.test(base.name)) return kerasTensor;
  return any;
}

/** What a facade's function gives. */
export function functionResult(path: string, count: number): Type {
  const name = path.split('.').at(-1)!;
  if (nothing.has(name)) return none;
  if (/^(is_|executing_)/.test(name) || name === 'allclose' || name === 'equal')
    return path.startsWith('tf') ? tfTensor : bool;
  if (path.startsWith('np.')) {
    if (path.startsWith('np.testing')) return none;
    if (name === 'allclose' || name === 'array_equal') return bool;
    return (reductions.has(name) || (path.startsWith('np.random') && count === 0)) && count <= 1 ? scalarArray : array;
  }
  if (path.startsWith('torch.')) {
    if (path.startsWith('torch.nn.utils.') || name === 'load' || name === 'compile' || path.startsWith('torch.jit'))
      return any;
    if (['max', 'min', 'sort', 'topk'].includes(name) && count > 1)
      return { kind: 'tuple', items: [torchTensor, torchTensor], extremes: true };
    if (['split', 'chunk', 'unbind', 'meshgrid'].includes(name)) return listOf(torchTensor);
    if (/^torch\.(nn\.functional\.\w+|nn\.init\.\w+|linalg\.\w+|fft\.\w+|special\.\w+|\w+)$/.test(path))
      return torchTensor;
    return any;
  }
  if (path.startsWith('tf.keras.') || path.startsWith('keras.')) {
    if (name === 'to_categorical') return array;
    if (name === 'load_model' || name === 'clone_model')
      return { kind: 'instance', of: keras.Model, path: 'tf.keras.Model' };
    if (/\.(losses|activations|ops|metrics)\./.test(path)) return kerasTensor;
    if (name === 'Input') return any;
    return any;
  }
  if (path.startsWith('tf.')) {
    if (name === 'placeholder') return tfTensor;
    if (
      path.startsWith('tf.compat') ||
      path.startsWith('tf.io') ||
      path.startsWith('tf.train') ||
      path.startsWith('tf.lite')
    )
      return any;
    if (['split', 'unstack', 'meshgrid', 'nest'].includes(name)) return listOf(tfTensor);
    return tfTensor;
  }
  return any;
}

/** What `new` of a class gives. */
export function instanceOf(value: Function | ClassInfo | null, path: string): Type {
  if (typeof value === 'function') {
    if (extendsClass(value, tf.Variable)) return variable;
    if (value === nn.Parameter) return parameter;
    if (extendsClass(value, keras.Variable)) return { kind: 'tensor', family: 'tf', name: 'keras.Variable' };
    if (extendsClass(value, CoreTensor)) return path.startsWith('tf') ? tfTensor : torchTensor;
    if (value === NDArray) return array;
  }
  return { kind: 'instance', of: value, path };
}
