import { hostFiles } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { notImplemented, valueError } from '../errors';
import type { Layer } from '../layers/layer';
import type { CallNode } from '../layers/symbolic';
import type { Model } from '../models/model';
import { type Shape, showTuple } from '../tensors';

const plotted = signature(1, {
  model: z.custom<Model>((v) => typeof (v as { summary?: unknown })?.summary === 'function', 'expected a model'),
  to_file: z.string().default('model.png'),
  show_shapes: z.boolean().default(false),
  show_dtype: z.boolean().default(false),
  show_layer_names: z.boolean().default(false),
  rankdir: z.string().default('TB'),
  expand_nested: only(false, 'models drawn inside each other are'),
  dpi: z.number().nullable().default(200),
  show_layer_activations: z.boolean().default(false),
  show_trainable: z.boolean().default(false),
  splines: z.string().default('ortho'),
});
type Settings = z.output<typeof plotted.schema>;

interface Box {
  readonly lines: readonly string[];
  readonly row: number;
  readonly from: readonly number[];
}
const shapes = (list: readonly Shape[]): string =>
  list.length === 1 ? showTuple(list[0]!) : `[${list.map(showTuple).join(', ')}]`;

function linesOf(layer: Layer, node: CallNode | null, o: Settings): string[] {
  const activation = (layer as { activation?: { name?: string } }).activation;
  const lines = [o.show_layer_names ? `${layer.name} (${layer.constructor.name})` : layer.constructor.name];
  if (o.show_layer_activations && activation?.name) lines.push(`Activation: ${activation.name}`);
  if (o.show_shapes && node !== null)
    lines.push(
      `Input shape: ${shapes((node.inputs.length === 0 ? node.outputs : node.inputs).map((t) => t.shape))}`,
      `Output shape: ${shapes(node.outputs.map((t) => t.shape))}`,
    );
  if (o.show_dtype && node !== null) lines.push(`Output dtype: ${node.outputs.map((t) => t.dtype).join(', ')}`);
  if (o.show_trainable && layer.weights.length > 0) lines.push(layer.trainable ? 'Trainable' : 'Non-trainable');
  return lines;
}

/** The layers of a model, each below those it reads. */
function boxesOf(model: Model, o: Settings): Box[] {
  const graph = model.call_graph;
  if (graph === null)
    return model.layers.map((layer, i) => ({
      lines: linesOf(layer, layer.inbound_nodes.at(-1) ?? null, o),
      row: i,
      from: i === 0 ? [] : [i - 1],
    }));
  const rows = new Map<Layer, number>();
  const own = (layer: Layer): CallNode[] => layer.inbound_nodes.filter((n) => graph.depths.has(n));
  const before = (layer: Layer): Layer[] => [
    ...new Set(own(layer).flatMap((n) => n.inputs.flatMap((t) => t.node?.layer ?? []))),
  ];
  for (const layer of graph.layers) rows.set(layer, Math.max(0, ...before(layer).map((l) => (rows.get(l) ?? 0) + 1)));
  return graph.layers.map((layer) => ({
    lines: linesOf(layer, own(layer)[0] ?? null, o),
    row: rows.get(layer)!,
    from: before(layer).map((l) => graph.layers.indexOf(l)),
  }));
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
function draw(boxes: readonly Box[], across: boolean): string {
  const [lineHeight, gap] = [18, 36];
  const width = (b: Box): number => Math.max(...b.lines.map((l) => l.length)) * 8 + 24;
  const height = (b: Box): number => b.lines.length * lineHeight + 14;
  // along the flow, and across it
  const long = (b: Box): number => (across ? width(b) : height(b));
  const wide = (b: Box): number => (across ? height(b) : width(b));
  const rowCount = Math.max(0, ...boxes.map((b) => b.row + 1));
  const rows = Array.from({ length: rowCount }, (_, r) => boxes.filter((b) => b.row === r));
  const breadth = (row: readonly Box[]): number => row.reduce((s, b) => s + wide(b) + gap, -gap);
  const whole = Math.max(0, ...rows.map(breadth));
  const places = new Map<Box, { x: number; y: number }>();
  let at = 12;
  for (const row of rows) {
    let side = 12 + (whole - breadth(row)) / 2;
    for (const b of row) {
      places.set(b, across ? { x: at, y: side } : { x: side, y: at });
      side += wide(b) + gap;
    }
    at += Math.max(...row.map(long)) + gap;
  }
  const end = at - gap + 12;
  const [w, h] = across ? [end, whole + 24] : [whole + 24, end];
  const parts: string[] = [];
  for (const b of boxes)
    for (const i of b.from) {
      const [p, q] = [places.get(boxes[i]!)!, places.get(b)!];
      const from = across
        ? [p.x + width(boxes[i]!), p.y + height(boxes[i]!) / 2]
        : [p.x + width(boxes[i]!) / 2, p.y + height(boxes[i]!)];
      const to = across ? [q.x, q.y + height(b) / 2] : [q.x + width(b) / 2, q.y];
      parts.push(`<path d="M ${from.join(' ')} L ${to.join(' ')}" stroke="black" marker-end="url(#end)"/>`);
    }
  for (const b of boxes) {
    const { x, y } = places.get(b)!;
    parts.push(`<rect x="${x}" y="${y}" width="${width(b)}" height="${height(b)}" fill="white" stroke="black"/>`);
    b.lines.forEach((line, i) => {
      const weight = i === 0 ? ' font-weight="bold"' : '';
      parts.push(
        `<text x="${x + width(b) / 2}" y="${y + 21 + i * lineHeight}" text-anchor="middle"${weight}>${escape(line)}</text>`,
      );
    });
  }
  const arrow =
    '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z"/></marker></defs>';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="Helvetica, sans-serif" font-size="14">\n${arrow}\n${parts.join('\n')}\n</svg>\n`;
}

/**
 * Draws a model's layers as boxes and writes them as an SVG file.
 * @throws ValueError before the model is built; NotImplementedError for files other than `.svg`.
 * @see https://keras.io/api/utils/model_plotting_utils/
 */
export function plot_model(...args: Call<[model: Model], [to_file: string], Keywords<typeof plotted>>): void {
  const o = read('plot_model()', plotted, args);
  if (!o.model.built)
    throw valueError(
      'This model has not yet been built. Build the model first by calling `build()` or by calling the model on a batch of data.',
    );
  if (!o.to_file.endsWith('.svg'))
    throw notImplemented(`plot_model(): ${o.to_file} cannot be written; pass a \`to_file\` that ends in .svg`);
  const svg = draw(boxesOf(o.model, o), o.rankdir === 'LR');
  hostFiles('plot_model()', 'use model.summary()').write(o.to_file, svg);
}
