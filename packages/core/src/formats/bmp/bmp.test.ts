import { FormatError, readBmp } from './index';

function bitmap(width: number, height: number, bits: number, pixels: readonly number[]): Uint8Array {
  const out = new Uint8Array(54 + pixels.length);
  const view = new DataView(out.buffer);
  out.set([0x42, 0x4d]);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(28, bits, true);
  out.set(pixels, 54);
  return out;
}
it.each([
  ['rows from the bottom, blue first', 2, 24, [1, 2, 3, 0, 4, 5, 6, 0], [6, 5, 4, 3, 2, 1]],
  ['rows from the top', -2, 24, [1, 2, 3, 0, 4, 5, 6, 0], [3, 2, 1, 6, 5, 4]],
  ['an alpha channel', 1, 32, [1, 2, 3, 4], [3, 2, 1, 4]],
  ['bytes as they are', 1, 8, [7, 0, 0, 0], [7]],
])('reads %s', (_, height, bits, pixels, want) => {
  expect([...readBmp(bitmap(1, height, bits, pixels)).data]).toEqual(want);
});
it.each([
  ['cut pixels', bitmap(1, 2, 24, [1, 2, 3, 0, 4])],
  ['huge sizes', bitmap(2 ** 30, 2 ** 30, 24, [])],
  ['16 bits', bitmap(1, 1, 16, [1, 2, 0, 0])],
])('refuses %s', (_, file) => {
  expect(() => readBmp(file)).toThrow(FormatError);
});
