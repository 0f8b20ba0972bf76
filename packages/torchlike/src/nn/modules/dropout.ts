import { z } from 'zod';
import { ValueError } from '../../errors';
import type { Tensor } from '../../tensor';
import * as F from '../functional';
import { Module } from './module';
import { type Arguments, configure, float, inplace, listed, shown } from './options';

const schema = z.strictObject({ p: float(0.5), ...inplace });

abstract class DropoutBase extends Module {
  declare p: number;
  declare inplace: boolean;
  constructor(...args: Arguments<[p: number, inplace: boolean], { p?: number; inplace?: boolean }>) {
    super();
    const { p } = configure(this, schema, 0, args);
    if (p < 0 || p > 1)
      throw new ValueError(`dropout probability has to be between 0 and 1, but got ${shown(this, 'p')}`);
  }
  override extra_repr(): string {
    return listed(this, 'p', 'inplace');
  }
}
/**
 * In training zeroes elements with probability p and scales the others by 1 / (1 - p).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
 */
export class Dropout extends DropoutBase {
  forward(input: Tensor): Tensor {
    return F.dropout(input, this.p, this.training, this.inplace);
  }
}
/** The same for whole channels of (N, C, L) or (C, L). */
export class Dropout1d extends DropoutBase {
  forward(input: Tensor): Tensor {
    return F.dropout1d(input, this.p, this.training, this.inplace);
  }
}
/** The same for whole channels of (N, C, H, W) or (C, H, W). */
export class Dropout2d extends DropoutBase {
  forward(input: Tensor): Tensor {
    return F.dropout2d(input, this.p, this.training, this.inplace);
  }
}
/** The same for whole channels of (N, C, D, H, W) or (C, D, H, W). */
export class Dropout3d extends DropoutBase {
  forward(input: Tensor): Tensor {
    return F.dropout3d(input, this.p, this.training, this.inplace);
  }
}
/** Dropout that keeps the mean and variance of SELU's results. */
export class AlphaDropout extends DropoutBase {
  forward(input: Tensor): Tensor {
    return F.alpha_dropout(input, this.p, this.training);
  }
}
/** The same for whole channels. */
export class FeatureAlphaDropout extends DropoutBase {
  forward(input: Tensor): Tensor {
    return F.feature_alpha_dropout(input, this.p, this.training);
  }
}
