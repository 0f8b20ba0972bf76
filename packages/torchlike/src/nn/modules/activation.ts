import { z } from 'zod';
import { full } from '../../creation';
import { AssertionError, ValueError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import * as F from '../functional';
import { Module } from './module';
import { configure, float, inplace, listed, place, shown, writtenAs } from './options';

type InPlace = boolean | { inplace?: boolean };
const plain = z.strictObject({});
const onlyInplace = z.strictObject(inplace);

/** An activation without settings. */
abstract class Activation extends Module {
  constructor(...args: unknown[]) {
    super();
    configure(this, plain, 0, args);
  }
  abstract forward(input: Tensor): Tensor;
}
/** An activation that may write over its input. */
abstract class InPlaceActivation extends Module {
  declare inplace: boolean;
  constructor(inplace?: InPlace);
  constructor(...args: unknown[]) {
    super();
    configure(this, onlyInplace, 0, args);
  }
  abstract forward(input: Tensor): Tensor;
  override extra_repr(): string {
    return this.inplace ? 'inplace=True' : '';
  }
}
const ending = (m: { inplace: boolean }): string => (m.inplace ? ', inplace=True' : '');

/** max(x, 0). @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html */
export class ReLU extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return this.inplace ? F.relu(input, true) : input.relu();
  }
}
/** min(max(x, 0), 6). */
export class ReLU6 extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.relu6(input, this.inplace);
  }
}
/** x σ(x). */
export class SiLU extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.silu(input, this.inplace);
  }
}
/** x tanh(softplus(x)). */
export class Mish extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.mish(input, this.inplace);
  }
}
/** 1.0507 (max(x, 0) + min(1.6733 (eˣ - 1), 0)). */
export class SELU extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.selu(input, this.inplace);
  }
}
/** min(max(x + 3, 0), 6) / 6. */
export class Hardsigmoid extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.hardsigmoid(input, this.inplace);
  }
  override extra_repr(): string {
    return '';
  }
}
/** x min(max(x + 3, 0), 6) / 6. */
export class Hardswish extends InPlaceActivation {
  forward(input: Tensor): Tensor {
    return F.hardswish(input, this.inplace);
  }
  override extra_repr(): string {
    return '';
  }
}
/** 1 / (1 + e⁻ˣ). */
export class Sigmoid extends Activation {
  forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}
/** The hyperbolic tangent. */
export class Tanh extends Activation {
  forward(input: Tensor): Tensor {
    return input.tanh();
  }
}
/** x / (1 + |x|). */
export class Softsign extends Activation {
  forward(input: Tensor): Tensor {
    return F.softsign(input);
  }
}
/** x - tanh(x). */
export class Tanhshrink extends Activation {
  forward(input: Tensor): Tensor {
    return F.tanhshrink(input);
  }
}
/** ln σ(x). */
export class LogSigmoid extends Activation {
  forward(input: Tensor): Tensor {
    return F.logsigmoid(input);
  }
}

const alphas = z.strictObject({ alpha: float(1), ...inplace });
abstract class WithAlpha extends Module {
  declare alpha: number;
  declare inplace: boolean;
  constructor(alpha?: number | { alpha?: number; inplace?: boolean }, inplace?: InPlace);
  constructor(...args: unknown[]) {
    super();
    configure(this, alphas, 0, args);
  }
  abstract forward(input: Tensor): Tensor;
  override extra_repr(): string {
    return `${listed(this, 'alpha')}${ending(this)}`;
  }
}
/** x above 0, alpha (eˣ - 1) below. */
export class ELU extends WithAlpha {
  forward(input: Tensor): Tensor {
    return F.elu(input, this.alpha, this.inplace);
  }
}
/** max(x, 0) + min(alpha (e^(x / alpha) - 1), 0). */
export class CELU extends WithAlpha {
  forward(input: Tensor): Tensor {
    return F.celu(input, this.alpha, this.inplace);
  }
}
const slope = z.strictObject({ negative_slope: float(0.01), ...inplace });
/** x above 0, negative_slope x below. */
export class LeakyReLU extends Module {
  declare negative_slope: number;
  declare inplace: boolean;
  constructor(negative_slope?: number | { negative_slope?: number; inplace?: boolean }, inplace?: InPlace);
  constructor(...args: unknown[]) {
    super();
    configure(this, slope, 0, args);
  }
  forward(input: Tensor): Tensor {
    return F.leaky_relu(input, this.negative_slope, this.inplace);
  }
  override extra_repr(): string {
    return `${listed(this, 'negative_slope')}${ending(this)}`;
  }
}
const bounds = z.strictObject({ lower: float(1 / 8), upper: float(1 / 3), ...inplace });
/** A leaky relu whose slope is drawn from [lower, upper] in training, and its mean else. */
export class RReLU extends Module {
  declare lower: number;
  declare upper: number;
  declare inplace: boolean;
  constructor(
    lower?: number | { lower?: number; upper?: number; inplace?: boolean },
    upper?: number,
    inplace?: InPlace,
  );
  constructor(...args: unknown[]) {
    super();
    configure(this, bounds, 0, args);
  }
  forward(input: Tensor): Tensor {
    return F.rrelu(input, this.lower, this.upper, this.training, this.inplace);
  }
  override extra_repr(): string {
    return `${listed(this, 'lower', 'upper')}${ending(this)}`;
  }
}
const range = z.strictObject({
  min_val: float(-1),
  max_val: float(1),
  ...inplace,
  min_value: z.number().nullable().default(null),
  max_value: z.number().nullable().default(null),
});
type Range = { min_val?: number; max_val?: number; inplace?: boolean };
/** x held inside [min_val, max_val]. */
export class Hardtanh extends Module {
  declare min_val: number;
  declare max_val: number;
  declare inplace: boolean;
  constructor(min_val?: number | Range, max_val?: number | Range, inplace?: InPlace);
  constructor(...args: unknown[]) {
    super();
    const o = configure(this, range, 0, args, ['min_value', 'max_value']);
    for (const [old, name] of [
      ['min_value', 'min_val'],
      ['max_value', 'max_val'],
    ] as const) {
      const value = o[old];
      if (value === null) continue;
      this[name] = value;
      writtenAs(this, name, old);
    }
    if (!(this.max_val > this.min_val))
      throw new AssertionError(
        `max_val (${shown(this, 'max_val')}) must be greater than min_val (${shown(this, 'min_val')})`,
      );
  }
  forward(input: Tensor): Tensor {
    return F.hardtanh(input, this.min_val, this.max_val, this.inplace);
  }
  override extra_repr(): string {
    return `${listed(this, 'min_val', 'max_val')}${ending(this)}`;
  }
}
const step = z.strictObject({ threshold: z.number(), value: z.number(), ...inplace });
/** x above the threshold, else value. */
export class Threshold extends Module {
  declare threshold: number;
  declare value: number;
  declare inplace: boolean;
  constructor(
    threshold: number | { threshold: number; value: number; inplace?: boolean },
    value?: number | { value: number; inplace?: boolean },
    inplace?: InPlace,
  );
  constructor(...args: unknown[]) {
    super();
    configure(this, step, 2, args);
  }
  forward(input: Tensor): Tensor {
    return F.threshold(input, this.threshold, this.value, this.inplace);
  }
  override extra_repr(): string {
    return `${listed(this, 'threshold', 'value')}${ending(this)}`;
  }
}
const soft = z.strictObject({ beta: float(1), threshold: float(20) });
/** ln(1 + e^(beta x)) / beta, and x itself where beta x is above the threshold. */
export class Softplus extends Module {
  declare beta: number;
  declare threshold: number;
  constructor(beta?: number | { beta?: number; threshold?: number }, threshold?: number | { threshold?: number });
  constructor(...args: unknown[]) {
    super();
    configure(this, soft, 0, args);
  }
  forward(input: Tensor): Tensor {
    return F.softplus(input, this.beta, this.threshold);
  }
  override extra_repr(): string {
    return listed(this, 'beta', 'threshold');
  }
}
const shrink = z.strictObject({ lambd: float(0.5) });
abstract class Shrink extends Module {
  declare lambd: number;
  constructor(lambd?: number | { lambd?: number });
  constructor(...args: unknown[]) {
    super();
    configure(this, shrink, 0, args);
  }
  abstract forward(input: Tensor): Tensor;
  override extra_repr(): string {
    return shown(this, 'lambd');
  }
}
/** x brought nearer to 0 by lambd, 0 within it. */
export class Softshrink extends Shrink {
  forward(input: Tensor): Tensor {
    return F.softshrink(input, this.lambd);
  }
}
/** x outside [-lambd, lambd], 0 inside. */
export class Hardshrink extends Shrink {
  forward(input: Tensor): Tensor {
    return F.hardshrink(input, this.lambd);
  }
}
const approximation = z.strictObject({ approximate: z.string().default('none') });
/** x Φ(x), or with 'tanh' its usual approximation. */
export class GELU extends Module {
  declare approximate: 'none' | 'tanh';
  constructor(approximate?: string | { approximate?: string });
  constructor(...args: unknown[]) {
    super();
    configure(this, approximation, 0, args);
  }
  forward(input: Tensor): Tensor {
    return F.gelu(input, { approximate: this.approximate });
  }
  override extra_repr(): string {
    return `approximate='${this.approximate}'`;
  }
}
const halves = z.strictObject({ dim: z.int().default(-1) });
/** a σ(b), where a and b are the halves of x along dim. */
export class GLU extends Module {
  declare dim: number;
  constructor(dim?: number | { dim?: number });
  constructor(...args: unknown[]) {
    super();
    configure(this, halves, 0, args);
  }
  forward(input: Tensor): Tensor {
    return F.glu(input, this.dim);
  }
  override extra_repr(): string {
    return `dim=${this.dim}`;
  }
}
const slopes = z.strictObject({ num_parameters: z.int().default(1), init: float(0.25), ...place });
/** x above 0, below it x times a slope that is learned: one, or one per channel. */
export class PReLU extends Module {
  declare num_parameters: number;
  declare init: number;
  declare weight: Parameter;
  constructor(num_parameters?: number | { num_parameters?: number; init?: number; dtype?: unknown }, init?: number);
  constructor(...args: unknown[]) {
    super();
    const { dtype } = configure(this, slopes, 0, args);
    this.weight = new Parameter(full([this.num_parameters], 0.5, { dtype }));
    this.reset_parameters();
  }
  reset_parameters(): void {
    this.weight.detach().fill_(this.init);
  }
  forward(input: Tensor): Tensor {
    return F.prelu(input, this.weight);
  }
  override extra_repr(): string {
    return `num_parameters=${this.num_parameters}`;
  }
}

const axis = z.strictObject({ dim: z.int().nullable().default(null) });
abstract class AlongDim extends Module {
  declare dim: number | null;
  constructor(dim?: number | null | { dim?: number | null });
  constructor(...args: unknown[]) {
    super();
    configure(this, axis, 0, args);
  }
  abstract forward(input: Tensor): Tensor;
  override extra_repr(): string {
    return listed(this, 'dim');
  }
}
/** eˣ / Σ eˣ along dim. @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html */
export class Softmax extends AlongDim {
  forward(input: Tensor): Tensor {
    return F.softmax(input, this.dim);
  }
}
/** Softmax of -x. */
export class Softmin extends AlongDim {
  forward(input: Tensor): Tensor {
    return F.softmin(input, this.dim);
  }
}
/** The logarithm of softmax. */
export class LogSoftmax extends AlongDim {
  forward(input: Tensor): Tensor {
    return F.log_softmax(input, this.dim);
  }
}
/** Softmax over the channels of (N, C, H, W) or (C, H, W). */
export class Softmax2d extends Activation {
  forward(input: Tensor): Tensor {
    if (input.ndim !== 3 && input.ndim !== 4)
      throw new ValueError(`Softmax2d: expected input to be 3D or 4D, got ${input.ndim}D instead`);
    return F.softmax(input, -3);
  }
}
