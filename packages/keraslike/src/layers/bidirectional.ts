import { ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { attributeError, show, valueError } from '../errors';
import { deserialize_keras_object, plainConfig, serialize_keras_object } from '../saving/objects';
import type { Shape } from '../tensors';
import { Layer } from './layer';
import * as o from './options';
import { unbuilt } from './wrappers';

type MergeMode = 'sum' | 'mul' | 'ave' | 'concat' | null;
const bidirectional = signature(
  1,
  {
    layer: z.custom<Layer>(),
    merge_mode: z.custom<MergeMode>().default('concat'),
    weights: z.custom<readonly unknown[] | null>().default(null),
    backward_layer: z.custom<Layer | null>().default(null),
  },
  o.base,
);
/** What a layer that runs along time has. */
interface Running extends Layer {
  go_backwards: boolean;
  stateful: boolean;
  return_sequences: boolean;
  return_state: boolean;
  zero_output_for_mask?: boolean;
  states: readonly unknown[] | null;
  reset_state(): void;
}

/** A recurrent layer forwards and another backwards, their outputs merged. @see https://keras.io/api/layers/recurrent_layers/bidirectional/ */
export class Bidirectional extends Layer {
  readonly forward_layer: Running;
  readonly backward_layer: Running;
  readonly merge_mode: MergeMode;
  readonly stateful: boolean;
  readonly return_sequences: boolean;
  readonly return_state: boolean;

  constructor(...args: Call<[layer: Layer], [merge_mode: MergeMode], Keywords<typeof bidirectional>>) {
    const p = read('Bidirectional.__init__()', bidirectional, args);
    const { layer, backward_layer, merge_mode, weights, ...rest } = p;
    if (!(layer instanceof Layer))
      throw valueError(
        `Please initialize \`Bidirectional\` layer with a \`keras.layers.Layer\` instance. Received: ${String(layer)}`,
      );
    if (backward_layer !== null && !(backward_layer instanceof Layer))
      throw valueError(
        `\`backward_layer\` need to be a \`keras.layers.Layer\` instance. Received: ${String(backward_layer)}`,
      );
    if (!['sum', 'mul', 'ave', 'concat', null].includes(merge_mode))
      throw valueError(
        `Invalid merge mode. Received: ${show(merge_mode)}. Merge mode should be one of {"sum", "mul", "ave", "concat", None}`,
      );
    super(rest);
    const again = (prefix: string, more: object): Running => {
      const saved = unbuilt({ layer: serialize_keras_object(layer) }, 'layer').layer;
      const bare = layer.name.startsWith(prefix) ? layer.name.slice(prefix.length) : layer.name;
      return deserialize_keras_object({ ...saved, config: { ...saved.config, ...more, name: `${prefix}${bare}` } });
    };
    const forward = again('forward_', {});
    this.forward_layer = forward;
    const backward = (backward_layer as Running | null) ?? again('backward_', { go_backwards: true });
    this.backward_layer = backward;
    if (forward.go_backwards === backward.go_backwards)
      throw valueError(
        `Forward layer and backward layer should have different \`go_backwards\` value. Received: forward_layer.go_backwards ${show(forward.go_backwards)}, backward_layer.go_backwards=${show(backward.go_backwards)}`,
      );
    for (const name of ['stateful', 'return_sequences', 'return_state'] as const)
      if (forward[name] !== backward[name])
        throw valueError(
          `Forward layer and backward layer are expected to have the same value for attribute "${name}", got "${show(forward[name])}" for forward layer and "${show(backward[name])}" for backward layer`,
        );
    for (const one of [forward, backward])
      if (one.zero_output_for_mask !== undefined) one.zero_output_for_mask = one.return_sequences;
    this.merge_mode = merge_mode;
    this.stateful = forward.stateful;
    this.return_sequences = forward.return_sequences;
    this.return_state = forward.return_state;
    this.supports_masking = true;
    this.input_spec = layer.input_spec;
    this.first_argument = 'sequences';
    this.shape_arguments = ['initial_state'];
    this.call_arguments = ['initial_state', 'mask', 'training'];
    if (weights !== null && weights.length > 0)
      throw valueError(
        'Bidirectional: weights at construction are not there in Stele: use set_weights() once it is built',
      );
  }
  override build(sequences_shape: Shape, _initial_state_shape?: unknown): void {
    this.forward_layer.ensureBuilt(sequences_shape);
    this.backward_layer.ensureBuilt(sequences_shape);
  }
  override call(
    x: Tensor,
    options: { initial_state?: readonly Tensor[] | null; mask?: unknown; training?: boolean | null } = {},
  ): any {
    const given = options.initial_state ?? null;
    const half = given === null ? 0 : Math.floor(given.length / 2);
    const run = (layer: Running, state: readonly Tensor[] | null): Tensor[] => {
      const more = state === null ? {} : { initial_state: state };
      return [layer.__call__(x, { training: options.training, mask: options.mask, ...more })].flat();
    };
    const forward = run(this.forward_layer, given === null ? null : given.slice(0, half));
    const backward = run(this.backward_layer, given === null ? null : given.slice(half));
    const states = [...forward.slice(1), ...backward.slice(1)];
    const y = forward[0]!;
    const back = this.return_sequences ? ops.flip(backward[0]!, [1]) : backward[0]!;
    const merged = this.merged(y, back);
    if (!this.return_state) return merged;
    return [...(Array.isArray(merged) ? merged : [merged]), ...states];
  }
  private merged(a: Tensor, b: Tensor): Tensor | Tensor[] {
    switch (this.merge_mode) {
      case 'concat':
        return ops.concat([a, b], -1);
      case 'sum':
        return ops.add(a, b);
      case 'ave':
        return ops.div(ops.add(a, b), 2);
      case 'mul':
        return ops.mul(a, b);
      default:
        return [a, b];
    }
  }
  override compute_output_shape(sequences_shape: any, _initial_state_shape?: unknown): any {
    const shape = this.forward_layer.compute_output_shape(sequences_shape);
    const [first, ...states] = (this.return_state ? shape : [shape]) as Shape[];
    const out =
      this.merge_mode === 'concat' ? [...first!.slice(0, -1), (first!.at(-1) ?? 0) * 2] : (first as (number | null)[]);
    if (!this.return_state) return this.merge_mode === null ? [out, out] : out;
    return [...(this.merge_mode === null ? [out, out] : [out]), ...states, ...states];
  }
  override compute_mask(_inputs: unknown, mask: any): any {
    const own = (Array.isArray(mask) ? mask[0] : mask) ?? null;
    const out = this.return_sequences ? own : null;
    return this.merge_mode === null ? [out, out] : [out];
  }
  get states(): readonly unknown[] | null {
    const { forward_layer, backward_layer } = this;
    return forward_layer.states && backward_layer.states ? [...forward_layer.states, ...backward_layer.states] : null;
  }
  reset_state(): void {
    if (!this.stateful) throw attributeError('Layer must be stateful.');
    this.forward_layer.reset_state();
    this.backward_layer.reset_state();
  }
  reset_states(): void {
    this.reset_state();
  }
  override get_config(): Record<string, unknown> {
    return {
      ...super.get_config(),
      merge_mode: this.merge_mode,
      layer: serialize_keras_object(this.forward_layer),
      backward_layer: serialize_keras_object(this.backward_layer),
    };
  }
  static override from_config(config: unknown, custom_objects: Record<string, unknown> | null = null): unknown {
    const { layer, backward_layer, ...rest } = unbuilt(plainConfig(config), 'layer', 'backward_layer');
    const made = deserialize_keras_object(layer, custom_objects);
    const other = backward_layer ? { backward_layer: deserialize_keras_object(backward_layer, custom_objects) } : {};
    return new Bidirectional(made, { ...rest, ...other });
  }
}
