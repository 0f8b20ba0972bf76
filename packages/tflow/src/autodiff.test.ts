import * as tf from './index';

const caught = (body: () => unknown): Error => {
  try {
    body();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
};

describe('the third program: c = (x + y) + x y under a tape', () => {
  const x = new tf.Variable(2.0);
  const y = new tf.Variable(3.0);
  const [tape, c] = tf.GradientTape.record(() => x.add(y).add(x.mul(y)));
  const [dx, dy] = tape.gradient(c, [x, y]) as tf.Tensor[];

  it('prints as TensorFlow does', () => {
    expect(String(c)).toBe('tf.Tensor(11.0, shape=(), dtype=float32)');
    expect(c.__format__('')).toBe('11.0');
    expect(c.__format__('.3f')).toBe('11.000');
    expect([dx, dy].map(String)).toEqual([
      'tf.Tensor(4.0, shape=(), dtype=float32)',
      'tf.Tensor(3.0, shape=(), dtype=float32)',
    ]);
    expect(String(x)).toBe("<tf.Variable 'Variable:0' shape=() dtype=float32, numpy=2.0>");
    expect(String(tf.zeros([3, 1]).shape)).toBe('(3, 1)');
  });
  it('computes one set of gradients only', () => {
    expect(caught(() => tape.gradient(c, x)).message).toBe(
      'A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)',
    );
  });
});

describe('GradientTape', () => {
  it('gives null outside, watches constants on demand and sums targets', () => {
    const x = tf.constant([1.5, 2.5]);
    const [unwatched, y0] = tf.GradientTape.record(() => tf.square(x));
    expect(unwatched.gradient(y0, x)).toBeNull();
    const [tape, y] = tf.GradientTape.record((t) => {
      t.watch(x);
      return tf.square(x);
    });
    expect((tape.gradient(y, x) as tf.Tensor).tolist()).toEqual([3, 5]);
  });
  it('differentiates twice', () => {
    const x = new tf.Variable(3.0);
    const [outer, dy] = tf.GradientTape.record(() => {
      const [inner, y] = tf.GradientTape.record(() => x.mul(x).mul(x));
      return inner.gradient(y, x) as tf.Tensor;
    });
    expect([dy.item(), (outer.gradient(dy, x) as tf.Tensor).item()]).toEqual([27, 18]);
  });
  it('keeps the structure of sources, zeros on demand, output gradients and persistence', () => {
    const v = { a: new tf.Variable(2.0), b: [new tf.Variable(5.0)] };
    const [tape, y] = tf.GradientTape.record(() => v.a.mul(v.a), { persistent: true });
    const g = tape.gradient(y, v, { unconnected_gradients: 'zero' });
    expect([g.a.item(), g.b[0].item()]).toEqual([4, 0]);
    expect(tape.gradient(y, v.a, { output_gradients: tf.constant(10, tf.float32) }).item()).toBe(40);
  });
  it('honours using, stop_recording and non-trainable variables', () => {
    const w = new tf.Variable(2.0);
    const fixed = new tf.Variable(3.0, { trainable: false });
    using tape = new tf.GradientTape({ persistent: true });
    const y = w.mul(fixed);
    const cut = tape.stop_recording(() => w.mul(w));
    expect(tape.gradient(y, [w, fixed]).map((g: tf.Tensor | null) => g?.item() ?? null)).toEqual([3, null]);
    expect(tape.gradient(cut, w)).toBeNull();
  });
  it('gives a tie to the first of a maximum', () => {
    const a = new tf.Variable(1.0);
    const b = new tf.Variable(1.0);
    const [tape, y] = tf.GradientTape.record(() => tf.maximum(a, b));
    expect(tape.gradient(y, [a, b]).map((g: tf.Tensor) => g.item())).toEqual([1, 0]);
  });
  it('reads variables at use', () => {
    const v = new tf.Variable(3.0);
    const [tape, y] = tf.GradientTape.record(() => {
      v.assign(5);
      return tf.square(v);
    });
    v.assign(9);
    expect(tape.gradient(y, v).item()).toBe(10);
  });
});

describe('strictness, in the words of TensorFlow', () => {
  const cases: readonly [string, () => unknown, string, string][] = [
    [
      'float + int',
      () => tf.constant(1.5).add(tf.constant(1)),
      'InvalidArgumentError',
      'cannot compute AddV2 as input #1(zero-based) was expected to be a float tensor but is a int32 tensor',
    ],
    [
      'float64 inputs, float32 weights',
      () => tf.matmul(tf.zeros([1, 2], tf.float64), tf.zeros([2, 2])),
      'InvalidArgumentError',
      'cannot compute MatMul as input #1(zero-based) was expected to be a double tensor but is a float tensor',
    ],
    [
      'shapes',
      () => tf.ones([2, 3]).mul(tf.ones([2, 4])),
      'InvalidArgumentError',
      'Incompatible shapes: [2,3] vs. [2,4]',
    ],
    [
      'matmul',
      () => tf.matmul(tf.ones([2, 3]), tf.ones([4, 5])),
      'InvalidArgumentError',
      'Matrix size-incompatible: In[0]: [2,3], In[1]: [4,5]',
    ],
    [
      'reshape',
      () => tf.reshape(tf.ones([6]), [4, 2]),
      'InvalidArgumentError',
      'Input to reshape is a tensor with 6 values, but the requested shape has 8',
    ],
    [
      'axis',
      () => tf.reduce_sum(tf.ones([2, 3]), { axis: 2 }),
      'InvalidArgumentError',
      'Invalid reduction dimension (2 for input with 2 dimension(s)',
    ],
    [
      'ragged',
      () => tf.constant([[1, 2], [3]]),
      'ValueError',
      "Can't convert non-rectangular Python sequence to Tensor.",
    ],
    [
      'label',
      () => tf.nn.sparse_softmax_cross_entropy_with_logits({ labels: tf.constant([5]), logits: tf.ones([1, 3]) }),
      'InvalidArgumentError',
      'Received a label value of 5 which is outside the valid range of [0, 3).',
    ],
    [
      'assign',
      () => new tf.Variable([1, 2]).assign([1, 2, 3]),
      'ValueError',
      'The variable shape (2,), and the assigned value shape (3,) are incompatible.',
    ],
    [
      'dtype name',
      () => tf.ones([2], 'float33'),
      'TypeError',
      "Cannot convert the argument `type_value`: 'float33' to a TensorFlow DType.",
    ],
    ['keyword', () => tf.reduce_sum(tf.ones([2]), { axs: 0 }), 'TypeError', "Did you mean 'axis'?"],
    ['missing name', () => (tf.nn as unknown as Record<string, unknown>).no_such, 'Error', 'no_such'],
  ];
  it.each(cases)('%s', (_name, body, name, text) => {
    const error = caught(body);
    expect(error.message).toContain(text);
    if (name !== 'Error') expect(error.name).toBe(name);
  });
});
