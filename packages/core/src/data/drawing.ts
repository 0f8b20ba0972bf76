import type { ArrayData } from '../tensor/dtype';

export const side = 28;

// local names: looking up a global is slow where modules run in a context of their own (as under jest)
const { ceil, cos, floor, hypot, imul, max, min, round, sin, sqrt } = Math;
const width = side;

/** A small generator of its own, so that drawn data never depend on, or disturb, the streams of a program. */
export class Dice {
  private state: number;

  constructor(seed: number, index: number) {
    this.state = (imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ imul(index + 1, 0xc2b2ae35)) >>> 0;
    for (let i = 0; i < 3; i++) this.next();
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = imul(t ^ (t >>> 15), t | 1);
    t ^= t + imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Roughly normal, by the sum of four uniforms; scaled to the given standard deviation. */
  spread(deviation: number): number {
    return (this.next() + this.next() + this.next() + this.next() - 2) * deviation * sqrt(3);
  }

  chance(p: number): boolean {
    return this.next() < p;
  }

  below(n: number): number {
    return floor(this.next() * n);
  }
}

export type Point = readonly [x: number, y: number];

/** From drawing coordinates (about -1 to 1, y down) to pixels. */
export type Affine = (p: Point) => Point;

export function affine(
  dice: Dice,
  limits: { turn: number; scale: readonly [number, number]; shear: number; shift: number },
): Affine {
  const turn = dice.spread(limits.turn);
  const scale = dice.between(...limits.scale) * (width / 2);
  const stretch = dice.between(0.9, 1.1);
  const shear = dice.spread(limits.shear);
  const [dx, dy] = [dice.spread(limits.shift), dice.spread(limits.shift)];
  const [c, s] = [cos(turn) * scale, sin(turn) * scale];
  return ([x, y]) => {
    const u = (x + shear * y) * stretch;
    const v = y / stretch;
    return [width / 2 + dx + c * u - s * v, width / 2 + dy + s * u + c * v];
  };
}

/** Points along an ellipse from one angle to another (radians, clockwise from the right as y points down). */
export function arc(cx: number, cy: number, rx: number, ry: number, from = 0, to = 2 * Math.PI, steps = 16): Point[] {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const a = from + ((to - from) * i) / steps;
    return [cx + rx * cos(a), cy + ry * sin(a)] as const;
  });
}

/** A grey image under construction: values 0 to 1, shapes blended in by how much of each pixel they cover. */
export class Canvas {
  readonly pixels = new Float32Array(width * width);
  private readonly cover = new Float32Array(width * width);

  /** Fills a polygon (even-odd rule) with one value or a function of the pixel. */
  polygon(points: readonly Point[], value: number | ((x: number, y: number) => number)): void {
    const { cover, pixels } = this;
    cover.fill(0);
    const rows = 4;
    const low = max(0, floor(min(...points.map((p) => p[1]))));
    const high = min(width - 1, ceil(max(...points.map((p) => p[1]))));
    const crossings: number[] = [];
    for (let y = low; y <= high; y++) {
      for (let sub = 0; sub < rows; sub++) {
        const line = y + (sub + 0.5) / rows;
        crossings.length = 0;
        for (let i = 0; i < points.length; i++) {
          const a = points[i]!;
          const b = points[(i + 1) % points.length]!;
          if (a[1] <= line !== b[1] <= line) crossings.push(a[0] + ((line - a[1]) / (b[1] - a[1])) * (b[0] - a[0]));
        }
        crossings.sort((a, b) => a - b);
        for (let i = 0; i + 1 < crossings.length; i += 2) this.span(y, crossings[i]!, crossings[i + 1]!, 1 / rows);
      }
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        const c = min(1, cover[at]!);
        if (c > 0) pixels[at] = pixels[at]! * (1 - c) + c * (typeof value === 'number' ? value : value(x, y));
      }
    }
  }

  private span(y: number, from: number, to: number, weight: number): void {
    const a = max(0, from);
    const b = min(width, to);
    for (let x = floor(a); x < b; x++) {
      const at = y * width + x;
      this.cover[at] = this.cover[at]! + (min(b, x + 1) - max(a, x)) * weight;
    }
  }

  /** Draws connected segments with round ends; `radius` is half the pen's width in pixels. */
  stroke(points: readonly Point[], radius: number, value: number): void {
    for (let i = 0; i + 1 < points.length; i++) this.segment(points[i]!, points[i + 1]!, radius, value);
  }

  private segment([ax, ay]: Point, [bx, by]: Point, radius: number, value: number): void {
    const reach = radius + 1;
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy || 1;
    const right = min(width - 1, ceil(max(ax, bx) + reach));
    const bottom = min(width - 1, ceil(max(ay, by) + reach));
    for (let y = max(0, floor(min(ay, by) - reach)); y <= bottom; y++) {
      for (let x = max(0, floor(min(ax, bx) - reach)); x <= right; x++) {
        const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
        const t = min(1, max(0, (px * dx + py * dy) / length));
        const c = min(1, max(0, radius + 0.5 - hypot(px - t * dx, py - t * dy)));
        const at = y * width + x;
        // the darkest stroke wins where segments meet, so that joints do not show
        if (c > 0) this.pixels[at] = max(this.pixels[at]!, c * value);
      }
    }
  }
}

/** What every generator of drawn images returns: uint8 images [n, 28, 28] and labels [n]. */
export interface Labelled {
  readonly images: ArrayData;
  readonly labels: ArrayData;
}

/**
 * Draws `count` images; image i depends on the seed and i alone, and each ten images in a row hold every class once, in
 * an order of their own.
 */
export function drawImages(count: number, seed: number, draw: (label: number, dice: Dice) => Float32Array): Labelled {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new RangeError(`a number of images must be a whole number >= 0, not ${count}`);
  const images = new Uint8Array(count * width * width);
  const labels = new Uint8Array(count);
  const order = new Uint8Array(10);
  for (let i = 0; i < count; i++) {
    if (i % 10 === 0) {
      const dice = new Dice(seed ^ 0x51ed270b, i);
      for (let k = 0; k < 10; k++) {
        const j = dice.below(k + 1);
        order[k] = order[j]!;
        order[j] = k;
      }
    }
    labels[i] = order[i % 10]!;
    const pixels = draw(labels[i]!, new Dice(seed, i));
    for (let k = 0; k < pixels.length; k++) images[i * width * width + k] = min(255, max(0, round(pixels[k]! * 255)));
  }
  return {
    images: { dtype: 'uint8', shape: [count, width, width], data: images },
    labels: { dtype: 'uint8', shape: [count], data: labels },
  };
}
