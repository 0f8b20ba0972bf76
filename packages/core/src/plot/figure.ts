import { ValueError } from '../errors';
import type { ArrayLike } from '../numpy/convert';
import { cycle } from './colors';
import {
  type BarOptions,
  bars,
  type ImageOptions,
  image,
  type LineOptions,
  line,
  numbers,
  type Projection,
  type ScatterOptions,
  type Series,
  scatter,
} from './series';
import { coord, escapeText, tag, text, textWidth } from './svg';
import { linearTicks, logTicks, padded, type Scale, type Ticks } from './ticks';

const font = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";
const ink = '#333333';
const tickSize = 11;
const labelSize = 12;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a panel is set to besides its series. */
export interface PanelOptions {
  readonly title?: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  readonly xLimits?: readonly [number, number];
  readonly yLimits?: readonly [number, number];
  readonly xScale?: Scale;
  readonly yScale?: Scale;
  readonly grid?: boolean;
  /** Draws no frame, ticks or labels; the standard of panels that show an image. */
  readonly axes?: boolean;
  /** Shows labels of series; by default where a series has one. */
  readonly legend?: boolean;
}

/** One coordinate system of a figure, with its series. */
export class Panel {
  #series: Series[] = [];
  #options: PanelOptions = {};
  #painted = 0;
  #names: readonly string[] | null = null;
  #image = false;

  #nextColor(own: string | undefined): string {
    return own ?? cycle[this.#painted++ % cycle.length]!;
  }

  /** A line through points; with one row of numbers they are drawn over 0, 1, 2, ... */
  line(x: ArrayLike, y?: ArrayLike | LineOptions, options?: LineOptions): this {
    const single = y === undefined || isOptions(y);
    const ys = numbers(single ? x : (y as ArrayLike), 'y');
    const xs = single ? ys.map((_, i) => i) : numbers(x, 'x');
    const own = (single ? (y as LineOptions | undefined) : options) ?? {};
    this.#series.push(line(xs, ys, this.#nextColor(own.color), own));
    return this;
  }

  scatter(x: ArrayLike, y: ArrayLike, options: ScatterOptions = {}): this {
    this.#series.push(scatter(numbers(x, 'x'), numbers(y, 'y'), this.#nextColor(options.color), options));
    return this;
  }

  /** Bars at positions, or one per name. */
  bar(x: ArrayLike | readonly string[], heights: ArrayLike, options: BarOptions = {}): this {
    const named = Array.isArray(x) && x.length > 0 && typeof x[0] === 'string';
    if (named) this.#names = (x as readonly string[]).map(String);
    const at = named ? this.#names!.map((_, i) => i) : numbers(x as ArrayLike, 'x');
    this.#series.push(bars(at, numbers(heights, 'heights'), this.#nextColor(options.color), options));
    return this;
  }

  /** A grey or colour image, its first row on top, pixels square. */
  image(pixels: ArrayLike, options: ImageOptions = {}): this {
    this.#series.push(image(pixels, options));
    this.#image = true;
    return this;
  }

  /** Title, labels, limits, scales, grid, legend. */
  set(options: PanelOptions): this {
    this.#options = { ...this.#options, ...options };
    return this;
  }

  #range(axis: 'x' | 'y'): [number, number] {
    const scale = (axis === 'x' ? this.#options.xScale : this.#options.yScale) ?? 'linear';
    const limits = axis === 'x' ? this.#options.xLimits : this.#options.yLimits;
    if (limits) {
      if (!(limits[0] < limits[1]) || (scale === 'log' && limits[0] <= 0)) {
        throw new ValueError(
          `limits go from a smaller to a larger number${scale === 'log' ? ' above 0' : ''}, and [${limits.join(', ')}] was given`,
        );
      }
      return [limits[0], limits[1]];
    }
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const series of this.#series) {
      for (const v of axis === 'x' ? series.xs : series.ys) {
        if (!Number.isFinite(v) || (scale === 'log' && v <= 0)) continue;
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
    }
    if (low > high) return scale === 'log' ? [1, 10] : [0, 1];
    if (this.#series.every((series) => series.tight)) return [low, high];
    const [a, b] = padded(low, high, scale);
    // bars stand on the axis
    return axis === 'y' && low === 0 && this.#names !== null ? [0, b] : [a, b];
  }

  #ticks(axis: 'x' | 'y', range: readonly [number, number], pixels: number): Ticks {
    const [low, high] = range;
    if (axis === 'x' && this.#names) return { values: this.#names.map((_, i) => i), labels: this.#names };
    const count = Math.max(2, Math.min(9, Math.floor(pixels / (axis === 'x' ? 62 : 34))));
    const scale = axis === 'x' ? this.#options.xScale : this.#options.yScale;
    if (scale === 'log') return logTicks(low, high, count);
    // epochs and steps are whole numbers, and 2.5 epochs would look odd
    const whole =
      axis === 'x' &&
      high - low > 2 &&
      this.#series.every((s) => s.xs.every((v) => !Number.isFinite(v) || Number.isInteger(v)));
    return linearTicks(low, high, count, whole);
  }

  /** The panel as SVG inside a box. */
  render(cell: Box, id: string): string {
    const o = this.#options;
    const shown = o.axes ?? !this.#image;
    const xRange = this.#range('x');
    const yRange = this.#range('y');
    const top = o.title ? 24 : 8;
    let box: Box;
    let xTicks: Ticks = { values: [], labels: [] };
    let yTicks: Ticks = { values: [], labels: [] };
    if (shown) {
      const bottom = 24 + (o.xLabel ? 18 : 0);
      yTicks = this.#ticks('y', yRange, cell.height - top - bottom);
      const left = 12 + Math.max(0, ...yTicks.labels.map((l) => textWidth(l, tickSize))) + (o.yLabel ? 20 : 0);
      box = { x: cell.x + left, y: cell.y + top, width: cell.width - left - 12, height: cell.height - top - bottom };
      xTicks = this.#ticks('x', xRange, box.width);
    } else box = { x: cell.x + 4, y: cell.y + top, width: cell.width - 8, height: cell.height - top - 4 };
    if (box.width < 10 || box.height < 10)
      throw new ValueError('the figure is too small for its panels; give it more width and height', { op: 'plot' });
    if (this.#image) box = fitted(box, (xRange[1] - xRange[0]) / (yRange[1] - yRange[0]));

    const place = (v: number, [low, high]: readonly [number, number], scale: Scale | undefined): number =>
      scale === 'log'
        ? (Math.log10(v) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))
        : (v - low) / (high - low);
    const to: Projection = {
      x: (v) => box.x + place(v, xRange, o.xScale) * box.width,
      y: (v) => {
        const part = place(v, yRange, o.yScale);
        return box.y + (this.#image ? part : 1 - part) * box.height;
      },
    };

    const parts: string[] = [];
    if (shown) parts.push(this.#frame(box, to, xTicks, yTicks));
    parts.push(
      tag(
        'clipPath',
        { id },
        tag('rect', { x: box.x - 1, y: box.y - 1, width: box.width + 2, height: box.height + 2 }),
      ),
    );
    parts.push(
      tag('g', { 'clip-path': `url(#${id})` }, this.#series.map((series) => series.draw(to)).join('') || '<g/>'),
    );
    const middle = box.x + box.width / 2;
    if (o.title)
      parts.push(text(middle, box.y - 9, o.title, { 'text-anchor': 'middle', 'font-size': 13, 'font-weight': '600' }));
    if (shown && o.xLabel)
      parts.push(text(middle, cell.y + cell.height - 5, o.xLabel, { 'text-anchor': 'middle', 'font-size': labelSize }));
    if (shown && o.yLabel) {
      const [x, y] = [cell.x + 11, box.y + box.height / 2];
      parts.push(
        text(x, y, o.yLabel, {
          'text-anchor': 'middle',
          'font-size': labelSize,
          transform: `rotate(-90 ${coord(x)} ${coord(y)})`,
        }),
      );
    }
    const labelled = this.#series.filter((series) => series.label !== undefined);
    if (o.legend ?? labelled.length > 0) parts.push(this.#legend(box, to, labelled));
    return parts.join('');
  }

  #frame(box: Box, to: Projection, xTicks: Ticks, yTicks: Ticks): string {
    const right = box.x + box.width;
    const bottom = box.y + box.height;
    const inside = (at: number, low: number, high: number): boolean => at >= low - 0.5 && at <= high + 0.5;
    let lines = '';
    let texts = '';
    xTicks.values.forEach((v, i) => {
      const x = to.x(v);
      if (!inside(x, box.x, right)) return;
      if (!this.#names) lines += `M${coord(x)} ${coord(box.y)}V${coord(bottom)}`;
      texts += text(x, bottom + 16, xTicks.labels[i]!, { 'text-anchor': 'middle' });
    });
    yTicks.values.forEach((v, i) => {
      const y = to.y(v);
      if (!inside(y, box.y, bottom)) return;
      lines += `M${coord(box.x)} ${coord(y)}H${coord(right)}`;
      texts += text(box.x - 6, y + 4, yTicks.labels[i]!, { 'text-anchor': 'end' });
    });
    const grid = this.#options.grid ?? true;
    return (
      tag('rect', { ...box, fill: '#ffffff' }) +
      (grid && lines ? tag('path', { d: lines, stroke: '#e8e8ec', 'stroke-width': 1, fill: 'none' }) : '') +
      tag('path', {
        d: `M${coord(box.x)} ${coord(box.y)}V${coord(bottom)}H${coord(right)}`,
        stroke: '#9a9aa2',
        'stroke-width': 1,
        fill: 'none',
      }) +
      tag('g', { 'font-size': tickSize, fill: '#55555c' }, texts || '<g/>')
    );
  }

  /** Puts the legend into the corner that covers the fewest points. */
  #legend(box: Box, to: Projection, labelled: readonly Series[]): string {
    const width = 44 + Math.max(0, ...labelled.map((series) => textWidth(series.label!, tickSize)));
    const height = 10 + labelled.length * 17;
    const corners = [
      { x: box.x + box.width - width - 8, y: box.y + 8 },
      { x: box.x + 8, y: box.y + 8 },
      { x: box.x + box.width - width - 8, y: box.y + box.height - height - 8 },
      { x: box.x + 8, y: box.y + box.height - height - 8 },
    ];
    const covered = corners.map((corner) => {
      let hits = 0;
      for (const series of this.#series) {
        for (let i = 0; i < series.xs.length; i++) {
          // halfway points stand for the line between two points
          for (const k of i === 0 ? [i] : [i - 0.5, i]) {
            const [a, b] = [Math.floor(k), Math.ceil(k)];
            const x = (to.x(series.xs[a]!) + to.x(series.xs[b]!)) / 2;
            const y = (to.y(series.ys[a] ?? Number.NaN) + to.y(series.ys[b] ?? Number.NaN)) / 2;
            if (x > corner.x - 4 && x < corner.x + width + 4 && y > corner.y - 4 && y < corner.y + height + 4) hits++;
          }
        }
      }
      return hits;
    });
    const { x, y } = corners[covered.indexOf(Math.min(...covered))]!;
    const rows = labelled.map((series, i) => {
      const middle = y + 14 + i * 17;
      return series.swatch(x + 8, middle) + text(x + 36, middle + 4, series.label!);
    });
    return tag(
      'g',
      { 'font-size': tickSize },
      tag('rect', { x, y, width, height, rx: 3, fill: '#ffffff', 'fill-opacity': '0.88', stroke: '#d0d0d6' }) +
        rows.join(''),
    );
  }
}

const isOptions = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  !('data' in value) &&
  !('numpy' in value);

/** The largest box of a width-to-height ratio, centred. */
function fitted(box: Box, ratio: number): Box {
  const width = Math.min(box.width, box.height * ratio);
  const height = width / ratio;
  return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height };
}

export interface FigureOptions {
  /** Pixels; 640 x 420 by default. */
  readonly width?: number;
  readonly height?: number;
  readonly title?: string;
  /** Panels below and beside each other; 1 x 1 by default. */
  readonly rows?: number;
  readonly columns?: number;
}

/** A drawing of one or more panels on a grid. */
export class Figure {
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
  title: string;
  readonly panels: readonly Panel[];

  constructor(options: FigureOptions = {}) {
    this.width = options.width ?? 640;
    this.height = options.height ?? 420;
    this.rows = options.rows ?? 1;
    this.columns = options.columns ?? 1;
    this.title = options.title ?? '';
    for (const [name, value] of Object.entries({
      width: this.width,
      height: this.height,
      rows: this.rows,
      columns: this.columns,
    })) {
      const whole = name === 'rows' || name === 'columns';
      if (!(value > 0) || !Number.isFinite(value) || (whole && !Number.isInteger(value))) {
        throw new ValueError(`${name} must be a ${whole ? 'whole number' : 'number'} above 0, and ${value} was given`, {
          op: 'figure',
        });
      }
    }
    this.panels = Array.from({ length: this.rows * this.columns }, () => new Panel());
  }

  /** The panel in a row and column, counted from 0. */
  panel(row = 0, column = 0): Panel {
    const found =
      row >= 0 && row < this.rows && column >= 0 && column < this.columns
        ? this.panels[row * this.columns + column]
        : undefined;
    if (!found)
      throw new ValueError(
        `there is no panel at row ${row}, column ${column}: the figure has ${this.rows} x ${this.columns}`,
        { op: 'panel' },
      );
    return found;
  }

  /** The figure as an SVG document: the same text for the same data, wherever it runs. */
  toSVG(): string {
    const edge = 10;
    const top = this.title ? 38 : edge;
    const gap = 8;
    const width = (this.width - 2 * edge - gap * (this.columns - 1)) / this.columns;
    const height = (this.height - top - edge - gap * (this.rows - 1)) / this.rows;
    const body = this.panels.map((panel, i) => {
      const [row, column] = [Math.floor(i / this.columns), i % this.columns];
      // ids are global in a page that holds several figures: the title tells them apart
      const id = `panel-${row}-${column}-${hash(this.title + this.width)}`;
      return panel.render({ x: edge + column * (width + gap), y: top + row * (height + gap), width, height }, id);
    });
    const { width: w, height: h } = this;
    const head = this.title
      ? text(w / 2, 24, this.title, { 'text-anchor': 'middle', 'font-size': 16, 'font-weight': '600' })
      : '';
    const attributes = `xmlns="http://www.w3.org/2000/svg" width="${coord(w)}" height="${coord(h)}" viewBox="0 0 ${coord(w)} ${coord(h)}"`;
    return (
      `<svg ${attributes} role="img" font-family="${escapeText(font)}" fill="${ink}">` +
      (this.title ? tag('title', {}, escapeText(this.title)) : '') +
      `<rect width="100%" height="100%" fill="#ffffff"/>${head}${body.join('\n')}</svg>\n`
    );
  }
}

const hash = (content: string): string => {
  let h = 0;
  for (const c of content) h = (Math.imul(h, 31) + c.charCodeAt(0)) | 0;
  return (h >>> 0).toString(36);
};

/**
 * A new figure; draw into its panels and write `toSVG()` to a file.
 *
 * ```ts
 * const fig = figure({ title: 'Loss' });
 * fig.panel().line([0.9, 0.5, 0.3], { label: 'train' }).set({ xLabel: 'epoch' });
 * const svg = fig.toSVG();
 * ```
 */
export const figure = (options: FigureOptions = {}): Figure => new Figure(options);
