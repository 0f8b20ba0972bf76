import type { PngImage } from './index';

/** Pixels of 8 bits with other channels: grey from the weighted colours (as libpng weighs them), alpha opaque. */
export function withChannels(
  { data, channels, depth }: Pick<PngImage, 'data' | 'channels' | 'depth'>,
  wanted: number,
): Uint8Array<ArrayBuffer> {
  const eight = depth === 16 ? Uint8Array.from(data, (v) => v >> 8) : (data as Uint8Array<ArrayBuffer>);
  if (channels === wanted) return new Uint8Array(eight);
  const count = eight.length / channels;
  const out = new Uint8Array(count * wanted);
  const [colours, alpha] = [channels >= 3, channels % 2 === 0];
  for (let i = 0; i < count; i++) {
    const at = i * channels;
    const to = i * wanted;
    const [r, g, b] = colours ? [eight[at]!, eight[at + 1]!, eight[at + 2]!] : [eight[at]!, eight[at]!, eight[at]!];
    if (wanted >= 3) out.set([r, g, b], to);
    else out[to] = colours ? (9797 * r + 19234 * g + 3737 * b) >> 15 : r;
    if (wanted % 2 === 0) out[to + wanted - 1] = alpha ? eight[at + channels - 1]! : 255;
  }
  return out;
}
