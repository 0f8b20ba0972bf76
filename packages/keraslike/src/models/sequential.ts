import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { show, valueError } from '../errors';
import { InputLayer } from '../layers/core';
import { Layer } from '../layers/layer';
import { KerasTensor } from '../layers/symbolic';
import { inScope } from '../names';
import type { Shape } from '../tensors';
import { Model } from './model';

const sequential = signature(0, {
  layers: z
    .custom<readonly (Layer | KerasTensor)[] | null>((v) => v === null || Array.isArray(v), 'expected a list of layers')
    .default(null),
  trainable: z.boolean().default(true),
  name: z.string().nullable().default(null),
});

/**
 * Layers one after another; they are built at once if the first says its input's shape, else at the first call.
 *
 * ```ts
 * const model = new Sequential([new Dense(5, { activation: 'relu', input_shape: [10] }), new Dense(1)]);
 * model.count_params(); // 61
 * ```
 * @see https://keras.io/api/models/sequential/
 */
export class Sequential extends Model {
  private readonly chain: Layer[] = [];
  private start: KerasTensor | null = null;
  private end: KerasTensor | null = null;

  constructor(
    ...args: Call<
      [],
      [layers: readonly (Layer | KerasTensor)[] | null, trainable: boolean, name: string | null],
      Keywords<typeof sequential>
    >
  ) {
    const { layers, trainable, name } = read('Sequential.__init__()', sequential, args);
    super({ trainable, name });
    for (const layer of layers ?? []) this.add(layer);
  }
  add(layer: Layer | KerasTensor): void {
    const first = layer instanceof KerasTensor ? (layer.node?.layer ?? null) : layer;
    if (!(first instanceof Layer))
      throw valueError(
        `Only instances of \`keras.Layer\` can be added to a Sequential model. Received: ${show(layer)}`,
      );
    if (first instanceof InputLayer) {
      if (this.chain.length > 0 || this.start !== null)
        throw valueError(
          `Sequential model '${this.name}' has already been configured to use input shape ${show(this.start?.shape)}. You cannot add a different Input layer to it.`,
        );
      this.start = first.output;
      this.end = this.start;
      return;
    }
    if (this.chain.some((l) => l.name === first.name))
      throw valueError(
        `All layers added to a Sequential model should have unique names. Name "${first.name}" is already the name of a layer in this model. Update the \`name\` argument to pass a unique name.`,
      );
    if (this.chain.length === 0 && this.start === null && first.input_shape_arg !== null) {
      this.start = new InputLayer({ shape: [...first.input_shape_arg] }).output;
      this.end = this.start;
    }
    this.chain.push(first);
    if (this.end !== null) this.extend(first);
  }
  pop(): Layer | undefined {
    const layer = this.chain.pop();
    this.end = this.chain.at(-1)?.inbound_nodes.at(-1)?.outputs[0] ?? this.start;
    return layer;
  }
  private extend(layer: Layer): void {
    this.end = this.scoped(() => layer.__call__(this.end!) as KerasTensor);
    this.built = true;
  }
  private scoped<T>(body: () => T): T {
    return inScope(this.name, body, this);
  }

  override get layers(): Layer[] {
    return [...this.chain];
  }
  override sublayers(): Layer[] {
    return [...this.chain];
  }
  override get input_shape(): Shape {
    if (this.start === null) throw valueError(`Sequential model '${this.name}' has no defined input shape yet.`);
    return this.start.shape;
  }
  override get known_input(): { readonly shape: Shape; readonly dtype: string } | null {
    return this.start === null ? null : { shape: this.start.shape, dtype: this.start.dtype };
  }
  override get output_shape(): Shape {
    if (this.end === null) throw valueError(`Sequential model '${this.name}' has no defined outputs yet.`);
    return this.end.shape;
  }
  override build(input_shape: Shape): void {
    if (this.end !== null) return;
    if (this.chain.length === 0)
      throw valueError(
        `Sequential model ${this.name} cannot be built because it has no layers. Call \`model.add(layer)\`.`,
      );
    this.start = new InputLayer({ batch_shape: [...input_shape] }).output;
    this.end = this.start;
    for (const layer of this.chain) this.extend(layer);
  }
  override ensureBuilt(shapes: Shape | readonly Shape[]): void {
    if (this.end === null) this.build(shapes as Shape);
  }
  override call(inputs: any, options: { training?: boolean | null; mask?: unknown } = {}): any {
    let x = inputs;
    this.chain.forEach((layer, i) => {
      x = layer.__call__(x, {
        training: options.training ?? null,
        ...(i === 0 && options.mask ? { mask: options.mask as never } : {}),
      });
    });
    return x;
  }
  override compute_output_shape(input_shape: Shape): Shape {
    return this.chain.reduce((shape, layer) => layer.compute_output_shape(shape) as Shape, input_shape);
  }
  override get_config(): Record<string, unknown> {
    return {
      name: this.name,
      trainable: this.trainable,
      layers: this.chain.map((l) => ({ class_name: l.constructor.name, config: l.get_config() })),
      build_input_shape: this.start?.shape ?? null,
    };
  }
}
