import { type Tensor as CoreTensor, currentTracer, dtypes, fromArray, type Graph, numel, ops } from '@stele/core';
import {
  fillIntegers,
  fillNormal,
  fillTruncatedNormal,
  fillUniform,
  type GraphSeeds,
  KernelStream,
  OperationSeeds,
  shuffledOrder,
} from '@stele/core/random';
import { bind, op } from './dispatch';
import { type DTypeLike, dtypeName } from './dtypes';
import { valueError } from './errors';
import { Tensor, type TensorLike, tfFamily, toTensor } from './tensor';

export const seeds = new OperationSeeds();
let inGraph: { graph: Graph; seeds: GraphSeeds } | null = null;

/** Until the returned function is called, random ops belong to the graph and draw at each replay. */
export function enterGraph(graph: Graph): () => void {
  const before = inGraph;
  inGraph = { graph, seeds: seeds.graphSeeds() };
  return () => {
    inGraph = before;
  };
}

/** Sets the global seed: every op after it draws as TensorFlow would. */
export function set_seed(seed: number): void {
  seeds.setGlobalSeed(seed);
}

function drawn(
  kernel: string,
  sizes: readonly number[],
  dtype: ReturnType<typeof dtypeName>,
  seed: number | undefined,
  fill: (stream: KernelStream) => CoreTensor,
): Tensor {
  if (inGraph !== null && currentTracer() !== null) {
    const stream = new KernelStream(inGraph.seeds.seeds(seed));
    return inGraph.graph.effect(kernel, [], [{ sizes, scalarType: dtype }], tfFamily, () => [
      fill(stream),
    ])[0] as Tensor;
  }
  return fill(seeds.eagerKernel(kernel, dtype, seed)) as Tensor;
}

const toSizes = (shape: unknown): number[] =>
  shape instanceof Tensor ? (shape.tolist() as number[]) : [...(shape as number[])];

const gaussian = (name: string, kernel: string, fillWith: typeof fillNormal) =>
  op(name, (...args: readonly unknown[]): Tensor => {
    const given = bind(name, ['shape', 'mean', 'stddev', 'dtype', 'seed', 'name'], args);
    const dtype = dtypeName((given.dtype as DTypeLike | undefined) ?? 'float32');
    const sizes = toSizes(given.shape);
    return drawn(kernel, sizes, dtype, given.seed as number | undefined, (stream) => {
      const out = dtypes[dtype].create(numel(sizes));
      fillWith(
        stream.reserve(out.length),
        out,
        dtype,
        (given.mean as number | undefined) ?? 0,
        (given.stddev as number | undefined) ?? 1,
      );
      return fromArray(tfFamily, out, sizes, dtype);
    });
  });
/** Normally distributed values from TensorFlow's own stream. */
export const normal = gaussian('random_normal', 'RandomStandardNormal', fillNormal);
export const truncated_normal = gaussian('truncated_normal', 'TruncatedNormal', fillTruncatedNormal);

export const uniform = op('random_uniform', (...args: readonly unknown[]): Tensor => {
  const given = bind('random_uniform', ['shape', 'minval', 'maxval', 'dtype', 'seed', 'name'], args);
  const dtype = dtypeName((given.dtype as DTypeLike | undefined) ?? 'float32');
  const whole = !dtype.includes('float');
  if (whole && given.maxval === undefined) throw valueError(`Must specify maxval for integer dtype tf.${dtype}`);
  const low = (given.minval as number | undefined) ?? 0;
  const high = (given.maxval as number | undefined) ?? 1;
  const sizes = toSizes(given.shape);
  return drawn(
    whole ? 'RandomUniformInt' : 'RandomUniform',
    sizes,
    dtype,
    given.seed as number | undefined,
    (stream) => {
      const out = dtypes[dtype].create(numel(sizes));
      const start = stream.reserve(out.length);
      if (whole) fillIntegers(start, out, dtype, low, high);
      else fillUniform(start, out, dtype, low, high);
      return fromArray(tfFamily, out, sizes, dtype);
    },
  );
});

/** The rows in a random order. */
export const shuffle = op('random_shuffle', (value: TensorLike, seed?: number): Tensor => {
  const t = toTensor(value);
  const n = t.sizes[0] ?? 0;
  const order = drawn('RandomShuffle', [n], 'int32', seed, (stream) =>
    fromArray(tfFamily, shuffledOrder(stream.reserveShuffle(n), n), [n], 'int32'),
  );
  return ops.take(t, order, 0) as Tensor;
});
