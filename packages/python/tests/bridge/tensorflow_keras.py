import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
x = tf.constant([[1., 2.], [3., 4.]])
print(x[:, 0], x.shape, x.shape == (2, 2), x.dtype, x.dtype == 'float32', tf.reduce_sum(x, axis=1, keepdims=True), x @ x, -x, x ** 2, x > 2)
print(repr(x), f"{x}", x.numpy().tolist(), float(x[0, 0]), len(x), tf.cast(x, tf.int32), tf.zeros((2, 3)), tf.range(5), tf.constant(3), tf.constant(3.0))
v = tf.Variable(2.0)
with tf.GradientTape() as tape:
    y = v * v + 3 * v
print(tape.gradient(y, v), v, v.assign_add(1.0).numpy())
@tf.function
def f(a, b=2.0):
    print('tracing')
    return a * b
print(f(tf.constant(3.0)), f(tf.constant(4.0)), f(tf.constant(4.0), b=5.0))
class M(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable([1., 2.], name='w')
    def __call__(self, x): return x * self.w
m = M(); print(m(x), len(m.trainable_variables), m.w.name)
ds = tf.data.Dataset.from_tensor_slices((np.arange(6).reshape(3, 2).astype('float32'), [0, 1, 0])).map(lambda a, b: (a / 2, b)).batch(2)
for a, b in ds: print(a.numpy(), b.numpy())
print(len(ds), [int(i) for i in tf.data.Dataset.range(3)])
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((2,)), layers.Dense(3, activation='relu'), layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.1), loss='mse', metrics=['mae'])
h = model.fit(np.ones((8, 2), 'float32'), np.zeros((8, 1), 'float32'), epochs=2, batch_size=4, verbose=0)
print({k: [round(float(q), 4) for q in vals] for k, vals in h.history.items()})
print(model.predict(np.ones((2, 2)), verbose=0).shape, model.count_params(), [w.shape for w in model.get_weights()])
print([round(float(q), 4) for q in model.evaluate(np.ones((4, 2)), np.zeros((4, 1)), verbose=0)])
class Scale(layers.Layer):
    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs); self.factor = factor
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1],), initializer='ones', name='w')
    def call(self, x, training=None):
        return x * self.w * self.factor if not training else x
s = Scale(3.0); print(s(np.ones((1, 2), 'float32')), s(np.ones((1, 2), 'float32'), training=True), len(s.weights), s.name)
class CB(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None): print('epoch', epoch, sorted(logs))
model.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=2, verbose=0, callbacks=[CB()])
try:
    tf.matmul(tf.ones((2, 3)), tf.ones((2, 3)))
except tf.errors.InvalidArgumentError as e: print(type(e).__name__)
inp = keras.Input((4,)); out = layers.Dense(2)(inp) * 2.0 + 1.0
print(keras.Model(inp, out).output_shape)
print(isinstance(x, tf.Tensor), isinstance(v, tf.Variable), tf.reduce_mean(x), tf.nn.relu([-1.0, 2.0]), tf.math.argmax(x, axis=1))
