import { FormatError, readGif } from './index';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const palette = '000000 ff0000 00ff00 0000ff';
// two by two pixels of the colours 1, 2, 3 and 1: clear, 1, 2, 3 in codes of three bits, 1 and the end in codes of four
const picture = (control = '', place = '00000000'): string => `${control} 2c ${place} 0200 0200 00 02 03 8c1605 00`;
const file = (...pictures: string[]): Uint8Array =>
  bytes(`474946383961 0200 0200 81 00 00 ${palette} ${pictures.join('')} 3b`);

it('reads pictures in their colours', () => {
  const { width, height, frames, data } = readGif(file(picture()));
  expect([width, height, frames]).toEqual([2, 2, 1]);
  expect([...data]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 0, 0]);
});
it('shows the picture before where one is clear or does not reach', () => {
  const { frames, data } = readGif(file(picture(), picture('21 f9 04 01 0000 02 00'), picture('', '01000100')));
  expect(frames).toBe(3);
  expect([...data.subarray(12, 24)]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 0, 0]);
  expect([...data.subarray(24)]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 0, 0]);
});
it.each([3, 12, 20, 28, 38, 41])('refuses a file of %d bytes', (length) => {
  expect(() => readGif(file(picture()).subarray(0, length))).toThrow(FormatError);
});
it('refuses more pixels than the data can hold', () => {
  const large = file(picture().replace('0200 0200', 'ffff ffff'));
  expect(() => readGif(large)).toThrow('the pixels are cut off');
});
