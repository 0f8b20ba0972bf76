import { type Tensor as CoreTensor, currentTracer, Graph, tupleOf } from '@stele/core';
import { inGraphFunction } from '../autograph';
import { type Branch, bindOutside, branchOf, holds, outsideOf, pack, replay } from '../control/branch';
import { valueError } from '../errors';
import { type LoopState, looped } from '../loopState';
import { leavesOf, mapLeaves } from '../nest';
import { dimsOf, fits, shapeOf, TensorSpec } from '../spec';
import { type Tensor, type TensorLike, toTensor } from '../tensor';
import { type ResultSpec, step, symbolFor } from '../tracing';
import { Dataset } from './dataset';
import { specText } from './structure';

/** An element of a dataset that comes when the graph runs. */
function symbolsOf(spec: unknown): { element: unknown; symbols: Tensor[] } {
  const graph = currentTracer() as Graph;
  const symbols: Tensor[] = [];
  const element = mapLeaves(spec, (leaf) => {
    const symbol = symbolFor(graph, (leaf as TensorSpec).dims, (leaf as TensorSpec).dtype.name as never);
    symbols.push(symbol);
    return symbol;
  });
  return { element, symbols };
}

/** The turns of a loop over a dataset as one step of the graph: as many as the dataset has elements when it runs. */
function datasetStep(
  data: Dataset,
  body: (item: unknown) => void,
  state: LoopState,
  more: (() => unknown) | null,
): unknown {
  const start = pack(state.vars());
  const variables = (): Tensor[] =>
    start.tensors.map((t) => symbolFor(currentTracer() as Graph, dimsOf(t), t.scalarType, t.sizes));
  const branch = (write: (item: unknown) => unknown): [Branch, readonly Tensor[]] => {
    let symbols: readonly Tensor[] = [];
    const made = branchOf(() => {
      const item = symbolsOf(data.element_spec);
      const own = variables();
      symbols = [...item.symbols, ...own];
      state.put(start.unpack(own) as unknown[]);
      return write(item.element);
    });
    return [made, symbols];
  };
  const [turn, turnSymbols] = branch((item) => {
    body(item);
    return state.vars();
  });
  for (const [i, t] of turn.packed.tensors.entries()) {
    const before = start.tensors[i]!;
    const name = state.labels[i] ?? state.labels.at(-1) ?? '';
    if (t.scalarType !== before.scalarType)
      throw new TypeError(
        `'${name}' has dtype ${before.scalarType} before the loop, but dtype ${t.scalarType} after one iteration`,
      );
    if (!fits(dimsOf(t), dimsOf(before)))
      throw valueError(
        `'${name}' has shape ${shapeOf(dimsOf(before))} before the loop, but shape ${shapeOf(dimsOf(t))} after one iteration. Use tf.autograph.experimental.set_loop_options to set shape invariants.`,
      );
  }
  const [test, testSymbols] = more === null ? [null, []] : branch(() => toTensor(more() as TensorLike));
  const branches = test === null ? [turn] : [turn, test];
  const outside = outsideOf(...branches);
  const specs = start.tensors.map((t): ResultSpec => ({ sizes: t.sizes, scalarType: t.scalarType, dims: dimsOf(t) }));
  const count = start.tensors.length;
  const outputs = step('ReduceDataset', [...start.tensors, ...outside], specs, (values) => {
    const bound = bindOutside(outside, values.slice(count), branches);
    let current: readonly CoreTensor[] = values.slice(0, count);
    for (const element of data) {
      const item = leavesOf(element) as CoreTensor[];
      if (test !== null && !holds(replay(test, testSymbols, [...item, ...current], bound)[0])) break;
      current = replay(turn, turnSymbols, [...item, ...current], bound);
    }
    return current;
  });
  return start.unpack(outputs);
}

const protocol: Record<string, (this: Dataset, ...args: any[]) => unknown> = {
  __graph_symbolic__() {
    return (
      inGraphFunction() &&
      currentTracer() instanceof Graph &&
      leavesOf(this.element_spec).every((leaf) => leaf instanceof TensorSpec && String(leaf.dtype.name) !== 'string')
    );
  },
  /** Python's own functions over data sets give data sets. */
  __graph_builtin__(name: string, args: readonly unknown[]) {
    switch (name) {
      case 'enumerate':
        return this.enumerate(Number(args[0] ?? 0));
      case 'zip':
        return args.every((d) => d instanceof Dataset) ? Dataset.zip(tupleOf([this, ...args])) : undefined;
      default:
        return undefined;
    }
  },
  __graph_type__() {
    return specText(this.element_spec);
  },
  __graph_slot__(slot: { current: Dataset }) {
    return new Dataset(
      () => slot.current,
      this.count,
      () => this.element_spec,
    );
  },
  __graph_for__(
    body: (item: unknown) => void,
    names: readonly string[],
    get: () => unknown[],
    set: (values: readonly unknown[]) => void,
    live: readonly string[],
    more: (() => unknown) | null,
  ) {
    const once = (): void => body(symbolsOf(this.element_spec).element);
    looped({ names, get, set, live, extra: [], once }, (state) => datasetStep(this, body, state, more));
  },
};
/** Lets the loops of a function that becomes a graph run over datasets. */
for (const [name, value] of Object.entries(protocol))
  Object.defineProperty(Dataset.prototype, name, { value, writable: true, configurable: true });
