import { ShapeError, showShape, ValueError } from '../errors';
import { type ArrayLike, cast, toArrayData } from '../numpy/convert';
import { color, greyHex, rgbHex } from './colors';
import { base64, coord, tag } from './svg';

/** Data coordinates to pixels. */
export interface Projection {
  x(value: number): number;
  y(value: number): number;
}

/** One thing drawn in a panel. */
export interface Series {
  readonly label: string | undefined;
  /** Points that the panel's ranges must hold. */
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** Margins are left out on this kind of series. */
  readonly tight?: boolean;
  draw(to: Projection): string;
  /** The sample in the legend, in a box of 22 x 10 pixels with its centre left at x, y. */
  swatch(x: number, y: number): string;
}

export type Marker = 'o' | '.' | 's' | '^' | 'x' | '+';
export type LineStyle = '-' | '--' | ':' | '-.' | 'none';

export interface LineOptions {
  readonly color?: string;
  readonly label?: string;
  readonly lineWidth?: number;
  readonly lineStyle?: LineStyle;
  readonly marker?: Marker;
  readonly markerSize?: number;
  readonly alpha?: number;
}

export interface ScatterOptions {
  readonly color?: string;
  readonly label?: string;
  /** Diameter in pixels. */
  readonly size?: number;
  readonly marker?: Marker;
  readonly alpha?: number;
}

export interface BarOptions {
  readonly color?: string;
  readonly label?: string;
  /** Width as a part of the distance of two bars. */
  readonly width?: number;
  readonly alpha?: number;
}

/** 8-bit pixels, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

export interface ImageOptions {
  /** Value shown black; by default the smallest. */
  readonly min?: number;
  /** Value shown white; by default the largest. */
  readonly max?: number;
  /** Shows large values dark. */
  readonly reversed?: boolean;
  /** Makes a PNG file of pixels; with it the image is embedded as one, else drawn in rectangles. */
  readonly encodePng?: (pixels: Pixels) => Uint8Array;
}

const dashes: Readonly<Record<LineStyle, string | undefined>> = {
  '-': undefined,
  '--': '6 3',
  ':': '1.5 2.5',
  '-.': '7 3 1.5 3',
  none: undefined,
};

/** Any array-like as plain numbers; several axes of length 1 are no matter. */
export function numbers(value: ArrayLike, what: string): number[] {
  const array = toArrayData(value);
  if (array.shape.filter((d) => d !== 1).length > 1) {
    throw new ShapeError(
      `${what} must be one row of numbers, and its shape is ${showShape(array.shape)}; draw one row or column at a time`,
      {
        op: 'plot',
        shapes: [array.shape],
      },
    );
  }
  return [...(cast(array, 'float64').data as Float64Array)];
}

function sameLength(xs: readonly number[], ys: readonly number[]): void {
  if (xs.length !== ys.length) {
    throw new ShapeError(`x and y must have the same length, and they have ${xs.length} and ${ys.length}`, {
      op: 'plot',
    });
  }
}

function marks(marker: Marker, size: number, paint: string, at: readonly (readonly [number, number])[]): string {
  const r = marker === '.' ? size / 4 : size / 2;
  if (marker === 'o' || marker === '.') {
    return tag(
      'g',
      { fill: paint },
      at.map(([x, y]) => `<circle cx="${coord(x)}" cy="${coord(y)}" r="${coord(r)}"/>`).join(''),
    );
  }
  const shape = (x: number, y: number): string => {
    const [l, t, right, b] = [x - r, y - r, x + r, y + r].map(coord);
    if (marker === 's') return `M${l} ${t}H${right}V${b}H${l}Z`;
    if (marker === '^') return `M${coord(x)} ${t}L${right} ${b}H${l}Z`;
    return marker === 'x'
      ? `M${l} ${t}L${right} ${b}M${l} ${b}L${right} ${t}`
      : `M${coord(x)} ${t}V${b}M${l} ${coord(y)}H${right}`;
  };
  const open = marker === 'x' || marker === '+';
  return tag('path', {
    d: at.map(([x, y]) => shape(x, y)).join(''),
    fill: open ? 'none' : paint,
    stroke: open ? paint : undefined,
    'stroke-width': open ? 1.5 : undefined,
  });
}

/** Points of a path, broken where a value is missing or infinite. */
function path(points: readonly (readonly [number, number])[]): string {
  let pen = 'M';
  let out = '';
  for (const [x, y] of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) pen = 'M';
    else {
      out += `${pen}${coord(x)} ${coord(y)}`;
      pen = 'L';
    }
  }
  return out;
}

export function line(xs: readonly number[], ys: readonly number[], paint: string, options: LineOptions): Series {
  sameLength(xs, ys);
  const stroke = color(options.color ?? paint);
  const style = options.lineStyle ?? '-';
  const pen = {
    fill: 'none',
    stroke,
    'stroke-width': options.lineWidth ?? 1.8,
    'stroke-dasharray': dashes[style],
    'stroke-linejoin': 'round',
    'stroke-linecap': style === '-' ? 'round' : undefined,
  };
  const drawn = (points: readonly (readonly [number, number])[]): string => {
    const finite = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
    const mark = options.marker ? marks(options.marker, options.markerSize ?? 6, stroke, finite) : '';
    return tag(
      'g',
      { opacity: options.alpha },
      (style === 'none' ? '' : tag('path', { d: path(points), ...pen })) + mark,
    );
  };
  return {
    label: options.label,
    xs,
    ys,
    draw: (to) => drawn(xs.map((x, i) => [to.x(x), to.y(ys[i]!)])),
    swatch: (x, y) => {
      const mark = options.marker ? marks(options.marker, options.markerSize ?? 6, stroke, [[x + 11, y]]) : '';
      return (style === 'none' ? '' : tag('path', { d: `M${coord(x)} ${coord(y)}h22`, ...pen })) + mark;
    },
  };
}

export function scatter(xs: readonly number[], ys: readonly number[], paint: string, options: ScatterOptions): Series {
  sameLength(xs, ys);
  const fill = color(options.color ?? paint);
  const size = options.size ?? 6;
  return {
    label: options.label,
    xs,
    ys,
    draw: (to) => {
      const at = xs.map((x, i): [number, number] => [to.x(x), to.y(ys[i]!)]);
      const finite = at.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
      return tag('g', { opacity: options.alpha }, marks(options.marker ?? 'o', size, fill, finite));
    },
    swatch: (x, y) => tag('g', { opacity: options.alpha }, marks(options.marker ?? 'o', size, fill, [[x + 11, y]])),
  };
}

export function bars(xs: readonly number[], heights: readonly number[], paint: string, options: BarOptions): Series {
  sameLength(xs, heights);
  const fill = color(options.color ?? paint);
  const sorted = [...xs].sort((a, b) => a - b);
  const gap = sorted
    .slice(1)
    .reduce((m, x, i) => (x > sorted[i]! ? Math.min(m, x - sorted[i]!) : m), Number.POSITIVE_INFINITY);
  const half = ((options.width ?? 0.8) * (Number.isFinite(gap) ? gap : 1)) / 2;
  return {
    label: options.label,
    xs: xs.flatMap((x) => [x - half, x + half]),
    ys: [0, ...heights],
    draw: (to) => {
      const boxes = xs.map((x, i) => {
        const [left, right] = [to.x(x - half), to.x(x + half)];
        const [top, bottom] = [to.y(Math.max(heights[i]!, 0)), to.y(Math.min(heights[i]!, 0))];
        return Number.isFinite(top) && Number.isFinite(bottom)
          ? tag('rect', { x: left, y: top, width: right - left, height: Math.max(bottom - top, 0) })
          : '';
      });
      return tag('g', { fill, opacity: options.alpha }, boxes.join(''));
    },
    swatch: (x, y) => tag('rect', { x: x + 2, y: y - 5, width: 18, height: 10, fill, opacity: options.alpha }),
  };
}

/** Grey [h, w] or [h, w, 1], or colour [h, w, 3], scaled to bytes. */
function toPixels(value: ArrayLike, options: ImageOptions): Pixels {
  const array = toArrayData(value);
  const shape =
    array.shape.length === 3 && array.shape[0] === 1 && array.shape[2] !== 3 ? array.shape.slice(1) : array.shape;
  const [height = 0, width = 0, channels = 1] = shape;
  if ((shape.length !== 2 && shape.length !== 3) || (channels !== 1 && channels !== 3) || width * height === 0) {
    throw new ShapeError(
      `an image has shape [height, width], [height, width, 1] or [height, width, 3], and ${showShape(array.shape)} was given`,
      {
        op: 'image',
        shapes: [array.shape],
      },
    );
  }
  const values = cast(array, 'float64').data as Float64Array;
  const finite = values.filter(Number.isFinite);
  // colours are absolute: 0 to 255, or 0 to 1 in floats; greys span their own range unless told
  const full = array.dtype === 'uint8' ? 255 : 1;
  const low = options.min ?? (channels === 3 ? 0 : finite.reduce((m, v) => Math.min(m, v), Number.POSITIVE_INFINITY));
  const high =
    options.max ?? (channels === 3 ? full : finite.reduce((m, v) => Math.max(m, v), Number.NEGATIVE_INFINITY));
  if (high < low)
    throw new ValueError(`an image's min must not be above its max, and they are ${low} and ${high}`, { op: 'image' });
  const data = Uint8Array.from(values, (v) => {
    const level = high === low ? 0 : Math.min(Math.max((v - low) / (high - low), 0), 1);
    return Math.round((options.reversed ? 1 - level : level) * 255);
  });
  return { width, height, channels, data };
}

/** Rectangles of equal neighbours in a row, the rows of one colour in one path. */
function rectangles({ width, height, channels, data }: Pixels): string {
  const byColor = new Map<string, string>();
  const at = (x: number, y: number): string => {
    const i = (y * width + x) * channels;
    return channels === 1 ? greyHex(data[i]!) : rgbHex(data[i]!, data[i + 1]!, data[i + 2]!);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; ) {
      const paint = at(x, y);
      let end = x + 1;
      while (end < width && at(end, y) === paint) end++;
      byColor.set(paint, `${byColor.get(paint) ?? ''}M${x} ${y}h${end - x}v1h${x - end}z`);
      x = end;
    }
  }
  return [...byColor].map(([fill, d]) => tag('path', { fill, d })).join('');
}

export function image(value: ArrayLike, options: ImageOptions): Series {
  const pixels = toPixels(value, options);
  const { width, height } = pixels;
  return {
    label: undefined,
    xs: [0, width],
    ys: [0, height],
    tight: true,
    draw: (to) => {
      const [left, top] = [to.x(0), to.y(0)];
      const [w, h] = [to.x(width) - left, to.y(height) - top];
      if (options.encodePng) {
        const href = `data:image/png;base64,${base64(options.encodePng(pixels))}`;
        return tag('image', {
          x: left,
          y: top,
          width: w,
          height: h,
          href,
          preserveAspectRatio: 'none',
          style: 'image-rendering:pixelated',
        });
      }
      const transform = `translate(${coord(left)} ${coord(top)}) scale(${(w / width).toFixed(5)} ${(h / height).toFixed(5)})`;
      return tag('g', { transform, 'shape-rendering': 'crispEdges' }, rectangles(pixels));
    },
    swatch: () => '',
  };
}
