import { readJpeg } from './index';

// a picture of 6 x 4 pixels, its colours at half the size, written and read by TensorFlow
const file = new Uint8Array(
  Buffer.from(
    '/9j/4AAQSkZJRgABAQEBLAEsAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAEAAYDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAZEAEAAgMAAAAAAAAAAAAAAAAABAUGEzT/xAAUAQEAAAAAAAAAAAAAAAAAAAAB/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8Avg4xU6+cAh//2Q==',
    'base64',
  ),
);
const fast = [
  3, 7, 8, 9, 13, 14, 19, 23, 24, 31, 35, 36, 39, 43, 44, 44, 48, 49, 52, 56, 57, 58, 62, 63, 69, 73, 74, 80, 84, 85,
  88, 92, 93, 93, 97, 98, 115, 119, 120, 122, 126, 127, 132, 136, 137, 143, 147, 148, 152, 156, 157, 157, 161, 162, 156,
  160, 161, 163, 167, 168, 173, 177, 178, 184, 188, 189, 193, 197, 198, 198, 202, 203,
];
const accurate = [
  2, 6, 9, 9, 13, 16, 19, 23, 26, 30, 34, 37, 39, 43, 46, 44, 48, 51, 52, 56, 59, 58, 62, 65, 69, 73, 76, 80, 84, 87,
  88, 92, 95, 93, 97, 100, 116, 120, 123, 122, 126, 129, 132, 136, 139, 144, 148, 151, 152, 156, 159, 157, 161, 164,
  157, 161, 164, 163, 167, 170, 174, 178, 181, 185, 189, 192, 194, 198, 201, 199, 203, 206,
];

describe('JPEG files', () => {
  it.each([
    ['fast', fast],
    ['accurate', accurate],
  ] as const)('are read with the %s transform as TensorFlow reads them', (transform, pixels) => {
    const { width, height, channels, data } = readJpeg(file, transform);
    expect([width, height, channels]).toEqual([6, 4, 3]);
    expect([...data]).toEqual(pixels);
  });
  it('say what is wrong with them', () => {
    expect(() => readJpeg(file.subarray(0, file.length - 8))).toThrow('JPEG: the image data');
    expect(() => readJpeg(file.subarray(0, 100))).toThrow('JPEG: the file is cut off');
    expect(() => readJpeg(new Uint8Array(4))).toThrow('the mark at the start is missing');
    const progressive = file.slice();
    progressive[progressive.findIndex((v, i) => v === 0xff && progressive[i + 1] === 0xc0) + 1] = 0xc2;
    expect(() => readJpeg(progressive)).toThrow('progressive files are not supported');
  });
});
