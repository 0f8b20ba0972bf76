# the second article's panes are lost: rebuilt from what it says of them
import tensorflow as tf

tf.compat.v1.disable_eager_execution()

# the graph is defined first, with its sizes and types
x = tf.compat.v1.placeholder(tf.float32, shape=())
y = tf.compat.v1.placeholder(tf.float32, shape=())
c = (x + y) + x * y

# one session runs it as often as wanted
with tf.compat.v1.Session() as sess:
    for a, b in [(2.0, 3.0), (1.0, 4.0)]:
        print(sess.run(c, feed_dict={x: a, y: b}))
