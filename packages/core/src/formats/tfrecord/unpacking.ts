import { Gunzip, Unzlib } from 'fflate';
import { crc32, FormatError } from '../bytes';

export type Compression = '' | 'GZIP' | 'ZLIB';

/** What zlib says where it cannot go on. */
const words: Readonly<Record<string, string>> = {
  'invalid gzip data': 'incorrect header check',
  'invalid zlib data': 'incorrect header check',
  'invalid distance': 'invalid distance too far back',
  'invalid length/literal': 'invalid literal/length code',
};
const failure = (what: string): FormatError => new FormatError(`inflate() failed with error -3: ${what}`);

function adler32(bytes: Uint8Array, seed: number): number {
  let [a, b] = [seed & 0xffff, seed >>> 16];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

/**
 * The unpacked data piece by piece, as they are asked for: what would unpack to more than anybody reads takes no memory.
 * Data that end early end here too.
 * @throws FormatError in zlib's words for data that are damaged.
 */
export function* pieces(
  file: Uint8Array,
  compression: Exclude<Compression, ''>,
): Generator<Uint8Array, void, undefined> {
  const gzip = compression === 'GZIP';
  let ready: Uint8Array[] = [];
  const take = (piece: Uint8Array): void => void (piece.length > 0 && ready.push(piece));
  const stream = gzip ? new Gunzip(take) : new Unzlib(take);
  let sum = gzip ? 0 : 1;
  let total = 0;
  // small steps at first: a header alone says whether this is packed at all
  const step = 65536;
  for (let at = 0; at < file.length; at += step) {
    try {
      stream.push(file.subarray(at, at + step), false);
    } catch (error) {
      const { message } = error as Error;
      throw failure(words[message] ?? message);
    }
    for (const piece of ready) {
      sum = gzip ? crc32(piece, sum) : adler32(piece, sum);
      total += piece.length;
    }
    const last = at + step >= file.length;
    if (last && ended(stream)) checkEnd(file, gzip, sum, total);
    yield* ready;
    ready = [];
  }
}
/** The checksum at the end, as far as it is there. */
function checkEnd(file: Uint8Array, gzip: boolean, sum: number, total: number): void {
  const end = new DataView(new ArrayBuffer(gzip ? 8 : 4));
  end.setUint32(0, sum, gzip);
  if (gzip) end.setUint32(4, total >>> 0, true);
  const wanted = new Uint8Array(end.buffer);
  const ends = (n: number): boolean =>
    n <= file.length && wanted.subarray(0, n).every((byte, i) => file[file.length - n + i] === byte);
  // of a checksum that is cut off, what is there counts
  for (let n = wanted.length; n > 0; n--) if (ends(n)) return;
  const own = file.subarray(-wanted.length);
  const sumFits = gzip && wanted.subarray(0, 4).every((byte, i) => own[i] === byte);
  throw failure(sumFits ? 'incorrect length check' : 'incorrect data check');
}
/** Whether the last block has been read to its end, which the unpacker knows but does not say. */
function ended(stream: Gunzip | Unzlib): boolean {
  const { s, v } = stream as unknown as { s?: { f?: number; l?: unknown }; v?: number };
  // after a member the packed data are looked through for another one
  return (Boolean(s?.f) && !s?.l) || (v ?? 0) > 1;
}
