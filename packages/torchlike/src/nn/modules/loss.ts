import { bind } from '@stele/core';
import { z } from 'zod';
import type { Tensor } from '../../tensor';
import * as F from '../functional';
import { Module } from './module';

const tensor = z.custom<Tensor | null>().nullable().default(null);
const shared = {
  size_average: z.any().optional(),
  reduce: z.any().optional(),
  reduction: z.enum(['mean', 'sum', 'none']).default('mean'),
};
type Common = { reduction?: 'mean' | 'sum' | 'none' };

abstract class Loss extends Module {
  reduction: 'mean' | 'sum' | 'none' = 'mean';
}
const plain = z.strictObject(shared);

/** (input - target)², then its mean. */
export class MSELoss extends Loss {
  constructor(options: Common = {}) {
    super();
    this.reduction = bind('MSELoss.__init__()', plain, 0, [options]).reduction;
  }
  forward(input: Tensor, target: Tensor): Tensor {
    return F.mse_loss(input, target, { reduction: this.reduction });
  }
}
/** |input - target|, then its mean. */
export class L1Loss extends Loss {
  constructor(options: Common = {}) {
    super();
    this.reduction = bind('L1Loss.__init__()', plain, 0, [options]).reduction;
  }
  forward(input: Tensor, target: Tensor): Tensor {
    return F.l1_loss(input, target, { reduction: this.reduction });
  }
}
const huber = z.strictObject({ reduction: shared.reduction, delta: z.number().default(1) });
export class HuberLoss extends Loss {
  delta: number;
  constructor(options: Common & { delta?: number } = {}) {
    super();
    const o = bind('HuberLoss.__init__()', huber, 0, [options]);
    this.reduction = o.reduction;
    this.delta = o.delta;
  }
  forward(input: Tensor, target: Tensor): Tensor {
    return F.huber_loss(input, target, { reduction: this.reduction, delta: this.delta });
  }
}
const weighted = z.strictObject({ weight: tensor, ...shared });
/** Binary cross-entropy of probabilities; logarithms are held above -100. */
export class BCELoss extends Loss {
  constructor(options: Common & { weight?: Tensor | null } = {}) {
    super();
    const o = bind('BCELoss.__init__()', weighted, 0, [options]);
    this.reduction = o.reduction;
    this.register_buffer('weight', o.weight);
  }
  declare weight: Tensor | null;
  forward(input: Tensor, target: Tensor): Tensor {
    return F.binary_cross_entropy(input, target, { reduction: this.reduction, weight: this.weight });
  }
}
const logits = z.strictObject({ weight: tensor, ...shared, pos_weight: tensor });
/** Binary cross-entropy of logits. */
export class BCEWithLogitsLoss extends Loss {
  declare weight: Tensor | null;
  declare pos_weight: Tensor | null;
  constructor(options: Common & { weight?: Tensor | null; pos_weight?: Tensor | null } = {}) {
    super();
    const o = bind('BCEWithLogitsLoss.__init__()', logits, 0, [options]);
    this.reduction = o.reduction;
    this.register_buffer('weight', o.weight);
    this.register_buffer('pos_weight', o.pos_weight);
  }
  forward(input: Tensor, target: Tensor): Tensor {
    const { reduction, weight, pos_weight } = this;
    return F.binary_cross_entropy_with_logits(input, target, { reduction, weight, pos_weight });
  }
}
const classes = z.strictObject({
  weight: tensor,
  size_average: shared.size_average,
  ignore_index: z.int().default(-100),
  reduce: shared.reduce,
  reduction: shared.reduction,
});
type ClassOptions = Common & { weight?: Tensor | null; ignore_index?: number };
/** -log-probability of the target class. */
export class NLLLoss extends Loss {
  declare weight: Tensor | null;
  ignore_index: number;
  constructor(options: ClassOptions = {}) {
    super();
    const o = bind('NLLLoss.__init__()', classes, 0, [options]);
    this.reduction = o.reduction;
    this.ignore_index = o.ignore_index;
    this.register_buffer('weight', o.weight);
  }
  forward(input: Tensor, target: Tensor): Tensor {
    const { reduction, weight, ignore_index } = this;
    return F.nll_loss(input, target, { reduction, weight, ignore_index });
  }
}
const smoothed = z.strictObject({ ...classes.shape, label_smoothing: z.number().min(0).max(1).default(0) });
/**
 * -log softmax(input)[target], prediction first, label second.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
 */
export class CrossEntropyLoss extends Loss {
  declare weight: Tensor | null;
  ignore_index: number;
  label_smoothing: number;
  constructor(options: ClassOptions & { label_smoothing?: number } = {}) {
    super();
    const o = bind('CrossEntropyLoss.__init__()', smoothed, 0, [options]);
    this.reduction = o.reduction;
    this.ignore_index = o.ignore_index;
    this.label_smoothing = o.label_smoothing;
    this.register_buffer('weight', o.weight);
  }
  forward(input: Tensor, target: Tensor): Tensor {
    const { reduction, weight, ignore_index, label_smoothing } = this;
    return F.cross_entropy(input, target, { reduction, weight, ignore_index, label_smoothing });
  }
}
