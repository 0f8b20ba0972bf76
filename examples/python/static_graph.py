import tensorflow as tf

# TensorFlow 1.x style (static graph)
tf.compat.v1.disable_eager_execution()
x = tf.compat.v1.placeholder(tf.float32)
y = tf.compat.v1.placeholder(tf.float32)
a = x + y
b = x * y
c = a + b

# Create session to execute the graph
with tf.compat.v1.Session() as sess:
    result = sess.run(c, feed_dict={x: 2.0, y: 3.0})
    print(f"Result: {result}")
