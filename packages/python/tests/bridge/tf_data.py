import tensorflow as tf
import numpy as np
for e in tf.data.Dataset.from_tensor_slices(([1, 2, 3], [4, 5, 6])): print(e)
for e in tf.data.Dataset.from_tensor_slices([[1, 2], [3, 4]]): print(e)
print(list(tf.data.Dataset.from_tensors(([1, 2, 3], 7)).as_numpy_iterator()))
print(next(iter(tf.data.Dataset.zip((tf.data.Dataset.range(2), tf.data.Dataset.range(3))))), list(tf.data.Dataset.range(2).enumerate().as_numpy_iterator()))
for e in tf.data.Dataset.from_tensor_slices({'a': [1, 2], 'b': [3, 4]}).batch(2): print(e)
ds = tf.data.Dataset.range(4).map(lambda x: (x, float(x))).batch(2)
print(list(ds.as_numpy_iterator()))
print([x.numpy() for x in tf.data.Dataset.range(5).filter(lambda x: x > 2)])
