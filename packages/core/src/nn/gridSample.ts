import {
  add,
  cast,
  clamp,
  div,
  equal,
  floor,
  fmod,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  mul,
  round,
  sub,
  where,
} from '../ops/elementwise';
import { gather } from '../ops/indexing';
import { stopGradient } from '../ops/reduce';
import { expand, reshape, select } from '../ops/shape';
import { codecs } from '../tensor/dtype';
import { numel } from '../tensor/strides';
import { empty, type Tensor } from '../tensor/tensor';

export type GridMode = 'linear' | 'nearest' | 'cubic';
export type GridPadding = 'zeros' | 'border' | 'reflection';

/** Coordinates from [-1, 1] in places of an axis. */
const placeOf = (x: Tensor, size: number, alignCorners: boolean): Tensor =>
  alignCorners ? mul(div(add(x, 1), 2), size - 1) : div(sub(mul(add(x, 1), size), 1), 2);

/** Held inside the axis; on the ends and outside no gradient flows. */
function held(x: Tensor, size: number): Tensor {
  const inside = logicalAnd(greater(x, 0), less(x, size - 1));
  return where(inside, x, clamp(stopGradient(x), 0, size - 1));
}

/** Thrown back at the ends of the axis as often as it takes. */
function reflected(x: Tensor, size: number, alignCorners: boolean): Tensor {
  const low = alignCorners ? 0 : -0.5;
  const span = alignCorners ? size - 1 : size;
  if (span === 0) return mul(x, 0);
  const from = sub(x, low);
  const distance = where(less(from, 0), mul(from, -1), from);
  const extra = fmod(stopGradient(distance), span);
  const flips = floor(div(stopGradient(distance), span));
  const rest = add(sub(distance, stopGradient(distance)), extra);
  const even = equal(fmod(flips, 2), 0);
  return where(even, add(rest, low), add(sub(span, rest), low));
}

function padded(x: Tensor, size: number, padding: GridPadding, alignCorners: boolean): Tensor {
  if (padding === 'zeros') return x;
  return held(padding === 'border' ? x : reflected(x, size, alignCorners), size);
}

/** The weights of the four places around a coordinate, as tensors. */
function cubicTerms(t: Tensor): Tensor[] {
  const a = -0.75;
  const near = (x: Tensor): Tensor => add(mul(mul(sub(mul(x, a + 2), a + 3), x), x), 1);
  const far = (x: Tensor): Tensor => sub(mul(add(mul(sub(mul(x, a), 5 * a), x), 8 * a), x), 4 * a);
  return [far(add(t, 1)), near(t), near(sub(1, t)), far(sub(2, t))];
}

/**
 * Values of (n, c, ...) at the places that a grid (n, ..., axes) names, from -1 to 1 with the last axis first.
 * Gradients flow to both.
 */
export function gridSample(
  x: Tensor,
  grid: Tensor,
  mode: GridMode,
  padding: GridPadding,
  alignCorners: boolean,
): Tensor {
  const sizes = x.sizes.slice(2);
  const d = sizes.length;
  const [n, c] = x.sizes as [number, number];
  const count = numel(grid.sizes.slice(1, -1));
  const flat = reshape(x, [n, c, numel(sizes)]);
  // coordinate 0 of the grid belongs to the last axis
  const raw = sizes.map((size, a) => placeOf(reshape(select(grid, -1, d - 1 - a), [n, count]), size, alignCorners));

  /** Values at whole places; zeros outside the axes. */
  const at = (places: readonly Tensor[]): Tensor => {
    let inside: Tensor | null = null;
    let index: Tensor | null = null;
    places.forEach((p, a) => {
      const size = sizes[a]!;
      const ok = logicalAnd(greaterEqual(p, 0), lessEqual(p, size - 1));
      inside = inside === null ? ok : logicalAnd(inside, ok);
      const whole = cast(where(ok, p, 0), 'int64');
      index = index === null ? whole : add(mul(index, size), whole);
    });
    const index3 = expand(reshape(index!, [n, 1, count]), [n, c, count]);
    return where(expand(reshape(inside!, [n, 1, count]), [n, c, count]), gather(flat, index3, 2), 0);
  };
  const spread = (w: Tensor): Tensor => reshape(w, [n, 1, count]);
  const shape = [n, c, ...grid.sizes.slice(1, -1)];

  if (mode === 'nearest') {
    const places = raw.map((p, a) => round(stopGradient(padded(p, sizes[a]!, padding, alignCorners))));
    // a step has no slope: the grid's gradient is zero, not absent
    const flat0 = expand(spread(raw.reduce((a, b) => add(a, b))), [n, c, count]);
    return reshape(where(equal(stopGradient(flat0), stopGradient(flat0)), at(places), flat0), shape);
  }
  const places = mode === 'cubic' ? raw : raw.map((p, a) => padded(p, sizes[a]!, padding, alignCorners));
  const low = places.map((p) => floor(stopGradient(p)));
  const terms: (readonly (readonly [Tensor, Tensor])[])[] = places.map((p, a) => {
    const part = sub(p, low[a]!);
    if (mode === 'linear')
      return [
        [low[a]!, sub(1, part)],
        [add(low[a]!, 1), part],
      ];
    return cubicTerms(part).map((w, k) => {
      const place = add(low[a]!, k - 1);
      return [round(stopGradient(padded(place, sizes[a]!, padding, alignCorners))), w] as const;
    });
  });
  let out: Tensor | null = null;
  const visit = (axis: number, chosen: readonly Tensor[], weight: Tensor | null): void => {
    if (axis === d) {
      const piece = mul(at(chosen), spread(weight!));
      out = out === null ? piece : add(out, piece);
      return;
    }
    for (const [place, w] of terms[axis]!) visit(axis + 1, [...chosen, place], weight === null ? w : mul(weight, w));
  };
  visit(0, [], null);
  return reshape(out!, shape);
}

/** Homogeneous coordinates from -1 to 1 of each place of an image, last axis first: (1, places, axes + 1). */
export function affineBase(like: Tensor, sizes: readonly number[], alignCorners: boolean): Tensor {
  const d = sizes.length;
  const out = empty(like.family, [1, numel(sizes), d + 1], like.scalarType);
  const codec = codecs[like.scalarType];
  const coordinate = (i: number, size: number): number => {
    if (size <= 1) return 0;
    const at = -1 + (2 * i) / (size - 1);
    return alignCorners ? at : (at * (size - 1)) / size;
  };
  for (let p = 0; p < numel(sizes); p++) {
    let rest = p;
    for (let a = d - 1; a >= 0; a--) {
      codec.set(out.storage.array, p * (d + 1) + (d - 1 - a), coordinate(rest % sizes[a]!, sizes[a]!));
      rest = Math.floor(rest / sizes[a]!);
    }
    codec.set(out.storage.array, p * (d + 1) + d, 1);
  }
  return out;
}
