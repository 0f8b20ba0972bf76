import { type Tensor as CoreTensor, currentTracer, type DType, type Graph } from '@stele/core';
import { type GraphSeeds, KernelStream, OperationSeeds } from '@stele/core/random';
import { define } from '../define';
import { Tensor, tfFamily, toTensor } from '../tensor';

export const seeds = new OperationSeeds();
export let inGraph: { graph: Graph | null; seeds: GraphSeeds } | null = null;

/** Until the returned function is called, random ops belong to the graph and draw at each replay. */
export function enterGraph(graph: Graph, own: GraphSeeds = seeds.graphSeeds()): () => void {
  const before = inGraph;
  inGraph = { graph, seeds: own };
  return () => {
    inGraph = before;
  };
}

/** The seed pair of something unseeded, such as a shuffled dataset: of the graph's own count where one is being written. */
export const unseededPair = () =>
  inGraph !== null && (inGraph.graph === null || currentTracer() !== null)
    ? inGraph.seeds.seeds(undefined)
    : seeds.eagerSeeds();
/** Runs a body that TensorFlow would have traced: what it makes without a seed counts as in a new graph. */
export function asTraced<T>(body: () => T): T {
  const before = inGraph;
  inGraph = { graph: null, seeds: seeds.graphSeeds() };
  try {
    return body();
  } finally {
    inGraph = before;
  }
}

/** Whose streams graphs draw from: each session of TF1 has its own. */
let drawer: object = seeds;
/** Runs a body whose graphs draw from the streams of `owner`. */
export function drawingFor<T>(owner: object, body: () => T): T {
  const before = drawer;
  drawer = owner;
  try {
    return body();
  } finally {
    drawer = before;
  }
}

export type Whole = number | bigint;
export const wholeOf = (v: unknown): Whole => (typeof v === 'bigint' ? v : Number(v));
export const optional = (v: unknown): Whole | undefined => (v === undefined || v === null ? undefined : wholeOf(v));

/** Sets the global seed: every op after it draws as TensorFlow would. */
export const set_seed = define('tf.random.set_seed', 'seed', (seed: unknown): void => {
  // text has a hash of its own each time a program runs
  if (seed instanceof Tensor && seed.rank > 0)
    throw new TypeError('only 0-dimensional arrays can be converted to Python scalars');
  if (Array.isArray(seed)) toTensor(seed as never).item();
  const hash = typeof seed === 'string' ? [...seed].reduce((h, c) => (h * 31 + c.charCodeAt(0)) | 0, 7) : seed;
  seeds.setGlobalSeed(optional(hash));
  resets++;
});
/** How often the global seed was set: graphs begin their streams anew after it. */
let resets = 0;

export function drawn(
  kernel: string,
  sizes: readonly number[],
  dtype: DType,
  seed: unknown,
  fill: (stream: KernelStream) => CoreTensor,
  affine?: readonly [scale: number, shift: number],
): Tensor {
  const own = optional(seed);
  const graph = inGraph?.graph ?? null;
  if (inGraph !== null && graph !== null && currentTracer() !== null) {
    const pair = inGraph.seeds.seeds(own);
    const streams = new WeakMap<object, { stream: KernelStream; begun: number }>();
    return graph.effect(
      kernel,
      [],
      [{ sizes, scalarType: dtype }],
      tfFamily,
      () => {
        let held = streams.get(drawer);
        if (held === undefined || held.begun !== resets) {
          held = { stream: new KernelStream(pair), begun: resets };
          streams.set(drawer, held);
        }
        return [fill(held.stream)];
      },
      affine && { kind: 'random', name: kernel, scale: affine[0], shift: affine[1] },
    )[0] as Tensor;
  }
  return fill(seeds.eagerKernel(kernel, dtype, own)) as Tensor;
}

/** TF1's pair of seeds for an op under the present global seed; None where nothing is seeded. */
export const get_seed = define(
  'tf.compat.v1.random.get_seed',
  'op_seed',
  (op_seed: unknown): [number | null, number | null] =>
    (seeds.eagerSeeds(optional(op_seed)) as [number, number] | undefined) ?? [null, null],
);
