import '../ops/update';
import { opNamed } from '../ops/define';
import type { AdamAttrs, MomentumAttrs } from '../ops/update';
import { copyData } from '../tensor/access';
import { fromArray, type Tensor } from '../tensor/tensor';
import { adamInside, adamOutside, sgd, sgdScaledVelocity } from './assembly/optimizer';

const narrow = (inputs: readonly Tensor[]): boolean => inputs.every((t) => t.scalarType === 'float32');
/** A private copy of the elements: the kernels write in place, the ops do not. */
const own = (t: Tensor): Float32Array<ArrayBuffer> => copyData(t) as Float32Array<ArrayBuffer>;
/** The elements for reading only. */
const read = (t: Tensor): Float32Array =>
  t.rowMajor && t.offset === 0 && t.storage.length === t.elementCount ? (t.storage.array as Float32Array) : own(t);

opNamed('sgdUpdate').fast = (family, inputs, [spec], { rate, weightDecay }: { rate: number; weightDecay: number }) => {
  if (!narrow(inputs)) return null;
  const p = own(inputs[0]!);
  sgd(p, read(inputs[1]!), null, {
    lr: rate,
    decay: weightDecay,
    momentum: 0,
    dampening: 0,
    nesterov: false,
    first: false,
  });
  return fromArray(family, p, spec!.sizes, 'float32');
};
opNamed('momentumUpdate').fast = (family, inputs, [spec], a: MomentumAttrs) => {
  if (!narrow(inputs)) return null;
  const p = own(inputs[0]!);
  const buffer = own(inputs[2]!);
  const { momentum, dampening, nesterov, first } = a;
  sgd(p, read(inputs[1]!), buffer, { lr: a.rate, decay: a.weightDecay, momentum, dampening, nesterov, first });
  return [p, buffer].map((array) => fromArray(family, array, spec!.sizes, 'float32'));
};
opNamed('velocityUpdate').fast = (family, inputs, [spec], a: { rate: number; momentum: number; nesterov: boolean }) => {
  if (!narrow(inputs)) return null;
  const p = own(inputs[0]!);
  const v = own(inputs[2]!);
  sgdScaledVelocity(p, read(inputs[1]!), v, a.rate, a.momentum, a.nesterov);
  return [p, v].map((array) => fromArray(family, array, spec!.sizes, 'float32'));
};
opNamed('adamUpdate').fast = (family, inputs, [spec], a: AdamAttrs) => {
  const { weightDecay = 0, shrink = 1 } = a;
  // the kernel of the other form knows no decay
  if (!narrow(inputs) || (!a.epsilonAfterCorrection && (weightDecay !== 0 || shrink !== 1))) return null;
  const [p, m, v] = [own(inputs[0]!), own(inputs[2]!), own(inputs[3]!)];
  const peak = inputs[4] === undefined ? null : own(inputs[4]);
  const g = read(inputs[1]!);
  const correction = 1 - a.beta1 ** a.step;
  const rootCorrection = Math.sqrt(1 - a.beta2 ** a.step);
  const { beta1, beta2, epsilon } = a;
  if (a.epsilonAfterCorrection) {
    adamOutside(p, g, m, v, peak, {
      step: a.rate / correction,
      beta1,
      beta2,
      rootCorrection,
      epsilon,
      decay: weightDecay,
      shrink,
    });
  } else {
    adamInside(p, g, m, v, peak, { alpha: Math.fround((a.rate * rootCorrection) / correction), beta1, beta2, epsilon });
  }
  return [p, m, v, ...(peak === null ? [] : [peak])].map((array) => fromArray(family, array, spec!.sizes, 'float32'));
};
