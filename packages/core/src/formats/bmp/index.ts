import { FormatError } from '../bytes';

/** Pixels of a bitmap: row by row from the top, channels in the order red, green, blue, alpha. */
export interface BmpImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}
const broken = (what: string): FormatError => new FormatError(`BMP: ${what}`);

/**
 * Reads a bitmap without compression: 8 bits a pixel as they are, 24 and 32 as colours.
 * @throws FormatError for what is not such a file, or is cut short.
 */
export function readBmp(bytes: Uint8Array): BmpImage {
  if (bytes[0] !== 0x42 || bytes[1] !== 0x4d) throw broken('the mark BM is missing');
  if (bytes.length < 34) throw broken('the header is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = view.getUint32(10, true);
  const [width, signed] = [view.getInt32(18, true), view.getInt32(22, true)];
  const height = Math.abs(signed);
  const bits = view.getUint16(28, true);
  const channels = ({ 8: 1, 24: 3, 32: 4 } as const)[bits as 8];
  if (channels === undefined) throw broken(`${bits} bits a pixel are not known, only 8, 24 and 32`);
  if (width <= 0 || height === 0) throw broken(`a size of ${width} x ${signed} is not possible`);
  const stride = Math.ceil((width * channels) / 4) * 4;
  if (from + stride * (height - 1) + width * channels > bytes.length) throw broken('the pixels are cut off');
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    // rows come from the bottom unless the height is below 0
    const row = from + (signed > 0 ? height - 1 - y : y) * stride;
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        // blue comes first in the file
        const at = channels > 1 && c < 3 ? 2 - c : c;
        data[(y * width + x) * channels + c] = bytes[row + x * channels + at]!;
      }
  }
  return { width, height, channels, data };
}

export { FormatError } from '../bytes';
