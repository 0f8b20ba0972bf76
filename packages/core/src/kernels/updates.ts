import { opNamed } from '../ops/define';
import { type AdamAttrs, correctedRate, type MomentumAttrs } from '../ops/update';
import { copyData } from '../tensor/access';
import { fromArray, type Tensor, type TensorFamily, type TensorSpec } from '../tensor/tensor';
import { adamInside, adamOutside, sgd, sgdScaledVelocity } from './assembly/optimizer';

const narrow = (inputs: readonly Tensor[]): boolean => inputs.every((t) => t.scalarType === 'float32');
/** The elements for reading only. */
const read = (t: Tensor): Float32Array =>
  t.rowMajor && t.offset === 0 && t.storage.length === t.elementCount
    ? (t.storage.array as Float32Array)
    : (copyData(t) as Float32Array);
/** Arrays for the results: the ops leave their inputs as they are. */
const fresh = (inputs: readonly Tensor[]): Float32Array<ArrayBuffer>[] =>
  inputs.map((t) => new Float32Array(t.elementCount));
const results = (family: TensorFamily, arrays: readonly Float32Array<ArrayBuffer>[], spec: TensorSpec): Tensor[] =>
  arrays.map((array) => fromArray(family, array, spec.sizes, 'float32'));

opNamed('sgdUpdate').fast = (family, inputs, [spec], { rate, weightDecay }: { rate: number; weightDecay: number }) => {
  if (!narrow(inputs)) return null;
  const [p, g] = inputs.map(read) as [Float32Array, Float32Array];
  const scalars = { lr: rate, decay: weightDecay, momentum: 0, dampening: 0, nesterov: false, first: false };
  const into = fresh([inputs[0]!]);
  sgd(p, g, null, scalars, into);
  return results(family, into, spec!)[0]!;
};
opNamed('momentumUpdate').fast = (family, inputs, [spec], a: MomentumAttrs) => {
  if (!narrow(inputs)) return null;
  const [p, g, buffer] = inputs.map(read) as [Float32Array, Float32Array, Float32Array];
  const { momentum, dampening, nesterov, first } = a;
  const into = fresh([inputs[0]!, inputs[2]!]);
  sgd(p, g, buffer, { lr: a.rate, decay: a.weightDecay, momentum, dampening, nesterov, first }, into);
  return results(family, into, spec!);
};
opNamed('velocityUpdate').fast = (family, inputs, [spec], a: { rate: number; momentum: number; nesterov: boolean }) => {
  if (!narrow(inputs)) return null;
  const [p, g, v] = inputs.map(read) as [Float32Array, Float32Array, Float32Array];
  const into = fresh([inputs[0]!, inputs[2]!]);
  sgdScaledVelocity(p, g, v, a.rate, a.momentum, a.nesterov, into);
  return results(family, into, spec!);
};
opNamed('adamUpdate').fast = (family, inputs, [spec], a: AdamAttrs) => {
  const { weightDecay = 0, shrink = 1 } = a;
  // the kernels square the gradient themselves, and that of the other form knows no decay
  if (!narrow(inputs) || a.squares || (!a.epsilonAfterCorrection && (weightDecay !== 0 || shrink !== 1))) return null;
  const [p, g, m, v, peak = null] = inputs.map(read) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const into = fresh([inputs[0]!, ...inputs.slice(2)]);
  const correction = 1 - a.beta1 ** a.step;
  const rootCorrection = Math.sqrt(1 - a.beta2 ** a.step);
  const { beta1, beta2, epsilon } = a;
  if (a.epsilonAfterCorrection) {
    const scalars = { step: a.rate / correction, beta1, beta2, rootCorrection, epsilon, decay: weightDecay, shrink };
    adamOutside(p, g, m, v, peak, scalars, into);
  } else {
    adamInside(p, g, m, v, peak, { alpha: correctedRate(a), beta1, beta2, epsilon }, into);
  }
  return results(family, into, spec!);
};
