import { isNumber } from '@stele/core';
import { floatRepr } from '@stele/core/printing';
import { ValueError } from '../../errors';
import type { Tensor } from '../../tensor';
import { dropout, dropout2d } from '../functional';
import { pyBool } from './linear';
import { Module } from './module';

class DropoutBase extends Module {
  p: number;
  inplace: boolean;
  constructor(p: number | { p?: number; inplace?: boolean } = 0.5, inplace = false) {
    super();
    const o = isNumber(p) ? { p: Number(p), inplace } : { p: 0.5, inplace, ...p };
    if (o.p < 0 || o.p > 1) throw new ValueError(`dropout probability has to be between 0 and 1, but got ${o.p}`);
    this.p = o.p;
    this.inplace = o.inplace;
  }
  override extra_repr(): string {
    return `p=${floatRepr(this.p)}, inplace=${pyBool(this.inplace)}`;
  }
}
/** In training zeroes elements with probability p and scales the others by 1 / (1 - p). */
export class Dropout extends DropoutBase {
  forward(input: Tensor): Tensor {
    return dropout(input, this.p, this.training);
  }
}
/** The same for whole channels. */
export class Dropout2d extends DropoutBase {
  forward(input: Tensor): Tensor {
    return dropout2d(input, this.p, this.training);
  }
}
