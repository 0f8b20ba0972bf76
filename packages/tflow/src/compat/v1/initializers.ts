import { nn } from '@stele/core';
import * as creation from '../../creation';
import { bind } from '../../dispatch';
import { as_dtype, type DType, type DTypeLike } from '../../dtypes';
import { newSizes } from '../../places';
import * as random from '../../random/index';
import type { Tensor, TensorLike } from '../../tensor';

/** What Glorot's rule gives for a shape with its outputs last: the limit of a uniform draw, or a normal one's deviation. */
const glorot = (sizes: readonly number[], distribution: nn.ScaledDistribution): nn.Scaled =>
  nn.varianceScaling(nn.computeFans(sizes, 'outputsLast'), 1, 'fanAvg', distribution);
/** Draws of Glorot's rule, between the limits +-sqrt(6 / (inputs + outputs)). */
export function glorotUniform(sizes: readonly number[], dtype: string, seed?: unknown): Tensor {
  const { limit } = glorot(sizes, 'uniform') as { limit: number };
  return random.uniform([...sizes], -limit, limit, dtype, seed);
}

type Initializer = (shape: unknown, ...rest: readonly unknown[]) => Tensor;
/** An initializer that draws or fills a tensor of a shape, with its own parameters. */
export const drawnInitializer =
  (
    name: string,
    names: readonly string[],
    draw: (sizes: number[], dtype: string, o: Record<string, any>) => Tensor,
    /** Looks at the settings (no type yet), and at the type of each call. */
    check?: (dtype: DType | null, o: Record<string, any>) => void,
  ) =>
  (...args: readonly unknown[]): Initializer => {
    const o = bind(name, names, args);
    check?.(null, o);
    return (...given: readonly unknown[]) => {
      const { shape, dtype } = bind('__call__', ['shape', 'dtype', 'partition_info'], given);
      const type = as_dtype((dtype ?? 'float32') as DTypeLike);
      check?.(type, o);
      return draw(newSizes(shape), type.name, o);
    };
  };
export const zeros_initializer = drawnInitializer('zeros_initializer', ['dtype'], (sizes, dtype) =>
  creation.zeros(sizes, dtype),
);
export const ones_initializer = drawnInitializer('ones_initializer', ['dtype'], (sizes, dtype) =>
  creation.ones(sizes, dtype),
);
export const constant_initializer = drawnInitializer(
  'constant_initializer',
  ['value', 'dtype', 'verify_shape'],
  (sizes, dtype, o) => creation.constant((o.value ?? 0) as TensorLike, { dtype, shape: sizes }),
);
export const random_normal_initializer = drawnInitializer(
  'random_normal_initializer',
  ['mean', 'stddev', 'seed', 'dtype'],
  (sizes, dtype, o) => random.normal(sizes, o.mean ?? 0, o.stddev ?? 1, dtype, o.seed),
);
export const truncated_normal_initializer = drawnInitializer(
  'truncated_normal_initializer',
  ['mean', 'stddev', 'seed', 'dtype'],
  (sizes, dtype, o) => random.truncated_normal(sizes, o.mean ?? 0, o.stddev ?? 1, dtype, o.seed),
);
export const random_uniform_initializer = drawnInitializer(
  'random_uniform_initializer',
  ['minval', 'maxval', 'seed', 'dtype'],
  (sizes, dtype, o) => random.uniform(sizes, o.minval ?? 0, o.maxval ?? 1, dtype, o.seed),
);
export const glorot_uniform_initializer = drawnInitializer(
  'glorot_uniform_initializer',
  ['seed', 'dtype'],
  (sizes, dtype, o) => glorotUniform(sizes, dtype, o.seed),
);
export const glorot_normal_initializer = drawnInitializer(
  'glorot_normal_initializer',
  ['seed', 'dtype'],
  (sizes, dtype, o) => {
    const { std } = glorot(sizes, 'truncatedNormal') as { std: number };
    return random.truncated_normal(sizes, 0, std, dtype, o.seed);
  },
);
