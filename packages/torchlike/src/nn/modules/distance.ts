import { z } from 'zod';
import type { Tensor } from '../../tensor';
import * as F from '../functional';
import { Module } from './module';
import { type Arguments, configure, flag, float } from './options';

const cosine = z.strictObject({ dim: z.int().default(1), eps: float(1e-8) });
/** x1 · x2 / (|x1| |x2|) along dim. */
export class CosineSimilarity extends Module {
  declare dim: number;
  declare eps: number;
  constructor(...args: Arguments<[dim: number, eps: number], { dim?: number; eps?: number }>) {
    super();
    configure(this, cosine, 0, args);
  }
  forward(x1: Tensor, x2: Tensor): Tensor {
    return F.cosine_similarity(x1, x2, this.dim, this.eps);
  }
}
const pairwise = z.strictObject({ p: float(2), eps: float(1e-6), keepdim: flag(false) });
/** |x1 - x2 + eps|ₚ along the last axis. */
export class PairwiseDistance extends Module {
  declare norm: number;
  declare eps: number;
  declare keepdim: boolean;
  constructor(
    ...args: Arguments<[p: number, eps: number, keepdim: boolean], { p?: number; eps?: number; keepdim?: boolean }>
  ) {
    super();
    this.norm = configure(this, pairwise, 0, args, ['p']).p;
  }
  forward(x1: Tensor, x2: Tensor): Tensor {
    return F.pairwise_distance(x1, x2, this.norm, this.eps, this.keepdim);
  }
}
