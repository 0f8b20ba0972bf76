# the fourth article's panes are lost: rebuilt from what it says of them
import tensorflow as tf

from linear_data import x, y

class LinearRegression(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.random.uniform(shape=[1], minval=-0.1, maxval=0.1))
        self.b = tf.Variable(tf.random.uniform(shape=[1], minval=-0.1, maxval=0.1))

    def __call__(self, x):
        return x * self.w + self.b

def loss(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred))

model = LinearRegression()
epochs, learning_rate = 500, 0.001
for epoch in range(epochs):
    with tf.GradientTape() as tape:
        loss_value = loss(y, model(x))
    b_grad, w_grad = tape.gradient(loss_value, model.trainable_variables)
    model.w.assign(model.w - w_grad * learning_rate)
    model.b.assign(model.b - b_grad * learning_rate)
    if epoch % 20 == 0:
        print(f'Epoch {epoch} : Loss {loss_value.numpy():.6f}')
