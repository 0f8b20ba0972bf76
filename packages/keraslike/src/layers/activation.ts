import { nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import * as activations from '../activations/index';
import { type Call, type Keywords, read, signature } from '../arguments';
import type { Projection } from '../constraints/index';
import { valueError } from '../errors';
import type * as initializers from '../initializers/index';
import type { Penalty } from '../regularizers/index';
import { type Shape, showTuple } from '../tensors';
import type { Variable } from '../variable';
import { Layer } from './layer';
import * as o from './options';

/** A function of each element, or of an axis: the shape stays, and nothing has to be built. */
abstract class Elementwise extends Layer {
  constructor(p: object) {
    super(p);
    this.supports_masking = true;
    this.builtAtOnce();
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
}

const activation = signature(1, { activation: o.activation }, o.base);
/** An activation by name or function. @see https://keras.io/api/layers/core_layers/activation/ */
export class Activation extends Elementwise {
  declare readonly activation: activations.Activation;
  constructor(...args: Call<[activation: o.ActivationIdentifier], [], Keywords<typeof activation>>) {
    const p = read('Activation.__init__()', activation, args);
    super(p);
    this.keep(p, ['activation']);
  }
  override call(x: Tensor): Tensor {
    return this.activation(x);
  }
}

const relu = signature(
  0,
  {
    max_value: z.number().nullable().default(null),
    negative_slope: z.number().nullable().default(0),
    threshold: z.number().nullable().default(0),
  },
  o.base,
);
/** max(x, 0), with a slope below, a threshold and an upper bound if asked for. @see https://keras.io/api/layers/activation_layers/relu/ */
export class ReLU extends Elementwise {
  declare readonly max_value: number | null;
  declare readonly negative_slope: number;
  declare readonly threshold: number;
  constructor(
    ...args: Call<[], [max_value: number | null, negative_slope: number, threshold: number], Keywords<typeof relu>>
  ) {
    const p = read('ReLU.__init__()', relu, args);
    if (p.max_value !== null && p.max_value < 0)
      throw valueError(`max_value of a ReLU layer cannot be a negative value. Received: max_value=${p.max_value}`);
    if (p.negative_slope === null || p.negative_slope < 0)
      throw valueError(
        `negative_slope of a ReLU layer cannot be None or a negative value. Received: negative_slope=${p.negative_slope ?? 'None'}`,
      );
    if (p.threshold === null || p.threshold < 0)
      throw valueError(
        `threshold of a ReLU layer cannot be None or a negative value. Received: threshold=${p.threshold ?? 'None'}`,
      );
    super(p);
    this.keep(p, ['max_value', 'negative_slope', 'threshold']);
  }
  override call(x: Tensor): Tensor {
    return activations.relu(x, this.negative_slope, this.max_value, this.threshold);
  }
}

const leaky = signature(0, { negative_slope: z.number().nullable().default(0.3) }, o.base);
/** x, or a slope times x where x is negative. @see https://keras.io/api/layers/activation_layers/leaky_relu/ */
export class LeakyReLU extends Elementwise {
  declare readonly negative_slope: number;
  constructor(...args: Call<[], [negative_slope: number], Keywords<typeof leaky>>) {
    const p = read('LeakyReLU.__init__()', leaky, args);
    if (p.negative_slope === null || p.negative_slope < 0)
      throw valueError(
        `The negative_slope value of a Leaky ReLU layer cannot be None or negative value. Expected a float. Received: negative_slope=${p.negative_slope ?? 'None'}`,
      );
    super(p);
    this.keep(p, ['negative_slope']);
  }
  override call(x: Tensor): Tensor {
    return activations.leaky_relu(x, this.negative_slope);
  }
}

const elu = signature(0, { alpha: z.number().default(1) }, o.base);
/** x, or alpha (e^x - 1) where x is negative. @see https://keras.io/api/layers/activation_layers/elu/ */
export class ELU extends Elementwise {
  declare readonly alpha: number;
  constructor(...args: Call<[], [alpha: number], Keywords<typeof elu>>) {
    const p = read('ELU.__init__()', elu, args);
    super(p);
    this.keep(p, ['alpha']);
  }
  override call(x: Tensor): Tensor {
    return activations.elu(x, this.alpha);
  }
  override get_config(): Record<string, unknown> {
    const { name, alpha, ...rest } = super.get_config();
    return { name, alpha, ...rest };
  }
}

const softmax = signature(0, { axis: o.axes.default(-1) }, o.base);
/** e^x / sum(e^x) along an axis; masked positions get 0. @see https://keras.io/api/layers/activation_layers/softmax/ */
export class Softmax extends Elementwise {
  declare readonly axis: number | readonly number[];
  constructor(...args: Call<[], [axis: number | readonly number[]], Keywords<typeof softmax>>) {
    const p = read('Softmax.__init__()', softmax, args);
    super(p);
    this.keep(p, ['axis']);
  }
  override call(x: Tensor, options: { mask?: Tensor | null } = {}): Tensor {
    const mask = options.mask ?? null;
    if (mask === null) return activations.softmax(x, this.axis);
    const fits = mask.rank <= x.rank && mask.sizes.every((d, i) => d === 1 || d === x.sizes[x.rank - mask.rank + i]);
    if (!fits)
      throw valueError(
        `The \`mask\` must be broadcastable to \`inputs\`. Each mask dimension must be 1 or match the corresponding input dimension. Received: inputs.shape=${showTuple(x.sizes)}, mask.shape=${showTuple(mask.sizes)}`,
      );
    const kept = mask.scalarType === 'bool' ? mask : ops.greater(mask, 0.5);
    const out = activations.softmax(ops.where(kept, x, x.scalarType === 'float16' ? -3e4 : -1e9), this.axis);
    return ops.mul(out, ops.cast(kept, x.scalarType));
  }
}

const prelu = signature(
  0,
  {
    alpha_initializer: o.initializer.default('Zeros'),
    alpha_regularizer: o.regularizer,
    alpha_constraint: o.constraint,
    shared_axes: z
      .union([z.int(), z.array(z.int()).readonly()])
      .nullable()
      .default(null),
  },
  o.base,
);
/** x, or alpha x where x is negative; alpha is learnt, one per feature. @see https://keras.io/api/layers/activation_layers/prelu/ */
export class PReLU extends Layer {
  declare alpha: Variable;
  declare readonly shared_axes: readonly number[] | null;
  declare readonly alpha_initializer: initializers.Initializer;
  declare readonly alpha_regularizer: Penalty | null;
  declare readonly alpha_constraint: Projection | null;
  constructor(...args: Call<[], [alpha_initializer: initializers.InitializerIdentifier], Keywords<typeof prelu>>) {
    const p = read('PReLU.__init__()', prelu, args);
    super(p);
    const shared_axes = typeof p.shared_axes === 'number' ? [p.shared_axes] : p.shared_axes;
    this.keep({ ...p, shared_axes }, ['alpha_initializer', 'alpha_regularizer', 'alpha_constraint', 'shared_axes']);
    this.supports_masking = true;
  }
  override build(input_shape: Shape): void {
    const shared = this.shared_axes ?? [];
    const shape = input_shape.slice(1).map((d, i) => (shared.includes(i + 1) ? 1 : d!));
    this.alpha = this.add_weight({
      name: 'alpha',
      shape,
      initializer: this.alpha_initializer,
      regularizer: this.alpha_regularizer,
      constraint: this.alpha_constraint,
    });
    const axes = Object.fromEntries(
      input_shape.map((d, i) => [i, d] as const).filter(([i, d]) => i > 0 && d !== null && !shared.includes(i)),
    ) as Record<number, number>;
    this.input_spec = { ndim: input_shape.length, axes };
  }
  override call(x: Tensor): Tensor {
    return nn.learntLeak(x, this.alpha);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return input_shape;
  }
}
