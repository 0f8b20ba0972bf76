import type { Tensor } from '../tensor';
import type { NamedNode } from '../tracing';
import type { Variable } from '../variable';

/** One trace of a function, for one signature. */
export interface ConcreteFunction {
  (...args: readonly unknown[]): any;
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly structured_outputs: unknown;
  readonly structured_input_signature: unknown;
  readonly output_shapes: unknown;
  readonly output_dtypes: unknown;
  readonly function_type: FunctionType;
  readonly graph: GraphView;
  readonly variables: readonly Variable[];
  readonly trainable_variables: readonly Variable[];
  readonly captured_inputs: readonly Tensor[];
  pretty_printed_signature(): string;
}

/** The signature of a concrete function as TensorFlow prints it. */
export class FunctionType {
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
  __str__(): string {
    return this.text;
  }
}
/** What there is to see of a graph from outside. */
export class GraphView {
  private readonly operations: readonly NamedNode[];
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly variables: readonly Variable[];
  readonly trainable_variables: readonly Variable[];
  readonly building_function = true;
  constructor(
    operations: readonly NamedNode[],
    inputs: readonly Tensor[] = [],
    outputs: readonly Tensor[] = [],
    variables: readonly Variable[] = [],
  ) {
    this.operations = operations;
    this.inputs = inputs;
    this.outputs = outputs;
    this.variables = variables;
    this.trainable_variables = variables.filter((v) => v.trainable);
  }
  get_operations(): readonly NamedNode[] {
    return this.operations;
  }
  as_graph_def(): { node: readonly { name: string; op: string }[] } {
    return { node: this.operations.map(({ name, type }) => ({ name, op: type })) };
  }
}

let serial = 0;
export const suffix = (): number => 10 * ++serial + 3;
