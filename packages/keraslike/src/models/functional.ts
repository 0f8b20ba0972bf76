import { isKeywords } from '@stele/core';
import { valueError } from '../errors';
import type { Layer } from '../layers/layer';
import { isSymbolic, mapTensors } from '../layers/structure';
import { type CallNode, KerasTensor } from '../layers/symbolic';
import { deserialize_keras_object, serialize_keras_object } from '../saving/objects';
import { flatten } from './structure';

/** The calls between inputs and outputs, from the deepest (the inputs) on, and the layers in that order. */
export interface Graph {
  readonly nodes: readonly CallNode[];
  readonly layers: readonly Layer[];
  /** By how many calls lie between each node and the outputs. */
  readonly depths: ReadonlyMap<CallNode, number>;
}

/** Each call after those it needs, as Keras orders them: by the longest way to an output. */
export function graphOf(inputs: readonly KerasTensor[], outputs: readonly KerasTensor[]): Graph {
  const found: CallNode[] = [];
  const done = new Set<CallNode>();
  const places = new Map<Layer, number>();
  const visit = (t: KerasTensor): void => {
    const { node } = t;
    if (node === null || done.has(node)) return;
    done.add(node);
    if (!places.has(node.layer)) places.set(node.layer, places.size);
    if (node.inputs.length === 0 && !inputs.includes(t))
      throw valueError(`Output with path \`${outputs.length === 1 ? '' : at}\` is not connected to \`inputs\``);
    if (!inputs.includes(t)) node.inputs.forEach(visit);
    found.push(node);
  };
  let at = 0;
  outputs.forEach((t, i) => {
    at = i;
    visit(t);
  });
  const depths = new Map<CallNode, number>();
  const layerDepths = new Map<Layer, number>();
  for (const node of [...found].reverse()) {
    const depth = Math.max(depths.get(node) ?? 0, layerDepths.get(node.layer) ?? 0);
    layerDepths.set(node.layer, depth);
    depths.set(node, depth);
    for (const t of inputs.includes(node.outputs[0]!) ? [] : node.inputs)
      if (t.node !== null) depths.set(t.node, Math.max(depth + 1, depths.get(t.node) ?? 0));
  }
  for (const t of inputs)
    if (t.node !== null && !layerDepths.has(t.node.layer)) {
      layerDepths.set(t.node.layer, 0);
      places.set(t.node.layer, -1);
      depths.set(t.node, 0);
    }
  const layers = [...layerDepths.keys()].sort(
    (a, b) => layerDepths.get(b)! - layerDepths.get(a)! || places.get(a)! - places.get(b)!,
  );
  for (const { name } of layers) {
    const times = layers.filter((layer) => layer.name === name).length;
    if (times > 1)
      throw valueError(`The name "${name}" is used ${times} times in the model. All operation names should be unique.`);
  }
  const nodes = [...depths.keys()].sort((a, b) => depths.get(b)! - depths.get(a)!);
  // among nodes of one depth those first whose results others of it need: found in that order
  const order = new Map(found.map((n, i) => [n, i]));
  nodes.sort((a, b) => (order.get(a) ?? -1) - (order.get(b) ?? -1));
  return { nodes, layers, depths };
}

/** Which call of a layer's a node is, counting those of this graph alone. */
function indexIn(graph: Graph, node: CallNode): number {
  const own = node.layer.inbound_nodes.filter((n) => graph.depths.has(n));
  return own.indexOf(node);
}
type Place = readonly [layer: string, call: number, output: number];
const placeOf = (graph: Graph, t: KerasTensor, kept: (layer: Layer) => number): Place => [
  t.node!.layer.name,
  indexIn(graph, t.node!) + kept(t.node!.layer),
  t.node!.outputs.indexOf(t),
];

/**
 * Where inputs or outputs come from, in their structure; one alone without a list around it. `kept` says how many calls a
 * layer has of itself, before any other: those are counted here, but not where calls name each other's results.
 */
export const placesOf = (graph: Graph, structure: unknown, kept: (layer: Layer) => number): unknown =>
  mapTensors(structure, (t: KerasTensor) => placeOf(graph, t, kept));

/** The layers' configurations with their calls. */
export function describe(graph: Graph): Record<string, unknown>[] {
  return graph.layers.map((layer) => ({
    ...serialize_keras_object(layer),
    name: layer.name,
    inbound_nodes: layer.inbound_nodes
      .filter((n) => graph.depths.has(n) && n.inputs.length > 0)
      .map((n) => {
        const write = (value: unknown): unknown => {
          if (value instanceof KerasTensor)
            return {
              class_name: '__keras_tensor__',
              config: { shape: [...value.shape], dtype: value.dtype, keras_history: placeOf(graph, value, () => 0) },
            };
          if (Array.isArray(value)) return value.map(write);
          if (isSymbolic(value)) return mapTensors(value, write);
          return serialize_keras_object(value);
        };
        const kwargs = Object.entries(n.options).filter(([, v]) => v !== undefined && v !== null);
        return { args: n.args.map(write), kwargs: Object.fromEntries(kwargs.map(([k, v]) => [k, write(v)])) };
      }),
  }));
}

interface SavedNode {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}
/** Older files write a call as a list of [layer, call, output, keywords]. */
function nodeOf(saved: unknown): SavedNode {
  if (!Array.isArray(saved)) return saved as SavedNode;
  const tensor = ([layer, call, output]: readonly unknown[]): unknown => ({
    class_name: '__keras_tensor__',
    config: { keras_history: [layer, call, output] },
  });
  const list = (Array.isArray(saved[0]) ? saved : [saved]) as readonly (readonly unknown[])[];
  const kwargs = (list[0]![3] ?? {}) as Record<string, unknown>;
  return { args: [list.length === 1 ? tensor(list[0]!) : list.map(tensor)], kwargs };
}

/** Makes the layers of a configuration and their calls again; gives the inputs and outputs of a model. */
export function rebuild(
  config: Readonly<Record<string, any>>,
  reviveLayer: (saved: any) => Layer = deserialize_keras_object,
): { inputs: any; outputs: any } {
  const layers = new Map<string, Layer>();
  const waiting = new Map<string, SavedNode[]>();
  for (const saved of config['layers'] as readonly any[]) {
    const layer = reviveLayer(saved);
    const name = String(saved.name ?? saved.config?.name);
    layers.set(name, layer);
    waiting.set(name, (saved.inbound_nodes ?? []).map(nodeOf));
  }
  const tensorAt = ([name, call, output]: Place, own = 0): KerasTensor | undefined => {
    const layer = layers.get(name);
    if (layer === undefined) throw valueError(`The layer '${name}' that a call needs is not in the configuration`);
    return layer.inbound_nodes[call - own]?.outputs[output];
  };
  const read = (value: any): unknown => {
    if (Array.isArray(value)) return value.map(read);
    if (!isKeywords(value)) return value;
    if ((value as any).class_name === '__keras_tensor__') {
      const found = tensorAt((value as any).config.keras_history);
      if (found === undefined) throw new NotYet();
      return found;
    }
    if ('class_name' in value) return deserialize_keras_object(value);
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, read(v)]));
  };
  for (let left = true, moved = true; left && moved; ) {
    left = false;
    moved = false;
    for (const [name, nodes] of waiting) {
      while (nodes.length > 0) {
        try {
          const { args, kwargs } = nodes[0]!;
          const given = args.map(read);
          const options = read(kwargs ?? {}) as Record<string, unknown>;
          layers.get(name)!.__call__(...given, ...(Object.keys(options).length > 0 ? [options] : []));
        } catch (error) {
          if (!(error instanceof NotYet)) throw error;
          left = true;
          break;
        }
        nodes.shift();
        moved = true;
      }
    }
    if (left && !moved)
      throw valueError('The configuration of the model is not complete: some calls need others that are not in it');
  }
  const isPlace = (x: unknown): x is Place =>
    Array.isArray(x) && x.length === 3 && typeof x[0] === 'string' && !Array.isArray(x[1]);
  const structure = (x: any): any => {
    // a model has a call of its own before any other, which connects its inputs with its outputs
    if (isPlace(x)) return tensorAt(x, firstCall(layers.get(x[0])!))!;
    if (Array.isArray(x)) return x.map(structure);
    return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, structure(v)]));
  };
  return { inputs: structure(config['input_layers']), outputs: structure(config['output_layers']) };
}
class NotYet extends Error {}
let firstCall = (_layer: Layer): number => 0;
/** How many calls of itself a layer has: models of a graph have one. */
export function provideFirstCall(count: (layer: Layer) => number): void {
  firstCall = count;
}

/** The operations behind outputs, by name. */
export const namesOf = (structure: unknown): string[] =>
  (flatten(structure) as KerasTensor[]).map((t) => t.node?.layer.name ?? t.name);
