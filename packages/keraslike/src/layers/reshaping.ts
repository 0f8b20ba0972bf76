import { ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { valueError } from '../errors';
import { type Shape, showTuple } from '../tensors';
import { Layer } from './layer';
import * as o from './options';

const flatten = signature(0, { data_format: o.dataFormat }, o.base);
/** All axes but the first as one, in the order height, width, channels. @see https://keras.io/api/layers/reshaping_layers/flatten/ */
export class Flatten extends Layer {
  private readonly channelsFirst: boolean;
  constructor(...args: Call<[], [data_format: 'channels_last' | 'channels_first' | null], Keywords<typeof flatten>>) {
    const p = read('Flatten.__init__()', flatten, args);
    super(p);
    this.channelsFirst = p.data_format === 'channels_first';
  }
  override call(x: Tensor): Tensor {
    if (x.rank < 2) return ops.reshape(x, [x.sizes[0] ?? 1, 1]);
    const last =
      this.channelsFirst && x.rank > 2 ? ops.permute(x, [0, ...x.sizes.slice(2).map((_, i) => i + 2), 1]) : x;
    return ops.flatten(last, 1);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    const rest = input_shape.slice(1);
    return [input_shape[0]!, rest.includes(null) ? null : rest.reduce<number>((n, d) => n * d!, 1)];
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), data_format: this.channelsFirst ? 'channels_first' : 'channels_last' };
  }
}

const reshape = signature(1, { target_shape: z.array(z.int()).readonly() }, o.base);
/** The same elements in another shape, batch left out; one size may be -1. @see https://keras.io/api/layers/reshaping_layers/reshape/ */
export class Reshape extends Layer {
  readonly target_shape: readonly number[];
  constructor(...args: Call<[target_shape: readonly number[]], [], Keywords<typeof reshape>>) {
    const p = read('Reshape.__init__()', reshape, args);
    super(p);
    this.target_shape = p.target_shape;
  }
  override call(x: Tensor): Tensor {
    return ops.reshape(x, [x.sizes[0]!, ...(this.compute_output_shape(x.sizes).slice(1) as number[])]);
  }
  override compute_output_shape(input_shape: Shape): Shape {
    const rest = input_shape.slice(1);
    const total = rest.includes(null) ? null : rest.reduce<number>((n, d) => n * d!, 1);
    const known = this.target_shape.filter((d) => d !== -1).reduce((n, d) => n * d, 1);
    const open = this.target_shape.includes(-1);
    if (total !== null && (open ? total % known !== 0 : total !== known))
      throw valueError(
        `The total size of the tensor must be unchanged. Received: input_shape=${showTuple(rest)}, target_shape=${showTuple(this.target_shape)}`,
      );
    return [input_shape[0]!, ...this.target_shape.map((d) => (d === -1 ? (total === null ? null : total / known) : d))];
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), target_shape: this.target_shape };
  }
}
