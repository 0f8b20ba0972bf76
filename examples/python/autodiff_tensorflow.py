import tensorflow as tf

# TensorFlow 2.x style (eager execution)
x = tf.Variable(2.0)
y = tf.Variable(3.0)
with tf.GradientTape() as tape:
    a = x + y
    b = x * y
    c = a + b
gradients = tape.gradient(c, [x, y])
print(f"Result: {c}")
print(f"Gradient of c with respect to x: {gradients[0]}")
print(f"Gradient of c with respect to y: {gradients[1]}")
