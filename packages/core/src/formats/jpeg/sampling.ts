/** Samples of one component; `width` and `height` say how many of them count. */
export interface Plane {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

/** Twice as many columns: each new sample is three parts its nearest old one and one part the next. */
function twiceAcross(
  sums: Int32Array,
  out: Uint8ClampedArray,
  at: number,
  low: number,
  high: number,
  shift: number,
): void {
  const n = sums.length;
  for (let i = 0; i < n; i++) {
    const [left, here, right] = [sums[Math.max(0, i - 1)]!, sums[i]!, sums[Math.min(n - 1, i + 1)]!];
    out[at + 2 * i] = (3 * here + left + low) >> shift;
    out[at + 2 * i + 1] = (3 * here + right + high) >> shift;
  }
}

/** A plane with as many samples as the picture has pixels; smooth where the factor is 2, repeated otherwise. */
export function widened(plane: Plane, across: number, down: number): Plane {
  if (across === 1 && down === 1) return plane;
  const { data, stride, width, height } = plane;
  const [wide, tall] = [Math.ceil(width * across), Math.ceil(height * down)];
  const out = new Uint8ClampedArray(wide * tall);
  const sample = (x: number, y: number): number => data[Math.min(height - 1, Math.max(0, y)) * stride + x]!;
  const smooth = across === 1 ? down === 2 : across === 2 && down <= 2 && width > 2;
  for (let y = 0; y < tall; y++) {
    if (!smooth) {
      for (let x = 0; x < wide; x++) out[y * wide + x] = sample(Math.floor(x / across), Math.floor(y / down));
      continue;
    }
    const row = Math.floor(y / down);
    // the nearer row counts three times; the other is above for even rows, below for odd ones
    const other = y % 2 === 0 ? row - 1 : row + 1;
    const sums = Int32Array.from({ length: width }, (_, x) =>
      down === 1 ? sample(x, row) : 3 * sample(x, row) + sample(x, other),
    );
    if (across === 1) for (let x = 0; x < wide; x++) out[y * wide + x] = (sums[x]! + (y % 2 === 0 ? 1 : 2)) >> 2;
    else if (down === 2) twiceAcross(sums, out, y * wide, 8, 7, 4);
    else twiceAcross(sums, out, y * wide, 1, 2, 2);
  }
  return { data: out, stride: wide, width: wide, height: tall };
}
