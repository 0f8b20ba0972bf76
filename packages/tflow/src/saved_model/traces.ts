import { isTuple } from '@stele/core';
import {
  Differs,
  FormatError,
  type FunctionMade,
  type ModelFunctions,
  type Run,
  type Structure,
  type WrittenFunction,
  type WrittenTrace,
} from '@stele/core/formats/savedmodel';
import { PyFloat } from '@stele/core/printing';
import { valueError } from '../errors';
import { isCarrier } from '../function/carrier';
import { type AtSizes, atManySizes, type Place } from '../function/sizes';
import { Slot, type Trace, trace } from '../function/trace';
import { entriesOf, isRecord as isOptions, leavesOf, mapLeaves } from '../nest';
import { TensorSpec } from '../spec';

/** Traces a function at sizes from which its rules can be told. */
export function atSizes(found: Trace): AtSizes<Run> {
  const { request, dims } = found;
  const unknown = dims.indexOf(null);
  if (unknown >= 0)
    throw valueError(
      `tf.saved_model.save(): input ${request.names[unknown] ?? unknown} has no known rank; give it a TensorSpec with a list of sizes, None for those that vary`,
    );
  const open = dims.flatMap((d, input) =>
    d!.flatMap((size, axis): Place[] => (size === null ? [{ input, axis }] : [])),
  );
  const run = (sizeOf: (place: Place) => number): Run => {
    const examples = dims.map((d, input) => d!.map((size, axis) => size ?? sizeOf({ input, axis })));
    const [made] = trace({ ...request, dims: examples, examples, first: false });
    if (hasCarrier(made.structure))
      throw valueError('tf.saved_model.save(): a function gives back a TensorArray; give back its stack()');
    return { graph: made.graph, inputs: made.symbols, outputs: made.outputs };
  };
  return atManySizes(open, run);
}
function hasCarrier(structure: unknown): boolean {
  let found = false;
  mapLeaves(structure, (leaf) => {
    if (isCarrier(leaf)) found = true;
    return leaf;
  });
  return found;
}

/** Arguments or results as SavedModels describe them; `spec` stands for a tensor. */
export function structured(value: unknown, spec: (leaf: unknown) => Structure | null): Structure {
  const own = spec(value);
  if (own !== null) return own;
  if (value === null || value === undefined) return { kind: 'none' };
  if (value instanceof PyFloat) return { kind: 'value', value: value.value };
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
    return { kind: 'value', value };
  if (Array.isArray(value))
    return { kind: isTuple(value) ? 'tuple' : 'list', parts: value.map((part) => structured(part, spec)) };
  const entries = entriesOf(value);
  if (entries !== null)
    return { kind: 'dict', fields: new Map(entries.map(([key, part]) => [String(key), structured(part, spec)])) };
  throw new FormatError('an argument that is no tensor, number or text');
}
const specOf = (name: string, dtype: string, dims: readonly (number | null)[] | null): Structure => ({
  kind: 'spec',
  name,
  dtype,
  shape: dims === null ? undefined : dims.map((d) => d ?? -1),
});

/** The tensors of a structure in the order in which Python flattens it: dicts by their sorted keys. */
function flattened(value: unknown, isTensor: (leaf: unknown) => boolean): unknown[] {
  if (isTensor(value)) return [value];
  if (Array.isArray(value)) return value.flatMap((part) => flattened(part, isTensor));
  const entries = entriesOf(value);
  if (entries === null) return [];
  return [...entries]
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    .flatMap(([, part]) => flattened(part, isTensor));
}

/** A trace that is written, its inputs in the order of the file. */
export interface TraceMade extends WrittenTrace {
  readonly inputs: readonly { readonly name: string; readonly dims: Trace['dims'][number] }[];
}
/** Writes a trace; null where its arguments hold something that no file can. */
export function writeTrace(functions: ModelFunctions, found: Trace, title: string): TraceMade | null {
  const { request, dims } = found;
  const self = isObject(request.args[0]) ? 1 : 0;
  const specs = leavesOf(request.args).filter((leaf) => leaf instanceof TensorSpec);
  const nameOf = (i: number): string => request.names[i] ?? `args_${i}`;
  let input: Structure;
  try {
    const args = request.args.slice(self).map((arg) =>
      structured(arg, (leaf) => {
        if (!(leaf instanceof TensorSpec)) return null;
        const i = specs.indexOf(leaf);
        return specOf(nameOf(i), request.dtypes[i]!, dims[i]!);
      }),
    );
    input = {
      kind: 'tuple',
      parts: [
        { kind: 'tuple', parts: args },
        { kind: 'dict', fields: new Map() },
      ],
    };
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
  const from = flattened(request.args, (leaf) => leaf instanceof TensorSpec).map((spec) =>
    specs.indexOf(spec as TensorSpec),
  );
  const to = flattened(found.structure, (leaf) => leaf instanceof Slot).map((slot) => (slot as Slot).index);
  const { runs, table, places } = atSizes(found);
  const ordered = runs.map((run) => ({
    graph: run.graph,
    inputs: from.map((i) => run.inputs[i]!),
    outputs: to.map((i) => run.outputs[i]!),
  }));
  const made = added(functions, title, {
    name: `__inference_${title}`,
    inputs: from.map((i) => ({ name: nameOf(i), dtype: request.dtypes[i]! })),
    runs: ordered,
    table,
    places: places.map(({ input: i, axis }) => ({ input: from.indexOf(i), axis })),
  });
  const output = structured(found.structure, (leaf) => {
    if (!(leaf instanceof Slot)) return null;
    const { dtype, dims: known } = made.outputs[to.indexOf(leaf.index)]!;
    return specOf('', dtype, known);
  });
  return { made, input, output, inputs: from.map((i) => ({ name: nameOf(i), dims: dims[i]! })) };
}
function added(functions: ModelFunctions, title: string, written: WrittenFunction): FunctionMade {
  try {
    return functions.add(written);
  } catch (error) {
    if (!(error instanceof Differs)) throw error;
    throw valueError(
      `tf.saved_model.save(): ${title} does different things at different sizes of its inputs, in a way that no graph can say; give it an input_signature without None for those sizes`,
    );
  }
}
const isObject = (value: unknown): boolean =>
  (typeof value === 'object' || typeof value === 'function') &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Map) &&
  !(value instanceof TensorSpec) &&
  !(value instanceof PyFloat) &&
  !isOptions(value);

/** What a function's tensors are called that come out of it: by their keys, or counted. */
export function outputNamesOf({ structure, outputs }: Trace): string[] {
  const names = outputs.map((_, i) => `output_${i}`);
  for (const [key, leaf] of entriesOf(structure) ?? []) if (leaf instanceof Slot) names[leaf.index] = String(key);
  return names;
}
