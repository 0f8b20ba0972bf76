import { Tensor as CoreTensor, currentTracer, Graph, nn, ops, Tape } from '@stele/core';
import { gradients as staticGradients, hessians as staticHessians } from '../compat/v1/gradients';
import { define } from '../define';
import { buildingGraph } from '../dispatch';
import { runtimeError } from '../errors';
import { leavesOf } from '../nest';
import { slices } from '../slices';
import { type Tensor, type TensorLike, toTensor } from '../tensor';

const needGraph = (name: string): Error =>
  runtimeError(`tf.${name} is not supported when eager execution is enabled. Use tf.GradientTape instead.`);
const listed = (value: unknown): CoreTensor[] => leavesOf(value) as CoreTensor[];

/** Derivatives in the function that is being traced: what leads from the sources to the targets is written once more. */
function traced(
  graph: Graph,
  ys: readonly CoreTensor[],
  xs: readonly CoreTensor[],
  seeds: readonly unknown[],
  stops: readonly CoreTensor[],
): (Tensor | null)[] {
  const tape = new Tape(false, false);
  const points = xs.map((x) => ops.clone(x));
  const held = stops.filter((s) => !xs.some((x) => x.storage === s.storage));
  for (const p of points) tape.watch(p);
  tape.start();
  let targets: readonly CoreTensor[];
  try {
    targets = graph.rerun([...xs, ...held], [...points, ...held], ys);
  } finally {
    tape.stop();
  }
  const open = targets.flatMap((t, i) => (t.node !== null || points.includes(t) ? [i] : []));
  const found = nn.gradientsByRows(
    open.map((i) => targets[i]!),
    open.map((i) =>
      seeds[i] === undefined || seeds[i] === null
        ? ops.fullLike(targets[i]!, 1)
        : toTensor(seeds[i] as TensorLike, targets[i]!.scalarType),
    ),
    points,
    { tape, keepSaved: true },
  );
  return found.map((g, i) => (g === null || g instanceof CoreTensor ? g : slices(g, points[i]!)) as Tensor | null);
}

/**
 * Symbolic derivatives of the sum of `ys` in a graph: in a `tf.function`, or in one of TF1's.
 * @see https://www.tensorflow.org/api_docs/python/tf/gradients
 */
export const gradients = define(
  'tf.gradients',
  "ys, xs, grad_ys=None, name='gradients', gate_gradients=False, aggregation_method=None, stop_gradients=None, unconnected_gradients='none'",
  (
    ys: unknown,
    xs: unknown,
    grad_ys?: unknown,
    _name?: unknown,
    _gate?: unknown,
    _method?: unknown,
    stop_gradients?: unknown,
    unconnected_gradients?: unknown,
  ): any => {
    const graph = currentTracer();
    if (!(graph instanceof Graph)) {
      if (!buildingGraph()) throw needGraph('gradients');
      return staticGradients(ys, xs, { grad_ys, stop_gradients, unconnected_gradients });
    }
    const sources = listed(xs);
    const seeds = grad_ys === undefined || grad_ys === null ? [] : leavesOf(grad_ys);
    const found = traced(graph, listed(ys), sources, seeds, stop_gradients ? listed(stop_gradients) : []);
    const zero = String(unconnected_gradients ?? 'none') === 'zero';
    return found.map((g, i) => g ?? (zero ? (ops.fullLike(sources[i]!, 0) as Tensor) : null));
  },
);

/**
 * Second derivatives of the sum of `ys` in a graph, for each of `xs`.
 * @see https://www.tensorflow.org/api_docs/python/tf/hessians
 */
export const hessians = define(
  'tf.hessians',
  "ys, xs, gate_gradients=False, aggregation_method=None, name='hessians'",
  (ys: unknown, xs: unknown): any => {
    const graph = currentTracer();
    if (!(graph instanceof Graph)) {
      if (!buildingGraph()) throw needGraph('gradients');
      return staticHessians(ys, xs);
    }
    return listed(xs).map((x) => {
      const [g] = traced(graph, listed(ys), [x], [], []);
      const sizes = [...x.sizes, ...x.sizes];
      if (g === null || g === undefined) return ops.fullLike(x, 0, sizes);
      const flat = ops.reshape(g, [-1]);
      const rows = Array.from({ length: flat.sizes[0]! }, (_, i) => {
        const [row] = traced(graph, [ops.select(flat, 0, i)], [x], [], []);
        return row ?? ops.fullLike(x, 0);
      });
      return ops.reshape(ops.stack(rows, 0), sizes);
    });
  },
);
