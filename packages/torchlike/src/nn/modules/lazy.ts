import { isKeywords } from '@stele/core';
import { ones, zeros } from '../../creation';
import { RuntimeError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  type NormBase,
  type NormOptions,
} from './batchnorm';
import { Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from './conv';
import { Linear } from './linear';
import type { Module } from './module';
import { fieldsOf } from './tree';
import { isUninitialized, UninitializedParameter } from './uninitialized';

type Loose = any;
type Kind = abstract new (...args: Loose[]) => Module;

/** The arguments of a layer whose first one the input will tell: 0 stands in its place. */
function withFirst(name: string, args: readonly unknown[]): unknown[] {
  const last = args.at(-1);
  return args.length === 1 && isKeywords(last) ? [{ [name]: 0, ...last }] : [0, ...args];
}
/** Takes a layer's parameters away until its first forward, which sets it up and makes it what it stands for. */
function wait<M extends Module>(
  layer: M,
  base: Kind,
  names: readonly string[],
  settle: (layer: M, input: Tensor) => void,
): void {
  const fields = fieldsOf(layer);
  for (const name of names)
    if (fields[name] instanceof Parameter) fields[name] = new UninitializedParameter({ dtype: fields[name].dtype });
  const handle = layer.register_forward_pre_hook((module: M, [input]: readonly Tensor[]) => {
    // a copy of the layer has the hook too, and settles for itself
    if (module === layer) handle.remove();
    if (Object.getPrototypeOf(module) === base.prototype) return;
    settle(module, input!);
    Object.setPrototypeOf(module, base.prototype);
  });
}
/** Gives waiting parameters their shapes, and then their first values. */
function fill(layer: Module & { reset_parameters(): void }, shapes: Readonly<Record<string, readonly number[]>>): void {
  let fresh = false;
  for (const [name, shape] of Object.entries(shapes)) {
    const p = fieldsOf(layer)[name] as Tensor | null;
    if (!isUninitialized(p)) continue;
    p.materialize(shape);
    fresh = true;
  }
  if (fresh) Object.getPrototypeOf(Object.getPrototypeOf(layer)).reset_parameters.call(layer);
}

/** A Linear whose in_features are those of its first input. */
export class LazyLinear extends Linear {
  constructor(out_features: number, bias?: boolean | { bias?: boolean; dtype?: unknown });
  constructor(...args: unknown[]) {
    super(...(withFirst('in_features', args) as [number, number]));
    wait(this as Linear, Linear, ['weight', 'bias'], (layer, input) => {
      layer.in_features = input.sizes.at(-1)!;
      fill(layer, { weight: [layer.out_features, layer.in_features], bias: [layer.out_features] });
    });
  }
  override reset_parameters(): void {}
}

interface AnyConv extends Module {
  in_channels: number;
  out_channels: number;
  groups: number;
  kernel_size: readonly number[];
  reset_parameters(): void;
}
function waitForChannels(made: AnyConv, base: Kind, transposed: boolean): void {
  wait(made, base, ['weight', 'bias'], (layer, input) => {
    const single = layer.kernel_size.length + 1;
    if (input.ndim !== single && input.ndim !== single + 1)
      throw new RuntimeError(
        `Expected ${single}D (unbatched) or ${single + 1}D (batched) input to ${layer.constructor.name}, but got input of size: ${String(input.shape)}`,
      );
    layer.in_channels = input.sizes[input.ndim - single]!;
    const { in_channels, out_channels, groups, kernel_size } = layer;
    if (in_channels % groups !== 0) throw new RuntimeError('in_channels must be divisible by groups');
    const weight = transposed
      ? [in_channels, out_channels / groups, ...kernel_size]
      : [out_channels, in_channels / groups, ...kernel_size];
    fill(layer, { weight, bias: [out_channels] });
  });
}
type Rest<A extends readonly unknown[]> = A extends readonly [unknown?, ...infer R] ? R : never;
type ConvRest = Rest<ConstructorParameters<typeof Conv2d>>;
type TransposeRest = Rest<ConstructorParameters<typeof ConvTranspose2d>>;
/** A Conv1d whose in_channels are those of its first input. */
export class LazyConv1d extends Conv1d {
  constructor(...args: ConvRest) {
    super(...(withFirst('in_channels', args) as [number, number, number]));
    waitForChannels(this, Conv1d, false);
  }
  override reset_parameters(): void {}
}
/** A Conv2d whose in_channels are those of its first input. */
export class LazyConv2d extends Conv2d {
  constructor(...args: ConvRest) {
    super(...(withFirst('in_channels', args) as [number, number, number]));
    waitForChannels(this, Conv2d, false);
  }
  override reset_parameters(): void {}
}
/** A Conv3d whose in_channels are those of its first input. */
export class LazyConv3d extends Conv3d {
  constructor(...args: ConvRest) {
    super(...(withFirst('in_channels', args) as [number, number, number]));
    waitForChannels(this, Conv3d, false);
  }
  override reset_parameters(): void {}
}
/** A ConvTranspose1d whose in_channels are those of its first input. */
export class LazyConvTranspose1d extends ConvTranspose1d {
  constructor(...args: TransposeRest) {
    super(...(withFirst('in_channels', args) as [number, number, number]));
    waitForChannels(this, ConvTranspose1d, true);
  }
  override reset_parameters(): void {}
}
/** A ConvTranspose2d whose in_channels are those of its first input. */
export class LazyConvTranspose2d extends ConvTranspose2d {
  constructor(...args: TransposeRest) {
    super(...(withFirst('in_channels', args) as [number, number, number]));
    waitForChannels(this, ConvTranspose2d, true);
  }
  override reset_parameters(): void {}
}
/** A ConvTranspose3d whose in_channels are those of its first input. */
export class LazyConvTranspose3d extends ConvTranspose3d {
  constructor(...args: TransposeRest) {
    super(...(withFirst('in_channels', args) as [number, number, number]));
    waitForChannels(this, ConvTranspose3d, true);
  }
  override reset_parameters(): void {}
}

/** `single` says how many axes one sample has, where it may come without a batch. */
function waitForFeatures(made: NormBase, base: Kind, single: number | null): void {
  wait(made, base, ['weight', 'bias'], (layer, input) => {
    const n = input.sizes[single === null ? 1 : input.ndim - single]!;
    layer.num_features = n;
    if (layer.track_running_stats && layer.running_mean?.sizes[0] === 0) {
      const type = { dtype: layer.running_mean.dtype };
      layer.running_mean = zeros([n], type);
      layer.running_var = ones([n], type);
    }
    fill(layer, { weight: [n], bias: [n] });
  });
}
type NormRest = [
  eps?: number | NormOptions,
  momentum?: number | null | NormOptions,
  affine?: boolean | NormOptions,
  track_running_stats?: boolean | NormOptions,
];
/** A BatchNorm1d whose num_features are those of its first input. */
export class LazyBatchNorm1d extends BatchNorm1d {
  constructor(...args: NormRest) {
    super(...(withFirst('num_features', args) as [number]));
    waitForFeatures(this, BatchNorm1d, null);
  }
}
/** A BatchNorm2d whose num_features are those of its first input. */
export class LazyBatchNorm2d extends BatchNorm2d {
  constructor(...args: NormRest) {
    super(...(withFirst('num_features', args) as [number]));
    waitForFeatures(this, BatchNorm2d, null);
  }
}
/** A BatchNorm3d whose num_features are those of its first input. */
export class LazyBatchNorm3d extends BatchNorm3d {
  constructor(...args: NormRest) {
    super(...(withFirst('num_features', args) as [number]));
    waitForFeatures(this, BatchNorm3d, null);
  }
}
/** A InstanceNorm1d whose num_features are those of its first input. */
export class LazyInstanceNorm1d extends InstanceNorm1d {
  constructor(...args: NormRest) {
    super(...(withFirst('num_features', args) as [number]));
    waitForFeatures(this, InstanceNorm1d, 2);
  }
}
/** A InstanceNorm2d whose num_features are those of its first input. */
export class LazyInstanceNorm2d extends InstanceNorm2d {
  constructor(...args: NormRest) {
    super(...(withFirst('num_features', args) as [number]));
    waitForFeatures(this, InstanceNorm2d, 3);
  }
}
/** A InstanceNorm3d whose num_features are those of its first input. */
export class LazyInstanceNorm3d extends InstanceNorm3d {
  constructor(...args: NormRest) {
    super(...(withFirst('num_features', args) as [number]));
    waitForFeatures(this, InstanceNorm3d, 4);
  }
}
