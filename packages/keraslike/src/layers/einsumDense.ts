import { ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import type * as activations from '../activations/index';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import type { Projection } from '../constraints/index';
import { valueError } from '../errors';
import * as initializers from '../initializers/index';
import type { Penalty } from '../regularizers/index';
import type { Shape } from '../tensors';
import type { Variable } from '../variable';
import { Layer } from './layer';
import * as o from './options';

/** What an equation says of the weights for an input's shape. */
interface Plan {
  readonly kernel: readonly number[];
  readonly bias: readonly number[] | null;
  readonly output: Shape;
  readonly inputAxes: readonly number[];
  readonly outputAxes: readonly number[];
}

/** Reads `abc,cd->abd`, with an ellipsis before or after the letters of input and output. */
export function planOf(equation: string, biasAxes: string | null, input: Shape, wanted: Shape | number): Plan {
  const text = equation.replaceAll('...', '0');
  const leftElided = /^0([a-zA-Z]+),([a-zA-Z]+)->0([a-zA-Z]+)/.exec(text);
  const found =
    /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)/.exec(text) ??
    leftElided ??
    /^([a-zA-Z]{2,})0,([a-zA-Z]+)->([a-zA-Z]+)0/.exec(text);
  if (found === null)
    throw valueError(
      `Invalid einsum equation '${equation}'. Equations must be in the form [X],[Y]->[Z], ...[X],[Y]->...[Z], or [X]...,[Y]->[Z]....`,
    );
  const [inputs, weights, outputs] = found.slice(1) as [string, string, string];
  const elided = input.length - inputs.length;
  const output: (number | null)[] = [input[0]!, ...(typeof wanted === 'number' ? [wanted] : wanted)];
  if (elided > 0 && leftElided !== null) output.splice(1, 0, ...input.slice(1, elided));
  else if (elided > 0) output.push(...input.slice(input.length - elided));
  const shift = leftElided === null ? 0 : elided;
  const inputSize = (letter: string): number | null => input[inputs.indexOf(letter) + shift] ?? null;
  const outputSize = (letter: string): number | null => output[outputs.indexOf(letter) + shift] ?? null;
  for (const letter of inputs) {
    if (!outputs.includes(letter)) continue;
    const size = outputSize(letter);
    if (size !== null && size !== inputSize(letter))
      throw valueError(
        `Input shape and output shape do not match at shared dimension '${letter}'. Input shape is ${inputSize(letter) ?? 'None'}, and output shape is ${size}.`,
      );
  }
  for (const letter of outputs)
    if (!inputs.includes(letter) && !weights.includes(letter))
      throw valueError(
        `Dimension '${letter}' was specified in the output '${outputs}' but has no corresponding dim in the input spec '${inputs}' or weight spec '${outputs}'`,
      );
  const inputAxes: number[] = [];
  const outputAxes: number[] = [];
  const kernel = [...weights].map((letter, i) => {
    if (outputs.includes(letter)) {
      outputAxes.push(i);
      return outputSize(letter)!;
    }
    if (inputs.includes(letter)) {
      inputAxes.push(i);
      return inputSize(letter)!;
    }
    throw valueError(
      `Weight dimension '${letter}' did not have a match in either the input spec '${inputs}' or the output spec '${outputs}'. For this layer, the weight must be fully specified.`,
    );
  });
  let bias: number[] | null = null;
  if (biasAxes !== null) {
    for (const letter of biasAxes)
      if (!outputs.includes(letter))
        throw valueError(`Bias dimension '${letter}' was requested, but is not part of the output spec '${outputs}'`);
    const first = Math.min(...[...biasAxes].map((letter) => outputs.indexOf(letter)));
    bias = [...outputs.slice(first)].map((letter) => (biasAxes.includes(letter) ? outputSize(letter)! : 1));
    if (leftElided === null) bias.push(...Array<number>(Math.max(elided, 0)).fill(1));
  }
  return { kernel, bias, output, inputAxes, outputAxes };
}

const einsum = signature(
  2,
  {
    equation: z.string(),
    output_shape: z.union([z.int(), z.array(z.int().nullable()).readonly()]),
    activation: o.activation.default(null),
    bias_axes: z.string().nullable().default(null),
    kernel_initializer: o.initializer.default('glorot_uniform'),
    bias_initializer: o.initializer.default('zeros'),
    kernel_regularizer: o.regularizer,
    bias_regularizer: o.regularizer,
    kernel_constraint: o.constraint,
    bias_constraint: o.constraint,
    ...o.lora,
    gptq_unpacked_column_size: only(null, 'quantized layers are'),
    ...o.quantization,
  },
  o.base,
);
/**
 * activation(einsum(equation, x, kernel) + bias).
 *
 * ```ts
 * new EinsumDense('abc,cd->abd', [32, 64], { bias_axes: 'd' }).compute_output_shape([null, 32, 128]); // [null, 32, 64]
 * ```
 * @see https://keras.io/api/layers/core_layers/einsum_dense/
 */
export class EinsumDense extends Layer {
  declare readonly equation: string;
  declare readonly output_shape: Shape | number;
  declare readonly activation: activations.Activation;
  declare readonly bias_axes: string | null;
  declare kernel: Variable;
  declare bias: Variable | null;
  declare readonly kernel_initializer: initializers.Initializer;
  declare readonly bias_initializer: initializers.Initializer;
  declare readonly kernel_regularizer: Penalty | null;
  declare readonly bias_regularizer: Penalty | null;
  declare readonly kernel_constraint: Projection | null;
  declare readonly bias_constraint: Projection | null;

  constructor(
    ...args: Call<
      [equation: string, output_shape: Shape | number],
      [activation: o.ActivationIdentifier, bias_axes: string | null],
      Keywords<typeof einsum>
    >
  ) {
    const p = read('EinsumDense.__init__()', einsum, args);
    super(p);
    const output_shape = typeof p.output_shape === 'number' ? [p.output_shape] : p.output_shape;
    this.keep(
      { ...p, output_shape },
      'output_shape equation activation bias_axes kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint quantization_config'.split(
        ' ',
      ),
    );
  }
  private plan(input_shape: Shape): Plan {
    return planOf(this.equation, this.bias_axes, input_shape, this.output_shape);
  }
  override build(input_shape: Shape): void {
    const plan = this.plan(input_shape);
    this.input_spec = { ndim: input_shape.length };
    const given = this.kernel_initializer;
    const initializer =
      given instanceof initializers.VarianceScaling && (given.input_axes === null || given.output_axes === null)
        ? given.alongAxes(plan.inputAxes, plan.outputAxes)
        : given;
    this.kernel = this.add_weight({
      name: 'kernel',
      shape: plan.kernel,
      initializer,
      regularizer: this.kernel_regularizer,
      constraint: this.kernel_constraint,
    });
    this.bias =
      plan.bias === null
        ? null
        : this.add_weight({
            name: 'bias',
            shape: plan.bias,
            initializer: this.bias_initializer,
            regularizer: this.bias_regularizer,
            constraint: this.bias_constraint,
          });
  }
  override call(x: Tensor): Tensor {
    const y = ops.einsum(this.equation, [x, this.kernel]);
    return this.activation(this.bias === null ? y : ops.add(y, this.bias));
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return this.plan(input_shape).output;
  }
}
