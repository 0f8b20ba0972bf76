import { Tensor } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { showTuple, toldShape } from '../tensors';
import { mapTensors } from './structure';
import { KerasTensor } from './symbolic';

/** What kernels of the framework underneath raise. */
const kernelErrors =
  /^(InvalidArgument|Unimplemented|NotFound|OutOfRange|FailedPrecondition|Internal|ResourceExhausted)Error$/;
const framedErrors = new WeakSet<object>();
const early = new WeakSet<object>();
/** An error that Keras raises before the layer's own call: only calls around that one are named. */
export function unframed(error: Error): Error {
  early.add(error);
  return error;
}
/**
 * A facade's error with the innermost call in which it came up and what that got; others, and those that have one, as
 * they are. `told` says what the call takes after its inputs, null where errors do not list it.
 */
export function framed(
  error: unknown,
  layer: string,
  told: Readonly<Record<string, string>> | null,
  inputs: unknown,
  given: Readonly<Record<string, unknown>>,
): unknown {
  if (!(error instanceof Error) || framedErrors.has(error)) return error;
  if (Object.getPrototypeOf(error) !== Error.prototype && !kernelErrors.test(error.name)) return error;
  if (early.delete(error)) return error;
  framedErrors.add(error);
  if (told === null) return error;
  const call = `${layer}.call()`;
  const tensor = (t: Tensor | KerasTensor): string =>
    t instanceof KerasTensor ? String(t) : `tf.Tensor(shape=${showTuple(toldShape(t.sizes))}, dtype=${t.scalarType})`;
  const shown =
    inputs instanceof Tensor || inputs instanceof KerasTensor ? tensor(inputs) : pyRepr(mapTensors(inputs, tensor));
  const others = Object.entries(told).map(([name, value]) => {
    const own = given[name];
    return [name, own === undefined || own === null ? value : own instanceof Tensor ? tensor(own) : pyRepr(own)];
  });
  const list = [['inputs', shown], ...others].map(([name, value]) => `  • ${name}=${value}`);
  error.message = `Exception encountered when calling ${call}.\n\n\u001b[1m${error.message}\u001b[0m\n\nArguments received by ${call}:\n${list.join('\n')}`;
  return error;
}
