import { bind } from '@stele/core';
import { floatRepr } from '@stele/core/printing';
import { z } from 'zod';
import { ones, tensor, zeros } from '../../creation';
import { ValueError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import { batch_norm } from '../functional';
import { pyBool } from './linear';
import { Module } from './module';

const schema = z.strictObject({
  num_features: z.int().positive(),
  eps: z.number().default(1e-5),
  momentum: z.number().nullable().default(0.1),
  affine: z.boolean().default(true),
  track_running_stats: z.boolean().default(true),
  device: z.any().optional(),
  dtype: z.any().optional(),
});
type Options = { eps?: number; momentum?: number | null; affine?: boolean; track_running_stats?: boolean };

abstract class BatchNorm extends Module {
  num_features: number;
  eps: number;
  momentum: number | null;
  affine: boolean;
  track_running_stats: boolean;
  weight: Parameter | null;
  bias: Parameter | null;
  declare running_mean: Tensor | null;
  declare running_var: Tensor | null;
  declare num_batches_tracked: Tensor | null;
  protected abstract ranks: readonly number[];

  constructor(num_features: number, eps?: number | Options, momentum?: number | null | Options);
  constructor(...args: unknown[]) {
    super();
    const o = bind(`${this.kind}.__init__()`, schema, 1, args);
    this.num_features = o.num_features;
    this.eps = o.eps;
    this.momentum = o.momentum;
    this.affine = o.affine;
    this.track_running_stats = o.track_running_stats;
    this.weight = o.affine ? new Parameter(ones(o.num_features)) : null;
    this.bias = o.affine ? new Parameter(zeros(o.num_features)) : null;
    const track = o.track_running_stats;
    this.register_buffer('running_mean', track ? zeros(o.num_features) : null);
    this.register_buffer('running_var', track ? ones(o.num_features) : null);
    this.register_buffer('num_batches_tracked', track ? tensor(0) : null);
  }
  forward(input: Tensor): Tensor {
    if (!this.ranks.includes(input.ndim))
      throw new ValueError(`expected ${this.ranks.map((r) => `${r}D`).join(' or ')} input (got ${input.ndim}D input)`);
    let momentum = this.momentum ?? 0;
    if (this.training && this.num_batches_tracked !== null) {
      this.num_batches_tracked.add_(1);
      if (this.momentum === null) momentum = 1 / Number(this.num_batches_tracked.item());
    }
    const { weight, bias, eps } = this;
    const training = this.training || this.running_mean === null;
    return batch_norm(input, this.running_mean, this.running_var, { weight, bias, training, momentum, eps });
  }
  override extra_repr(): string {
    const momentum = this.momentum === null ? 'None' : floatRepr(this.momentum);
    return `${this.num_features}, eps=${floatRepr(this.eps)}, momentum=${momentum}, affine=${pyBool(this.affine)}, bias=${pyBool(this.bias !== null)}, track_running_stats=${pyBool(this.track_running_stats)}`;
  }
}
/** Normalises each feature of (N, C) or (N, C, L). */
export class BatchNorm1d extends BatchNorm {
  protected ranks = [2, 3];
}
/** Normalises each channel of (N, C, H, W). */
export class BatchNorm2d extends BatchNorm {
  protected ranks = [4];
}
