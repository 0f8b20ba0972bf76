import { Inflate, Unzlib } from 'fflate';
import { concatBytes, FormatError } from './bytes';

/**
 * Unpacks deflated data (raw, or in a zlib wrapping) that must give exactly `size` bytes; piece by piece, so that data
 * which turns out larger than declared stops at once.
 */
export function inflateExactly(
  packed: Uint8Array,
  size: number,
  what: string,
  wrapping: 'raw' | 'zlib' = 'raw',
): Uint8Array {
  const parts: Uint8Array[] = [];
  let total = 0;
  let finished = false;
  const stream = new (wrapping === 'raw' ? Inflate : Unzlib)((chunk, final) => {
    total += chunk.length;
    finished ||= final;
    if (total > size) throw new FormatError(`${what} unpacks to more than its ${size} bytes`);
    parts.push(chunk);
  });
  try {
    const step = 16384;
    for (let at = 0; at < packed.length && !finished; at += step) {
      stream.push(packed.subarray(at, at + step), at + step >= packed.length);
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`${what} cannot be unpacked (${(error as Error).message})`);
  }
  if (total !== size) throw new FormatError(`${what} unpacks to ${total} bytes, not the ${size} declared`);
  return concatBytes(parts);
}
