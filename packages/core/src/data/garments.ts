import { affine, Canvas, type Dice, drawImages, type Labelled, side } from './drawing';
import { garmentDrawers, type Pen, type Shade } from './garmentShapes';

// as in drawing.ts: globals are slow under jest
const { max, min, sign, sin } = Math;

export const garmentNames = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
] as const;

/** A base grey and a pattern that is stronger on some pieces: stripes either way, checks, or a gradient. */
function clothOf(dice: Dice): Shade {
  const base = dice.between(0.22, 0.85);
  const kind = dice.below(7);
  const period = dice.between(2.2, 5.5);
  const phase = dice.between(0, 6.3);
  const depth = dice.between(0.2, 0.7);
  const wave = (t: number): number => 1 + depth * sign(sin((t * 2 * Math.PI) / period + phase)) * 0.6;
  if (kind === 0) return (_, y) => base * wave(y);
  if (kind === 1) return (x) => base * wave(x);
  if (kind === 2) return (x, y) => base * wave(x) * wave(y);
  if (kind === 3) return (_, y) => base * (1 + depth * ((y - side / 2) / side));
  return () => base;
}

function garment(label: number, dice: Dice): Float32Array {
  const canvas = new Canvas();
  const cloth = clothOf(dice);
  const pen: Pen = {
    canvas,
    dice,
    cloth,
    tone: (factor) => (x, y) => min(1, cloth(x, y) * factor + (factor > 1 ? 0.08 : 0)),
    to: affine(dice, { turn: 0.07, scale: [0.82, 0.98], shear: 0.05, shift: 0.7 }),
  };
  garmentDrawers[label]!(pen);
  const { pixels } = canvas;
  const light = dice.between(0.75, 1.15);
  const grain = dice.between(0.02, 0.09);
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i]!;
    pixels[i] = value > 0.01 ? max(0.02, value * light * (1 + dice.spread(grain * 2))) : max(0, dice.spread(0.008));
  }
  if (dice.chance(0.08)) {
    // something in the way
    const [x, y] = [dice.below(side - 8), dice.below(side - 8)];
    canvas.polygon(
      [
        [x, y],
        [x + dice.between(4, 9), y],
        [x + 8, y + dice.between(4, 9)],
        [x, y + 8],
      ],
      dice.chance(0.5) ? 0 : dice.between(0.2, 0.8),
    );
  }
  return pixels;
}

/**
 * Draws ten kinds of garment by code, the classes of Fashion-MNIST, as a stand-in where no files are at hand: shapes with
 * random cut, pattern, brightness, slant, size and place. The same count and seed give the same images.
 *
 * ```ts
 * const { images, labels } = drawGarments(100); // uint8 [100, 28, 28] and [100]
 * ```
 */
export const drawGarments = (count: number, seed = 1): Labelled => drawImages(count, seed, garment);
