import { isNumber } from '@stele/core';
import { floatRepr } from '@stele/core/printing';
import { NotImplementedError } from '../../errors';
import type { Tensor } from '../../tensor';
import { leaky_relu, silu, softplus } from '../functional';
import { pyBool } from './linear';
import { Module } from './module';

/** max(x, 0). */
export class ReLU extends Module {
  inplace: boolean;
  constructor(inplace: boolean | { inplace?: boolean } = false) {
    super();
    this.inplace = typeof inplace === 'boolean' ? inplace : (inplace.inplace ?? false);
  }
  forward(input: Tensor): Tensor {
    return this.inplace ? input.relu_() : input.relu();
  }
  override extra_repr(): string {
    return this.inplace ? `inplace=${pyBool(true)}` : '';
  }
}
/** 1 / (1 + e^-x). */
export class Sigmoid extends Module {
  forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}
export class Tanh extends Module {
  forward(input: Tensor): Tensor {
    return input.tanh();
  }
}
/** x σ(x). */
export class SiLU extends Module {
  forward(input: Tensor): Tensor {
    return silu(input);
  }
}
/** ln(1 + e^x). */
export class Softplus extends Module {
  beta: number;
  threshold: number;
  constructor(
    beta: number | { beta?: number; threshold?: number } = 1,
    threshold: number | { threshold?: number } = 20,
  ) {
    super();
    const last = isNumber(threshold) ? { threshold } : threshold;
    const o = { beta: 1, threshold: 20, ...last, ...(isNumber(beta) ? { beta } : beta) };
    this.beta = o.beta;
    this.threshold = o.threshold;
  }
  forward(input: Tensor): Tensor {
    return softplus(input, this.beta, this.threshold);
  }
  override extra_repr(): string {
    return `beta=${floatRepr(this.beta)}, threshold=${floatRepr(this.threshold)}`;
  }
}
export class LeakyReLU extends Module {
  negative_slope: number;
  constructor(negative_slope: number | { negative_slope?: number } = 0.01) {
    super();
    this.negative_slope = isNumber(negative_slope) ? Number(negative_slope) : (negative_slope.negative_slope ?? 0.01);
  }
  forward(input: Tensor): Tensor {
    return leaky_relu(input, this.negative_slope);
  }
  override extra_repr(): string {
    return `negative_slope=${this.negative_slope}`;
  }
}
class AlongDim extends Module {
  dim: number | null;
  constructor(dim: number | { dim?: number } | null = null) {
    super();
    this.dim = typeof dim === 'object' && dim !== null ? (dim.dim ?? null) : dim;
  }
  protected get axis(): number {
    if (this.dim === null) throw new NotImplementedError(`${this.kind}: give dim; torch's choice of it is deprecated`);
    return this.dim;
  }
  override extra_repr(): string {
    return `dim=${this.dim ?? 'None'}`;
  }
}
/** e^x over its sum along a dim. */
export class Softmax extends AlongDim {
  forward(input: Tensor): Tensor {
    return input.softmax(this.axis);
  }
}
export class LogSoftmax extends AlongDim {
  forward(input: Tensor): Tensor {
    return input.log_softmax(this.axis);
  }
  override extra_repr(): string {
    return '';
  }
}
