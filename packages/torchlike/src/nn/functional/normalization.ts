import { type Tensor as CoreTensor, nn, ops } from '@stele/core';
import { NotImplementedError, RuntimeError, scalarTypeNames, ValueError } from '../../errors';
import { define } from '../../functions/define';
import { named } from '../../methods/base';
import { assign } from '../../methods/inplace';
import type { Tensor } from '../../tensor';
import { wide } from './activation';
import { sizesText } from './arguments';

const list = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;
const wider = (t: Tensor | null, like: CoreTensor): CoreTensor | null =>
  t === null ? null : ops.cast(t, like.scalarType);
const count = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** The statistics of channels: blended into running ones, and the moments to normalise with. */
function channelMoments(
  x: CoreTensor,
  running_mean: Tensor | null,
  running_var: Tensor | null,
  momentum: number,
  fold: (t: CoreTensor) => CoreTensor,
): { mean: CoreTensor; variance: CoreTensor } {
  const m = nn.momentsExcept(x, 1);
  const blend = (running: Tensor | null, now: CoreTensor): void => {
    if (running === null) return;
    const old = ops.cast(running.detach(), x.scalarType);
    assign(running, ops.cast(nn.runningBlend(old, fold(ops.stopGradient(now)), momentum), running.scalarType));
  };
  blend(running_mean, m.mean);
  blend(running_var, nn.unbiasedVariance(m.variance, m.count));
  return m;
}

/** Normalises each channel by batch or running statistics; in training the running ones are updated in place. */
export const batch_norm = define(
  'batch_norm',
  'input: Tensor, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05',
  (
    input: Tensor,
    running_mean: Tensor | null,
    running_var: Tensor | null,
    weight: Tensor | null = null,
    bias: Tensor | null = null,
    training: boolean = false,
    momentum: number | null = 0.1,
    eps: number = 1e-5,
  ): Tensor => {
    if (input.ndim < 2) return input.mul(1);
    const channels = input.sizes[1]!;
    if (training) {
      const per = count(input.sizes) / channels;
      if (per === 1)
        throw new ValueError(
          `Expected more than 1 value per channel when training, got input size ${sizesText(input)}`,
        );
    } else if (running_mean === null || running_var === null)
      throw new RuntimeError(
        `Expected ${running_mean === null ? 'running_mean' : 'running_var'} to be defined when training=False`,
      );
    for (const [name, t] of [
      ['running_mean', running_mean],
      ['running_var', running_var],
      ['weight', weight],
      ['bias', bias],
    ] as const)
      if (t !== null && t.numel() !== channels)
        throw new RuntimeError(`${name} should contain ${channels} elements not ${t.numel()}`);
    // an empty batch says nothing about the statistics
    const seen = input.numel() > 0;
    const out = wide(input, (x) => {
      const at = (v: CoreTensor | null): CoreTensor | null => (v === null ? null : nn.along(v, x, 1));
      const { mean, variance } = training
        ? channelMoments(x, seen ? running_mean : null, seen ? running_var : null, Number(momentum ?? 0), (t) => t)
        : { mean: wider(running_mean, x)!, variance: wider(running_var, x)! };
      return nn.normalizeWith(x, at(mean)!, at(variance)!, Number(eps), at(wider(weight, x)), at(wider(bias, x)));
    });
    return named(out, 'NativeBatchNorm');
  },
);

/** Normalises each channel of each sample by its own statistics, or by running ones. */
export const instance_norm = define(
  'instance_norm',
  'input: Tensor, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-05',
  (
    input: Tensor,
    running_mean: Tensor | null = null,
    running_var: Tensor | null = null,
    weight: Tensor | null = null,
    bias: Tensor | null = null,
    use_input_stats: boolean = true,
    momentum: number = 0.1,
    eps: number = 1e-5,
  ): Tensor => {
    if (input.ndim < 3)
      throw new RuntimeError(
        `Expected 3D, 4D or 5D input to instance_norm, but got input of size: ${list(input.sizes)}`,
      );
    if (use_input_stats && count(input.sizes.slice(2)) === 1)
      throw new ValueError(`Expected more than 1 spatial element when training, got input size ${sizesText(input)}`);
    if (!use_input_stats && (running_mean === null || running_var === null))
      throw new RuntimeError('Expected running_mean and running_var to be defined when use_input_stats is false');
    const [n, c] = input.sizes as [number, number];
    const out = wide(input, (x) => {
      const rows = ops.reshape(x, [1, n * c, ...x.sizes.slice(2)]);
      // the running statistics of a channel take the mean over the samples
      const fold = (t: CoreTensor): CoreTensor => ops.mean(ops.reshape(t, [n, c]), 0);
      const repeated = (t: CoreTensor): CoreTensor => ops.tile(t, [n]);
      const { mean, variance } = use_input_stats
        ? channelMoments(rows, running_mean, running_var, Number(momentum), fold)
        : { mean: repeated(wider(running_mean, x)!), variance: repeated(wider(running_var, x)!) };
      const normal = nn.normalizeWith(
        rows,
        nn.along(mean, rows, 1),
        nn.along(variance, rows, 1),
        Number(eps),
        null,
        null,
      );
      let y = ops.reshape(normal, x.sizes);
      if (weight !== null) y = ops.mul(y, nn.along(wider(weight, x)!, x, 1));
      return bias === null ? y : ops.add(y, nn.along(wider(bias, x)!, x, 1));
    });
    return named(out, 'View');
  },
);

function checkShape(
  input: Tensor,
  shape: readonly number[],
  owner: 'layer' | 'rms',
  weight: Tensor | null,
  bias: Tensor | null,
): void {
  if (shape.length < 1)
    throw new RuntimeError(
      `Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = ${list(shape)}`,
    );
  for (const [name, t] of [
    ['weight', weight],
    ['bias', bias],
  ] as const)
    if (t !== null && list(t.sizes) !== list(shape))
      throw new RuntimeError(
        `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${list(t.sizes)} and normalized_shape = ${list(shape)}`,
      );
  const tail = input.sizes.slice(-shape.length);
  if (input.ndim < shape.length || list(tail) !== list(shape))
    throw new RuntimeError(
      `Given normalized_shape=${list(shape)}, expected input with shape [*${owner === 'layer' ? ', ' : ''}${shape.join(', ')}], but got input of size${list(input.sizes)}`,
    );
}
/** (x - mean) / sqrt(variance + eps) * weight + bias over the last dims, whose sizes are normalized_shape. */
export const layer_norm = define(
  'layer_norm',
  'input: Tensor, normalized_shape, weight=None, bias=None, eps=1e-05',
  (
    input: Tensor,
    normalized_shape: readonly number[],
    weight: Tensor | null = null,
    bias: Tensor | null = null,
    eps: number = 1e-5,
  ): Tensor => {
    const shape = [normalized_shape].flat().map(Number);
    checkShape(input, shape, 'layer', weight, bias);
    if (!input.is_floating_point())
      throw new NotImplementedError(`"LayerNormKernelImpl" not implemented for '${scalarTypeNames[input.scalarType]}'`);
    const out = wide(input, (x) => nn.layerNorm(x, shape.length, Number(eps), wider(weight, x), wider(bias, x)));
    return named(out, 'NativeLayerNorm');
  },
);
/** x / sqrt(mean(x²) + eps) * weight over the last dims; eps is the dtype's spacing at 1 if none is given. */
export const rms_norm = define(
  'rms_norm',
  'input: Tensor, normalized_shape, weight=None, eps=None',
  (
    input: Tensor,
    normalized_shape: readonly number[],
    weight: Tensor | null = null,
    eps: number | null = null,
  ): Tensor => {
    const shape = [normalized_shape].flat().map(Number);
    checkShape(input, shape, 'rms', weight, null);
    const small = eps === null ? ops.epsilonOf(input.scalarType) : Number(eps);
    const out = wide(input, (x) => nn.rootMeanSquareNorm(x, shape.length, small, wider(weight, x)));
    return named(out, 'Mul');
  },
);
/** Channels normalised in groups. */
export const group_norm = define(
  'group_norm',
  'input: Tensor, num_groups, weight=None, bias=None, eps=1e-05',
  (
    input: Tensor,
    num_groups: number,
    weight: Tensor | null = null,
    bias: Tensor | null = null,
    eps: number = 1e-5,
  ): Tensor => {
    if (input.ndim < 2)
      throw new RuntimeError(`Expected at least 2 dimensions for input tensor but received ${input.ndim}`);
    const channels = input.sizes[1]!;
    if (channels % num_groups !== 0)
      throw new RuntimeError(
        `Expected number of channels in input to be divisible by num_groups, but got input of shape ${list(input.sizes)} and num_groups=${num_groups}`,
      );
    const grouped = [Math.floor((input.sizes[0]! * channels) / num_groups), num_groups, ...input.sizes.slice(2)];
    if (count([grouped[0]!, ...grouped.slice(2)]) === 1)
      throw new ValueError(`Expected more than 1 value per channel when training, got input size ${list(grouped)}`);
    const out = wide(input, (x) => nn.groupNorm(x, num_groups, Number(eps), wider(weight, x), wider(bias, x)));
    return named(out, 'NativeGroupNorm');
  },
);
/** x / (k + alpha * mean of the squares of `size` neighbouring channels)^beta. */
export const local_response_norm = define(
  'local_response_norm',
  'input: Tensor, size, alpha=0.0001, beta=0.75, k=1.0',
  (input: Tensor, size: number, alpha: number = 1e-4, beta: number = 0.75, k: number = 1): Tensor => {
    if (input.ndim < 3)
      throw new ValueError(
        `Expected 3D or higher dimensionality                          input (got ${input.ndim} dimensions)`,
      );
    if (input.numel() === 0) return input;
    return named(nn.localResponseNorm(input, size, Number(alpha), Number(beta), Number(k)) as Tensor, 'Div');
  },
);
/** x / max(‖x‖ₚ, eps) along a dim. */
export const normalize = define(
  'normalize',
  'input: Tensor, p=2.0, dim=1, eps=1e-12, out=None',
  (
    input: Tensor,
    p: number = 2,
    dim: number | readonly number[] = 1,
    eps: number = 1e-12,
    _out: null = null,
  ): Tensor => {
    const norm = ops.clamp(nn.vectorNorm(input, Number(p), dim, true), Number(eps), null);
    return named(ops.div(input, norm) as Tensor, 'Div');
  },
);
