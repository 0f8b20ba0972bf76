import { GradError } from '../errors';
import type { VjpContext } from '../ops/define';
import { sameNumbers } from '../tensor/strides';
import { alias, empty, type Tensor, type TensorSpec } from '../tensor/tensor';
import { refuseNaN } from './anomaly';
import { type Edge, type GraphNode, leafNode, type Node, type Saved } from './node';
import { edgeOf } from './record';
import type { Tape } from './tape';

/** The three ops that the walk itself needs; the op files hand them over, so that nothing is imported in a circle. */
export interface WalkOps {
  add(a: Tensor, b: Tensor): Tensor;
  /** Sums over the axes along which `sizes` was broadcast. */
  sumTo(x: Tensor, sizes: readonly number[]): Tensor;
  cast(x: Tensor, to: TensorSpec['scalarType']): Tensor;
}
let ops: WalkOps;
export function provideWalkOps(provided: WalkOps): void {
  ops = provided;
}

export interface WalkOptions {
  /** Only nodes that this tape recorded; null walks everything. */
  readonly tape: Tape | null;
  /** Keep what the nodes saved, for another pass. */
  readonly keepSaved: boolean;
  /** Add the gradients of leaves that require them to their `.grad`. */
  readonly accumulate: boolean;
  /** Slots whose gradients are wanted; nodes that lead to none of them are skipped unless accumulating. */
  readonly sources: readonly Edge[];
}

const releasedMessage =
  'trying to go backward through the graph a second time, or to read saved tensors after they were freed: keep them with retain_graph on the first pass';

function unpack(saved: Saved, node: Node): Tensor {
  const { tensor, storage } = saved;
  if (storage.version !== saved.version) {
    throw new GradError(
      `one of the tensors needed for gradient computation has been modified by an in-place operation: an output or input of ${node.op.name} is at version ${storage.version}; expected version ${saved.version}`,
      {
        op: 'backward',
        kind: 'version',
        node: node.op.name,
        // what the tensor is a result of: this op itself, or what gave it its present value
        ...(saved.edge?.node === node
          ? { maker: node, output: saved.edge.index }
          : { maker: tensor.node, output: tensor.outputIndex }),
        version: storage.version,
        expected: saved.version,
        sizes: tensor.sizes,
        scalarType: storage.scalarType,
      },
    );
  }
  const now = tensor.node === null ? null : tensor.node;
  const then = saved.edge === null || saved.edge.node.kind === 'leaf' ? null : saved.edge.node;
  if (tensor.storage === storage && now === then) return tensor;
  // the tensor was given another value or place since: hand out what it was
  const past = tensor.family.create(storage, tensor.sizes, tensor.strides, tensor.offset);
  if (saved.edge !== null) {
    if (saved.edge.node.kind === 'leaf') past.leaf = saved.edge.node;
    else past.node = saved.edge.node;
    past.outputIndex = saved.edge.index;
    past.requiresGrad = tensor.requiresGrad;
    past.tapes = tensor.tapes;
  }
  return past;
}

class Context implements VjpContext<object> {
  constructor(
    private readonly node: Node,
    private readonly grads: readonly (Tensor | null)[],
    private readonly wants: (edge: Edge | null) => boolean,
  ) {}
  get attrs(): object {
    return this.node.attrs;
  }
  get inputCount(): number {
    return this.node.inputs.length;
  }
  input(index: number): Tensor {
    const saved = this.saved(this.node.savedInputs)[index];
    if (!saved) throw new Error(`${this.node.op.name}: the vjp reads input ${index}, which the op does not save`);
    return unpack(saved, this.node);
  }
  output(index = 0): Tensor {
    const saved = this.saved(this.node.savedOutputs)[index];
    if (!saved) throw new Error(`${this.node.op.name}: the vjp reads output ${index}, which the op does not save`);
    return unpack(saved, this.node);
  }
  private saved(list: readonly (Saved | null)[] | null): readonly (Saved | null)[] {
    if (list === null) throw new GradError(releasedMessage, { op: 'backward', kind: 'released' });
    return list;
  }
  inputSpec(index: number): TensorSpec {
    return this.node.inputSpecs[index]!;
  }
  outputSpec(index = 0): TensorSpec {
    return this.node.outputSpecs[index]!;
  }
  needs(index: number): boolean {
    return this.wants(this.node.inputs[index] ?? null);
  }
  grad(index: number): Tensor {
    return this.grads[index] ?? zerosFor(this.node.outputSpecs[index]!, this.grads);
  }
}

function zerosFor(spec: TensorSpec, grads: readonly (Tensor | null)[]): Tensor {
  const some = grads.find((g) => g !== null)!;
  return empty(some.family, spec.sizes, spec.scalarType);
}

interface Slot {
  grads: (Tensor | null)[];
  /** Whether the walk made this array itself, so that a leaf may adopt it. */
  owned: boolean[];
}

/**
 * Walks back from some slots and returns the gradient of each source (null: not connected).
 * Whether the walk's own ops are recorded is up to grad mode and the tapes that are open.
 */
export function walkBack(roots: readonly { edge: Edge; grad: Tensor }[], options: WalkOptions): (Tensor | null)[] {
  const { tape, sources, accumulate } = options;
  const inScope = (node: GraphNode): node is Node =>
    node.kind === 'op' && (tape === null || (node.tapes?.includes(tape) ?? false));
  const order: Node[] = [];
  const seen = new Set<GraphNode>();
  const stack: GraphNode[] = [];
  for (const { edge } of roots) stack.push(edge.node);
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    if (!inScope(node)) continue;
    order.push(node);
    for (const edge of node.inputs) if (edge !== null && !seen.has(edge.node)) stack.push(edge.node);
  }
  order.sort((a, b) => b.seq - a.seq);

  const sourceNodes = new Set(sources.map((s) => s.node));
  const leadsOn = new Set<GraphNode>();
  const useful = (edge: Edge | null): boolean =>
    edge !== null &&
    (accumulate
      ? edge.node.kind === 'op'
        ? inScope(edge.node) || sourceNodes.has(edge.node)
        : true
      : leadsOn.has(edge.node) || sourceNodes.has(edge.node));
  if (!accumulate) {
    for (let i = order.length - 1; i >= 0; i--) if (order[i]!.inputs.some(useful)) leadsOn.add(order[i]!);
  }

  const slots = new Map<GraphNode, Slot>();
  const arrive = (edge: Edge, grad: Tensor, owned: boolean): void => {
    let slot = slots.get(edge.node);
    if (slot === undefined) slots.set(edge.node, (slot = { grads: [], owned: [] }));
    const before = slot.grads[edge.index];
    slot.grads[edge.index] = before ? ops.add(before, grad) : grad;
    slot.owned[edge.index] = before ? true : owned;
  };
  for (const { edge, grad } of roots) arrive(edge, grad, false);

  const runHooks = (node: GraphNode, slot: Slot): void => {
    if (node.hooks === null) return;
    for (const [index, hooks] of node.hooks) {
      for (const hook of [...hooks]) {
        const grad = slot.grads[index];
        if (!grad) break;
        slot.owned[index] = false;
        slot.grads[index] = hook(grad) ?? grad;
      }
    }
  };

  const found = new Map<GraphNode, (Tensor | null)[]>();
  for (const node of order) {
    const slot = slots.get(node);
    if (slot === undefined) continue;
    runHooks(node, slot);
    if (sourceNodes.has(node)) found.set(node, [...slot.grads]);
    slots.delete(node);
    if (!accumulate && !leadsOn.has(node)) continue;
    const grads = node.outputSpecs.map((_, i) => slot.grads[i] ?? null);
    const context = new Context(node, grads, useful);
    const first = grads[0] ?? zerosFor(node.outputSpecs[0]!, grads);
    const results = node.custom !== null ? node.custom(grads, context) : node.op.vjp!(first, context);
    refuseNaN(node, results);
    for (let i = 0; i < node.inputs.length; i++) {
      const edge = node.inputs[i]!;
      let grad = results[i] ?? null;
      if (grad === null || !useful(edge)) continue;
      const spec = node.inputSpecs[i]!;
      if (!sameNumbers(grad.sizes, spec.sizes)) grad = ops.sumTo(grad, spec.sizes);
      if (grad.scalarType !== spec.scalarType) grad = ops.cast(grad, spec.scalarType);
      const storage = grad.storage;
      const owned =
        grad.rowMajor &&
        !grads.some((g) => g?.storage === storage) &&
        !results.some((r, j) => j !== i && r?.storage === storage);
      arrive(edge, grad, owned);
    }
    if (!options.keepSaved) {
      node.savedInputs = null;
      node.savedOutputs = null;
    }
  }
  for (const [node, slot] of slots) {
    if (!seen.has(node)) continue;
    runHooks(node, slot);
    if (sourceNodes.has(node)) found.set(node, slot.grads);
    if (accumulate && node.kind === 'leaf' && node.tensor.requiresGrad) addToGrad(node, slot);
  }
  return sources.map(({ node, index }) => found.get(node)?.[index] ?? null);
}

function addToGrad(leaf: Extract<GraphNode, { kind: 'leaf' }>, slot: Slot): void {
  const { tensor } = leaf;
  const grad = slot.grads[0]!;
  if (tensor.grad !== null) tensor.grad = ops.add(tensor.grad, grad);
  else tensor.grad = slot.owned[0] || grad.node !== null ? grad : copyOf(grad);
  for (const hook of leaf.accumulated ?? []) hook(tensor);
}

/** Adds a gradient to a tensor's `.grad`, as a backward pass does that reaches it. */
export function addGradient(tensor: Tensor, grad: Tensor): void {
  addToGrad(leafNode(tensor), { grads: [grad], owned: [false] });
}

let copyOf: (x: Tensor) => Tensor = (x) => alias(x);
/** Set by the op files: a contiguous copy outside the graph. */
export function provideCopy(copy: (x: Tensor) => Tensor): void {
  copyOf = copy;
}

/** Gradients of the sum of `targets` (weighted by `seeds`) with respect to `sources`; null where they are not connected. */
export function gradients(
  targets: readonly Tensor[],
  seeds: readonly Tensor[],
  sources: readonly Tensor[],
  options: { tape?: Tape | null; keepSaved?: boolean } = {},
): (Tensor | null)[] {
  const roots = targets.map((target, i) => ({ edge: edgeOf(target), grad: seeds[i]! }));
  return walkBack(roots, {
    tape: options.tape ?? null,
    keepSaved: options.keepSaved ?? true,
    accumulate: false,
    sources: sources.map(edgeOf),
  });
}

/** Adds the gradients of every leaf that requires one to its `.grad`. */
export function accumulateGradients(targets: readonly Tensor[], seeds: readonly Tensor[], keepSaved: boolean): void {
  const roots = targets.map((target, i) => ({ edge: edgeOf(target), grad: seeds[i]! }));
  walkBack(roots, { tape: null, keepSaved, accumulate: true, sources: [] });
}

/** What one op did with a tensor. */
export interface Reader {
  readonly op: string;
  readonly attrs: object;
  /** Which of the op's inputs the tensor was. */
  readonly place: number;
  /** The slot of the op's first output. */
  readonly output: Edge;
  /** The op's saved inputs (null where not saved). */
  readonly inputs: readonly (Tensor | null)[];
}

/** For each source, the recorded ops that read it on the way to the targets, oldest first. */
export function readersOf(
  targets: readonly Tensor[],
  sources: readonly Tensor[],
  tape: Tape | null = null,
): Reader[][] {
  const places = new Map<GraphNode, { index: number; source: number }[]>();
  sources.forEach((s, source) => {
    const { node, index } = edgeOf(s);
    const list = places.get(node);
    if (list === undefined) places.set(node, [{ index, source }]);
    else list.push({ index, source });
  });
  const found = sources.map((): { seq: number; reader: Reader }[] => []);
  const seen = new Set<GraphNode>();
  const stack: GraphNode[] = targets.map((t) => edgeOf(t).node);
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (seen.has(node) || node.kind !== 'op') continue;
    seen.add(node);
    if (tape !== null && !(node.tapes?.includes(tape) ?? false)) continue;
    node.inputs.forEach((edge, place) => {
      if (edge === null) return;
      for (const { index, source } of places.get(edge.node) ?? [])
        if (edge.index === index)
          found[source]!.push({
            seq: node.seq,
            reader: {
              op: node.op.name,
              attrs: node.attrs,
              place,
              output: { node, index: 0 },
              inputs: (node.savedInputs ?? []).map((saved) => saved?.tensor ?? null),
            },
          });
      stack.push(edge.node);
    });
  }
  return found.map((list) => list.sort((a, b) => a.seq - b.seq).map(({ reader }) => reader));
}

/** Gradients at slots of the graph rather than at tensors. */
export function gradientsAt(
  targets: readonly Tensor[],
  seeds: readonly Tensor[],
  slots: readonly Edge[],
  tape: Tape | null,
  keepSaved = true,
): (Tensor | null)[] {
  const roots = targets.map((target, i) => ({ edge: edgeOf(target), grad: seeds[i]! }));
  return walkBack(roots, { tape, keepSaved, accumulate: false, sources: slots });
}
