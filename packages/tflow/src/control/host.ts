import { alias, Tensor as CoreTensor, describeValue, ops } from '@stele/core';
import { PyFloat } from '@stele/core/printing';
import { define } from '../define';
import { InvalidArgumentError, kernelError, programError, valueError } from '../errors';
import { isStringLike } from '../io/strings';
import { StringTensor, stringTensor } from '../strings';
import { Tensor, type TensorLike, toTensor } from '../tensor';
import { type ResultSpec, step, writesItsOwnSteps } from '../tracing';
import { Variable } from '../variable';
import { inGraph } from './branch';

writesItsOwnSteps('py_function', 'numpy_function');

type Host = (...args: any[]) => unknown;
const hostCall = (
  name: string,
  f: Host,
  inputs: unknown,
  out: unknown,
  read: (t: CoreTensor) => unknown,
  differentiable: boolean,
): unknown => {
  if (typeof f !== 'function') {
    const { text, type } = describeValue(f);
    throw differentiable
      ? valueError(`Expected func to be callable. Received func=${text} of type ${type}.`)
      : new TypeError(`${type.replace(/<class (.*)>/, '$1')} object is not callable`);
  }
  if (typeof inputs === 'number' || inputs instanceof PyFloat)
    throw new TypeError(`'${Number.isInteger(inputs) ? 'int' : 'float'}' object is not iterable`);
  const list = Array.isArray(inputs) ? inputs : [inputs];
  const many = Array.isArray(out);
  if (list.some(isStringLike) || [out].flat().some((t) => t !== null && t !== undefined && specType(t) === 'string'))
    return packOut(textCall(f, list, out, read), many);
  const given = list.map((v) => toTensor(v as TensorLike));
  const types = out === null || out === undefined ? [] : (many ? out : [out]).map((t) => specType(t));
  const run = (values: readonly CoreTensor[]): CoreTensor[] => {
    let result: unknown;
    try {
      result = f(...values.map(read));
    } catch (error) {
      if (!differentiable && !inGraph()) throw error;
      throw programError(error);
    }
    const eager = !differentiable && !inGraph();
    const list = many ? (Array.isArray(result) ? [...result] : [result]) : types.length === 0 ? [] : [result];
    if (list.length !== types.length)
      throw kernelError(
        name,
        `pyfunc_0 returns ${list.length} values, but expects to see ${types.length} values.`,
        InvalidArgumentError,
      );
    // out of a graph, NumPy's function has the types that it gives
    if (eager) return list.map((v) => toTensor(v as TensorLike));
    return types.map((type, i) => {
      const t =
        list[i] instanceof CoreTensor && list[i] instanceof Tensor
          ? (list[i] as Tensor)
          : toTensor(list[i] as TensorLike, list[i] instanceof Object && 'dtype' in (list[i] as object) ? null : type);
      const wanted = t instanceof Variable ? (ops.clone(t) as Tensor) : t;
      if (differentiable)
        try {
          toTensor(wanted, type);
        } catch (error) {
          throw programError(error);
        }
      if (wanted.scalarType !== type)
        throw new InvalidArgumentError(
          `The type of tensor ${i} returned by the function, ${wanted.scalarType}, does not match the declared ${type}. [Op:${name}]`,
        );
      return wanted;
    });
  };
  const isolated = (values: readonly CoreTensor[]): CoreTensor[] =>
    run(differentiable ? values : values.map((t) => alias(t)));
  if (!inGraph()) return packOut(isolated(given), many);
  const specs = types.map((scalarType): ResultSpec => ({ sizes: [], scalarType: scalarType as never, dims: null }));
  // it happens whether or not anybody reads what it gives
  return packOut(step(name, given, specs, isolated), many);
};
/** A call with texts among what goes in or comes out: it happens at once, for texts are no part of graphs. */
function textCall(f: Host, inputs: readonly unknown[], out: unknown, read: (t: CoreTensor) => unknown): unknown[] {
  const values = inputs.map((v) => (isStringLike(v) ? stringTensor(v) : toTensor(v as TensorLike)));
  let result: unknown;
  try {
    result = f(...values.map((v) => (v instanceof StringTensor ? read(v as never) : read(v))));
  } catch (error) {
    throw programError(error);
  }
  const many = Array.isArray(out);
  const types = out === null || out === undefined ? [] : (many ? out : [out]).map(specType);
  const list = many ? [...(result as unknown[])] : [result];
  return types.map((type, i) => {
    const value = list[i];
    if (type !== 'string') return toTensor(value as TensorLike, value instanceof CoreTensor ? null : type);
    if (!isStringLike(value))
      throw new InvalidArgumentError(
        `The type of tensor ${i} returned by the function does not match the declared string.`,
      );
    return stringTensor(value);
  });
}
const packOut = (list: readonly unknown[], many: boolean): unknown => (many ? [...list] : (list[0] ?? null));
const specType = (t: unknown): string => {
  const spec = t as { dtype?: { name: string }; name?: string };
  return spec?.dtype?.name ?? spec?.name ?? String(t);
};

/** Calls a function on eager tensors, in graphs too, whenever they run. */
export const py_function = define(
  'tf.py_function',
  'func=None, inp=None, Tout=None, name=None',
  (func: Host, inp: unknown, Tout?: unknown): any => hostCall('EagerPyFunc', func, inp, Tout, (t) => t, true),
);
/** Calls a function on arrays of NumPy; it has no gradient. */
export const numpy_function = define(
  'tf.numpy_function',
  'func=None, inp=None, Tout=None, stateful=True, name=None',
  (func: Host, inp: unknown, Tout?: unknown): any =>
    hostCall('PyFunc', func, inp, Tout, (t) => (t as Tensor).numpy(), false),
);
