import { ops, type Tensor, toNumbers } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { deserialize_keras_object, plainConfig, serialize_keras_object } from '../saving/objects';
import { convert, type TensorLike, toFloat } from '../tensors';
import type { AnyVariable, Variable } from '../variable';
import { Optimizer } from './optimizer';
import { inRows } from './rows';

const scaled = signature(1, {
  inner_optimizer: z.custom<Optimizer>((v) => v instanceof Optimizer, 'expected an optimizer'),
  initial_scale: z.number().default(2 ** 15),
  dynamic_growth_steps: z.int().default(2000),
  name: z.string().nullable().default(null),
});
/**
 * Scales the loss up, so that small gradients do not vanish, and the gradients down again: by a factor that halves when
 * one is not finite and doubles after `dynamic_growth_steps` steps that were.
 * @see https://keras.io/api/optimizers/loss_scale_optimizer/
 */
export class LossScaleOptimizer extends Optimizer {
  readonly inner_optimizer: Optimizer;
  readonly initial_scale: number;
  readonly dynamic_growth_steps: number;
  private step_counter: Variable | null = null;
  private dynamic_scale: Variable | null = null;

  constructor(
    ...args: Call<
      [inner_optimizer: Optimizer],
      [initial_scale: number, dynamic_growth_steps: number, name: string | null],
      Keywords<typeof scaled>
    >
  ) {
    const o = read('LossScaleOptimizer.__init__()', scaled, args);
    super({ learning_rate: 0, name: o.name });
    this.inner_optimizer = o.inner_optimizer;
    this.initial_scale = o.initial_scale;
    this.dynamic_growth_steps = o.dynamic_growth_steps;
    this.inner_optimizer.loss_scale_factor = null;
  }
  override build(variables: readonly AnyVariable[]): void {
    if (this.built) return;
    this.step_counter = this.add_variable({ shape: [], dtype: 'int32', name: 'step_counter' });
    this.dynamic_scale = this.add_variable({ shape: [], dtype: 'float32', name: 'dynamic_scale' });
    this.dynamic_scale.assign(this.initial_scale);
    this.inner_optimizer.build(variables);
    super.build(variables);
  }
  override get variables(): Variable[] {
    return [...super.variables, ...this.inner_optimizer.variables];
  }
  override get learning_rate(): any {
    return this.inner_optimizer?.learning_rate ?? super.learning_rate;
  }
  override set learning_rate(value: any) {
    this.inner_optimizer.learning_rate = value;
  }
  override get iterations(): any {
    return this.inner_optimizer?.iterations ?? super.iterations;
  }
  override set iterations(value: any) {
    this.inner_optimizer.iterations = value;
  }
  protected override applyNow(grads: readonly (TensorLike | null)[], targets: readonly AnyVariable[]): void {
    if (!this.built) this.build(targets);
    const [counter, scale] = [this.step_counter!, this.dynamic_scale!];
    const given = grads.map((g) => (g === null || g === undefined ? null : inRows(convert(g), toFloat)));
    const finite = given.every((g) => g === null || toNumbers(g).every(Number.isFinite));
    const factor = toNumbers(scale)[0]!;
    if (!finite) {
      counter.assign(0);
      scale.assign(factor * 0.5);
      return;
    }
    this.inner_optimizer.apply(
      given.map((g) => (g === null ? null : inRows(g, (t) => ops.div(t, factor)))),
      targets,
    );
    const steps = toNumbers(counter)[0]!;
    if (steps === this.dynamic_growth_steps - 1) {
      counter.assign(0);
      scale.assign(factor * 2);
    } else counter.assign(steps + 1);
  }
  override scale_loss(loss: Tensor): Tensor {
    const factor = this.dynamic_scale === null ? this.initial_scale : toNumbers(this.dynamic_scale)[0]!;
    return ops.mul(loss, factor);
  }
  override finalize_variable_values(variables: readonly AnyVariable[]): void {
    this.inner_optimizer.finalize_variable_values(variables);
  }
  override get_config(): Record<string, unknown> {
    return {
      name: this.name,
      inner_optimizer: serialize_keras_object(this.inner_optimizer),
      initial_scale: this.initial_scale,
      dynamic_growth_steps: this.dynamic_growth_steps,
    };
  }
  static override from_config(this: any, config: any): any {
    const { inner_optimizer, initial_scale, dynamic_growth_steps, name } = plainConfig(config);
    const inner = deserialize_keras_object(inner_optimizer);
    return new this(inner, { initial_scale, dynamic_growth_steps, name });
  }
}
