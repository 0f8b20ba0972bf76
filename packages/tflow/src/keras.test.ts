import { toNumbers, zip } from '@stele/core';
import { np } from '@stele/core/numpy';
import * as keras from '@stele/keraslike';
import * as tf from './index';

const { layers } = tf.keras;
const values = (model: keras.Layer): number[][] => model.weights.map((w) => toNumbers(w));

describe('tf.keras', () => {
  it('makes tf.Tensor, of tf.Tensor and of lists', () => {
    const dense = new layers.Dense(2, { kernel_initializer: 'ones' });
    expect(dense(tf.constant([[1.5, 2]]))).toBeInstanceOf(tf.Tensor);
    expect(String(dense([[1, 2]]))).toBe('tf.Tensor([[3. 3.]], shape=(1, 2), dtype=float32)');
  });

  it('has the legacy names of losses and metrics, and only those', () => {
    expect(String(tf.losses.mse([[1, 2]], [[0, 0]]))).toBe('tf.Tensor([2.5], shape=(1,), dtype=float32)');
    expect(tf.keras.losses.MSE).toBe(tf.metrics.mse);
    expect(() => (tf.losses as any).mean_squared_error).toThrow(/no attribute 'mean_squared_error'/);
    expect(tf.optimizers.SGD).toBe(keras.optimizers.SGD);
    expect(tf.initializers.glorot_uniform).toBe(keras.initializers.GlorotUniform);
  });

  it('is part of tf, where a missing name throws a sentence', () => {
    expect(tf.tf.keras.layers.Dense).toBe(layers.Dense);
    expect(() => (tf.tf as any).constnat).toThrow(
      "module 'tensorflow' has no attribute 'constnat' in Stele. Did you mean 'constant'?",
    );
    expect(() => (tf.keras as any).Modl).toThrow("module 'tf.keras' has no attribute 'Modl'");
  });

  it('gives gradients of variables of both kinds, which one optimizer moves', () => {
    const mine = new tf.Variable([1, 2]);
    const theirs = new tf.keras.Variable([3, 4]);
    const tape = new tf.GradientTape();
    const loss = tape.with(() => tf.reduce_sum(tf.multiply(mine, theirs)));
    const grads = tape.gradient(loss, [mine, theirs]);
    expect(grads.map(toNumbers)).toEqual([
      [3, 4],
      [1, 2],
    ]);
    const optimizer = new tf.keras.optimizers.SGD(0.5);
    optimizer.apply_gradients(zip(grads, [mine, theirs]));
    expect([toNumbers(mine), toNumbers(theirs)]).toEqual([
      [-0.5, 0],
      [2.5, 3],
    ]);
    expect(() => optimizer.apply_gradients([])).toThrow('not enough values to unpack (expected 2, got 0)');
    expect(() => optimizer.apply_gradients([[null, mine as never]])).toThrow('No gradients provided for any variable.');
  });

  // as Keras 3 on TensorFlow does: neither knows the other's variables
  it('does not track a tf.Variable in a Model, nor a layer in a tf.Module', () => {
    class Net extends tf.keras.Model {
      w1 = new tf.Variable([[1], [1]]);
      dense = new layers.Dense(1);
      override call(x: tf.Tensor): tf.Tensor {
        return this.dense(tf.matmul(x, this.w1)) as tf.Tensor;
      }
    }
    const net = new Net();
    net(tf.constant([[1.5, 2]]));
    expect(net.trainable_variables.map((v) => v.path)).toEqual(['net/dense_1/kernel', 'net/dense_1/bias']);
    class Holder extends tf.Module {
      v = new tf.Variable(1);
      dense = net.dense;
      own = new tf.keras.Variable([1]);
    }
    expect(new Holder().variables).toHaveLength(1);
  });

  it('seeds NumPy, TensorFlow and the layers at once', () => {
    const draw = () => {
      tf.keras.utils.set_random_seed(7);
      const dense = new layers.Dense(2);
      dense([[1, 2]]);
      return [np.random.rand(2).tolist(), tf.random.normal([2]).tolist(), toNumbers(dense.kernel)];
    };
    expect(draw()).toEqual(draw());
  });
});

describe('a Keras model inside tf.function', () => {
  const x = np.linspace(-1, 1, 24).reshape(8, 3);
  const y = np.linspace(0, 1, 8).reshape(8, 1);
  const trained = (compiled: boolean): { weights: number[][]; losses: number[]; traces: number; mean: number } => {
    tf.keras.utils.set_random_seed(3);
    const model = new tf.keras.Sequential([
      new layers.Dense(5, 'relu'),
      new layers.BatchNormalization(),
      new layers.Dropout(0.4, { seed: 1 }),
      new layers.Dense(1),
    ]);
    const rate = new tf.keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5);
    const optimizer = new tf.keras.optimizers.Adam(rate);
    const mean = new tf.keras.metrics.Mean();
    const count = new tf.keras.Variable(0, { trainable: false });
    let traces = 0;
    const body = (images: tf.Tensor, labels: tf.Tensor): tf.Tensor => {
      traces++;
      const [tape, loss] = tf.GradientTape.record(() =>
        tf.reduce_mean(tf.losses.mse(labels, model(images, { training: true }))),
      );
      const grads = tape.gradient(loss, model.trainable_variables);
      optimizer.apply_gradients(zip(grads, model.trainable_variables));
      mean.update_state(loss);
      count.assign_add(1);
      return loss;
    };
    const step = compiled ? tf.function(body) : body;
    const losses: number[] = [];
    for (let i = 0; i < 5; i++)
      losses.push(Number(step(tf.constant(x, tf.float32), tf.constant(y, tf.float32)).item()));
    expect(toNumbers(count)).toEqual([5]);
    expect(Number(optimizer.iterations)).toBe(5);
    return { weights: values(model), losses, traces, mean: toNumbers(mean.result())[0]! };
  };

  it('trains as it does eagerly, to the bit, and is traced twice only', () => {
    const eager = trained(false);
    const graph = trained(true);
    expect(graph.losses).toEqual(eager.losses);
    expect(graph.weights).toEqual(eager.weights);
    expect(graph.mean).toBe(eager.mean);
    expect([eager.traces, graph.traces]).toEqual([5, 2]);
    expect(new Set(eager.losses).size).toBe(5);
  });

  it('draws another dropout mask at every call', () => {
    const dropout = new layers.Dropout(0.5, { seed: 2 });
    const drop = tf.function((t: tf.Tensor) => dropout(t, { training: true }) as tf.Tensor);
    const ones = tf.ones([40]);
    expect(toNumbers(drop(ones))).not.toEqual(toNumbers(drop(ones)));
  });

  it('may be called by another traced function', () => {
    const total = new tf.keras.Variable(0);
    const add = tf.function((t: tf.Tensor) => {
      total.assign_add(t);
      return total.value;
    });
    const twice = tf.function((t: tf.Tensor) => {
      add(t);
      return add(t);
    });
    const one = tf.constant(1, tf.float32);
    expect([twice(one), twice(one)].map((t) => toNumbers(t)[0])).toEqual([2, 4]);
  });

  it('refuses what has no value while tracing', () => {
    const late = new layers.Dense(1);
    const f = tf.function((t: tf.Tensor, use: boolean) => (use ? late(t) : t) as tf.Tensor);
    f(tf.ones([1, 1]), false);
    expect(() => f(tf.ones([1, 1]), true)).toThrow('tf.function only supports singleton tf.Variables');
  });
});
