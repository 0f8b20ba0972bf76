import { type AxisMatrix, axisMap, axisMatrix } from '../ops/axisMap';
import { logicalAnd, mul, where } from '../ops/elementwise';
import { sum } from '../ops/reduce';
import { fullLike, reshape, stack } from '../ops/shape';
import { fromNested } from '../tensor/access';
import { fromArray, type Tensor } from '../tensor/tensor';

/** A box of an image: top, left, bottom and right, in fractions of its size. */
export type Box = readonly [number, number, number, number];

/** Where `count` points from one fraction of an axis to another lie; the middle of both for one. */
function pointsBetween(from: number, to: number, count: number, size: number): number[] {
  const f = Math.fround;
  if (count === 1) return [f(0.5 * f(f(from + to) * (size - 1)))];
  const step = f((f(to - from) * (size - 1)) / (count - 1));
  return Array.from({ length: count }, (_, i) => f(f(from * (size - 1)) + f(i * step)));
}
/** How values at points between inputs come about: of the nearest, of both neighbours, or how fast they change. */
type Reading = 'nearest' | 'between' | 'slope';
/** The inputs at points of an axis: the nearest, or both neighbours by their nearness; none outside the axis. */
const pointsMatrix = (
  inputs: number,
  points: readonly number[],
  inside: readonly boolean[],
  reading: Reading,
): AxisMatrix =>
  axisMatrix(
    inputs,
    points.map((at, i) => {
      if (!inside[i]) return [];
      if (reading === 'nearest') return [[Math.round(at), 1]] as const;
      const [low, high] = [Math.floor(at), Math.ceil(at)];
      if (reading === 'slope')
        return [
          [low, -1],
          [high, 1],
        ] as const;
      return [
        [low, 1 - (at - low)],
        [high, at - low],
      ] as const;
    }),
  );

/** A box of one image (1, height, width, channels) resampled to a size; points beyond the image are `outside`. */
export function resampledBox(
  image: Tensor,
  [top, left, bottom, right]: Box,
  [height, width]: readonly [number, number],
  nearest: boolean,
  outside: number,
): Tensor {
  const along = (x: Tensor, axis: number, from: number, to: number, count: number): { part: Tensor; mask: Tensor } => {
    const size = image.sizes[axis]!;
    const points = pointsBetween(from, to, count, size);
    const inside = points.map((at) => at >= 0 && at <= size - 1);
    const mask = fromArray(image.family, Uint8Array.from(inside, Number), [count], 'bool');
    return {
      part: axisMap(x, axis, pointsMatrix(size, points, inside, nearest ? 'nearest' : 'between')),
      mask: reshape(mask, axis === 1 ? [1, count, 1, 1] : [1, 1, count, 1]),
    };
  };
  const rows = along(image, 1, top, bottom, height);
  const both = along(rows.part, 2, left, right, width);
  return where(logicalAnd(rows.mask, both.mask), both.part, fullLike(both.part, outside));
}

/** How the sum of a resampled box, weighted by `g`, changes with its four edges, by its bilinear values: sizes [4]. */
export function boxSlopes(
  image: Tensor,
  [top, left, bottom, right]: Box,
  [height, width]: readonly [number, number],
  g: Tensor,
): Tensor {
  const [rows, columns] = [image.sizes[1]!, image.sizes[2]!];
  const line = (from: number, to: number, count: number, size: number) => {
    const points = pointsBetween(from, to, count, size);
    const inside = points.map((at) => at >= 0 && at <= size - 1);
    return (reading: Reading): AxisMatrix => pointsMatrix(size, points, inside, reading);
  };
  const [y, x] = [line(top, bottom, height, rows), line(left, right, width, columns)];
  /** The shares that the far and the near edge have in a point's place, times how much they change it. */
  const shares = (changes: Tensor, count: number, size: number): Tensor[] => {
    const far = Array.from({ length: count }, (_, i) =>
      count === 1 ? 0.5 * (size - 1) : (i * (size - 1)) / (count - 1),
    );
    return [far.map((f) => size - 1 - f), far].map((share) =>
      sum(mul(changes, fromNested(image.family, share, image.scalarType))),
    );
  };
  const along = (rowsBy: Reading, columnsBy: Reading): Tensor =>
    mul(g, axisMap(axisMap(image, 1, y(rowsBy)), 2, x(columnsBy)));
  const [dTop, dBottom] = shares(sum(along('slope', 'between'), [0, 2, 3]), height, rows);
  const [dLeft, dRight] = shares(sum(along('between', 'slope'), [0, 1, 3]), width, columns);
  return stack([dTop!, dLeft!, dBottom!, dRight!], 0);
}

const ordered = (p: number, q: number): readonly [number, number] => (p < q ? [p, q] : [q, p]);
/** Common area of two boxes over the area of both together, in float32; 0 where one has none. */
export function boxOverlap(a: Box, b: Box): number {
  const f = Math.fround;
  const [ay, by, ax, bx] = [ordered(a[0], a[2]), ordered(b[0], b[2]), ordered(a[1], a[3]), ordered(b[1], b[3])];
  const area = (y: readonly [number, number], x: readonly [number, number]): number =>
    f(f(y[1] - y[0]) * f(x[1] - x[0]));
  const [one, two] = [area(ay, ax), area(by, bx)];
  if (one <= 0 || two <= 0) return 0;
  const height = Math.max(0, f(Math.min(ay[1], by[1]) - Math.max(ay[0], by[0])));
  const width = Math.max(0, f(Math.min(ax[1], bx[1]) - Math.max(ax[0], bx[0])));
  const common = f(height * width);
  return f(common / f(f(one + two) - common));
}
/** How chosen candidates weigh on the rest. */
interface Fading {
  readonly most: number;
  readonly overlap: number;
  readonly least: number;
  /** Above 0, scores fade with their overlaps: e^(-overlap² / 2 sigma). */
  readonly sigma: number;
}
/** The places and scores of at most `most` candidates: the best first, those that overlap it fade or are left out. */
export function fadedChoices(
  scores: readonly number[],
  overlapOf: (i: number, j: number) => number,
  { most, overlap, least, sigma }: Fading,
): { readonly kept: number[]; readonly scores: number[] } {
  const f = Math.fround;
  const waiting = scores.map((score, at) => ({ at, score, seen: 0 })).filter((c) => c.score > least);
  const kept: number[] = [];
  const own: number[] = [];
  while (kept.length < most && waiting.length > 0) {
    let best = 0;
    waiting.forEach((c, i) => {
      const top = waiting[best]!;
      if (c.score > top.score || (c.score === top.score && c.at < top.at)) best = i;
    });
    const [next] = waiting.splice(best, 1) as [(typeof waiting)[number]];
    const before = next.score;
    let out = false;
    for (let j = kept.length - 1; j >= next.seen && !out && next.score > least; j--) {
      const shared = overlapOf(next.at, kept[j]!);
      if (sigma > 0) next.score = f(next.score * f(Math.exp(f(f(-0.5 / sigma) * f(shared * shared)))));
      else if (shared > overlap) out = true;
    }
    next.seen = kept.length;
    if (out) continue;
    if (next.score === before) {
      kept.push(next.at);
      own.push(next.score);
    } else if (next.score > least) waiting.push(next);
  }
  return { kept, scores: own };
}
/** The places of at most `most` boxes, best scores (above `least`) first, that overlap no better one by more than `overlap`. */
export function separateBoxes(
  boxes: readonly Box[],
  scores: readonly number[],
  { most, overlap, least }: { readonly most: number; readonly overlap: number; readonly least: number },
): number[] {
  const order = scores.map((_, i) => i).filter((i) => scores[i]! > least);
  order.sort((i, j) => scores[j]! - scores[i]! || i - j);
  const kept: number[] = [];
  for (const i of order) {
    if (kept.length >= most) break;
    if (kept.every((j) => boxOverlap(boxes[i]!, boxes[j]!) <= overlap)) kept.push(i);
  }
  return kept;
}
