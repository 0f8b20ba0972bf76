import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { valueError } from '../errors';
import type { Layer } from '../layers/layer';
import type { CallNode } from '../layers/symbolic';
import type { Model } from '../models/model';
import { showTuple } from '../tensors';

const dotted = signature(1, {
  model: z.custom<Model>((v) => typeof (v as { summary?: unknown })?.summary === 'function', 'expected a model'),
  show_shapes: z.boolean().default(false),
  show_dtype: z.boolean().default(false),
  show_layer_names: z.boolean().default(true),
  rankdir: z.string().default('TB'),
  expand_nested: only(false, 'models drawn inside each other are'),
  dpi: z.number().nullable().default(200),
  subgraph: only(false, 'clusters are'),
  show_layer_activations: z.boolean().default(false),
  show_trainable: z.boolean().default(false),
  splines: z.string().default('ortho'),
});
type Settings = z.output<typeof dotted.schema>;

const cell = (text: string): string => `<td bgcolor="white"><font point-size="14">${text}</font></td>`;
const list = (items: readonly string[]): string => (items.length === 1 ? items[0]! : `[${items.join(', ')}]`);
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function columns(layer: Layer, node: CallNode | null, o: Settings): string[] {
  const out: string[] = [];
  const bold = (name: string, items: readonly string[] | undefined): string =>
    cell(`${name}: <b>${items === undefined ? '?' : list(items)}</b>`);
  if (o.show_shapes) {
    if (layer.constructor.name !== 'InputLayer')
      out.push(
        bold(
          'Input shape',
          node?.inputs.map((t) => showTuple(t.shape)),
        ),
      );
    out.push(
      bold(
        'Output shape',
        node?.outputs.map((t) => showTuple(t.shape)),
      ),
    );
  }
  if (o.show_dtype)
    out.push(
      bold(
        'Output dtype',
        node?.outputs.map((t) => t.dtype),
      ),
    );
  if (o.show_trainable && layer.weights.length > 0) {
    const [color, text] = layer.trainable ? ['forestgreen', 'Trainable'] : ['firebrick', 'Non-trainable'];
    out.push(`<td bgcolor="${color}"><font point-size="14" color="white"><b>${text}</b></font></td>`);
  }
  return out;
}
/** The table that a layer is drawn as. */
function labelOf(layer: Layer, node: CallNode | null, o: Settings): string {
  const span = Math.max(1, Number(o.show_dtype) + Number(o.show_trainable) + (o.show_shapes ? 2 : 0));
  const kind = layer.constructor.name;
  const title = o.show_layer_names ? `<b>${escape(layer.name)}</b> (${kind})` : `<b>${kind}</b>`;
  const rows = [
    `<tr><td colspan="${span}" bgcolor="black"><font point-size="16" color="white">${title}</font></td></tr>`,
  ];
  const activation = (layer as { activation?: { name?: string } }).activation?.name;
  if (o.show_layer_activations && activation)
    rows.push(
      `<tr><td bgcolor="white" colspan="${span}"><font point-size="14">Activation: <b>${activation}</b></font></td></tr>`,
    );
  const cells = columns(layer, node, o);
  if (cells.length > 0) rows.push(`<tr>${cells.join('')}</tr>`);
  return `<<table border="0" cellborder="1" bgcolor="black" cellpadding="10">${rows.join('')}</table>>`;
}

/** A graph in the DOT language. */
export class Dot {
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  to_string(): string {
    return this.text;
  }
  toString(): string {
    return this.text;
  }
}

/**
 * A model's layers and the connections between them as a graph in the DOT language; `to_string()` gives its text.
 *
 * ```ts
 * const model = new keras.Sequential([keras.Input([4]), new keras.layers.Dense(2)]);
 * keras.utils.model_to_dot(model).to_string().split('\n')[0]; // 'digraph G {'
 * ```
 * @throws ValueError before the model is built.
 * @see https://keras.io/api/utils/model_plotting_utils/
 */
export function model_to_dot(
  ...args: Call<[model: Model], [show_shapes: boolean, show_dtype: boolean], Keywords<typeof dotted>>
): Dot {
  const o = read('model_to_dot()', dotted, args);
  const { model } = o;
  if (!model.built)
    throw valueError(
      'This model has not yet been built. Build the model first by calling `build()` or by calling the model on a batch of data.',
    );
  const graph = model.call_graph;
  const inOrder = model.constructor.name === 'Sequential';
  // a model of one's own class is one box
  const layers: readonly Layer[] = inOrder ? model.layers : (graph?.layers ?? [model as unknown as Layer]);
  const own = (layer: Layer): CallNode[] => layer.inbound_nodes.filter((n) => graph === null || graph.depths.has(n));
  const lines = [
    `rankdir=${o.rankdir};`,
    'concentrate=True;',
    `dpi=${o.dpi};`,
    `splines=${o.splines};`,
    'node [shape=record];',
  ];
  layers.forEach((layer, i) => {
    lines.push(`${i} [fontname=Helvetica, border=0, margin=0, label=${labelOf(layer, own(layer)[0] ?? null, o)}];`);
  });
  const edges = new Set<string>();
  if (inOrder) for (let i = 1; i < layers.length; i++) edges.add(`${i - 1} -> ${i} [penwidth=2];`);
  else if (graph !== null)
    layers.forEach((layer, i) => {
      for (const node of own(layer))
        for (const { node: from } of node.inputs)
          if (from) edges.add(`${layers.indexOf(from.layer)} -> ${i} [penwidth=2];`);
    });
  return new Dot(`digraph G {\n${[...lines, ...edges].join('\n')}\n}\n`);
}
