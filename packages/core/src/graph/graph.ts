import { currentTracer, dispatch, setTracer, type Tracer } from '../autograd/record';
import { openTapes } from '../autograd/tape';
import { EngineError } from '../errors';
import type { AnyOp } from '../ops/define';
import { contiguousStrides } from '../tensor/strides';
import { Storage, SymbolicStorage, type Tensor, type TensorFamily, type TensorSpec } from '../tensor/tensor';
import { giveMeaning, type StepMeaning } from './meaning';

/** One step of a graph: an op, or an effect (an assignment, a random draw) that runs again at every replay. */
export interface Step {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** What an op does besides its inputs; null for an effect. */
  readonly attrs: object | null;
  run(inputs: readonly Tensor[]): readonly Tensor[];
}

/**
 * What a function did with tensors, written down once with symbolic tensors and replayed with real ones.
 * Replay goes through dispatch, so that tapes which are open outside record it; tensors from outside, variables among
 * them, are read anew at each replay.
 */
export class Graph implements Tracer {
  readonly steps: Step[] = [];
  private readonly producers = new Map<Storage, Step | null>();

  /** A tensor without a value, of a shape and dtype. */
  symbol(spec: TensorSpec, family: TensorFamily, producer: Step | null = null): Tensor {
    const storage = new SymbolicStorage(
      spec.scalarType,
      () =>
        new EngineError('a tensor of a graph under construction has no value yet: it gets one when the graph runs', {
          op: 'read',
          kind: 'symbolic',
        }),
    );
    this.producers.set(storage, producer);
    return family.create(storage, spec.sizes, contiguousStrides(spec.sizes), 0);
  }

  owns(tensor: Tensor): boolean {
    return this.producers.has(tensor.storage);
  }

  emit(
    op: AnyOp,
    inputs: readonly Tensor[],
    attrs: object,
    specs: readonly TensorSpec[],
    family: TensorFamily,
  ): readonly Tensor[] {
    return this.push(op.name, attrs, inputs, specs, family, (values) => {
      const out = dispatch(op, values, attrs, family);
      return Array.isArray(out) ? (out as readonly Tensor[]) : [out as Tensor];
    });
  }

  /** Adds something that happens at each replay and may change what lies outside. */
  effect(
    name: string,
    inputs: readonly Tensor[],
    specs: readonly TensorSpec[],
    family: TensorFamily,
    run: Step['run'],
    meaning?: StepMeaning,
  ): readonly Tensor[] {
    const outputs = this.push(name, null, inputs, specs, family, (values) => {
      // replayed while another graph is being written, it is part of that one
      const outer = currentTracer();
      return outer instanceof Graph ? outer.effect(name, values, specs, family, run, meaning) : run(values);
    });
    giveMeaning(this.steps.at(-1), meaning);
    return outputs;
  }

  /** Adds a step whose `run` itself sees to it that it becomes a step of another graph that is being written. */
  call(
    name: string,
    inputs: readonly Tensor[],
    specs: readonly TensorSpec[],
    family: TensorFamily,
    run: Step['run'],
    meaning?: StepMeaning,
  ): readonly Tensor[] {
    const outputs = this.push(name, null, inputs, specs, family, run);
    giveMeaning(this.steps.at(-1), meaning);
    return outputs;
  }

  /** Lets the steps read a copy of some memory from outside, as it is now: it is about to be written to. */
  keepValuesOf(storage: Storage): void {
    let copy: Storage | null = null;
    for (const step of this.steps) {
      const inputs = step.inputs as Tensor[];
      for (const [i, t] of inputs.entries()) {
        if (t.storage !== storage) continue;
        if (copy === null) {
          copy = new Storage(storage.scalarType, storage.array.slice());
          copy.innerLayout = storage.innerLayout;
        }
        inputs[i] = t.family.create(copy, t.sizes, t.strides, t.offset);
      }
    }
  }

  /** Forgets all steps but these. */
  keep(steps: readonly Step[]): void {
    this.steps.splice(0, this.steps.length, ...steps);
  }

  /** Forgets the steps after the first `count`: nothing may use their outputs. */
  truncate(count: number): void {
    this.steps.length = count;
  }

  /** The tensors of other graphs, and those that `wanted` picks, which the steps or the outputs read. */
  captured(outputs: readonly Tensor[], wanted: (t: Tensor) => boolean): Tensor[] {
    const found = new Map<Storage, Tensor>();
    const look = (t: Tensor): void => {
      if (!this.owns(t) && (t.symbolic || wanted(t)) && !found.has(t.storage)) found.set(t.storage, t);
    };
    for (const step of this.steps) step.inputs.forEach(look);
    outputs.forEach(look);
    return [...found.values()];
  }

  private push(
    name: string,
    attrs: object | null,
    inputs: readonly Tensor[],
    specs: readonly TensorSpec[],
    family: TensorFamily,
    run: Step['run'],
  ): readonly Tensor[] {
    const outputs: Tensor[] = [];
    const step: Step = { name, inputs: [...inputs], outputs, attrs, run };
    for (const spec of specs) outputs.push(this.symbol(spec, family, step));
    this.steps.push(step);
    return outputs;
  }

  /** Runs every step in order, the symbols bound to values, and returns the values of `wanted`. */
  replay(symbols: readonly Tensor[], values: readonly Tensor[], wanted: readonly Tensor[]): readonly Tensor[] {
    const known = new Map<Storage, Tensor>();
    for (const [i, symbol] of symbols.entries()) known.set(symbol.storage, values[i]!);
    this.runSteps(this.steps, known);
    return wanted.map((t) => this.valueOf(t, known));
  }

  /**
   * Values of `wanted` computed again with other tensors in place of some: of the steps so far those that depend on
   * them run once more, the rest keeps its results.
   */
  rerun(places: readonly Tensor[], values: readonly Tensor[], wanted: readonly Tensor[]): readonly Tensor[] {
    const known = new Map<Storage, Tensor>();
    for (const [i, place] of places.entries()) known.set(place.storage, values[i]!);
    const needed = new Set(wanted.map((t) => t.storage));
    const steps = [...this.steps].reverse().filter((step) => {
      if (!step.outputs.some((t) => needed.has(t.storage))) return false;
      for (const t of step.inputs) needed.add(t.storage);
      return true;
    });
    for (const step of steps.reverse()) {
      if (!step.inputs.some((t) => known.has(t.storage))) continue;
      const outputs = step.run(step.inputs.map((t) => this.valueOf(t, known)));
      for (const [i, symbol] of step.outputs.entries())
        if (!known.has(symbol.storage)) known.set(symbol.storage, outputs[i]!);
    }
    return wanted.map((t) => this.valueOf(t, known));
  }

  /** The value of a tensor that depends on no input: what an initial value traced by accident comes to. */
  evaluate(tensor: Tensor): Tensor {
    if (!this.owns(tensor)) return tensor;
    const needed = new Set<Step>();
    const visit = (t: Tensor): void => {
      const step = this.producers.get(t.storage);
      if (step === undefined) return;
      if (step === null)
        throw new EngineError('this value depends on an input of the graph, which has none yet', {
          op: 'evaluate',
          kind: 'symbolic',
        });
      if (needed.has(step)) return;
      needed.add(step);
      step.inputs.forEach(visit);
    };
    visit(tensor);
    const known = new Map<Storage, Tensor>();
    const before = setTracer(null);
    try {
      this.runSteps(
        this.steps.filter((s) => needed.has(s)),
        known,
      );
    } finally {
      setTracer(before);
    }
    return this.valueOf(tensor, known);
  }

  private runSteps(steps: readonly Step[], known: Map<Storage, Tensor>): void {
    for (const step of steps) {
      const outputs = step.run(step.inputs.map((t) => this.valueOf(t, known)));
      for (const [i, symbol] of step.outputs.entries()) known.set(symbol.storage, outputs[i]!);
    }
  }

  private valueOf(t: Tensor, known: Map<Storage, Tensor>): Tensor {
    return known.get(t.storage) ?? t;
  }
}

/** Runs a body whose ops are written into the graph; tapes that were open before do not see them. */
export function traceInto<T>(graph: Graph, body: () => T): T {
  const tapes = openTapes.splice(0);
  const before = setTracer(graph);
  try {
    return body();
  } finally {
    setTracer(before);
    openTapes.splice(0, openTapes.length, ...tapes);
  }
}
