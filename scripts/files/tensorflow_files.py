"""Writes records, checkpoints and models with TensorFlow, or prints what it reads: python tensorflow_files.py write|read."""
import json
import sys

import numpy as np
import tensorflow as tf

rows = np.linspace(-1, 1, 12).reshape(3, 4).astype('float32')


def model():
    return tf.keras.Sequential(
        [tf.keras.Input((4,)), tf.keras.layers.Dense(5, activation='relu'), tf.keras.layers.Dense(2, activation='softmax')]
    )


def write():
    tf.keras.utils.set_random_seed(0)
    for name, compression in [('plain.tfrecord', ''), ('gzip.tfrecord', 'GZIP')]:
        with tf.io.TFRecordWriter(name, tf.io.TFRecordOptions(compression_type=compression)) as writer:
            for i in range(3):
                example = tf.train.Example(
                    features=tf.train.Features(
                        feature={
                            'label': tf.train.Feature(int64_list=tf.train.Int64List(value=[i])),
                            'x': tf.train.Feature(float_list=tf.train.FloatList(value=[0.5 * i, -1.0])),
                            'name': tf.train.Feature(bytes_list=tf.train.BytesList(value=[b'row %d' % i])),
                        }
                    )
                )
                writer.write(example.SerializeToString())
    checkpoint = tf.train.Checkpoint(step=tf.Variable(7, dtype=tf.int64), w=tf.Variable([[1.0, -2.5]]), flag=tf.Variable(True))
    checkpoint.write('state')
    net = model()
    converter = tf.lite.TFLiteConverter.from_keras_model(net)
    with open('net.tflite', 'wb') as f:
        f.write(converter.convert())
    with open('net.json', 'w') as f:
        json.dump(net(rows).numpy().tolist(), f)


def read():
    spec = {
        'label': tf.io.FixedLenFeature([], tf.int64),
        'x': tf.io.FixedLenFeature([2], tf.float32),
        'name': tf.io.FixedLenFeature([], tf.string),
    }
    for name, compression in [('plain.tfrecord', ''), ('gzip.tfrecord', 'GZIP')]:
        for record in tf.data.TFRecordDataset(name, compression_type=compression):
            row = tf.io.parse_single_example(record, spec)
            print(name, int(row['label']), row['x'].numpy().tolist(), row['name'].numpy())
    reader = tf.train.load_checkpoint('state')
    for name, shape in sorted(reader.get_variable_to_shape_map().items()):
        if 'OBJECT_GRAPH' not in name:
            print(name, shape, reader.get_tensor(name).tolist())
    checkpoint = tf.train.Checkpoint(step=tf.Variable(0, dtype=tf.int64), w=tf.Variable([[0.0, 0.0]]), flag=tf.Variable(False))
    checkpoint.read('state').assert_consumed()
    print(int(checkpoint.step), checkpoint.w.numpy().tolist(), bool(checkpoint.flag))
    interpreter = tf.lite.Interpreter(model_path='net.tflite')
    interpreter.allocate_tensors()
    inputs, outputs = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    print([int(n) for n in inputs['shape']], [int(n) for n in outputs['shape']])
    with open('net.json') as f:
        want = json.load(f)
    for row, expected in zip(rows, want):
        interpreter.set_tensor(inputs['index'], row[None])
        interpreter.invoke()
        got = interpreter.get_tensor(outputs['index'])[0]
        print('near' if np.allclose(got, expected, atol=1e-6) else f'{got} instead of {expected}')


if sys.argv[1] == 'write':
    write()
else:
    read()
