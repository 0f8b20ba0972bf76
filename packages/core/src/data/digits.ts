import { type Affine, affine, arc, Canvas, type Dice, drawImages, type Labelled, type Point, side } from './drawing';

// as in drawing.ts: globals are slow under jest
const { min, sin } = Math;

const tau = 2 * Math.PI;

/** The strokes of a digit in drawing coordinates; the pen's habits vary with the dice. */
function strokes(digit: number, dice: Dice): Point[][] {
  const w = (scale = 0.06): number => dice.spread(scale);
  switch (digit) {
    case 0: {
      const start = dice.between(-2.2, -0.8);
      return [arc(w(), w(), 0.42 + w(), 0.68 + w(), start, start + tau * dice.between(0.94, 1.03), 20)];
    }
    case 1: {
      const top: Point = [0.08 + w(), -0.7 + w()];
      const foot: Point = [w(0.1), 0.7 + w()];
      const lines: Point[][] = [[top, foot]];
      if (dice.chance(0.5)) lines.push([[top[0] - dice.between(0.12, 0.34), top[1] + dice.between(0.12, 0.3)], top]);
      if (dice.chance(0.25))
        lines.push([
          [foot[0] - 0.28 + w(), foot[1]],
          [foot[0] + 0.28 + w(), foot[1]],
        ]);
      return lines;
    }
    case 2: {
      const r = 0.4 + w();
      const head = arc(
        w(),
        -0.34 + w(),
        r,
        0.34 + w(),
        -Math.PI * dice.between(0.85, 1.05),
        dice.between(0.2, 0.6),
        12,
      );
      const corner: Point = [-0.45 + w(), 0.64 + w()];
      const end: Point = [0.5 + w(0.09), 0.62 + w(0.09)];
      if (dice.chance(0.35)) {
        const loop = arc(corner[0] + 0.12, corner[1] - 0.12, 0.13, 0.12, Math.PI * 0.6, Math.PI * 2.3, 8);
        return [[...head, ...loop, end]];
      }
      return [[...head, corner, end]];
    }
    case 3: {
      const top = arc(
        w(),
        -0.34 + w(),
        0.38 + w(),
        0.32 + w(0.04),
        -Math.PI * dice.between(0.75, 1),
        Math.PI * dice.between(0.35, 0.5),
        12,
      );
      const low = arc(
        w(),
        0.33 + w(),
        0.43 + w(),
        0.36 + w(0.04),
        -Math.PI * dice.between(0.4, 0.5),
        Math.PI * dice.between(0.7, 0.95),
        12,
      );
      return dice.chance(0.3)
        ? [[[-0.4, -0.66 + w()], [0.36 + w(), -0.66 + w()], [0 + w(), -0.08], ...low]]
        : [[...top, ...low]];
    }
    case 4: {
      const bar = 0.2 + w(0.08);
      const stem = 0.24 + w(0.08);
      const open = dice.chance(0.55);
      const left: Point = [-0.46 + w(), bar + (open ? w(0.04) : 0)];
      const top: Point = open ? [-0.34 + w(), -0.62 + w()] : [stem + w(0.03), -0.7 + w()];
      return [
        [top, left, [0.5 + w(), bar + w(0.05)]],
        [
          [stem + w(0.04), open ? -0.55 + w(0.12) : -0.66],
          [stem + w(), 0.72 + w()],
        ],
      ];
    }
    case 5: {
      const x = -0.3 + w();
      const belly = arc(
        -0.02 + w(),
        0.27 + w(),
        0.42 + w(),
        0.4 + w(0.04),
        -Math.PI * dice.between(0.7, 0.85),
        Math.PI * dice.between(0.65, 0.9),
        14,
      );
      return [
        [[x + w(0.03), -0.66 + w(0.04)], ...belly],
        [
          [x, -0.66 + w(0.03)],
          [0.4 + w(0.09), -0.68 + w(0.06)],
        ],
      ];
    }
    case 6: {
      const r = 0.36 + w(0.05);
      const ring = arc(w(), 0.34 + w(0.04), r, 0.34 + w(0.04), -Math.PI, Math.PI * dice.between(0.85, 1.05), 16);
      const top: Point = [0.28 + w(0.1), -0.7 + w()];
      return [[top, [-0.16 + w(), -0.34 + w()], ...ring]];
    }
    case 7: {
      const corner: Point = [0.42 + w(), -0.6 + w()];
      const knee: Point = [0.12 + w(0.09), 0.05 + w(0.09)];
      const lines: Point[][] = [[[-0.42 + w(), -0.58 + w(0.08)], corner, knee, [-0.1 + w(0.1), 0.7 + w()]]];
      if (dice.chance(0.35))
        lines.push([
          [-0.2 + w(), 0.04 + w()],
          [0.36 + w(), 0 + w()],
        ]);
      return lines;
    }
    case 8: {
      const [a, b] = [0.3 + w(0.05), 0.38 + w(0.05)];
      const y = -0.02 + w(0.05);
      return [
        arc(w(0.04), y - 0.33, a, 0.33, Math.PI / 2, Math.PI / 2 + tau, 16),
        arc(w(0.04), y + 0.34, b, 0.35, -Math.PI / 2, tau - Math.PI / 2, 16),
      ];
    }
    default: {
      const ring = arc(
        -0.04 + w(0.04),
        -0.3 + w(0.04),
        0.35 + w(0.05),
        0.34 + w(0.04),
        dice.between(-0.4, 0.1),
        tau * 0.97,
        16,
      );
      const join: Point = [0.31 + w(0.03), -0.3 + w()];
      const tail: Point[] = dice.chance(0.5)
        ? [[0.28 + w(0.06), 0.7 + w()]]
        : [
            [0.26 + w(), 0.35 + w()],
            [-0.2 + w(0.1), 0.66 + w()],
          ];
      return [[...ring, join, ...tail]];
    }
  }
}

/** Bends the plane a little, as a hand does. */
function wobble(dice: Dice, to: Affine): Affine {
  const [ax, ay] = [dice.spread(0.06), dice.spread(0.06)];
  const [px, py] = [dice.between(0, 6.3), dice.between(0, 6.3)];
  return ([x, y]) => to([x + ax * sin(2.6 * y + px), y + ay * sin(2.6 * x + py)]);
}

function digit(label: number, dice: Dice): Float32Array {
  const canvas = new Canvas();
  const to = wobble(dice, affine(dice, { turn: 0.11, scale: [0.76, 0.92], shear: 0.16, shift: 0.6 }));
  const radius = dice.between(0.6, 1.55);
  const ink = dice.between(0.75, 1);
  for (const line of strokes(label, dice)) canvas.stroke(line.map(to), radius, ink);
  const { pixels } = canvas;
  for (let i = 0; i < side * side; i++) if (pixels[i]! > 0.02) pixels[i] = min(1, pixels[i]! * (1 + dice.spread(0.06)));
  return pixels;
}

export const digitNames = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/**
 * Draws digits by code, as a stand-in for MNIST where no files are at hand: strokes with a shaky hand, random slant,
 * width, size and place. The same count and seed give the same images.
 *
 * ```ts
 * const { images, labels } = drawDigits(100); // uint8 [100, 28, 28] and [100]
 * ```
 */
export const drawDigits = (count: number, seed = 1): Labelled => drawImages(count, seed, digit);
