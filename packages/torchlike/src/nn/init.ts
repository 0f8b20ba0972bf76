import { nn, withGrad } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { truncatedNormal } from '@stele/core/random';
import { from_numpy } from '../creation';
import { ValueError } from '../errors';
import { type Generator, generatorOf } from '../random';
import type { Tensor } from '../tensor';

export interface Drawn {
  generator?: Generator | null;
}
const quiet = (t: Tensor, body: () => void): Tensor => {
  withGrad(false, body);
  return t;
};
const fansOf = (t: Tensor): { fanIn: number; fanOut: number } => {
  if (t.ndim < 2)
    throw new ValueError('Fan in and fan out can not be computed for tensor with fewer than 2 dimensions');
  return nn.computeFans(t.sizes, 'outputsFirst');
};
const gains: Readonly<Record<string, nn.GainOf>> = {
  linear: 'linear',
  conv1d: 'conv',
  conv2d: 'conv',
  conv3d: 'conv',
  conv_transpose2d: 'conv',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  leaky_relu: 'leakyRelu',
  selu: 'selu',
};
export function calculate_gain(nonlinearity: string, param?: number | null): number {
  const known = gains[nonlinearity];
  if (known === undefined) throw new ValueError(`Unsupported nonlinearity ${nonlinearity}`);
  return nn.gain(known, param ?? 0.01);
}
export const uniform_ = (t: Tensor, a = 0, b = 1, o: Drawn = {}): Tensor => quiet(t, () => t.uniform_(a, b, o));
export const normal_ = (t: Tensor, mean = 0, std = 1, o: Drawn = {}): Tensor => quiet(t, () => t.normal_(mean, std, o));
export const constant_ = (t: Tensor, value: number): Tensor => quiet(t, () => t.fill_(value));
export const zeros_ = (t: Tensor): Tensor => constant_(t, 0);
export const ones_ = (t: Tensor): Tensor => constant_(t, 1);
export function eye_(t: Tensor): Tensor {
  if (t.ndim !== 2) throw new ValueError('Only tensors with 2 dimensions are supported');
  return quiet(t, () => {
    const [rows, columns] = t.sizes as [number, number];
    t.copy_(
      from_numpy(
        new NDArray({
          dtype: 'float64',
          shape: [rows, columns],
          data: nn.identity(new Float64Array(rows * columns), rows, columns),
        }),
      ),
    );
  });
}
export function trunc_normal_(t: Tensor, mean = 0, std = 1, a = -2, b = 2, o: Drawn = {}): Tensor {
  return quiet(t, () => {
    const array = t.scalarType === 'float64' ? new Float64Array(t.numel()) : new Float32Array(t.numel());
    truncatedNormal(generatorOf(o.generator), array, t.scalarType, mean, std, a, b);
    t.copy_(
      from_numpy(
        new NDArray({ dtype: t.scalarType === 'float64' ? 'float64' : 'float32', shape: t.sizes, data: array }),
      ),
    );
  });
}
export const xavier_uniform_ = (t: Tensor, gain = 1, o: Drawn = {}): Tensor => {
  const limit = nn.xavierLimit(fansOf(t), gain);
  return uniform_(t, -limit, limit, o);
};
export const xavier_normal_ = (t: Tensor, gain = 1, o: Drawn = {}): Tensor =>
  normal_(t, 0, nn.xavierStd(fansOf(t), gain), o);

export interface Kaiming extends Drawn {
  a?: number;
  mode?: 'fan_in' | 'fan_out';
  nonlinearity?: string;
}
const fanAndGain = (t: Tensor, o: Kaiming): [number, number] => {
  const { fanIn, fanOut } = fansOf(t);
  return [(o.mode ?? 'fan_in') === 'fan_in' ? fanIn : fanOut, calculate_gain(o.nonlinearity ?? 'leaky_relu', o.a ?? 0)];
};
export const kaiming_uniform_ = (t: Tensor, o: Kaiming = {}): Tensor => {
  const limit = nn.kaimingLimit(...fanAndGain(t, o));
  return uniform_(t, -limit, limit, o);
};
export const kaiming_normal_ = (t: Tensor, o: Kaiming = {}): Tensor =>
  normal_(t, 0, nn.kaimingStd(...fanAndGain(t, o)), o);
