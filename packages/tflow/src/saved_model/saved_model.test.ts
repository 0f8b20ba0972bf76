import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFunctions } from '@stele/core/formats/savedmodel';
import { tf } from '../index';

const { layers } = tf.keras;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stele-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const model = () =>
  new tf.keras.Sequential([
    layers.Input([6, 6, 2]),
    new layers.Conv2D(4, 3, { padding: 'same', strides: 2, activation: 'elu' }),
    new layers.DepthwiseConv2D(2),
    new layers.MaxPooling2D(2),
    new layers.Flatten(),
    new layers.Dense(3, { activation: 'softmax' }),
  ]);

describe('tf.saved_model', () => {
  it('loads what it saved, for any number of entries, and follows the variables', () => {
    const made = model();
    tf.saved_model.save(made, folder);
    const loaded = tf.saved_model.load(folder);
    const serve = loaded.signatures.serving_default;
    const x = tf.random.normal([3, 6, 6, 2]);
    const name = made.inputs[0]!.name;
    expect(serve({ [name]: x }).output_0.tolist()).toEqual((made(x) as unknown as tf.Tensor).tolist());
    expect(loaded.variables.length).toBe(made.weights.length);
    for (const v of loaded.variables) v.assign(tf.zeros_like(v));
    expect(serve({ [name]: x }).output_0.tolist()[0][0]).toBeCloseTo(1 / 3);
    expect(() => serve({ [name]: tf.ones([1, 2]) })).toThrow('Could not find matching concrete function');
  });
  it('gives modules back with their variables, their functions at any size, and their signatures', () => {
    class Scaler extends tf.Module {
      factors = [new tf.Variable([1.5, -2], { name: 'factors' })];
      named = { 'a b': new tf.Variable(3, { dtype: tf.int64 }) };
      calls = new tf.Variable(0, { dtype: tf.int32 });
      scale = tf.function(
        (x: tf.Tensor) => {
          this.calls.assign_add(1);
          const y = tf.multiply(x, this.factors[0]!);
          return { y, rows: tf.reshape(y, [-1]), calls: tf.add(this.calls, 0) };
        },
        { input_signature: [new tf.TensorSpec([null, 2], tf.float32, 'x')] },
      );
      turn = tf.function(
        (x: tf.Tensor, n: tf.Tensor) => {
          const start = tf.cond(
            tf.greater(tf.reduce_sum(x), 0),
            () => tf.multiply(x, 2),
            () => tf.subtract(x, 1),
          );
          const [, last] = tf.while_loop(
            (i: tf.Tensor) => tf.less(i, n),
            (i: tf.Tensor, acc: tf.Tensor) => [tf.add(i, 1), tf.add(acc, this.factors[0]!)],
            [tf.constant(0, tf.int32), start],
          );
          return last;
        },
        { input_signature: [new tf.TensorSpec([2], tf.float32, 'x'), new tf.TensorSpec([], tf.int32, 'n')] },
      );
      any = tf.function((x: tf.Tensor, twice: boolean) => (twice ? tf.add(x, x) : tf.identity(x)));
    }
    const made = new Scaler();
    made.any(tf.constant([1.5]), true);
    made.any(tf.constant([[1.5]]), false);
    tf.saved_model.save(made, folder, { signatures: { serving_default: made.scale, turn: made.turn } });
    const loaded = tf.saved_model.load(folder);
    const input = tf.constant(
      [
        [1, 2],
        [3, 4],
        [0.5, 1],
      ],
      tf.float32,
    );
    const out = loaded.scale(input);
    expect(out.y.numpy().tolist()).toEqual([
      [1.5, -4],
      [4.5, -8],
      [0.75, -2],
    ]);
    expect(out.rows.shape.as_list()).toEqual([6]);
    expect(loaded.scale(input).calls.item()).toBe(2);
    expect([loaded.calls.item(), made.calls.item(), loaded.named['a b'].item()]).toEqual([2, 0, 3]);
    expect(
      loaded
        .turn(tf.constant([1, 2], tf.float32), 2)
        .numpy()
        .tolist(),
    ).toEqual([5, 0]);
    expect(
      loaded.signatures
        .turn({ x: tf.constant([-1, -2], tf.float32), n: 0 })
        .output_0.numpy()
        .tolist(),
    ).toEqual([-2, -3]);
    expect(
      loaded
        .any(tf.constant([2.5]), true)
        .numpy()
        .tolist(),
    ).toEqual([5]);
    expect(
      loaded
        .any(tf.constant([[2.5]]), false)
        .numpy()
        .tolist(),
    ).toEqual([[2.5]]);
    expect(() => loaded.any(tf.constant([2.5, 1]), true)).toThrow('Could not find matching concrete function');
    const { library } = readFunctions(readFileSync(join(folder, 'saved_model.pb')));
    const kinds = [...library.values()].flatMap((f) => [...f.nodes.values()].map((n) => n.op));
    expect(kinds).toEqual(expect.arrayContaining(['StatelessIf', 'StatelessWhile', 'AssignVariableOp']));
  });
  const rows = (x: tf.Tensor): tf.Tensor => tf.reduce_sum(x, { axis: 1 });
  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['every row by itself', (x) => tf.map_fn((r: tf.Tensor) => tf.multiply(r, tf.reduce_sum(r)), x)],
    ['rows of other types', (x) => tf.map_fn((r: tf.Tensor) => tf.argmax(r), x, { fn_output_signature: tf.int64 })],
    ['what is around the rows', (x) => tf.map_fn((r: tf.Tensor) => tf.add(r, tf.reduce_mean(x)), x)],
    [
      'states of a fold',
      (x) => tf.scan((a: tf.Tensor, r: tf.Tensor) => tf.add(tf.multiply(a, 0.5), r), x, tf.zeros([2])),
    ],
    [
      'the last state, from behind',
      (x) => tf.foldr((a: tf.Tensor, r: tf.Tensor) => tf.subtract(r, a), x, tf.zeros([2])),
    ],
    ['rows that a mask leaves', (x) => tf.multiply(tf.boolean_mask(tf.multiply(x, 2), tf.greater(rows(x), 0)), 3)],
    ['entries that a mask leaves', (x) => tf.boolean_mask(x, tf.greater(x, 0))],
    ['columns that a mask leaves', (x) => tf.add(tf.boolean_mask(x, [true, false], 1), 1)],
  ])('writes functions of rows: %s', (_, body) => {
    const f = tf.function(body, { input_signature: [new tf.TensorSpec([null, 2], tf.float32, 'x')] });
    tf.saved_model.save({ f }, folder);
    const loaded = tf.saved_model.load(folder);
    for (const list of [
      [
        [1, 2],
        [-3, 1],
        [4, 5],
      ],
      [[0.5, -1]],
    ]) {
      const x = tf.constant(list, tf.float32);
      expect(loaded.f(x).numpy().tolist()).toEqual(f(x).numpy().tolist());
    }
  });
  it('says what is not there', () => {
    expect(() => tf.saved_model.load(join(folder, 'none'))).toThrow('SavedModel file does not exist at');
    const loose = new tf.Variable(1);
    const holder = { f: tf.function(() => tf.add(loose, 1), { input_signature: [] }) };
    expect(() => tf.saved_model.save(holder, folder)).toThrow("references an 'untracked' resource");
    const growing = tf.function((x: tf.Tensor) => tf.unique(x)[0], { input_signature: [new tf.TensorSpec([null])] });
    expect(() => tf.saved_model.save({ growing }, folder)).toThrow(
      'tf.unique of values or sizes that are known only when',
    );
    expect(readdirSync(folder)).toEqual([]);
  });
  it('says that a file is cut off', () => {
    tf.saved_model.save(model(), folder);
    const path = join(folder, 'saved_model.pb');
    writeFileSync(path, readFileSync(path).subarray(0, 1000));
    expect(() => tf.saved_model.load(folder)).toThrow(
      "Error parsing message with type 'tensorflow.SavedModel': Wire format was corrupt.",
    );
  });
});
