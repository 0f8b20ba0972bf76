import type { AnyOp, VjpContext } from '../ops/define';
import type { Tensor, TensorSpec } from '../tensor/tensor';
import type { Tape } from './tape';

/** One slot in the graph: output `index` of `node`. */
export interface Edge {
  readonly node: GraphNode;
  readonly index: number;
}

/** Called with the summed gradient of one output; what it returns (if anything) takes its place. */
export type GradHook = (grad: Tensor) => Tensor | null | undefined | void;

/** A tensor kept for the backward pass, with the version it had. */
export interface Saved {
  readonly tensor: Tensor;
  readonly storage: Tensor['storage'];
  readonly version: number;
  readonly edge: Edge | null;
}

/** What an op left behind when it was recorded. `seq` grows, so every consumer has a higher one than its producers. */
export interface Node {
  readonly kind: 'op';
  readonly op: AnyOp;
  readonly attrs: object;
  readonly inputs: readonly (Edge | null)[];
  readonly inputSpecs: readonly TensorSpec[];
  readonly outputSpecs: readonly TensorSpec[];
  savedInputs: readonly (Saved | null)[] | null;
  savedOutputs: (Saved | null)[] | null;
  readonly seq: number;
  readonly tapes: readonly Tape[] | null;
  hooks: Map<number, GradHook[]> | null;
  /** Overrides the op's vjp: for functions that a user differentiates by hand. */
  readonly custom:
    | ((grads: readonly (Tensor | null)[], context: VjpContext<object>) => readonly (Tensor | null)[])
    | null;
}

/** Where gradients of a leaf arrive. */
export interface LeafNode {
  readonly kind: 'leaf';
  readonly tensor: Tensor;
  readonly seq: -1;
  readonly tapes: null;
  hooks: Map<number, GradHook[]> | null;
  /** Run after `.grad` has been added to. */
  accumulated: ((tensor: Tensor) => void)[] | null;
}

export type GraphNode = Node | LeafNode;

let counter = 0;
export const nextSeq = (): number => counter++;
/** How many nodes have been recorded so far: lets lessons show that evaluation records none. */
export const recordedNodes = (): number => counter;

/** The leaf slot of a tensor, made when first needed. */
export function leafNode(tensor: Tensor): LeafNode {
  return (tensor.leaf ??= { kind: 'leaf', tensor, seq: -1, tapes: null, hooks: null, accumulated: null });
}
