import keras
import numpy as np
import tensorflow as tf


def said(name, make):
    try:
        found = type(make()).__name__
    except Exception as e:
        text = str(e)
        inner = text.split('\x1b[1m')[-1].split('\x1b[0m')[0] if '\x1b[1m' in text else text
        # what a kernel says of where it ran is not the mistake
        found = f'{type(e).__name__}: {inner.splitlines()[0].split("}} ")[-1].split(" [Op")[0][:100]}'
    print(f'{name}: {found}')


layers, x = keras.layers, np.ones((2, 3), 'float32')
for name, make in {
    'rate of a text': lambda: layers.Dropout('a'),
    'seed of a fraction': lambda: layers.Dropout(0.5, seed=1.5),
    'units with a point': lambda: layers.Dense(3.0),
    'trainable of a text': lambda: layers.Dense(3, trainable='yes'),
    'axis of a text': lambda: layers.BatchNormalization(axis='a'),
    'axis beyond': lambda: layers.LayerNormalization(axis=4)(x),
    'a penalty below zero': lambda: keras.regularizers.L2(-1.0),
    'no function': lambda: layers.Lambda(3),
    'no words yet': lambda: layers.StringLookup()(np.array(['a'])),
    'unknown options': lambda: layers.Layer(foo=3),
    'a name by place': lambda: layers.Layer().add_weight('w', (2,)),
    'a configuration': lambda: layers.Dense.from_config({'units': 2, 'foo': 1}),
    'windows of another rank': lambda: layers.Conv1D(3, 2)(np.ones((1, 4, 4, 1))),
    'too few states': lambda: layers.LSTM(2)(np.ones((1, 3, 4)), initial_state=[np.zeros((1, 2))]),
    'no arguments': lambda: layers.Dense(2)(),
    'nothing': lambda: layers.Dense(2)(None),
    'a weight before building': lambda: layers.Dense(2).kernel,
    'one argument of two': lambda: keras.losses.MeanSquaredError()(x),
    'a metric of nothing': lambda: keras.metrics.Mean()(),
    'weights of another shape': lambda: keras.metrics.Mean().update_state([1.0, 2.0], sample_weight=[1.0, 2.0, 3.0]),
    'a gradient of another shape': lambda: keras.optimizers.SGD(0.1).apply([tf.ones(2)], [keras.Variable([1.0])]),
    'a state of another shape': lambda: keras.optimizers.SGD(0.1, 0.9).apply([tf.ones(2)], [keras.Variable([1.0])]),
    'pairs of three': lambda: keras.optimizers.SGD(0.1).apply_gradients([(1, 2, 3)]),
    'a symbol as an array': lambda: np.array(keras.Input((3,))),
    'a symbol in tf': lambda: tf.nn.relu(keras.Input((3,))),
    'symbols that do not fit': lambda: keras.Input((4, 3)) + keras.Input((5, 3)),
    'indices of a symbol': lambda: keras.Input((3,))[0, 0, 0],
    'an output without its input': lambda: keras.Model(keras.Input((3,)), keras.Input((3,))),
    'a model of one tensor': lambda: keras.Model(keras.Input((3,))),
    'an op along no axis': lambda: keras.ops.sum(x, axis=3),
    'pieces of other ranks': lambda: keras.ops.concatenate([x, np.ones((2, 3, 1), 'float32')]),
    'a text as JSON': lambda: keras.models.model_from_json('abc'),
}.items():
    said(name, make)


class Late(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(2,))

    def call(self, x):
        self.b = self.add_weight(shape=(2,))
        return x + self.b


class Two(layers.Layer):
    def call(self, x, y):
        return x + y


class Values(layers.Layer):
    def call(self, x):
        return x.numpy()


class Forgot(layers.Layer):
    def __init__(self):
        self.units = 3


runs = []


class Outer(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(2)

    def call(self, x):
        runs.append(tf.executing_eagerly())
        return self.inner(x)


said('state in a call', lambda: Late()(tf.ones((1, 2))))
said('an argument missing', lambda: Two()(x))
said('an argument too many', lambda: Two()(x, x, x))
said('values of symbols', lambda: Values()(keras.Input((2,))))
said('a base not made', lambda: Forgot()(x))
outer = Outer()
outer(x)
outer(x)
print(runs)

m = keras.Sequential([keras.Input((3,)), layers.Dense(2, name='one'), layers.Dense(1, name='two')])
y = np.ones((2, 1), 'float32')
for name, make in {
    'layers set': lambda: setattr(m, 'layers', []),
    'weights set': lambda: setattr(m, 'weights', []),
    'no optimizer yet': lambda: m.optimizer,
    'a layer by a number': lambda: m.get_layer(name=0),
    'two inputs for a text': lambda: m.predict([], verbose=0),
    'epochs of a text': lambda: m.compile('sgd', 'mse') or m.fit(x, y, epochs='a', verbose=0),
    'no callbacks': lambda: m.compile('sgd', 'mse') or m.fit(x, y, callbacks=3, verbose=0),
    'weights of classes in a list': lambda: m.compile('sgd', 'mse') or m.fit(x, y, class_weight=[1.0], verbose=0),
    'four parts': lambda: m.fit(x, y, validation_data=(x, y, y, y), verbose=0),
    'an unknown metric first': lambda: m.compile('sgd', 'mse', metrics=[3]) or m.fit(x, y, verbose=0),
}.items():
    said(name, make)
m.compile('sgd', 'mse', metrics=['mae'])
m.compile('adam')
print(sorted(m.evaluate(x, y, verbose=0, return_dict=True)), m.optimizer.iterations.dtype)
