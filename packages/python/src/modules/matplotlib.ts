import { declareAttributes, declareSignatures, isKeywords, namespace } from '@stele/core';
import { type ArrayLike, NDArray, np } from '@stele/core/numpy';
import { Figure as Drawing, type LineStyle, type Marker, type Panel, type PanelOptions } from '@stele/core/plot';
import { error } from '../runtime/raise';
import { type RunContext, registerModule } from '../runtime/registry';
import { pathOf } from './paths';

type Options = Record<string, unknown>;
/** Draws one series; `label` is what a legend given later calls it. */
type Command = (panel: Panel, label: string | undefined) => void;
const numbers = (x: unknown): ArrayLike => x as ArrayLike;
const text = (x: unknown): string | undefined => (x === undefined || x === null ? undefined : String(x));
const number = (x: unknown): number | undefined => (x === undefined || x === null ? undefined : Number(x));

/** The colour, marker and line style of a format like `'ro--'`. */
function readFormat(format: string): { color?: string; marker?: Marker; lineStyle?: LineStyle } {
  let rest = format;
  const out: { color?: string; marker?: Marker; lineStyle?: LineStyle } = {};
  const style = /--|-\.|-|:/.exec(rest);
  if (style !== null) {
    out.lineStyle = style[0] as LineStyle;
    rest = rest.replace(style[0], '');
  }
  const color = /^C\d|[bgrcmykw]/.exec(rest);
  if (color !== null) {
    out.color = color[0];
    rest = rest.replace(color[0], '');
  }
  if (rest !== '') out.marker = markerOf(rest);
  if (out.marker !== undefined && style === null) out.lineStyle = 'none';
  return out;
}
const markers: Readonly<Record<string, Marker>> = {
  o: 'o',
  '.': '.',
  ',': '.',
  s: 's',
  '^': '^',
  v: '^',
  x: 'x',
  '+': '+',
  '*': '+',
  D: 's',
};
function markerOf(name: string): Marker {
  const found = markers[name];
  if (found === undefined)
    throw error('ValueError', `Unrecognized marker style '${name}': Stele draws ${Object.keys(markers).join(' ')}`);
  return found;
}
const lineStyles: Readonly<Record<string, LineStyle>> = {
  solid: '-',
  dashed: '--',
  dotted: ':',
  dashdot: '-.',
  None: 'none',
  '': 'none',
};
const styleOf = (o: Options): LineStyle | undefined => {
  const given = text(o.linestyle ?? o.ls);
  return given === undefined ? undefined : (lineStyles[given] ?? (given as LineStyle));
};
const isFormat = (x: unknown): x is string => typeof x === 'string' && /^[bgrcmykwC0-9o.,sv^x+*D:-]+$/.test(x);
/** Keywords that change nothing in what Stele draws. */
const ignored = new Set(['zorder', 'picker', 'rasterized', 'clip_on', 'antialiased']);
function check(call: string, o: Options, known: readonly string[]): void {
  const unknown = Object.keys(o).find((key) => !known.includes(key) && !ignored.has(key));
  if (unknown !== undefined)
    throw error(
      'TypeError',
      `${call}() got an unexpected keyword argument '${unknown}'; Stele knows ${known.join(', ')}`,
    );
}
const lineKeys = ['color', 'c', 'label', 'linewidth', 'lw', 'linestyle', 'ls', 'marker', 'markersize', 'ms', 'alpha'];

/** One coordinate system: what is drawn is kept, and put on paper when the figure is saved. */
export class Axes {
  readonly figure: Figure;
  private readonly commands: Command[] = [];
  private labels: readonly string[] = [];
  private options: PanelOptions = {};
  private limits: { x?: [number, number]; y?: [number, number] } = {};

  constructor(figure: Figure) {
    this.figure = figure;
  }
  /** Puts everything on a panel. */
  drawOn(panel: Panel): void {
    this.commands.forEach((command, i) => {
      command(panel, this.labels[i]);
    });
    panel.set({ ...this.options, legend: this.options.legend ?? false, grid: this.options.grid ?? false });
  }
  private change(options: PanelOptions): void {
    this.options = { ...this.options, ...options };
  }
  private add(command: Command): void {
    this.commands.push(command);
  }

  plot(...args: unknown[]): unknown[] {
    const o = (isKeywords(args.at(-1)) ? args.pop() : {}) as Options;
    check('plot', o, lineKeys);
    const made: Line[] = [];
    while (args.length > 0) {
      const first = args.shift();
      const second = args.length > 0 && !isFormat(args[0]) ? args.shift() : undefined;
      const format = args.length > 0 && isFormat(args[0]) ? readFormat(args.shift() as string) : {};
      const y = NDArray.from(numbers(second ?? first));
      const x = second === undefined ? np.arange(y.shape[0] ?? 0) : NDArray.from(numbers(first));
      const columns = y.ndim > 1 ? y.shape[1]! : 1;
      for (let k = 0; k < columns; k++) {
        const ys = y.ndim > 1 ? y.at(':', k) : y;
        const xs = x.ndim > 1 ? x.at(':', k) : x;
        const marker = text(o.marker);
        const style = {
          ...format,
          color: text(o.color ?? o.c) ?? format.color,
          label: text(o.label),
          lineWidth: number(o.linewidth ?? o.lw),
          lineStyle: styleOf(o) ?? format.lineStyle,
          marker: marker === undefined ? format.marker : markerOf(marker),
          markerSize: number(o.markersize ?? o.ms),
          alpha: number(o.alpha),
        };
        this.add((panel, label) => panel.line(xs, ys, named(style, label)));
        made.push(new Line(xs, ys));
      }
    }
    return made;
  }
  scatter(x: unknown, y: unknown, ...rest: unknown[]): null {
    const o = (isKeywords(rest.at(-1)) ? rest.pop() : {}) as Options;
    const size = rest[0] ?? o.s;
    const color = rest[1] ?? o.c ?? o.color;
    check('scatter', o, ['s', 'c', 'color', 'label', 'marker', 'alpha', 'edgecolors', 'linewidths', 'cmap']);
    if (color !== undefined && color !== null && typeof color !== 'string')
      throw error(
        'NotImplementedError',
        'scatter: Stele paints all points in one colour; c takes a name such as "red"',
      );
    const style = {
      color: text(color),
      label: text(o.label),
      // matplotlib's s is an area
      size: size === undefined || size === null || typeof size === 'object' ? undefined : Math.sqrt(Number(size)) * 1.3,
      marker: o.marker === undefined ? undefined : markerOf(String(o.marker)),
      alpha: number(o.alpha),
    };
    const [xs, ys] = [NDArray.from(numbers(x)).ravel(), NDArray.from(numbers(y)).ravel()];
    this.add((panel, label) => panel.scatter(xs, ys, named(style, label)));
    return null;
  }
  bar(x: unknown, height: unknown, ...rest: unknown[]): null {
    const o = (isKeywords(rest.at(-1)) ? rest.pop() : {}) as Options;
    check('bar', o, ['width', 'color', 'label', 'alpha', 'align', 'edgecolor', 'tick_label']);
    const style = {
      color: text(o.color),
      label: text(o.label),
      width: number(rest[0] ?? o.width),
      alpha: number(o.alpha),
    };
    const at = Array.isArray(x) && typeof x[0] === 'string' ? (x as string[]) : NDArray.from(numbers(x)).ravel();
    const heights = NDArray.from(numbers(height)).ravel();
    this.add((panel, label) => panel.bar(at, heights, named(style, label)));
    return null;
  }
  hist(x: unknown, ...rest: unknown[]): unknown[] {
    const o = (isKeywords(rest.at(-1)) ? rest.pop() : {}) as Options;
    check('hist', o, ['bins', 'range', 'density', 'color', 'label', 'alpha', 'edgecolor']);
    const bins = rest[0] ?? o.bins ?? 10;
    const range = o.range === undefined || o.range === null ? {} : { range: o.range as [number, number] };
    const [counts, edges] = np.histogram(numbers(x), bins as number, { ...range, density: o.density === true });
    const middles = edges!.at(':-1').add(edges!.at('1:')).div(2);
    const style = { color: text(o.color), label: text(o.label), width: 1, alpha: number(o.alpha) };
    this.add((panel, label) => panel.bar(middles, counts!, named(style, label)));
    return [counts, edges, null];
  }
  imshow(pixels: unknown, ...rest: unknown[]): null {
    const o = (isKeywords(rest.at(-1)) ? rest.pop() : {}) as Options;
    check('imshow', o, ['cmap', 'vmin', 'vmax', 'interpolation', 'aspect', 'origin', 'extent', 'alpha']);
    const cmap = text(rest[0] ?? o.cmap) ?? '';
    const image = NDArray.from(numbers(pixels));
    const flat = image.ndim === 3 && image.shape[2] === 1 ? image.reshape(image.shape[0]!, image.shape[1]!) : image;
    const style = {
      min: number(o.vmin),
      max: number(o.vmax),
      reversed: /^(gray|grey)_r$|^binary$|^Greys$/.test(cmap),
    };
    this.add((panel) => panel.image(flat, clean(style)));
    return null;
  }
  axhline(y: unknown = 0, options: Options = {}): null {
    this.add((panel) =>
      panel.line(
        [0, 1],
        [Number(y), Number(y)],
        clean({ color: text(options.color ?? options.c) ?? 'gray', lineStyle: styleOf(options) }),
      ),
    );
    return null;
  }

  set_title(label: unknown): null {
    this.change({ title: String(label) });
    return null;
  }
  set_xlabel(label: unknown): null {
    this.change({ xLabel: String(label) });
    return null;
  }
  set_ylabel(label: unknown): null {
    this.change({ yLabel: String(label) });
    return null;
  }
  private setLimits(axis: 'x' | 'y', low: unknown, high: unknown): number[] {
    const pair = Array.isArray(low) ? low : [low, high];
    if (pair[0] === undefined || pair[0] === null || pair[1] === undefined || pair[1] === null)
      return this.limits[axis] ?? [0, 1];
    const limits: [number, number] = [Number(pair[0]), Number(pair[1])];
    this.limits[axis] = limits;
    this.change(axis === 'x' ? { xLimits: limits } : { yLimits: limits });
    return limits;
  }
  set_xlim(left?: unknown, right?: unknown): number[] {
    return this.setLimits('x', left, right);
  }
  set_ylim(bottom?: unknown, top?: unknown): number[] {
    return this.setLimits('y', bottom, top);
  }
  set_xscale(value: string): null {
    this.change({ xScale: scaleOf(value) });
    return null;
  }
  set_yscale(value: string): null {
    this.change({ yScale: scaleOf(value) });
    return null;
  }
  set_xticks(): null {
    return null;
  }
  set_yticks(): null {
    return null;
  }
  legend(...args: unknown[]): null {
    const labels = args.filter(Array.isArray).at(-1) as unknown[] | undefined;
    if (labels?.every((l) => typeof l === 'string')) this.labels = labels as string[];
    this.change({ legend: true });
    return null;
  }
  grid(visible: unknown = true): null {
    this.change({ grid: isKeywords(visible) || visible !== false });
    return null;
  }
  axis(wanted?: unknown): null {
    if (wanted === 'off' || wanted === false) this.change({ axes: false });
    else if (wanted === 'on' || wanted === true) this.change({ axes: true });
    else if (Array.isArray(wanted) && wanted.length === 4) {
      this.set_xlim(wanted[0], wanted[1]);
      this.set_ylim(wanted[2], wanted[3]);
    }
    return null;
  }
  set_axis_off(): null {
    return this.axis('off');
  }
  set(options: Options = {}): null {
    for (const [key, value] of Object.entries(options)) {
      const method = (this as unknown as Record<string, ((v: unknown) => unknown) | undefined>)[`set_${key}`];
      if (method === undefined) throw error('AttributeError', `Axes.set() got an unexpected keyword argument '${key}'`);
      method.call(this, value);
    }
    return null;
  }
  get_figure(): Figure {
    return this.figure;
  }
}
class Line {
  readonly xs: NDArray;
  readonly ys: NDArray;
  constructor(xs: NDArray, ys: NDArray) {
    this.xs = xs;
    this.ys = ys;
  }
  get_xdata(): NDArray {
    return this.xs;
  }
  get_ydata(): NDArray {
    return this.ys;
  }
}
const scaleOf = (value: string): 'linear' | 'log' => {
  if (value !== 'linear' && value !== 'log')
    throw error('ValueError', `'${value}' is not a valid value for scale; supported values are 'linear', 'log'`);
  return value;
};
/** A series' style, under the name that a legend gave it. */
const named = <T extends object>(style: T, label: string | undefined): T =>
  clean(label === undefined ? style : { ...style, label });
/** Without what was not given. */
const clean = <T extends object>(o: T): T =>
  Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as T;

/** A figure of axes on a grid. */
export class Figure {
  private readonly run: RunContext;
  private readonly size: readonly [number, number];
  private rows = 1;
  private columns = 1;
  private title = '';
  private readonly cells = new Map<number, Axes>();

  constructor(run: RunContext, figsize?: readonly number[] | null) {
    this.run = run;
    const [width = 6.4, height = 4.8] = figsize ?? [];
    this.size = [Number(width), Number(height)];
  }
  get axes(): Axes[] {
    return [...this.cells.entries()].sort(([a], [b]) => a - b).map(([, axes]) => axes);
  }
  add_subplot(rows: unknown = 1, columns: unknown = 1, index: unknown = 1): Axes {
    let [r, c, i] = [rows, columns, index].map(Number) as [number, number, number];
    if (r > 99) [r, c, i] = [Math.floor(r / 100), Math.floor(r / 10) % 10, r % 10];
    if (!(i >= 1 && i <= r * c))
      throw error('ValueError', `num must be an integer with 1 <= num <= ${r * c}, not ${i}`);
    if (r !== this.rows || c !== this.columns) {
      if (this.cells.size > 0) throw error('NotImplementedError', 'Stele keeps one grid of subplots in a figure');
      [this.rows, this.columns] = [r, c];
    }
    const found = this.cells.get(i) ?? new Axes(this);
    this.cells.set(i, found);
    return found;
  }
  gca(): Axes {
    return this.axes.at(-1) ?? this.add_subplot();
  }
  suptitle(label: unknown): null {
    this.title = String(label);
    return null;
  }
  tight_layout(): null {
    return null;
  }
  clear(): null {
    this.cells.clear();
    return null;
  }
  show(): null {
    return null;
  }
  /** The drawing as SVG: 100 pixels to matplotlib's inch. */
  toSVG(): string {
    const [width, height] = this.size.map((s) => s * 100) as [number, number];
    const drawing = new Drawing({ width, height, title: this.title, rows: this.rows, columns: this.columns });
    drawing.panels.forEach((panel, i) => {
      const axes = this.cells.get(i + 1);
      if (axes === undefined) panel.set({ axes: false });
      else axes.drawOn(panel);
    });
    return drawing.toSVG();
  }
  savefig(file: unknown): null {
    const path = pathOf(file);
    if (!/\.svg$/i.test(path))
      throw error('ValueError', `savefig: Stele draws SVG; give a name that ends in .svg, received '${path}'`);
    if (this.run.files === null) throw error('OSError', `savefig: this run has no folder to write '${path}' into`);
    this.run.files.write(path, new TextEncoder().encode(this.toSVG()));
    return null;
  }
}

function pyplot(run: RunContext): object {
  let current: Figure | null = null;
  let axes: Axes | null = null;
  const all = new Map<unknown, Figure>();
  const figure = (num?: unknown, figsize?: readonly number[] | null): Figure => {
    const known = num !== undefined && num !== null ? all.get(num) : undefined;
    current = known ?? new Figure(run, figsize);
    axes = null;
    all.set(num ?? all.size + 1, current);
    return current;
  };
  const gcf = (): Figure => current ?? figure();
  const gca = (): Axes => (axes ??= gcf().gca());
  const through = (name: string, as = name): [string, (...args: unknown[]) => unknown] => [
    name,
    (...args) => (gca() as unknown as Record<string, (...a: unknown[]) => unknown>)[as]!(...args),
  ];
  const members = {
    figure,
    gcf,
    gca,
    subplots(nrows: unknown = 1, ncols: unknown = 1, o: Options = {}): unknown[] {
      const made = figure(undefined, o.figsize as readonly number[] | undefined);
      const [r, c] = [Number(nrows), Number(ncols)];
      const grid = Array.from({ length: r }, (_, i) =>
        Array.from({ length: c }, (_, j) => made.add_subplot(r, c, i * c + j + 1)),
      );
      axes = grid[0]![0]!;
      if (o.squeeze === false) return [made, new AxesGrid(grid)];
      if (r === 1 && c === 1) return [made, axes];
      return [
        made,
        r === 1 ? new AxesGrid(grid[0]!) : c === 1 ? new AxesGrid(grid.map((row) => row[0]!)) : new AxesGrid(grid),
      ];
    },
    subplot(rows: unknown = 1, columns: unknown = 1, index: unknown = 1): Axes {
      axes = gcf().add_subplot(rows, columns, index);
      return axes;
    },
    sca(wanted: Axes): null {
      axes = wanted;
      return null;
    },
    savefig: (file: unknown): null => gcf().savefig(file),
    suptitle: (label: unknown): null => gcf().suptitle(label),
    tight_layout: (): null => null,
    show: (): null => {
      current = null;
      axes = null;
      return null;
    },
    close: (): null => {
      current = null;
      axes = null;
      return null;
    },
    clf: (): null => gcf().clear(),
    cla: (): null => null,
    ion: (): null => null,
    ioff: (): null => null,
    pause: (): null => null,
    Figure,
    Axes,
    ...Object.fromEntries([
      ...['plot', 'scatter', 'bar', 'hist', 'imshow', 'axhline', 'legend', 'grid', 'axis'].map((name) => through(name)),
      ...['title', 'xlabel', 'ylabel', 'xlim', 'ylim', 'xscale', 'yscale', 'xticks', 'yticks'].map((name) =>
        through(name, `set_${name}`),
      ),
    ]),
  };
  declareSignatures('matplotlib.pyplot', members, {
    figure: 'num=None, figsize=None, dpi=None, facecolor=None, tight_layout=None',
    subplots: 'nrows=1, ncols=1, *, figsize=None, sharex=False, sharey=False, squeeze=True, dpi=None, **kw -> tuple',
    subplot: 'nrows=1, ncols=1, index=1',
    savefig: 'fname, dpi=None, bbox_inches=None',
  });
  return namespace('matplotlib.pyplot', members);
}

/** The axes of `subplots` on their grid: indexed and iterated like an array of NumPy's. */
export class AxesGrid {
  private readonly rows: readonly unknown[];
  constructor(rows: readonly unknown[]) {
    this.rows = rows;
  }
  get shape(): number[] {
    const [first] = this.rows;
    return Array.isArray(first) ? [this.rows.length, first.length] : [this.rows.length];
  }
  get flat(): unknown[] {
    return this.rows.flat();
  }
  ravel(): AxesGrid {
    return new AxesGrid(this.flat);
  }
  flatten(): AxesGrid {
    return this.ravel();
  }
  __len__(): number {
    return this.rows.length;
  }
  *[Symbol.iterator](): Generator<unknown> {
    for (const row of this.rows) yield Array.isArray(row) ? new AxesGrid(row) : row;
  }
  __getitem__(index: unknown): unknown {
    const [i, ...rest] = Array.isArray(index) ? index : [index];
    const row = this.rows.at(Number(i));
    if (row === undefined)
      throw error('IndexError', `index ${String(i)} is out of bounds for axis 0 with size ${this.rows.length}`);
    const inner = Array.isArray(row) ? new AxesGrid(row) : row;
    return rest.length > 0 && inner instanceof AxesGrid ? inner.__getitem__(rest[0]) : inner;
  }
}
declareAttributes(AxesGrid.prototype, { shape: 'tuple' });
declareSignatures('matplotlib.Figure', Figure.prototype, { savefig: 'fname, dpi=None, bbox_inches=None' });

registerModule('matplotlib.pyplot', pyplot);
registerModule('matplotlib', () => ({ use: () => null, __version__: '3.10.0' }));
