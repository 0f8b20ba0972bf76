import { overwrite } from '../autograd/inplace';
import { setObserver, setWitness, type Witness } from '../autograd/record';
import { EngineError } from '../errors';
import { opNamed } from '../ops/define';
import { windowOf } from '../ops/strided';
import { isDense, sameNumbers } from '../tensor/strides';
import type { Storage, Tensor } from '../tensor/tensor';
import { type GraphFunction, neededSteps } from './function';
import { Graph } from './graph';

interface Place {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly version: number;
  /** The tensor of the graph, or one from outside. */
  readonly value: Tensor;
}
const placeOf = (t: Tensor, value: Tensor, version = t.storage.version): Place => ({
  sizes: t.sizes,
  strides: t.strides,
  offset: t.offset,
  version,
  value,
});
const fits = (p: Place, t: Tensor): boolean =>
  p.version === t.storage.version &&
  p.offset === t.offset &&
  sameNumbers(p.sizes, t.sizes) &&
  sameNumbers(p.strides, t.strides);

/**
 * Writes down a run with real values as a graph: what the run decided by looking at values is decided once and for all.
 * Writes into memory become new values of the graph; writes into `state` happen again at every replay.
 */
class Recording implements Witness {
  readonly graph = new Graph();
  private readonly places = new Map<Storage, Place[]>();
  private readonly objects = new WeakMap<Tensor, Place>();
  private readonly outside = new Set<Storage>();
  private readonly state = new Set<Storage>();

  constructor(state: Iterable<Tensor>) {
    for (const t of state) {
      this.state.add(t.storage);
      this.outside.add(t.storage);
      this.enter(t, t);
    }
  }

  private enter(t: Tensor, value: Tensor): void {
    const place = placeOf(t, value);
    this.objects.set(t, place);
    const others = this.places.get(t.storage)?.filter((p) => !fits(p, t)) ?? [];
    this.places.set(t.storage, [...others, place]);
  }
  input(t: Tensor): Tensor {
    const symbol = this.graph.symbol({ sizes: t.sizes, scalarType: t.scalarType }, t.family);
    this.enter(t, symbol);
    return symbol;
  }
  /** The tensor that is all of some memory, and what stands for it; null where none is known. */
  private wholeOf(storage: Storage): { tensor: Tensor; value: Tensor } | null {
    for (const p of this.places.get(storage) ?? []) {
      const tensor = p.value.family.create(storage, p.sizes, p.strides, p.offset);
      if (fits(p, tensor) && tensor.elementCount === storage.length && isDense(p.sizes, p.strides))
        return { tensor, value: p.value };
    }
    return null;
  }
  private step(name: string, inputs: readonly Tensor[], attrs: object, like: Tensor): Tensor {
    const spec = { sizes: like.sizes, scalarType: like.scalarType };
    return this.graph.emit(opNamed(name), inputs, attrs, [spec], like.family)[0]!;
  }
  /** What stands for a tensor in the graph. */
  find(t: Tensor): Tensor {
    const own = this.objects.get(t);
    if (own !== undefined && fits(own, t)) return own.value;
    const known = this.places.get(t.storage);
    const found = known?.find((p) => fits(p, t));
    if (found !== undefined) return found.value;
    const whole = this.wholeOf(t.storage);
    if (whole !== null && !this.outside.has(t.storage)) {
      const part = this.step('window', [whole.value], windowOf(t, whole.tensor), t);
      this.enter(t, part);
      return part;
    }
    if (known !== undefined && !this.outside.has(t.storage))
      throw new EngineError(
        'this run writes into a part of a tensor and then reads another part of its memory, which a traced function cannot follow: make the tensor whole with where, concat or stack',
        { op: 'trace', kind: 'alias' },
      );
    this.outside.add(t.storage);
    this.enter(t, t);
    return t;
  }
  observe(name: string, inputs: readonly Tensor[], outputs: readonly Tensor[], attrs: object): void {
    const specs = outputs.map((t) => ({ sizes: t.sizes, scalarType: t.scalarType }));
    const made = this.graph.emit(
      opNamed(name),
      inputs.map((t) => this.find(t)),
      attrs,
      specs,
      outputs[0]!.family,
    );
    outputs.forEach((t, i) => {
      this.enter(t, made[i]!);
    });
  }
  writing(target: Tensor, values: Tensor): void {
    const value = this.find(values);
    const next = target.storage.version + 1;
    if (this.state.has(target.storage)) {
      this.graph.effect('an assignment', [value], [], target.family, ([v]) => {
        overwrite(target, v!);
        return [];
      });
      this.places.set(target.storage, [placeOf(target, target, next)]);
      return;
    }
    const whole = this.wholeOf(target.storage);
    const after =
      whole === null || sameNumbers(whole.tensor.sizes, target.sizes)
        ? []
        : [placeOf(whole.tensor, this.put(whole, target, value), next)];
    if (this.outside.delete(target.storage)) this.graph.keepValuesOf(target.storage);
    this.places.set(target.storage, [placeOf(target, value, next), ...after]);
  }
  private put(whole: { tensor: Tensor; value: Tensor }, target: Tensor, value: Tensor): Tensor {
    return this.step('windowPut', [whole.value, value], windowOf(target, whole.tensor), whole.tensor);
  }
  detached(source: Tensor, result: Tensor): void {
    this.objects.set(result, placeOf(result, this.step('stopGradient', [this.find(source)], {}, source)));
  }
}

/**
 * Runs a function with real inputs and writes down what it does. `outputsOf` picks the tensors out of its result;
 * `state` are the tensors from outside that it may write into.
 */
export function recordRun<T>(
  inputs: readonly (readonly [name: string, value: Tensor])[],
  state: Iterable<Tensor>,
  body: () => T,
  outputsOf: (result: T) => readonly Tensor[],
): { traced: GraphFunction; result: T } {
  const recording = new Recording(state);
  const symbols = inputs.map(([name, t]) => [name, recording.input(t)] as const);
  const observer = setObserver((...seen) => recording.observe(...seen));
  const witness = setWitness(recording);
  let result: T;
  try {
    result = body();
  } finally {
    setObserver(observer);
    setWitness(witness);
  }
  const outputs = outputsOf(result).map((t, i) => [`output_${i}`, recording.find(t)] as const);
  const { graph } = recording;
  graph.keep(neededSteps({ graph, inputs: symbols, outputs }, true));
  return { traced: { graph, inputs: symbols, outputs }, result };
}
