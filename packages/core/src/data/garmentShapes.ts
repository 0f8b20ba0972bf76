import { type Affine, arc, type Canvas, type Dice, type Point } from './drawing';

// as in drawing.ts: globals are slow under jest
const { cos, max, sin } = Math;

export type Shade = (x: number, y: number) => number;

/** What a garment is drawn with. */
export interface Pen {
  readonly canvas: Canvas;
  readonly dice: Dice;
  readonly to: Affine;
  /** The cloth: a grey with perhaps a pattern. */
  readonly cloth: Shade;
  /** A part of the cloth lighter or darker by this factor. */
  tone(factor: number): Shade;
}

const fill = (pen: Pen, points: readonly Point[], shade: Shade | number): void =>
  pen.canvas.polygon(points.map(pen.to), shade);

/** The left half of an outline from the top down, closed by its mirror image. */
const mirrored = (half: readonly Point[]): Point[] => [
  ...half,
  ...[...half].reverse().map(([x, y]) => [-x, y] as const),
];

const band = (x0: number, y0: number, x1: number, y1: number): Point[] => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];

/** Torso and two sleeves: what T-shirt, pullover, coat and shirt have in common. */
function upper(
  pen: Pen,
  o: { waist: number; length: number; sleeve: number; flare: number; width: number; spreadOut: number },
): void {
  const { dice } = pen;
  const shoulder = 0.5 * o.width;
  const top = -0.72;
  const hem = top + o.length;
  fill(
    pen,
    mirrored([
      [-0.16, top],
      [-shoulder, top + 0.1],
      [-o.waist, 0],
      [-o.waist - o.flare, hem],
      [0, hem + dice.between(0, 0.04)],
    ]),
    pen.cloth,
  );
  const sleeveShade = pen.tone(dice.between(0.82, 1.05));
  for (const mirror of [-1, 1]) {
    const angle = o.spreadOut + dice.spread(0.08);
    const [dx, dy] = [sin(angle) * o.sleeve, cos(angle) * o.sleeve];
    const cuff = 0.17 + dice.spread(0.02);
    const sleeve: Point[] = [
      [shoulder - 0.06, top + 0.07],
      [shoulder + 0.08, top + 0.14],
      [shoulder + 0.04 + dx + cuff * 0.4, top + 0.1 + dy],
      [shoulder + 0.04 + dx - cuff * 0.7, top + 0.16 + dy],
      [shoulder - 0.08, top + 0.44],
    ];
    fill(
      pen,
      sleeve.map(([x, y]) => [x * mirror, y] as const),
      sleeveShade,
    );
  }
}

const neck = (pen: Pen, width: number, depth: number): void =>
  fill(pen, arc(0, -0.75, width, depth, 0, Math.PI, 8), pen.dice.chance(0.6) ? 0 : pen.tone(0.35));

const collar = (pen: Pen, size: number): void => {
  for (const m of [-1, 1])
    fill(
      pen,
      [
        [0, -0.74],
        [m * size, -0.8],
        [m * size * 0.9, -0.6],
        [m * 0.03, -0.52],
      ],
      pen.tone(1.45),
    );
};

/** A dark line, or a row of light buttons, down the front. */
function front(pen: Pen, from: number, to: number, buttons: boolean): void {
  const { dice } = pen;
  fill(pen, band(-0.025, from, 0.025, to), pen.tone(buttons ? 0.75 : 0.3));
  if (!buttons) return;
  const count = 4 + dice.below(3);
  for (let i = 0; i < count; i++)
    fill(pen, arc(0, from + ((to - from) * (i + 0.5)) / count, 0.05, 0.045, 0, 6.2, 6), pen.tone(1.7));
}

function tShirt(pen: Pen): void {
  const { dice } = pen;
  upper(pen, {
    waist: dice.between(0.36, 0.46),
    length: dice.between(1.28, 1.5),
    sleeve: dice.between(0.25, 0.48),
    flare: dice.spread(0.03),
    width: dice.between(0.92, 1.1),
    spreadOut: dice.between(0.5, 0.85),
  });
  neck(pen, dice.between(0.15, 0.25), dice.between(0.1, 0.26));
  if (dice.chance(0.4))
    fill(
      pen,
      band(-0.2, -0.3 + dice.spread(0.05), 0.2, dice.between(-0.1, 0.15)),
      pen.tone(dice.chance(0.5) ? 1.6 : 0.5),
    );
}

function trouser(pen: Pen): void {
  const { dice } = pen;
  const hip = dice.between(0.28, 0.4);
  const gap = dice.between(0.02, 0.12);
  const cuff = dice.between(0.13, 0.28);
  const foot = dice.between(0.05, 0.2);
  const end = dice.chance(0.15) ? dice.between(0.2, 0.4) : dice.between(0.78, 0.92);
  for (const m of [-1, 1]) {
    const leg: Point[] = [
      [0, -0.85],
      [hip * 0.85, -0.85],
      [hip, -0.45],
      [foot + cuff, end],
      [foot, end],
      [gap * 0.3, -0.25],
    ];
    fill(
      pen,
      leg.map(([x, y]) => [x * m, y] as const),
      pen.cloth,
    );
  }
  fill(pen, band(-hip * 0.85, -0.87, hip * 0.85, -0.77), pen.tone(dice.between(0.6, 1.4)));
}

function pullover(pen: Pen): void {
  const { dice } = pen;
  const waist = dice.between(0.36, 0.47);
  const length = dice.between(1.25, 1.5);
  upper(pen, {
    waist,
    length,
    sleeve: dice.between(0.95, 1.25),
    flare: dice.spread(0.03),
    width: dice.between(0.92, 1.1),
    spreadOut: dice.between(0.12, 0.34),
  });
  neck(pen, dice.between(0.13, 0.22), dice.between(0.08, 0.15));
  const ribs = pen.tone(dice.between(0.55, 0.8));
  fill(pen, band(-waist, -0.72 + length - 0.12, waist, -0.72 + length + 0.02), ribs);
  if (dice.chance(0.25)) fill(pen, band(-0.2, -0.82, 0.2, -0.68), pen.tone(1.25));
}

function dress(pen: Pen): void {
  const { dice } = pen;
  const top = dice.between(0.2, 0.32);
  const waist = dice.between(0.17, 0.28);
  const hem = dice.between(0.3, 0.62);
  const at = dice.between(-0.3, -0.05);
  const end = dice.between(0.72, 0.92);
  fill(
    pen,
    mirrored([
      [-top * 0.45, -0.86],
      [-top, -0.8],
      [-top * 0.95, -0.5],
      [-waist, at],
      [-hem, end],
      [0, end + 0.03],
    ]),
    pen.cloth,
  );
  fill(pen, arc(0, -0.88, top * 0.5, dice.between(0.12, 0.3), 0, Math.PI, 8), 0);
  const sleeves = dice.below(3);
  for (const m of sleeves ? [-1, 1] : []) {
    const reach = sleeves === 1 ? 0.28 : dice.between(0.6, 0.85);
    fill(
      pen,
      [
        [m * top * 0.8, -0.82],
        [m * (top + 0.08), -0.72],
        [m * (top + 0.1 + reach * 0.25), -0.7 + reach],
        [m * (top + reach * 0.25 - 0.03), -0.66 + reach],
        [m * top * 0.85, -0.42],
      ],
      pen.tone(0.9),
    );
  }
  if (dice.chance(0.4))
    fill(pen, band(-waist - 0.02, at - 0.05, waist + 0.02, at + 0.05), pen.tone(dice.chance(0.5) ? 0.4 : 1.6));
}

function coat(pen: Pen): void {
  const { dice } = pen;
  const length = dice.between(1.42, 1.68);
  upper(pen, {
    waist: dice.between(0.36, 0.46),
    length,
    sleeve: dice.between(1.0, 1.28),
    flare: dice.between(0, 0.1),
    width: dice.between(0.92, 1.1),
    spreadOut: dice.between(0.1, 0.3),
  });
  const opening = dice.between(-0.35, -0.1);
  fill(
    pen,
    [
      [-0.17, -0.76],
      [0.17, -0.76],
      [0, opening],
    ],
    pen.tone(dice.between(0.25, 0.5)),
  );
  for (const m of [-1, 1])
    fill(
      pen,
      [
        [m * 0.1, -0.78],
        [m * 0.26, -0.7],
        [m * 0.2, -0.45],
        [m * 0.01, opening],
      ],
      pen.tone(1.3),
    );
  front(pen, opening, -0.72 + length, dice.chance(0.3));
  if (dice.chance(0.35)) fill(pen, band(-0.42, 0.02, 0.42, 0.12), pen.tone(0.55));
}

function shirt(pen: Pen): void {
  const { dice } = pen;
  const long = dice.chance(0.65);
  const length = dice.between(1.3, 1.55);
  upper(pen, {
    waist: dice.between(0.36, 0.46),
    length,
    sleeve: long ? dice.between(0.95, 1.25) : dice.between(0.3, 0.52),
    flare: dice.spread(0.04),
    width: dice.between(0.92, 1.1),
    spreadOut: long ? dice.between(0.12, 0.36) : dice.between(0.5, 0.8),
  });
  collar(pen, dice.between(0.17, 0.26));
  front(pen, -0.52, -0.74 + length, true);
  if (dice.chance(0.4)) fill(pen, band(0.12, -0.35, 0.3, -0.12), pen.tone(0.75));
}

/** Shoes look to either side. */
const facing = (pen: Pen): ((points: readonly Point[]) => Point[]) => {
  const m = pen.dice.chance(0.7) ? -1 : 1;
  return (points) => points.map(([x, y]) => [x * m, y] as const);
};

function sandal(pen: Pen): void {
  const { dice } = pen;
  const turn = facing(pen);
  const heel = dice.chance(0.4) ? dice.between(0.3, 0.6) : dice.between(0.02, 0.15);
  const thick = dice.between(0.07, 0.18);
  const heelTop = 0.5 - heel;
  fill(
    pen,
    turn([
      [-0.85, heelTop],
      [-0.25, heelTop + heel * 0.35],
      [0.3, 0.46],
      [0.85, 0.46],
      [0.85, 0.46 + thick],
      [0.25, 0.5 + thick],
      [-0.35, heelTop + heel * 0.5 + thick],
      [-0.85, heelTop + thick],
    ]),
    pen.cloth,
  );
  if (heel > 0.2)
    fill(
      pen,
      turn([
        [-0.86, heelTop],
        [-0.6, heelTop],
        [-0.74, 0.6],
        [-0.84, 0.6],
      ]),
      pen.tone(0.8),
    );
  const straps = 1 + dice.below(3);
  for (let i = 0; i < straps; i++) {
    const x = 0.45 - i * dice.between(0.2, 0.34);
    const y = 0.48 - max(0, (0.2 - x) * heel * 0.6);
    const high = dice.between(0.2, 0.4);
    const w = dice.between(0.04, 0.08);
    fill(
      pen,
      turn([
        [x + 0.28, y],
        [x + 0.06 + w, y - high],
        [x - 0.06, y - high - 0.02],
        [x - 0.08, y - high + 0.08],
        [x + 0.18 - w, y],
      ]),
      pen.tone(1.2),
    );
  }
  if (dice.chance(0.7)) {
    const y = heelTop - dice.between(0.25, 0.45);
    fill(
      pen,
      turn([
        [-0.84, heelTop],
        [-0.84, y],
        [-0.35, y - 0.08],
        [-0.3, y],
        [-0.76, y + 0.1],
        [-0.76, heelTop],
      ]),
      pen.tone(1.1),
    );
  }
}

function sneaker(pen: Pen): void {
  const { dice } = pen;
  const turn = facing(pen);
  const top = dice.between(-0.3, -0.08);
  const toe = dice.between(0.08, 0.24);
  const sole = dice.between(0.44, 0.5);
  fill(
    pen,
    turn([
      [-0.86, sole],
      [-0.88, top + 0.08],
      [-0.7, top - 0.04],
      [-0.45, top + 0.12],
      [-0.15, top + 0.02],
      [0.3, toe - 0.06],
      [0.75, toe + 0.08],
      [0.9, sole],
    ]),
    pen.cloth,
  );
  fill(
    pen,
    turn([
      [-0.88, sole - 0.02],
      [0.9, sole - 0.02],
      [0.88, sole + dice.between(0.1, 0.18)],
      [-0.86, sole + 0.13],
    ]),
    pen.tone(dice.chance(0.7) ? 1.7 : 0.5),
  );
  const laces = 3 + dice.below(2);
  for (let i = 0; i < laces; i++) {
    const x = -0.12 + i * 0.14;
    const y = top + 0.06 + i * 0.07;
    fill(
      pen,
      turn([
        [x, y],
        [x + 0.06, y],
        [x - 0.02, y + 0.18],
        [x - 0.08, y + 0.16],
      ]),
      pen.tone(1.5),
    );
  }
  if (dice.chance(0.5))
    fill(
      pen,
      turn([
        [-0.5, 0.3],
        [0.05, 0.02],
        [0.12, 0.08],
        [-0.35, 0.38],
      ]),
      pen.tone(dice.chance(0.5) ? 0.35 : 1.7),
    );
}

function bag(pen: Pen): void {
  const { dice } = pen;
  const [w, taper] = [dice.between(0.5, 0.85), dice.between(-0.12, 0.14)];
  const top = dice.between(-0.35, 0.05);
  const end = dice.between(0.5, 0.78);
  const handle = dice.between(0.25, 0.6);
  const [rx, thick] = [dice.between(0.2, w * 0.8), dice.between(0.06, 0.1)];
  if (dice.chance(0.85)) {
    fill(
      pen,
      [
        ...arc(0, top + 0.02, rx, handle, Math.PI, 2 * Math.PI, 10),
        ...arc(0, top + 0.02, rx - thick, handle - thick, 2 * Math.PI, Math.PI, 10),
      ],
      pen.tone(1.15),
    );
  }
  fill(
    pen,
    mirrored([
      [0, top],
      [-w + taper, top],
      [-w, top + 0.1],
      [-w, end - 0.1],
      [-w + 0.06, end],
      [0, end],
    ]),
    pen.cloth,
  );
  const style = dice.below(3);
  if (style === 0)
    fill(
      pen,
      [
        [-w + taper, top],
        [w - taper, top],
        [w * 0.8, top + (end - top) * 0.5],
        [-w * 0.8, top + (end - top) * 0.5],
      ],
      pen.tone(0.75),
    );
  if (style === 1) fill(pen, band(-w, top + 0.12, w, top + 0.18), pen.tone(0.4));
  if (dice.chance(0.5))
    fill(pen, arc(0, top + (end - top) * dice.between(0.3, 0.6), 0.09, 0.08, 0, 6.2, 8), pen.tone(1.8));
}

function ankleBoot(pen: Pen): void {
  const { dice } = pen;
  const turn = facing(pen);
  const top = dice.between(-0.85, -0.45);
  const shaft = dice.between(-0.2, 0.02);
  const heel = dice.chance(0.5) ? dice.between(0.12, 0.3) : 0.05;
  const floor = 0.66;
  const sole = floor - heel * 0.5 - 0.08;
  fill(
    pen,
    turn([
      [-0.72, sole],
      [-0.68, top],
      [shaft, top - dice.spread(0.04)],
      [shaft + 0.06, -0.1],
      [0.4, 0.16],
      [0.78, 0.3],
      [0.86, floor - 0.1],
      [0.2, floor - 0.08],
    ]),
    pen.cloth,
  );
  fill(
    pen,
    turn([
      [-0.74, sole],
      [0.1, sole + heel * 0.3],
      [0.86, floor - 0.1],
      [0.86, floor],
      [0.1, floor - 0.02],
      [-0.3, sole + 0.1],
      [-0.74, sole + 0.08],
    ]),
    pen.tone(0.55),
  );
  fill(
    pen,
    turn([
      [-0.74, sole],
      [-0.38, sole],
      [-0.42, floor],
      [-0.72, floor],
    ]),
    pen.tone(0.6),
  );
  const style = dice.below(3);
  if (style === 0) fill(pen, turn(band(-0.7, -0.05, shaft + 0.1, 0.06)), pen.tone(1.6));
  if (style === 1)
    for (let i = 0; i < 4; i++)
      fill(pen, turn(band(shaft - 0.18, top + 0.1 + i * 0.16, shaft + 0.02, top + 0.15 + i * 0.16)), pen.tone(1.7));
}

/** One drawer for each class, in the order of the labels. */
export const garmentDrawers = [tShirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankleBoot] as const;
