import { div, sub } from '../ops/elementwise';
import { fullLike, permute, reshape, stack } from '../ops/shape';
import { positions } from '../tensor/strides';
import { alias, type Tensor } from '../tensor/tensor';
import { gradients } from './backward';
import { withGrad } from './mode';
import type { Edge, GraphNode } from './node';

/**
 * The derivatives of every entry of `output` with respect to the inputs, each of shape `output.sizes + input.sizes`;
 * null where an input is not connected. With `graph` they can be differentiated themselves.
 */
export function jacobianOf(output: Tensor, inputs: readonly Tensor[], graph: boolean): (Tensor | null)[] {
  if (!output.requiresGrad) return inputs.map(() => null);
  const rows = Array.from({ length: output.elementCount }, (_, i) => {
    const seed = fullLike(alias(output), 0, output.sizes);
    (seed.storage.array as Float64Array)[i] = 1;
    return withGrad(graph, () => gradients([output], [seed], inputs));
  });
  return inputs.map((input, k) => {
    const own = rows.map((row) => row[k] ?? null);
    if (own.length === 0 || own.every((g) => g === null)) return null;
    return withGrad(graph, () => {
      const filled = own.map((g) => g ?? fullLike(alias(input), 0, input.sizes));
      return reshape(stack(filled, 0), [...output.sizes, ...input.sizes]);
    });
  });
}

/**
 * The same by central differences, (f(x + eps) - f(x - eps)) / (2 eps), for every output of `f`: of shape
 * `[input count, output count]`. The input is changed in its memory while `f` runs, and restored.
 */
export function numericalJacobians(f: () => readonly Tensor[], input: Tensor, eps: number): Tensor[] {
  const array = input.storage.array as Float64Array;
  const at = (place: number, value: number): readonly Tensor[] => {
    array[place] = value;
    input.storage.version++;
    return withGrad(false, () => f().map((t) => reshape(sub(t, 0), [t.elementCount])));
  };
  const rows: Tensor[][] = [];
  for (const place of positions(input.sizes, input.strides, input.offset)) {
    const value = array[place]!;
    try {
      const above = at(place, value + eps);
      const below = at(place, value - eps);
      rows.push(above.map((high, j) => withGrad(false, () => div(sub(high, below[j]!), 2 * eps))));
    } finally {
      array[place] = value;
    }
  }
  return (rows[0] ?? []).map((_, j) =>
    stack(
      rows.map((row) => row[j]!),
      0,
    ),
  );
}

/** A Jacobian of `jacobianOf` laid out as `numericalJacobians` has it. */
export function asColumns(jacobian: Tensor, outputCount: number, inputCount: number): Tensor {
  return permute(reshape(alias(jacobian), [outputCount, inputCount]), [1, 0]);
}

/** Whether a result depends on a leaf that requires a gradient and is none of `except`. */
export function dependsOnOthers(result: Tensor, except: ReadonlySet<Tensor>): boolean {
  const seen = new Set<GraphNode>();
  const stack: (Edge | null)[] = result.node === null ? [] : [{ node: result.node, index: 0 }];
  if (result.node === null) return result.requiresGrad && !except.has(result);
  while (stack.length > 0) {
    const edge = stack.pop()!;
    if (edge === null || seen.has(edge.node)) continue;
    seen.add(edge.node);
    if (edge.node.kind === 'op') stack.push(...edge.node.inputs);
    else if (edge.node.tensor.requiresGrad && !except.has(edge.node.tensor)) return true;
  }
  return false;
}
