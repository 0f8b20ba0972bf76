import { z } from 'zod';
import { empty } from '../../creation';
import { ValueError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import * as F from '../functional';
import { ones_, zeros_ } from '../init';
import { Module } from './module';
import { configure, flag, float, listed, place, pythonText, shown, sizes } from './options';

type Shape = number | readonly number[];
const layer = z.strictObject({
  normalized_shape: sizes,
  eps: float(1e-5),
  elementwise_affine: flag(true),
  bias: flag(true),
  ...place,
});
interface LayerOptions {
  eps?: number | null;
  elementwise_affine?: boolean;
  bias?: boolean;
  dtype?: unknown;
  device?: unknown;
}
const shapeOf = (shape: Shape): number[] => (typeof shape === 'number' ? [shape] : [...shape]);

/**
 * (x - mean) / √(variance + eps) over the last axes, scaled and shifted.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
 */
export class LayerNorm extends Module {
  declare normalized_shape: readonly number[];
  declare eps: number;
  declare elementwise_affine: boolean;
  declare weight: Parameter | null;
  declare bias: Parameter | null;

  constructor(
    normalized_shape: Shape | ({ normalized_shape: Shape } & LayerOptions),
    eps?: number | LayerOptions,
    elementwise_affine?: boolean | LayerOptions,
    bias?: boolean | LayerOptions,
  );
  constructor(...args: unknown[]) {
    super();
    const o = configure(this, layer, 1, args, ['normalized_shape', 'bias']);
    this.normalized_shape = shapeOf(o.normalized_shape);
    const made = (): Parameter => new Parameter(empty([...this.normalized_shape], { dtype: o.dtype }));
    this.weight = this.elementwise_affine ? made() : null;
    this.bias = this.elementwise_affine && o.bias ? made() : null;
    this.reset_parameters();
  }
  reset_parameters(): void {
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }
  forward(input: Tensor): Tensor {
    return F.layer_norm(input, this.normalized_shape, this.weight, this.bias, this.eps);
  }
  override extra_repr(): string {
    const bias = pythonText(this.bias !== null);
    return `${pythonText(this.normalized_shape)}, ${listed(this, 'eps', 'elementwise_affine')}, bias=${bias}`;
  }
}
const rms = z.strictObject({
  normalized_shape: sizes,
  eps: float(null),
  elementwise_affine: flag(true),
  ...place,
});
/**
 * x / √(mean(x²) + eps) over the last axes, scaled.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html
 */
export class RMSNorm extends Module {
  declare normalized_shape: readonly number[];
  declare eps: number | null;
  declare elementwise_affine: boolean;
  declare weight: Parameter | null;

  constructor(
    normalized_shape: Shape | ({ normalized_shape: Shape } & LayerOptions),
    eps?: number | null | LayerOptions,
    elementwise_affine?: boolean | LayerOptions,
  );
  constructor(...args: unknown[]) {
    super();
    const o = configure(this, rms, 1, args, ['normalized_shape']);
    this.normalized_shape = shapeOf(o.normalized_shape);
    this.weight = this.elementwise_affine ? new Parameter(empty([...this.normalized_shape], { dtype: o.dtype })) : null;
    this.reset_parameters();
  }
  reset_parameters(): void {
    if (this.weight !== null) ones_(this.weight);
  }
  forward(x: Tensor): Tensor {
    return F.rms_norm(x, this.normalized_shape, this.weight, this.eps);
  }
  override extra_repr(): string {
    return `${pythonText(this.normalized_shape)}, ${listed(this, 'eps', 'elementwise_affine')}`;
  }
}
const group = z.strictObject({
  num_groups: z.int(),
  num_channels: z.int(),
  eps: float(1e-5),
  affine: flag(true),
  ...place,
  bias: flag(true),
});
interface GroupOptions {
  eps?: number;
  affine?: boolean;
  bias?: boolean;
  dtype?: unknown;
  device?: unknown;
}
/** Normalises each sample's channels in groups; scale and shift are per channel. */
export class GroupNorm extends Module {
  declare num_groups: number;
  declare num_channels: number;
  declare eps: number;
  declare affine: boolean;
  declare weight: Parameter | null;
  declare bias: Parameter | null;

  constructor(
    num_groups: number | ({ num_groups: number; num_channels: number } & GroupOptions),
    num_channels?: number,
    eps?: number | GroupOptions,
    affine?: boolean | GroupOptions,
  );
  constructor(...args: unknown[]) {
    super();
    const o = configure(this, group, 2, args, ['bias'], 6);
    if (this.num_channels % this.num_groups !== 0)
      throw new ValueError(`num_channels (${this.num_channels}) must be divisible by num_groups (${this.num_groups})`);
    const made = (): Parameter => new Parameter(empty([this.num_channels], { dtype: o.dtype }));
    this.weight = this.affine ? made() : null;
    this.bias = this.affine && o.bias ? made() : null;
    this.reset_parameters();
  }
  reset_parameters(): void {
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }
  forward(input: Tensor): Tensor {
    return F.group_norm(input, this.num_groups, this.weight, this.bias, this.eps);
  }
  override extra_repr(): string {
    const bias = pythonText(this.bias !== null);
    return `${this.num_groups}, ${this.num_channels}, ${listed(this, 'eps', 'affine')}, bias=${bias}`;
  }
}
const response = (k: z.ZodType) =>
  z.strictObject({ size: z.int(), alpha: float(1e-4), beta: float(0.75), k: k as z.ZodDefault<z.ZodNumber> });
const local = response(float(1));
/** x / (k + alpha mean(x² of `size` neighbouring channels))^beta. */
export class LocalResponseNorm extends Module {
  declare size: number;
  declare alpha: number;
  declare beta: number;
  declare k: number;
  constructor(
    size: number | { size: number; alpha?: number; beta?: number; k?: number },
    alpha?: number | { alpha?: number; beta?: number; k?: number },
    beta?: number | { beta?: number; k?: number },
    k?: number,
  );
  constructor(...args: unknown[]) {
    super();
    configure(this, local, 1, args);
  }
  forward(input: Tensor): Tensor {
    return F.local_response_norm(input, this.size, this.alpha, this.beta, this.k);
  }
  override extra_repr(): string {
    return `${shown(this, 'size')}, ${listed(this, 'alpha', 'beta', 'k')}`;
  }
}
const across = response(z.number().default(1));
/** The same for (N, C, H, W) alone, with an odd number of channels. */
export class CrossMapLRN2d extends LocalResponseNorm {
  constructor(...args: ConstructorParameters<typeof LocalResponseNorm>) {
    super(...args);
    configure(this, across, 1, args);
  }
  override forward(input: Tensor): Tensor {
    if (input.ndim !== 4) throw new ValueError(`CrossMapLRN2d: Expected input to be 4D, got ${input.ndim}D instead.`);
    // as many channels before as behind, but the sum is divided by the size that was given
    const span = 2 * Math.trunc((this.size - 1) / 2 + 1) - 1;
    return F.local_response_norm(input, span, (this.alpha * span) / this.size, this.beta, this.k);
  }
}
