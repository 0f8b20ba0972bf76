import {
  asFunction,
  Tensor as CoreTensor,
  EngineError,
  floatsAreMarked,
  functionDescription,
  isTuple,
  tupleOf,
} from '@stele/core';
import { asGraphFunction } from '../autograph';
import { valueError } from '../errors';
import { runTrace, trace, unpack } from '../function/trace';
import { leavesOf, mapLeaves } from '../nest';
import { asTraced, drawingFor } from '../random/seeds';
import { TensorSpec } from '../spec';
import type { Tensor } from '../tensor';
import { className } from './arguments';
import { UNKNOWN_CARDINALITY } from './cardinality';
import { Dataset } from './dataset';
import { convert, DatasetSpec, specFrom } from './structure';

/** The class of a value as Python prints it. */
export const classText = (value: unknown): string => `<class '${className(value)}'>`;

type Body = (...parts: any[]) => unknown;
type Trace = ReturnType<typeof trace>[0];

/** The parts of an element as a function takes them: those of a tuple one by one. */
export const spread = (element: unknown): readonly unknown[] =>
  isTuple(element) || Array.isArray(element) ? (element as unknown[]) : [element];

const isSymbolic = (error: unknown): boolean => error instanceof EngineError && error.details.kind === 'symbolic';

/**
 * A function of elements as tf.data holds it: traced once, for the elements' spec, and replayed for each. A function
 * that makes datasets, or takes elements that are no tensors, is called for each instead.
 */
export class ElementFunction {
  /** The spec of what it returns; null where only calls tell. */
  readonly spec: unknown;
  private readonly body: Body;
  private readonly traced: Trace | null = null;
  private readonly request: Omit<Parameters<typeof trace>[0], 'dims' | 'examples'>;

  constructor(given: Body, args: readonly unknown[]) {
    const body = (isDatasetClass(given) ? (...parts: any[]) => new given(...parts) : asFunction(given)) as Body;
    if (typeof body !== 'function')
      throw valueError(
        `Argument \`func\` must be a callable. Received func=${String(body)} (of type ${classText(body)})`,
      );
    this.body = body;
    const leaves = leavesOf(args);
    const specs = leaves.filter((leaf): leaf is TensorSpec => leaf instanceof TensorSpec);
    const about = functionDescription(body);
    const names = about !== null && about.rest === null ? [...about.positional] : [];
    this.request = {
      body,
      args,
      dtypes: specs.map((s) => s.dtype.name),
      names: specs.map((_, i) => (names.length === specs.length && about?.lambda === false ? names[i]! : `args_${i}`)),
      first: true,
      autograph: true,
      label: String(body.name),
    };
    const sets = leaves.some((leaf) => leaf instanceof DatasetSpec);
    const known = leaves.every((leaf) => leaf instanceof TensorSpec || leaf instanceof DatasetSpec);
    const whole = known && !specs.some((s) => (s.dtype.name as string) === 'string');
    let found: unknown = null;
    if (whole) {
      const shapes = specs.map((s) => s.dims);
      const examples = specs.map((s) => (s.dims ?? []).map((d) => d ?? 2));
      let datasets: unknown = null;
      try {
        [this.traced] = trace({
          ...this.request,
          args: sets ? args.map((arg) => mapLeaves(arg, emptyOf)) : args,
          dims: shapes,
          examples,
          // what it returns may hold lists of numbers, which are tensors here, and datasets, which are not
          body: (...given) => {
            const made = converted(body(...given));
            if (leavesOf(made).every((leaf) => leaf === null || leaf instanceof CoreTensor || isRunnable(leaf)))
              return made;
            datasets = made;
            return null;
          },
        });
        found = datasets !== null ? specOrNull(datasets) : specFrom(unpackSpec(this.traced));
        if (datasets !== null || sets) this.traced = null;
      } catch (error) {
        if (sets && !(error instanceof TypeError)) {
          this.traced = null;
          this.spec = null;
          return;
        }
        // in JavaScript a function may look at values, and runs for every element then
        if (floatsAreMarked() || !isSymbolic(error)) {
          if (!isSymbolic(error)) throw about === null || about.lambda ? error : about.userError(error);
          throw error;
        }
        this.traced = null;
      }
    }
    this.spec = found;
  }

  /** The function as one reader of a dataset calls it: what it draws by chance begins anew with each reader. */
  forReader(): (args: readonly unknown[]) => unknown {
    const reader = {};
    return (args) => drawingFor(reader, () => this.call(args));
  }
  call(args: readonly unknown[]): unknown {
    if (this.traced === null) return converted(asTraced(() => asGraphFunction(() => this.body(...args))));
    const tensors = leavesOf(args) as Tensor[];
    let chosen = this.traced;
    if (chosen.graph.specialised && tensors.some((t, i) => t.sizes.join() !== chosen.examples[i]!.join())) {
      const key = tensors.map((t) => t.sizes.join()).join('|');
      const kept = this.traced.variants.get(key);
      const sizes = tensors.map((t) => t.sizes);
      chosen =
        kept ??
        trace({ ...this.request, body: (...given) => converted(this.body(...given)), dims: sizes, examples: sizes })[0];
      this.traced.variants.set(key, chosen);
    }
    return unpack(runTrace(chosen, tensors));
  }
}
/** What a function gives back: in Python, a list is taken for a tuple. */
const converted = (value: unknown): unknown =>
  convert(floatsAreMarked() && Array.isArray(value) && !isTuple(value) ? tupleOf(value) : value);
const isRunnable = (leaf: unknown): boolean =>
  typeof leaf === 'object' && leaf !== null && typeof (leaf as { toGraph?: unknown }).toGraph === 'function';
/** A class of datasets, such as those that read files, made anew for each element. */
const isDatasetClass = (given: unknown): given is new (...parts: any[]) => Dataset =>
  typeof given === 'function' && given.prototype instanceof Dataset;
/** A dataset of which only the spec is known, for a function that makes another of it. */
const emptyOf = (leaf: unknown): unknown =>
  leaf instanceof DatasetSpec
    ? new Dataset(
        () => [],
        UNKNOWN_CARDINALITY,
        () => leaf.element_spec,
      )
    : leaf;
const unpackSpec = (traced: Trace): unknown =>
  mapLeaves(traced.structure, (leaf) => {
    const index = (leaf as { index?: number } | null)?.index;
    return index === undefined ? leaf : traced.outputs[index];
  });
function specOrNull(value: unknown): unknown {
  try {
    return specFrom(value);
  } catch {
    return null;
  }
}
