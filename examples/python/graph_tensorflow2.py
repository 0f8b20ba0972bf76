# the second article's panes are lost: rebuilt from what it says of them
import tensorflow as tf

def compute(x, y):
    return (x + y) + x * y

# the graph is built while a plain function runs: no session, no placeholders
for a, b in [(2.0, 3.0), (1.0, 4.0)]:
    x, y = tf.Variable(a), tf.Variable(b)
    print(compute(x, y))
