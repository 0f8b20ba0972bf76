import { readShared, whenShared } from '../testing';
import { type PngImage, readPng, writePng } from './index';

const image = (channels: 1 | 2 | 3 | 4, depth: 8 | 16, width = 5, height = 4): PngImage => {
  const length = width * height * channels;
  const data = depth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  for (let i = 0; i < length; i++) data[i] = (i * 7919 + channels) % (depth === 8 ? 256 : 65536);
  return { width, height, channels, depth, data };
};

describe.each([1, 2, 3, 4] as const)('%s channels', (channels) => {
  it.each([8, 16] as const)('round-trip at %s bits', (depth) => {
    const original = image(channels, depth);
    expect(readPng(writePng(original))).toEqual(original);
  });
});

// random pixels, all filters; what TensorFlow's decoder (libpng) makes of each file comes last
const recorded: [string, number, number, string, string][] = [
  [
    '1-bit grey',
    1,
    8,
    'iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAQAAAACh4ct1AAAAB0lEQVR42mPiYaphoNhatQAAAAtJREFUqWJpYUgBAAh4AffGplZaAAAAAElFTkSuQmCC',
    'AAAAAP//AP8AAAD/AAAAAAAAAAD//wAAAAD//wD//wAA/wA=',
  ],
  [
    'interlaced 2-bit grey',
    1,
    8,
    'iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAgAAAAGRRoEzAAAAB0lEQVR42mNoYG5g+29EAQAAABlJREFUaGBcwMTA0sGiw3SBcQdTrQKTxx8AROMGU6SNg2IAAAAASUVORK5CYII=',
    'qgCqqqr/qlX//1UAqgCq/wD/qv8A/wBVVQBV/6qqqv8Aqqo=',
  ],
  [
    'interlaced 16-bit grey',
    1,
    16,
    'iVBORw0KGgoAAAANSUhEUgAAAAYAAAAFEAAAAAFkpC7vAAAAB0lEQVR42gFHALj/H8n4KAAAAEtJREFUBOg2AIxOA4/LZ7kEoqkC5fIC/6dcOPvVAvnv9UWVAAMx1lxaKhsCS15p0NALBPCu3g99Re6fiGWa0wLIUVKSaxzY8dt+XzqbMyGk78n99QAAAABJRU5ErkJggg==',
    'Nujv+amiRfVOjACVrvC9zgJLoTkGwdlbp/9NrThcoy3V+2yL/7hPIB62khGEnBO6y4+r+JuHc5Yerndb',
  ],
  [
    'interlaced RGB',
    3,
    8,
    'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAAG+VlKBAAAAB0lEQVR42gFEALv/JlEEBQAAAEhJREFUBLKMsAK59JAC5rqrAXNUG+mjSFfLwQPRs1jg/DkD3N92zI5rBCjVV6/FMzfKx9P4H3u5gQRApGgpOhCObbDeQUnUhbypCiJXwjvbTwAAAABJRU5ErkJggg==',
    'soyw0bNY5rqrSFVlufSQKNVX15qKDmRR4VxwXBXxc1QbRDiiXPdjEtTus8IkaHm/ALPPjtE6vxKaMJet',
  ],
  [
    '16-bit RGB',
    3,
    16,
    'iVBORw0KGgoAAAANSUhEUgAAAAMAAAAEEAIAAACU384TAAAAB0lEQVR42gFMALP/Kzym4gAAAFBJREFUAb0n71hIwpMd1J+sexWzgR86RANVsolQnyG2vUU1bapYBEvtoHsA3QVz4vyglT71isJyxI1RbIUHAJoC/huAjNS7ChKjZ51v+8eSojk1JChNCw5lAAAAAElFTkSuQmCC',
    'J71Y78JIRFD3wz3092UWRIEuxbN8AILDQTfupglIoKZvwMDbBd3ic6D8PpWK9XLCjcRsUQeFApob/oyAu9QSCmejb53H+6KS',
  ],
  [
    '2-bit palette',
    3,
    8,
    'iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAgMAAAD09B5LAAAADFBMVEWCtw7ufxpQOb7wfsK5RugCAAAAB0lEQVR42mO5MYO5HCY5qwAAABBJREFUupBh1geWBjbGl/IALa4FgfzQEaQAAAAASUVORK5CYII=',
    '8H7C7n8aUDm+grcO7n8a8H7CgrcO8H7CUDm+7n8a8H7CgrcO7n8a8H7CUDm+7n8aUDm+UDm+8H7C8H7CgrcOgrcO7n8aUDm+UDm+UDm+UDm+grcO8H7CUDm+UDm+7n8agrcOgrcOUDm+',
  ],
  [
    'interlaced palette with transparency',
    4,
    8,
    'iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAgMAAAGD8y7dAAAADFBMVEWCtw7ufxpQOb7wfsK5RugCAAAAA3RSTlP/gAB/bWh4AAAAB0lEQVR42mNmYDjAIYdqCAAAABlJREFUYMDwgdGAZTnDH8Y7TC7MOWGMc2oASPYGvYEltfEAAAAASUVORK5CYII=',
    'grcO//B+wv/wfsL/8H7C//B+wv/wfsL/8H7C/+5/GoBQOb4A8H7C/4K3Dv9QOb4AgrcO//B+wv9QOb4A8H7C/1A5vgDufxqA7n8agPB+wv/wfsL/UDm+AO5/GoDwfsL/grcO/4K3Dv/ufxqAUDm+AIK3Dv+Ctw7/grcO/1A5vgDwfsL/grcO//B+wv8=',
  ],
  [
    'interlaced grey with alpha',
    2,
    8,
    'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAQAAAFQYd74AAAAB0lEQVR42gE9AML/zpsprAAAAEFJREFUAzzMAfq0AaU3lvME3S4DrTYCgpG+6EMJAUQFXfUCAHMmYQLLTBQXBL8ch3oH/iPysPIC7w/MmPJUCkHMfd5hGNNsy8ReAAAAAElFTkSuQmCC',
    'PMxEBd0uofr6tL8cRpZNlHCGIHiCkUR4vujHW0MJrisSLj/oesfs9aU3D8QbTdtyOyo=',
  ],
  [
    'interlaced RGBA',
    4,
    8,
    'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAYAAAExNMXWAAAAB0lEQVR42gFYAKf/2umxfwAAAFxJREFUAMXBRbcEZ2QU+gNuXMogAjiOUpKwvKEePKaV6ACX3bkSMRIQXwMtopoHt9huGAD2sgDa8Jnbpe7sM2JPUSS/xfBNggP/+hH5VwCySD3uMVg1GOEYlLsissDBKDuZMBnZAAAAAElFTkSuQmCC',
    'xcFFt5fduRJuXMogMRIQX2dkFPr2sgDa8Jnbpe7sM2JPUSS/xfBNgjiOUpJ4EPYQsLyhHgvp8U88ppXoelMRZgx2KM26n17vuZAi71N7WWo=',
  ],
  [
    'grey with a transparent shade',
    2,
    8,
    'iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAgAAAADmQbGlAAAAAnRSTlMAApidrBQAAAAHSURBVHjaY74ixlIlR5yLAAAAEElEQVSwgvHLASb1CoYpFwAqEgXEOd65sAAAAABJRU5ErkJggg==',
    '//9V/1X/AP+qAAD/AP9V/wD/Vf8A////qgD///////9V/wD/qgD//1X/AP9V/6oA//8A/6oA//+qAFX/Vf8A////Vf8A/w==',
  ],
  [
    'interlaced single pixel',
    1,
    8,
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAFNeavDAAAAB0lEQVR42mOaBAAALhLeoAAAAANJREFUmACViq/AIQAAAABJRU5ErkJggg==',
    'kg==',
  ],
];

it.each(recorded)('decodes %s', (_, channels, depth, file, pixels) => {
  const bytes = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const got = readPng(bytes(file));
  expect([got.channels, got.depth]).toEqual([channels, depth]);
  expect(new Uint8Array(got.data.buffer)).toEqual(bytes(pixels));
});

it('rejects what is no PNG, cut or damaged', () => {
  const good = writePng(image(3, 8));
  expect(() => readPng(new Uint8Array(0))).toThrow('wrong signature');
  expect(() => readPng(Uint8Array.of(1, 2, 3))).toThrow('wrong signature');
  for (let n = 8; n < good.length; n++) expect(() => readPng(good.slice(0, n))).toThrow(/PNG.* is truncated/);
  for (let at = 8; at < good.length; at++) {
    const bad = good.slice();
    bad[at]! ^= 16;
    expect(() => readPng(bad)).toThrow(/PNG/);
  }
});

it('wants as many values as there are pixels', () => {
  expect(() => writePng({ ...image(1, 8), width: 6 })).toThrow('need 24 values, got 20');
});

whenShared(['data', 'article', 'predict-image.png'], () => {
  it("reads the article's image", () => {
    const { width, height, channels, depth } = readPng(readShared('data', 'article', 'predict-image.png'));
    expect({ width, height, channels, depth }).toEqual({ width: 28, height: 28, channels: 1, depth: 8 });
  });
});
