import { readShared, whenShared } from '../formats/testing';
import { type ArrayData, type DType, dtypes } from '../tensor/dtype';
import { checkPairs, readIdx, writeIdx } from './idx';

const images: ArrayData = { dtype: 'uint8', shape: [2, 2, 3], data: Uint8Array.from({ length: 12 }, (_, i) => i) };

it.each(['uint8', 'int8', 'int16', 'int32', 'float32', 'float64'] as DType[])('round-trips %s', (dtype) => {
  const data = dtypes[dtype].create(6);
  for (let i = 0; i < 6; i++) data[i] = (i * 21) as any;
  for (const gzip of [false, true])
    expect(readIdx(writeIdx({ dtype, shape: [2, 3], data }, { gzip }))).toEqual({ dtype, shape: [2, 3], data });
});

it('writes big-endian sizes after the magic number', () => {
  expect([...writeIdx(images).slice(0, 17)]).toEqual([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0]);
});

const plain = writeIdx(images);
const packed = writeIdx(images, { gzip: true });
const patched = (at: number, value: number) => plain.map((b, i) => (i === at ? value : b));

it.each([
  ['an empty file', plain.slice(0, 0), '4 bytes of magic number expected, 0 found'],
  ['a cut header', plain.slice(0, 9), 'f.idx: truncated; 16 bytes of header expected, 9 found'],
  ['cut data', plain.slice(0, 20), 'f.idx: truncated; 28 bytes expected for shape [2, 2, 3] of uint8, 20 found'],
  ['trailing bytes', Uint8Array.from([...plain, 0]), 'trailing bytes; 28 bytes expected'],
  ['wrong magic', patched(0, 0x50), 'wrong magic number 0x50000803'],
  ['an unknown type', patched(2, 10), 'type code 10 is not one of 8, 9, 11, 12, 13, 14'],
  ['another type', patched(2, 9), 'uint8 elements expected, int8 found'],
  ['another rank', patched(3, 1), '3 dimensions expected, 1 found'],
  ['an absurd size', patched(4, 255), '4278190082'],
  ['cut gzip', packed.slice(0, packed.length - 6), 'f.idx: the gzip file'],
  ['damaged gzip', packed.map((b, i) => (i > 12 && i < 20 ? b ^ 90 : b)), 'f.idx: '],
])('refuses %s', (_, bytes, message) => {
  expect(() => readIdx(bytes, 'f.idx', { dtype: 'uint8', rank: 3 })).toThrow(message);
});

it('names both files when counts differ', () => {
  const labels: ArrayData = { dtype: 'uint8', shape: [3], data: new Uint8Array(3) };
  expect(() => checkPairs(images, labels, 'a', 'b')).toThrow('a holds 2 images, but b holds 3 labels');
});

whenShared(['data', 'fashion-mnist-mini'], () => {
  it('reads real files', () => {
    const file = (name: string) => readIdx(readShared('data', 'fashion-mnist-mini', name), name);
    expect(file('t10k-images-idx3-ubyte.gz').shape).toEqual([200, 28, 28]);
    expect([...file('t10k-labels-idx1-ubyte.gz').data].slice(0, 3)).toEqual([9, 2, 1]);
  });
});
