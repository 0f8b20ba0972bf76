import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tf } from '../index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stele-io-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('tf.io.gfile', () => {
  const { gfile } = tf.io;
  it('writes, reads, lists, copies and removes', () => {
    const path = (name: string): string => join(folder, name);
    const out = new gfile.GFile(path('a.txt'), 'w');
    out.write('one\ntwo\n');
    out.close();
    const more = new gfile.GFile(path('a.txt'), 'a');
    more.write('x');
    more.close();
    expect([...new gfile.GFile(path('a.txt'))]).toEqual(['one\n', 'two\n', 'x']);
    const file = new gfile.GFile(path('a.txt'), 'rb');
    expect([file.read(3), file.tell(), file.size()]).toEqual([new TextEncoder().encode('one'), 3, 9]);
    const both = new gfile.GFile(path('b.txt'), 'r+');
    gfile.copy(path('a.txt'), path('b.txt'));
    expect(both.read(3)).toBe('one');
    both.write('new');
    both.close();
    expect(new gfile.GFile(path('b.txt')).read()).toBe('new');
    gfile.remove(path('b.txt'));
    gfile.makedirs(path('d/e'));
    gfile.copy(path('a.txt'), path('d/b.txt'));
    expect(() => gfile.copy(path('a.txt'), path('d/b.txt'))).toThrow('file already exists');
    expect(gfile.walk(path('d'))).toEqual([
      [path('d'), ['e'], ['b.txt']],
      [path('d/e'), [], []],
    ]);
    expect(gfile.glob(path('[ad]*'))).toEqual([path('a.txt'), path('d')]);
    gfile.rename(path('d/b.txt'), path('d/c.txt'));
    expect([gfile.exists(path('d/b.txt')), gfile.stat(path('d/c.txt')).length, gfile.isdir(path('d'))]).toEqual([
      false,
      9,
      true,
    ]);
    gfile.rmtree(path('d'));
    expect(gfile.listdir(folder)).toEqual(['a.txt']);
    expect(() => gfile.remove(path('d'))).toThrow('No such file or directory');
    expect(() => gfile.listdir(path('d'))).toThrow(`Could not find directory ${path('d')}`);
    expect(() => new gfile.GFile(path('none')).read()).toThrow('No such file or directory');
  });
});

describe('sequences', () => {
  const { FeatureList, FeatureLists, Feature, Features, FloatList, Int64List, SequenceExample } = tf.train;
  const floats = (value: number[]) => new Feature({ float_list: new FloatList({ value }) });
  const example = (steps: number[][]): Uint8Array =>
    new SequenceExample({
      context: new Features({ feature: { n: new Feature({ int64_list: new Int64List({ value: [steps.length] }) }) } }),
      feature_lists: new FeatureLists({ feature_list: { t: new FeatureList({ feature: steps.map(floats) }) } }),
    }).SerializeToString();
  const context = { n: new tf.io.FixedLenFeature([], tf.int64) };
  const dense = { t: new tf.io.FixedLenSequenceFeature([2], tf.float32) };

  it('are parsed one by one, and in batches padded to the longest', () => {
    const [one, list] = tf.io.parse_single_sequence_example(
      example([
        [1, 2],
        [3, 4],
      ]),
      context,
      dense,
    );
    expect([Number(one.n.item()), list.t.numpy().tolist()]).toEqual([
      2,
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    const both = [
      example([[1, 2]]),
      example([
        [3, 4],
        [5, 6],
      ]),
    ];
    const [, lists, lengths] = tf.io.parse_sequence_example(both, context, dense);
    expect(lists.t.numpy().tolist()).toEqual([
      [
        [1, 2],
        [0, 0],
      ],
      [
        [3, 4],
        [5, 6],
      ],
    ]);
    expect(lengths.t.numpy().tolist()).toEqual([1, 2]);
    const [, sparse] = tf.io.parse_single_sequence_example(
      example([[1], [2, 3]]),
      {},
      {
        t: new tf.io.VarLenFeature(tf.float32),
      },
    );
    expect((tf.sparse.to_dense(sparse.t) as InstanceType<typeof tf.Tensor>).numpy().tolist()).toEqual([
      [1, 0],
      [2, 3],
    ]);
  });
  it('say what does not fit', () => {
    const missing = { z: new tf.io.FixedLenSequenceFeature([2], tf.float32) };
    expect(() => tf.io.parse_single_sequence_example(example([[1, 2]]), context, missing)).toThrow(
      "Feature list 'z' is required but could not be found",
    );
    expect(() => tf.io.parse_single_sequence_example(example([[1]]), context, dense)).toThrow('values size: 1');
  });
});

describe('images', () => {
  const pixels = tf.cast(tf.reshape(tf.range(24), [2, 4, 3]), tf.uint8);
  it('come with the channels and the type that are asked for', () => {
    const png = tf.io.encode_png(pixels);
    expect(tf.io.decode_png(png).numpy().tolist()).toEqual(pixels.numpy().tolist());
    expect([...tf.io.decode_png(png, { dtype: tf.uint16 }).numpy().data].slice(0, 3)).toEqual([0, 257, 514]);
    expect(tf.io.decode_png(png, 4).shape.as_list()).toEqual([2, 4, 4]);
    const wide = tf.io.encode_png(tf.multiply(tf.cast(pixels, tf.uint16), tf.constant(1000, tf.uint16)));
    expect([...tf.io.decode_png(wide, { dtype: tf.uint16 }).numpy().data].slice(0, 3)).toEqual([0, 1000, 2000]);
    expect(tf.io.is_jpeg(png).item()).toBe(false);
    expect(() => tf.io.decode_png(png, 5)).toThrow('`channels` must be 0, 1, 3 or 4 but got 5');
    expect(() => tf.io.decode_png(png.values[0]!.subarray(0, 40))).toThrow('Invalid PNG data, size 40');
    expect(() => tf.io.encode_png(tf.ones([1, 1, 1]))).toThrow("Value for attr 'T' of float is not in the list");
  });
  it('and texts of base64', () => {
    const encoded = tf.io.encode_base64(['ab', 'c']);
    expect(encoded.texts()).toEqual(['YWI', 'Yw']);
    expect(tf.io.decode_base64(encoded).texts()).toEqual(['ab', 'c']);
  });
});
