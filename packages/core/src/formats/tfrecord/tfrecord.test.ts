import {
  type Compression,
  FormatError,
  RecordError,
  readExample,
  readRecords,
  writeExample,
  writeRecords,
} from './index';

const records = [new Uint8Array(0), new Uint8Array([97, 98, 99]), Uint8Array.from({ length: 300 }, (_, i) => i % 256)];

const changed = (file: Uint8Array, at: number): Uint8Array => file.map((byte, i) => (i === at ? byte ^ 255 : byte));

describe('files of records', () => {
  it.each(['', 'GZIP', 'ZLIB'] as Compression[])('come back as written (%s)', (compression) => {
    expect([...readRecords(writeRecords(records, compression), compression)].map((r) => [...r])).toEqual(
      records.map((r) => [...r]),
    );
  });
  it('have the checksums of TensorFlow', () => {
    // tf.io.TFRecordWriter's bytes for b'abc'
    expect(Buffer.from(writeRecords([records[1]!])).toString('hex')).toBe('0300000000000000b099490e6162636e57f121');
  });
  it('give the records before the damage, then say where it is', () => {
    const file = writeRecords([records[1]!, records[2]!]);
    file[19 + 12 + 5]! ^= 1;
    const got: number[] = [];
    const read = (): void => {
      for (const r of readRecords(file)) got.push(r.length);
    };
    expect(read).toThrow(new RecordError('corrupted', 31));
    expect(got).toEqual([3]);
    expect(() => [...readRecords(file.subarray(0, 32))]).toThrow('truncated record at ');
    // what is too short for a length is the end, as it is for TensorFlow
    expect([...readRecords(file.subarray(0, 30))]).toHaveLength(1);
    expect(() => [...readRecords(file, 'GZIP')]).toThrow(FormatError);
  });
  // what TensorFlow says of each
  it.each<[string, Exclude<Compression, ''>, (file: Uint8Array) => Uint8Array, number | string]>([
    ['no byte', 'GZIP', () => new Uint8Array(0), 0],
    ['a header alone', 'GZIP', (f) => f.subarray(0, 10), 0],
    ['half of it', 'GZIP', (f) => f.subarray(0, f.length >> 1), "truncated record at 35' failed with EOF reached"],
    ['half of it', 'ZLIB', (f) => f.subarray(0, f.length >> 1), "truncated record at 35' failed with EOF reached"],
    ['a cut checksum', 'GZIP', (f) => f.subarray(0, -5), 3],
    ['a cut checksum', 'ZLIB', (f) => f.subarray(0, -2), 3],
    ['another start', 'GZIP', (f) => changed(f, 0), 'inflate() failed with error -3: incorrect header check'],
    ['another start', 'ZLIB', (f) => changed(f, 0), 'inflate() failed with error -3: incorrect header check'],
    [
      'another checksum',
      'GZIP',
      (f) => changed(f, f.length - 8),
      'inflate() failed with error -3: incorrect data check',
    ],
    [
      'another length',
      'GZIP',
      (f) => changed(f, f.length - 3),
      'inflate() failed with error -3: incorrect length check',
    ],
    [
      'another checksum',
      'ZLIB',
      (f) => changed(f, f.length - 2),
      'inflate() failed with error -3: incorrect data check',
    ],
  ])('packed files with %s (%s)', (_, compression, damage, want) => {
    const file = damage(writeRecords(records, compression));
    let got: number | string;
    try {
      got = [...readRecords(file, compression)].length;
    } catch (error) {
      got = error instanceof RecordError ? error.sentence : (error as Error).message;
    }
    expect(got).toBe(want);
  });
  it('hold examples', () => {
    const example = new Map([
      ['a', { kind: 'int64_list', value: [1n, -1n, 2n ** 40n] }],
      ['b', { kind: 'bytes_list', value: [new Uint8Array([255])] }],
      ['c', { kind: 'float_list', value: [1.5] }],
    ] as const);
    expect(readExample(writeExample(example))).toEqual(example);
  });
});
