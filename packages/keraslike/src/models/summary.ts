import { dtypes } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { show, valueError } from '../errors';
import type { Layer } from '../layers/layer';
import type { CallNode } from '../layers/symbolic';
import { type Shape, showTuple } from '../tensors';
import { print } from '../utils/progress';
import type { Variable } from '../variable';
import type { Graph } from './functional';

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
const count = (list: readonly Variable[]): number => list.reduce((n, v) => n + v.elementCount, 0);
const bytes = (list: readonly Variable[]): number =>
  list.reduce((n, v) => n + v.elementCount * dtypes[v.scalarType].itemsize, 0);

function readable(size: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let i = 0;
  while (size >= 1024 && i < units.length - 1) {
    size /= 1024;
    i++;
  }
  return `${size.toFixed(2)} ${units[i]}`;
}

function outputShape(layer: Layer): string {
  const node = layer.inbound_nodes.at(-1);
  const shapes = node === undefined ? builtShapes(layer) : node.outputs.map((t) => t.shape);
  if (shapes === null) return '?';
  return shapes.length === 1 ? showTuple(shapes[0]!) : `[${shapes.map(showTuple).join(', ')}]`;
}
function builtShapes(layer: Layer): Shape[] | null {
  if (layer.build_shape === null) return null;
  try {
    const out = layer.compute_output_shape(layer.build_shape) as Shape | Shape[] | Record<string, Shape>;
    if (!Array.isArray(out)) return Object.values(out);
    return Array.isArray(out[0]) ? (out as Shape[]) : [out as unknown as Shape];
  } catch (error) {
    if ((error as Error).name === 'NotImplementedError') return null;
    throw error;
  }
}

/** Takes the excess of fixed columns off them in equal parts, halves to even. */
function reduce(widths: readonly number[], excess: number): number[] {
  let left = excess;
  let parts = widths.length;
  return widths.map((width) => {
    const share = left / parts--;
    const half = Math.abs(share % 1) === 0.5;
    const taken = half ? 2 * Math.round(share / 2) : Math.round(share);
    left -= taken;
    return width - taken;
  });
}

/** Words into lines of a width; what is longer is cut off with an ellipsis. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/\s*\S+\s*/g) ?? ['']) {
    if (line !== '' && line.length + word.trimEnd().length > width) {
      lines.push(line);
      line = '';
    }
    line += word;
  }
  return [...lines, line].map((l) => {
    const whole = l.trimEnd();
    return whole.length > width ? `${whole.slice(0, width - 1)}…` : whole;
  });
}
type Alignment = 'left' | 'right' | 'center';
function aligned(text: string, width: number, how: Alignment): string {
  if (how === 'right') return text.padStart(width);
  const left = how === 'center' ? Math.floor((width - text.length) / 2) : 0;
  return (' '.repeat(Math.max(0, left)) + text).padEnd(width);
}

const summary = signature(0, {
  line_length: z.int().nullable().default(null),
  positions: z.array(z.number()).readonly().nullable().default(null),
  print_fn: z.custom<((text: string) => void) | null>((v) => v === null || typeof v === 'function').default(null),
  expand_nested: z.boolean().default(false),
  show_trainable: z.boolean().default(false),
  layer_range: z.array(z.string()).readonly().nullable().default(null),
});
export type SummaryArguments = Call<[], [line_length: number | null], Keywords<typeof summary>>;
interface Summarised {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly operations: readonly Layer[];
  readonly call_graph: Graph | null;
  readonly compiled: boolean;
  readonly trainable_weights: Variable[];
  readonly non_trainable_weights: Variable[];
  readonly optimizer: { built: boolean; variables: Variable[] } | null;
}

/** Whether a graph is a chain of calls, each layer called once. */
function isChain(graph: Graph): boolean {
  const perDepth = new Map<number, CallNode[]>();
  for (const [node, depth] of graph.depths) perDepth.set(depth, [...(perDepth.get(depth) ?? []), node]);
  if ([...perDepth.values()].some((list) => list.length > 1 || list[0]!.inputs.length > 1)) return false;
  return graph.layers.every((l) => l.inbound_nodes.filter((n) => graph.depths.has(n)).length <= 1);
}
/** `dense[0][0], ...`: where a layer's inputs come from. */
function connections(layer: Layer, graph: Graph): string {
  const found = layer.inbound_nodes
    .filter((n) => graph.depths.has(n))
    .flatMap((n) => n.inputs)
    .map((t) => {
      const { node } = t;
      if (node === null) return t.name;
      return `${node.layer.name}[${node.layer.inbound_nodes.indexOf(node)}][${node.outputs.indexOf(t)}]`;
    });
  return found.length === 0 ? '-' : found.join(', ');
}
function inRange(layers: readonly Layer[], range: readonly string[] | null): readonly Layer[] {
  if (range === null) return layers;
  if (range.length !== 2)
    throw valueError(
      `layer_range must be a list or tuple of length 2. Received: layer_range = ${show([...range])} of length ${range.length}`,
    );
  const [from, to] = range.map((pattern) => {
    const re = new RegExp(`^(?:${pattern})`);
    return layers.flatMap((l, i) => (re.test(l.name) ? [i] : []));
  }) as [number[], number[]];
  if (from.length === 0 || to.length === 0)
    throw valueError(`Passed layer_names do not match the layer names in the model. Received: ${show([...range])}`);
  const [low, high] = [Math.min(...from), Math.max(...to)];
  return low > high ? layers.slice(Math.min(...to), Math.max(...from) + 1) : layers.slice(low, high + 1);
}

const consoleWidth = 80;
/** The table of layers with shapes and numbers of parameters. */
export function printSummary(model: Summarised, args: SummaryArguments): void {
  const options = read('Model.summary()', summary, args);
  const graph = model.call_graph;
  const chain = graph === null || isChain(graph);
  let positions = options.positions ?? (chain ? [0.45, 0.8, 1] : [0.3, 0.56, 0.74, 1]);
  const header = ['Layer (type)', 'Output Shape', 'Param #', ...(chain ? [] : ['Connected to'])];
  const alignment: Alignment[] = ['left', 'left', 'right', ...(chain ? [] : ['left' as const])];
  let wide = chain ? 88 : 108;
  if (options.show_trainable) {
    wide += 12;
    positions = [...positions.map((p) => p * 0.9), 1];
    header.push('Trainable');
    alignment.push('center');
  }
  const total = options.line_length ?? Math.min(wide, consoleWidth - 4);
  const ends = positions.map((p) => Math.floor(p * total));
  const given = ends.map((e, i) => e - (ends[i - 1] ?? 0));
  if (given.some((w) => w < 4)) throw valueError('Insufficient console width to print summary.');
  const wanted = given.map((w) => w + 2);
  const excess = wanted.reduce((a, b) => a + b, wanted.length + 1) - total;
  const widths = reduce(wanted, Math.max(0, excess));
  const cells = widths.map((w) => w - 2);
  const rule = (left: string, fill: string, mid: string, right: string): string =>
    left + widths.map((w) => fill.repeat(w)).join(mid) + right;
  const row = (texts: readonly string[], bar: string): string[] => {
    const columns = texts.map((t, i) => wrap(t, cells[i]!));
    const height = Math.max(...columns.map((c) => c.length));
    return Array.from({ length: height }, (_, r) => {
      const padded = columns.map((c, i) => aligned(c[r] ?? '', cells[i]!, alignment[i]!));
      return `${bar} ${padded.join(` ${bar} `)} ${bar}`;
    });
  };
  const lines = [rule('┏', '━', '┳', '┓'), ...row(header, '┃'), rule('┡', '━', '╇', '┩')];
  const fields = (layer: Layer, prefix: string): string[] => [
    `${prefix}${layer.name} (${layer.constructor.name})`,
    outputShape(layer),
    layer.built ? grouped(layer.count_params()) : '0 (unbuilt)',
    ...(chain ? [] : [connections(layer, graph!)]),
    ...(options.show_trainable ? [layer.weights.length === 0 ? '-' : layer.trainable ? 'Y' : 'N'] : []),
  ];
  const rows = (layer: Layer, level: number): string[][] => {
    const inner = options.expand_nested ? ((layer as { layers?: readonly Layer[] }).layers ?? []) : [];
    const prefix = level === 0 ? '' : `${'   '.repeat(level)}└ `;
    return [fields(layer, prefix), ...inner.flatMap((l) => rows(l, level + 1))];
  };
  const listed = inRange(model.operations, options.layer_range);
  listed
    .flatMap((layer) => rows(layer, 0))
    .forEach((texts, i) => {
      if (i > 0) lines.push(rule('├', '─', '┼', '┤'));
      lines.push(...row(texts, '│'));
    });
  lines.push(rule('└', '─', '┴', '┘'));
  const optimizer = model.compiled && model.optimizer?.built ? model.optimizer.variables : null;
  const [learning, fixed] = [model.trainable_weights, model.non_trainable_weights];
  const amount = (title: string, list: readonly Variable[]): string =>
    ` ${title} params: ${grouped(count(list))} (${readable(bytes(list))})`;
  const text = [
    `Model: "${model.name}"`,
    ...lines.map((l) => l.slice(0, consoleWidth)),
    amount('Total', [...learning, ...fixed, ...(optimizer ?? [])]),
    amount('Trainable', learning),
    amount('Non-trainable', fixed),
    ...(optimizer === null ? [] : [amount('Optimizer', optimizer)]),
    '',
  ].join('\n');
  if (options.print_fn) options.print_fn(text);
  else print(text);
}
