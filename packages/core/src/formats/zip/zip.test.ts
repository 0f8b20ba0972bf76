import { crc32, encodeText } from '../bytes';
import { readZip, writeZip } from './index';

const text = (n: number) => encodeText('the quick brown fox '.repeat(n));
const entries = [
  ['a.txt', text(3)],
  ['dir/b.bin', text(500)],
  ['empty', new Uint8Array(0)],
  ['ä', text(1)],
] as const;

it.each(['stored', 'deflate'] as const)('round-trips %s entries', (method) => {
  const bytes = writeZip(entries, { method });
  const zip = readZip(bytes);
  expect([...zip.entries.keys()]).toEqual(entries.map(([name]) => name));
  for (const [name, data] of entries) expect(new Uint8Array(zip.read(name))).toEqual(data);
  expect(writeZip(entries, { method })).toEqual(bytes);
  expect(() => zip.read('c')).toThrow('no entry "c"; there are a.txt, dir/b.bin');
});

it('aligns payloads', () => {
  const zip = readZip(writeZip(entries, { align: 64 }));
  expect([...zip.entries.values()].map((e) => e.offset % 64)).toEqual([0, 0, 0, 0]);
});

it('writes and reads more entries than 16 bits count', () => {
  const many = Array.from({ length: 66_000 }, (_, i) => [String(i), new Uint8Array(0)] as const);
  expect(readZip(writeZip(many)).entries.size).toBe(66_000);
});

it('computes the published checksum', () => expect(crc32(encodeText('123456789'))).toBe(0xcbf43926));

/** A zip written by hand, with any field changed afterwards. */
function patched(
  method: 'stored' | 'deflate',
  change: (view: DataView, central: number, bytes: Uint8Array) => void,
): Uint8Array {
  const bytes = writeZip(
    [
      ['one', text(50)],
      ['two', text(60)],
    ],
    { method },
  );
  const view = new DataView(bytes.buffer);
  change(view, view.getUint32(bytes.length - 6, true), bytes);
  return bytes;
}
const readAll = (bytes: Uint8Array) => {
  const zip = readZip(bytes);
  for (const name of zip.entries.keys()) zip.read(name);
};
const name = (value: string) => (_: DataView, at: number, bytes: Uint8Array) => {
  bytes.set(encodeText(value), at + 46);
  bytes.set(encodeText(value), 30);
};

it.each([
  ['the same name twice', patched('stored', name('two')), 'the name "two" occurs twice'],
  ['a name that climbs', patched('stored', name('../')), 'climbs out of its folder'],
  ['an absolute name', patched('stored', name('/ab')), 'is an absolute path'],
  ['a backslash', patched('stored', name('a\\b')), 'holds a backslash'],
  ['an encrypted entry', patched('stored', (v, at) => v.setUint16(at + 8, 1, true)), 'is encrypted'],
  ['another method', patched('stored', (v, at) => v.setUint16(at + 10, 12, true)), 'compression method 12'],
  ['sizes that differ', patched('stored', (v, at) => v.setUint32(at + 24, 5, true)), 'is stored, yet its sizes differ'],
  ['an impossible size', patched('deflate', (v, at) => v.setUint32(at + 24, 1e9, true)), 'more than deflate can give'],
  ['a bomb', patched('deflate', (v, at) => v.setUint32(at + 24, 10, true)), 'unpacks to more than its 10 bytes'],
  [
    'too large a claim',
    patched('deflate', (v, at) => v.setUint32(at + 24, 1001, true)),
    'unpacks to 1000 bytes, not the 1001 declared',
  ],
  ['an entry beyond the file', patched('stored', (v, at) => v.setUint32(at + 42, 1e6, true)), 'no local header'],
  [
    'entries that overlap',
    patched('stored', (v, at) => {
      v.setUint32(at + 20, 1200, true);
      v.setUint32(at + 24, 1200, true);
    }),
    'overlap',
  ],
  ['damaged data', patched('stored', (v) => v.setUint8(100, 0)), 'is damaged (wrong checksum)'],
  ['another local name', patched('stored', (v) => v.setUint8(30, 65)), 'another name in its local header'],
  ['a directory beyond the end', patched('stored', (v) => v.setUint32(v.byteLength - 6, 1e7, true)), 'beyond the end'],
  ['no directory', new Uint8Array(100), 'failed finding central directory'],
])('refuses %s', (_, bytes, message) => {
  expect(() => readAll(bytes)).toThrow(message);
  expect(() => readAll(bytes)).toThrow(expect.objectContaining({ name: 'FormatError' }));
});

it('refuses every truncation', () => {
  const bytes = writeZip(entries, { method: 'deflate' });
  for (let n = 0; n < bytes.length; n += 3) expect(() => readZip(bytes.slice(0, n))).toThrow(/zip/);
});

it('keeps to the limits it is given', () => {
  const bytes = writeZip(entries);
  expect(() => readZip(bytes, { maxSize: 100 })).toThrow('more than the limit of 100');
  expect(() => readZip(bytes, { maxEntries: 3 })).toThrow('4 entries are too many');
});

it('does not write what it would refuse', () => {
  expect(() => writeZip([['../a', text(1)]])).toThrow('climbs out');
  expect(() =>
    writeZip([
      ['a', text(1)],
      ['a', text(1)],
    ]),
  ).toThrow('given twice');
});
