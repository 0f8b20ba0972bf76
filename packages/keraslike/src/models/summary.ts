import { dtypes } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import type { Layer } from '../layers/layer';
import { type Shape, showTuple } from '../tensors';
import { print } from '../utils/progress';
import type { Variable } from '../variable';

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
  if (node !== undefined) {
    const shapes = node.outputs.map((t) => showTuple(t.shape));
    return shapes.length === 1 ? shapes[0]! : `[${shapes.join(', ')}]`;
  }
  if (layer.build_shape === null) return '?';
  const out = layer.compute_output_shape(layer.build_shape) as Shape | Shape[];
  return Array.isArray(out[0]) ? `[${(out as Shape[]).map(showTuple).join(', ')}]` : showTuple(out as Shape);
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

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length <= width) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (rest.length > width) {
      lines.push(rest.slice(0, width));
      rest = rest.slice(width);
    }
    line = rest;
  }
  return [...lines, line];
}

const summary = signature(0, {
  line_length: z.int().nullable().default(null),
  positions: only(null, 'columns of other widths are'),
  print_fn: z.custom<((text: string) => void) | null>((v) => v === null || typeof v === 'function').default(null),
  expand_nested: only(false, 'nested tables are'),
  show_trainable: only(false, 'the column of what is trainable is'),
  layer_range: only(null, 'summaries of some layers are'),
});
export type SummaryArguments = Call<[], [line_length: number | null], Keywords<typeof summary>>;
interface Summarised {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly trainable_weights: Variable[];
  readonly non_trainable_weights: Variable[];
  readonly optimizer: { built: boolean; variables: Variable[] } | null;
}

/** The table of layers with shapes and numbers of parameters. */
export function printSummary(model: Summarised, args: SummaryArguments): void {
  const options = read('Model.summary()', summary, args);
  const total = options.line_length ?? 76;
  const ends = [0.45, 0.8, 1].map((p) => Math.floor(p * total));
  const wanted = ends.map((e, i) => e - (ends[i - 1] ?? 0) + 2);
  const widths = reduce(wanted, Math.max(0, wanted.reduce((a, b) => a + b, 4) - total));
  const cells = widths.map((w) => w - 2);
  const rule = (left: string, fill: string, mid: string, right: string): string =>
    left + widths.map((w) => fill.repeat(w)).join(mid) + right;
  const row = (texts: readonly string[], bar: string): string[] => {
    const columns = texts.map((t, i) => wrap(t, cells[i]!));
    const height = Math.max(...columns.map((c) => c.length));
    return Array.from({ length: height }, (_, r) => {
      const padded = columns.map((c, i) =>
        i === 2 ? (c[r] ?? '').padStart(cells[i]!) : (c[r] ?? '').padEnd(cells[i]!),
      );
      return `${bar} ${padded.join(` ${bar} `)} ${bar}`;
    });
  };
  const lines = [
    `Model: "${model.name}"`,
    rule('┏', '━', '┳', '┓'),
    ...row(['Layer (type)', 'Output Shape', 'Param #'], '┃'),
    rule('┡', '━', '╇', '┩'),
  ];
  model.layers.forEach((layer, i) => {
    if (i > 0) lines.push(rule('├', '─', '┼', '┤'));
    const params = layer.built ? grouped(layer.count_params()) : '0 (unbuilt)';
    lines.push(...row([`${layer.name} (${layer.constructor.name})`, outputShape(layer), params], '│'));
  });
  lines.push(rule('└', '─', '┴', '┘'));
  const optimizer = model.optimizer?.built ? model.optimizer.variables : [];
  const [learning, fixed] = [model.trainable_weights, model.non_trainable_weights];
  const amount = (title: string, list: readonly Variable[]): string =>
    ` ${title} params: ${grouped(count(list))} (${readable(bytes(list))})`;
  lines.push(
    amount('Total', [...learning, ...fixed, ...optimizer]),
    amount('Trainable', learning),
    amount('Non-trainable', fixed),
  );
  if (optimizer.length > 0) lines.push(amount('Optimizer', optimizer));
  const text = `${lines.join('\n')}\n`;
  if (options.print_fn) options.print_fn(text);
  else print(text);
}
