import { batch_norm as batch, instance_norm as instance, embedding as rows } from '../nn/functional/index';
import type { Tensor } from '../tensor';
import { define } from './define';

// torch's own functions of these names have other places than those of nn.functional

/** `nn.functional.batch_norm` with all places needed. */
export const batch_norm = define(
  'batch_norm',
  'input: Tensor, weight, bias, running_mean, running_var, training, momentum, eps, cudnn_enabled',
  (
    input: Tensor,
    weight: Tensor | null,
    bias: Tensor | null,
    running_mean: Tensor | null,
    running_var: Tensor | null,
    training: boolean,
    momentum: number,
    eps: number,
    _cudnn_enabled: boolean,
  ): Tensor => batch(input, running_mean, running_var, weight, bias, training, momentum, eps),
);
/** `nn.functional.instance_norm` with all places needed. */
export const instance_norm = define(
  'instance_norm',
  'input: Tensor, weight, bias, running_mean, running_var, use_input_stats, momentum, eps, cudnn_enabled',
  (
    input: Tensor,
    weight: Tensor | null,
    bias: Tensor | null,
    running_mean: Tensor | null,
    running_var: Tensor | null,
    use_input_stats: boolean,
    momentum: number,
    eps: number,
    _cudnn_enabled: boolean,
  ): Tensor => instance(input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps),
);
/** Rows of a table: the table comes first. */
export const embedding = define(
  'embedding',
  'weight: Tensor, indices: Tensor, padding_idx=-1, scale_grad_by_freq=False, sparse=False',
  (weight: Tensor, indices: Tensor, padding_idx: number = -1, scale_grad_by_freq: boolean = false): Tensor =>
    rows(indices, weight, {
      padding_idx: Number(padding_idx) < 0 ? null : Number(padding_idx),
      scale_grad_by_freq,
    }),
);
