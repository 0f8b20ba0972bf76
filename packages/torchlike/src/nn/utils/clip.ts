import { Tensor as CoreTensor, isNumber, nn, ops, withGrad } from '@stele/core';
import { floatRepr } from '@stele/core/printing';
import { stack, tensor } from '../../creation';
import { RuntimeError } from '../../errors';
import { define } from '../../functions/define';
import { assign } from '../../methods/inplace';
import type { Tensor } from '../../tensor';

type Tensors = Tensor | Iterable<Tensor>;
const listOf = (tensors: Tensors): Tensor[] => (tensors instanceof CoreTensor ? [tensors as Tensor] : [...tensors]);
const gradsOf = (parameters: Tensors): Tensor[] =>
  listOf(parameters).flatMap((p) => (p.grad === null ? [] : [p.grad as Tensor]));
const total = (tensors: readonly Tensor[], p: number): Tensor =>
  nn.vectorNorm(stack(tensors.map((t) => nn.vectorNorm(t, p, null) as Tensor)), p, null) as Tensor;

/** The norm of several tensors as if they were one vector. */
export const get_total_norm = define(
  'get_total_norm',
  'tensors, norm_type=2.0, error_if_nonfinite=False, foreach=None',
  (
    tensors: Tensors,
    norm_type: number = 2,
    error_if_nonfinite: boolean = false,
    _foreach: boolean | null = null,
  ): Tensor => {
    const list = listOf(tensors);
    const type = Number(norm_type);
    if (list.length === 0) return tensor(0, { dtype: null }).to(tensor(0.5).dtype);
    const norm = total(list, type);
    if (error_if_nonfinite && !Number.isFinite(Number(norm.item())))
      throw new RuntimeError(
        `The total norm of order ${floatRepr(Number(norm_type))} for gradients from \`parameters\` is non-finite, so it cannot be clipped. To disable this error and scale the gradients by the non-finite norm anyway, set \`error_if_nonfinite=False\``,
      );
    return norm;
  },
);
/** Scales gradients by max_norm / (total_norm + 1e-6) where that is below 1. */
export const clip_grads_with_norm_ = define(
  'clip_grads_with_norm_',
  'parameters, max_norm, total_norm, foreach=None',
  (parameters: Tensors, max_norm: number, total_norm: Tensor, _foreach: boolean | null = null): void => {
    const grads = gradsOf(parameters);
    if (grads.length === 0) return;
    const scale = withGrad(false, () =>
      ops.clamp(ops.div(ops.fullLike(total_norm, Number(max_norm)), ops.add(total_norm, 1e-6)), null, 1),
    );
    for (const g of grads) assign(g, ops.mul(g, ops.cast(scale, g.scalarType)));
  },
);
/**
 * Scales gradients in place so that their norm is at most max_norm; gives the norm that they had.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
 */
export const clip_grad_norm_ = define(
  'clip_grad_norm_',
  'parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None',
  (
    parameters: Tensors,
    max_norm: number,
    norm_type: number = 2,
    error_if_nonfinite: boolean = false,
    foreach: boolean | null = null,
  ): Tensor => {
    const list = listOf(parameters);
    const norm = withGrad(false, () => get_total_norm(gradsOf(list), norm_type, error_if_nonfinite, foreach));
    clip_grads_with_norm_(list, max_norm, norm, foreach);
    return norm;
  },
);
/** Holds each element of the gradients inside [-clip_value, clip_value], in place. */
export const clip_grad_value_ = define(
  'clip_grad_value_',
  'parameters, clip_value, foreach=None',
  (parameters: Tensors, clip_value: number, _foreach: boolean | null = null): void => {
    const limit = Number(clip_value);
    if (!isNumber(clip_value)) throw new TypeError(`clip_value must be a number, got ${typeof clip_value}`);
    for (const g of gradsOf(parameters)) assign(g, ops.clamp(g, -limit, limit));
  },
);
