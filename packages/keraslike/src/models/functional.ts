import { valueError } from '../errors';
import type { Layer } from '../layers/layer';
import type { CallNode, KerasTensor } from '../layers/symbolic';

/** The calls between inputs and outputs, each after those it needs. */
export function orderOf(inputs: readonly KerasTensor[], outputs: readonly KerasTensor[]): CallNode[] {
  const order: CallNode[] = [];
  const visit = (t: KerasTensor): void => {
    const node = t.node;
    if (node === null || order.includes(node)) return;
    if (inputs.includes(t)) {
      order.push(node);
      return;
    }
    if (node.inputs.length === 0)
      throw valueError(
        `\`inputs\` not connected to \`outputs\`: ${t.toString()} is an input that the model was not given`,
      );
    node.inputs.forEach(visit);
    order.push(node);
  };
  outputs.forEach(visit);
  return order;
}

export interface SavedLayer {
  readonly class_name: string;
  readonly config: Record<string, unknown>;
}
/** A tensor between layers: which call made it, and which of its outputs it is. */
type Place = readonly [node: number, output: number];
/** A graph of layers in the form of a configuration. */
export interface FunctionalConfig {
  readonly layers: readonly SavedLayer[];
  readonly nodes: readonly {
    readonly layer: number;
    readonly inputs: readonly Place[];
    readonly single: boolean;
    readonly options: Record<string, unknown>;
  }[];
  readonly inputs: readonly Place[];
  readonly outputs: readonly Place[];
  readonly many_outputs: boolean;
}

/** Writes the calls between inputs and outputs down. */
export function describe(
  nodes: readonly CallNode[],
  inputs: readonly KerasTensor[],
  outputs: readonly KerasTensor[],
  many_outputs: boolean,
): FunctionalConfig {
  const layers = [...new Set(nodes.map((n) => n.layer))];
  const place = (t: KerasTensor): Place => [nodes.indexOf(t.node!), t.node!.outputs.indexOf(t)];
  return {
    layers: layers.map((l) => ({ class_name: l.constructor.name, config: l.get_config() })),
    nodes: nodes.map((n) => ({
      layer: layers.indexOf(n.layer),
      inputs: n.inputs.map(place),
      single: n.single,
      options: { ...n.options },
    })),
    inputs: inputs.map(place),
    outputs: outputs.map(place),
    many_outputs,
  };
}

/** Makes the calls of a configuration again; gives the inputs and outputs of a model. */
export function rebuild(
  config: FunctionalConfig,
  revive: (saved: SavedLayer) => Layer,
): { inputs: KerasTensor[]; outputs: KerasTensor | KerasTensor[] } {
  const layers = config.layers.map(revive);
  const made: (readonly KerasTensor[])[] = [];
  const at = ([node, output]: Place): KerasTensor => made[node]![output]!;
  for (const node of config.nodes) {
    const layer = layers[node.layer]!;
    if (node.inputs.length === 0) made.push(layer.inbound_nodes[0]!.outputs);
    else {
      const args = node.inputs.map(at);
      made.push([layer.__call__(node.single ? args[0]! : args, node.options)].flat() as KerasTensor[]);
    }
  }
  const outputs = config.outputs.map(at);
  return { inputs: config.inputs.map(at), outputs: config.many_outputs ? outputs : outputs[0]! };
}
