# What is differentiated may be what it is differentiated by; numbers may stand before tensors in graphs.
import tensorflow as tf

v, c = tf.Variable(2.0), tf.constant(3.0)
with tf.GradientTape(persistent=True) as tape:
    tape.watch(c)
    y = v
print(tape.gradient(y, v), tape.gradient(c, c), tape.gradient(y, c))
with tf.GradientTape() as tape:
    y = c
print(tape.gradient(y, c))
with tf.GradientTape() as tape:
    y = c * 2
print(tape.gradient(y, c))
w = tf.Variable([1.0, 2.0])
with tf.GradientTape() as tape:
    pass
print(tape.jacobian(w, w).numpy().tolist())


@tf.function
def numbers(x):
    total = 0
    for i in range(2):
        total = total + x[i]
    first = 1
    first *= x[0]
    return total, sum([x[0], x[1]]), first, 2 ** x, 1 - x, 3 / x, 0 + x


for t in numbers(tf.constant([1.0, 2.0])) + numbers(tf.constant([1.0, 4.0], tf.float64)):
    print(t.dtype.name, t.numpy().tolist())
print(list(tf.data.Dataset.sample_from_datasets(
    [tf.data.Dataset.range(2), tf.data.Dataset.range(5, 7)], weights=[0.0, 1.0], seed=1).as_numpy_iterator()))
