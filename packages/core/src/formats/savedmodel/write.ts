import type { Tensor } from '../../tensor/tensor';
import type { Bytes } from '../bytes';
import { ProtoWriter } from '../protobuf';
import { typeNumber } from '../tensorbundle';
import type { Structure } from './functions';
import { func, shapeOf, type, types } from './writing/attrs';
import { Body, Library } from './writing/body';
import { type FunctionMade, type WrittenFunction, writeFunction } from './writing/function';
import { type WrittenSignature, type WrittenVariable, writeGraph } from './writing/graph';
import { functionSpec, structureOf } from './writing/structure';

/** One trace of a function, with the structure of its arguments and results. */
export interface WrittenTrace {
  readonly made: FunctionMade;
  readonly input: Structure;
  readonly output: Structure;
}
/** An object of a model; what it leads to is named by positions in the list of objects. */
export interface WrittenObject {
  readonly children: readonly { readonly name: string; readonly node: number }[];
  readonly is:
    | { readonly kind: 'object'; readonly identifier: string }
    | { readonly kind: 'variable'; readonly variable: WrittenVariable }
    | {
        readonly kind: 'function';
        readonly names: readonly string[];
        /** Of the last parameters, values that they have unless given. */
        readonly defaults: readonly Structure[];
        readonly signature: Structure | null;
        readonly traces: readonly WrittenTrace[];
      };
}
/** A signature: a trace whose tensors come and go by name. */
export interface NamedTrace {
  readonly key: string;
  readonly made: FunctionMade;
  /** For each input and output of the trace, its name. */
  readonly inputs: readonly { readonly name: string; readonly dims: readonly (number | null)[] | null }[];
  readonly outputs: readonly string[];
}

/** The functions of a SavedModel that is being written. */
export class ModelFunctions {
  readonly library: Library;
  private readonly isVariable: (t: Tensor) => boolean;

  constructor(isVariable: (t: Tensor) => boolean) {
    this.isVariable = isVariable;
    this.library = new Library((library, written) => writeFunction(library, written, isVariable));
  }
  /** @throws FormatError that names an op which cannot be written; Differs where sizes decide what is done. */
  add(written: WrittenFunction): FunctionMade {
    return writeFunction(this.library, written, this.isVariable);
  }
  /** A function around another one whose inputs and outputs are in the order of their names, as Python flattens dicts. */
  wrap({ key, made, inputs, outputs }: NamedTrace): WrittenSignature {
    const from = inputs.map((_, i) => i).sort((a, b) => (inputs[a]!.name < inputs[b]!.name ? -1 : 1));
    const to = outputs.map((_, i) => i).sort((a, b) => (outputs[a]! < outputs[b]! ? -1 : 1));
    const parameters = [
      ...from.map((i) => ({ name: `arg_${i}`, type: made.inputs[i]!.dtype })),
      ...made.variables.map((_, i) => ({ name: `variable_${i}`, type: 'resource' })),
    ];
    const body = new Body(this.library, parameters, []);
    const given = [...made.inputs.map((_, i) => `arg_${i}`), ...made.variables.map((_, i) => `variable_${i}`)];
    const call = body.place('StatefulPartitionedCall', given, {
      Tin: types([...made.inputs.map((p) => p.dtype), ...made.variables.map(() => 'resource')]),
      Tout: types(made.outputs.map((o) => o.dtype)),
      f: func(made.name),
    });
    body.effects.push(call);
    const results = to.map((i, k) => {
      const { dtype } = made.outputs[i]!;
      return {
        name: `identity_${k}`,
        type: dtype,
        ref: body.node('Identity', [`${call}:output:${i}`], { T: type(dtype) }, 'output'),
      };
    });
    const name = this.library.unique(`__inference_signature_wrapper_${key.replace(/[^A-Za-z0-9_]/g, '_')}`);
    this.library.functions.push(body.done(name, results));
    return {
      key,
      call: {
        name,
        inputs: from.map((i) => made.inputs[i]!),
        outputs: to.map((i) => made.outputs[i]!),
        variables: made.variables,
      },
      inputs: from.map((i) => inputs[i]!),
      outputs: to.map((i) => outputs[i]!),
    };
  }
}

const version = (m: ProtoWriter): void => void m.int(1, 1).int(2, 1);
const spec = (name: string, dtype: string, dims: readonly (number | null)[] | null): Structure => ({
  kind: 'spec',
  name,
  dtype,
  shape: dims === null ? undefined : dims.map((d) => d ?? -1),
});

/**
 * The `saved_model.pb` of objects with their functions, and of signatures. The variables' values belong in
 * `variables/variables` beside it, under the same paths.
 */
export function writeSavedModel(
  objects: readonly WrittenObject[],
  functions: ModelFunctions,
  named: readonly NamedTrace[],
): Bytes {
  const signatures = named.map((trace) => functions.wrap(trace));
  const variables = objects.flatMap((o) => (o.is.kind === 'variable' ? [o.is.variable] : []));
  const nodeOf = new Map(
    objects.flatMap((o, i) => (o.is.kind === 'variable' ? [[o.is.variable.tensor, i] as const] : [])),
  );
  const bound = (made: FunctionMade): number[] => made.variables.map((v) => nodeOf.get(v)!);
  const graph = writeGraph(variables, signatures);
  const map = objects.length;
  return new ProtoWriter()
    .int(1, 1)
    .message(2, (meta) => {
      meta.message(1, (info) => info.text(4, 'serve').text(5, '2.21.0').int(7, 1));
      meta.message(2, (definition) => {
        graph.nodes(definition);
        definition.message(2, (library) => {
          for (const f of functions.library.functions) library.bytes(1, f);
        });
        definition.message(4, (versions) => versions.int(1, 1882).int(2, 12));
      });
      meta.message(3, graph.saver);
      graph.signatures(meta);
      meta.message(7, (all) => {
        objects.forEach((object, i) => {
          all.message(1, (m) => {
            for (const { name, node } of object.children) m.message(1, (child) => child.int(1, node).text(2, name));
            if (i === 0) m.message(1, (child) => child.int(1, map).text(2, 'signatures'));
            writeKind(m, object.is);
          });
        });
        all.message(1, (m) => {
          signatures.forEach(({ key }, i) => {
            m.message(1, (child) => child.int(1, map + 1 + i).text(2, key));
          });
          m.message(4, (user) => user.text(1, 'signature_map').message(2, version));
        });
        for (const { call, inputs } of signatures)
          all.message(1, (m) =>
            m.message(8, (bare) => {
              bare.text(1, call.name);
              for (const { name } of inputs) bare.text(2, name);
              bare.int(3, inputs.length === 1 ? 1 : 0);
            }),
          );
        const concrete = (made: FunctionMade, input: Structure, output: Structure): void =>
          void all.message(2, (entry) =>
            entry.text(1, made.name).message(2, (m) => {
              const nodes = bound(made);
              if (nodes.length > 0) m.packed(2, nodes);
              m.message(3, structureOf(input)).message(4, structureOf(output));
            }),
          );
        for (const { is } of objects)
          if (is.kind === 'function') for (const { made, input, output } of is.traces) concrete(made, input, output);
        for (const { call, inputs, outputs } of signatures)
          concrete(
            call,
            {
              kind: 'tuple',
              parts: [
                { kind: 'tuple', parts: [] },
                {
                  kind: 'dict',
                  fields: new Map(inputs.map(({ name, dims }, i) => [name, spec(name, call.inputs[i]!.dtype, dims)])),
                },
              ],
            },
            {
              kind: 'dict',
              fields: new Map(
                outputs.map((name, i) => [name, spec(name, call.outputs[i]!.dtype, call.outputs[i]!.dims)]),
              ),
            },
          );
      });
    })
    .done();
}

function writeKind(m: ProtoWriter, is: WrittenObject['is']): void {
  if (is.kind === 'object') m.message(4, (user) => user.text(1, is.identifier).message(2, version));
  else if (is.kind === 'variable')
    m.message(7, (v) => {
      const { name, tensor, trainable } = is.variable;
      v.int(1, typeNumber(tensor.scalarType)).message(2, shapeOf(tensor.sizes));
      if (trainable) v.int(3, 1);
      v.text(6, name);
    });
  else
    m.message(6, (f) => {
      for (const { made } of is.traces) f.text(1, made.name);
      f.message(2, functionSpec(is.names, is.defaults, is.signature));
    });
}

export type { Run } from './writing/align';
export { Differs, type FunctionMade, type WrittenFunction } from './writing/function';
export type { WrittenSignature, WrittenVariable } from './writing/graph';
