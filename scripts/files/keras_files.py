"""Writes models with Keras, or prints what it reads from them: python keras_files.py write|read."""
import sys

import keras
import numpy as np
from keras import layers


def classifier():
    return keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            layers.Conv2D(2, 3, activation='relu', kernel_regularizer='l2'),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(3, activation='softmax'),
        ],
        name='classifier',
    )


def branches():
    left = keras.Input((4,), name='left')
    right = keras.Input((4,), name='right')
    shared = layers.Dense(3, activation='tanh', name='shared')
    joined = layers.Concatenate(name='joined')([shared(left), shared(right)])
    return keras.Model([left, right], layers.Dense(2, name='out')(joined), name='branches')


def reader():
    words = keras.Input((5,), dtype='int32')
    x = layers.Embedding(7, 4, mask_zero=True)(words)
    x = layers.Bidirectional(layers.GRU(3))(x)
    return keras.Model(words, layers.Dense(1)(x), name='reader')


images = np.linspace(-1, 1, 4 * 36).reshape(4, 6, 6, 1).astype('float32')
rows = np.linspace(-2, 2, 12).reshape(3, 4).astype('float32')
tokens = np.array([[1, 2, 3, 0, 0], [4, 5, 6, 1, 2]], dtype='int32')


def write():
    keras.utils.set_random_seed(0)
    model = classifier()
    model.compile(optimizer=keras.optimizers.Adam(0.01), loss='sparse_categorical_crossentropy', metrics=['accuracy'])
    model.fit(images, np.array([0, 1, 2, 1]), epochs=2, batch_size=2, verbose=0)
    model.save('classifier.keras')
    model.save_weights('classifier.weights.h5')
    branches().save('branches.keras')
    branches().save('branches.h5')
    reader().save('reader.keras')


def show(name, value):
    print(name, tuple(value.shape), ' '.join(f'{x:.4f}' for x in np.asarray(value).ravel().tolist()))


def read():
    model = keras.models.load_model('classifier.keras')
    for weight in model.weights:
        show(weight.path, keras.ops.convert_to_numpy(weight))
    print(type(model.optimizer).__name__, int(model.optimizer.iterations), f'{float(model.optimizer.learning_rate):.4f}')
    for variable in model.optimizer.variables[2:]:
        show(variable.path, keras.ops.convert_to_numpy(variable))
    show('classifier', model.predict(images, verbose=0))
    again = classifier()
    again.load_weights('classifier.weights.h5')
    show('weights', again.predict(images, verbose=0))
    show('branches', keras.models.load_model('branches.keras').predict([rows, rows[::-1]], verbose=0))
    show('legacy', keras.models.load_model('branches.h5', compile=False).predict([rows, rows[::-1]], verbose=0))
    show('reader', keras.models.load_model('reader.keras').predict(tokens, verbose=0))


if sys.argv[1] == 'write':
    write()
else:
    read()
