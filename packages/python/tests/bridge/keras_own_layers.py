# The shapes that a program's own layer gives on symbols, whatever it is made of.
import keras, tensorflow as tf
class A(keras.layers.Layer):
    def __init__(self, which):
        super().__init__()
        self.which = which
        self.att = keras.layers.MultiHeadAttention(num_heads=2, key_dim=8)
        self.ffn = keras.Sequential([keras.layers.Dense(16, activation='relu'), keras.layers.Dense(8)])
        self.n1 = keras.layers.LayerNormalization(epsilon=1e-6)
        self.d1 = keras.layers.Dropout(0.1)
        self.emb = keras.layers.Embedding(15, 8)
        self.lstm = keras.layers.LSTM(5, return_sequences=True)
        self.conv = keras.layers.Conv1D(3, 2)
        self.pool = keras.layers.GlobalAveragePooling1D()
        self.flat = keras.layers.Flatten()
        self.rs = keras.layers.Reshape((8, 7))
        self.bi = keras.layers.Bidirectional(keras.layers.GRU(3))
        self.bn = keras.layers.BatchNormalization()
        self.mp = keras.layers.MaxPooling1D(2)
        self.up = keras.layers.UpSampling1D(2)
        self.td = keras.layers.TimeDistributed(keras.layers.Dense(4))
        self.sa = keras.layers.Attention()
        self.aa = keras.layers.AdditiveAttention()
        self.cc = keras.layers.Concatenate()
        self.dot = keras.layers.Dot(axes=2)
        self.perm = keras.layers.Permute((2, 1))
        self.rv = keras.layers.RepeatVector(3)
    def call(self, x, training=None):
        w = self.which
        if w == 'att': return self.att(x, x)
        if w == 'd1': return self.d1(x, training=training)
        if w == 'n1': return self.n1(x)
        if w == 'ffn': return self.ffn(x)
        if w == 'pos': return x + self.emb(keras.ops.arange(0, keras.ops.shape(x)[1], 1))
        if w == 'rs': return self.rs(x)
        if w == 'sa': return self.sa([x, x])
        if w == 'aa': return self.aa([x, x])
        if w == 'cc': return self.cc([x, x])
        if w == 'dot': return self.dot([x, x])
        if w == 'rv': return self.rv(self.pool(x))
        if w == 'all': return self.n1(x + self.d1(self.att(x, x), training=training))
        if w == 'split': return keras.ops.split(x, 2, axis=-1)[0]
        if w == 'tr': return tf.transpose(x, [0, 2, 1])
        if w == 'mm': return tf.matmul(x, x, transpose_b=True)
        if w == 'sm': return tf.nn.softmax(x)
        if w == 'ein': return tf.einsum('abc,adc->abd', x, x)
        if w == 'rsh2': return tf.reshape(x, (-1, 56))
        if w == 'cond': return x if training else x * 2
        if w == 'cs': return tf.cumsum(x, 1)
        if w == 'pad': return tf.pad(x, [[0, 0], [1, 1], [0, 0]])
        if w == 'ga': return tf.gather(x, [0, 2], axis=1)
        if w == 'st': return tf.stack([x, x], 1)
        if w == 'oh': return tf.one_hot(tf.argmax(x, -1), 4)
        if w == 'tile': return tf.tile(x, [1, 2, 1])
        if w == 'topk': return tf.math.top_k(x, 3)[0]
        if w == 'red': return tf.reduce_mean(x, [1])
        if w == 'ds': return x[:, ::2, :3]
        if w == 'kr': return keras.ops.reshape(x, (-1, 7, 2, 4))
        if w == 'norm': return tf.linalg.l2_normalize(x, -1)
        if w == 'where': return tf.where(x > 0, x, 0.)
        if w == 'map': return tf.map_fn(lambda r: r * 2, x)
        return getattr(self, w)(x)
i = keras.Input((7, 8))
for w in 'att d1 n1 ffn pos lstm conv pool flat rs bi bn mp up td sa aa cc dot perm rv all split tr mm sm ein rsh2 cond cs pad ga st oh tile topk red ds kr norm where map'.split():
    try: print(w, A(w)(i).shape)
    except Exception as e: print(w, type(e).__name__, str(e)[:150].replace('\n', ' '))

# vectors of zeros have no direction, and no slope of theirs is not a number
for w in ([[0.0], [0.5], [0.2]], [[-0.3], [0.5], [0.0]]):
    v = tf.Variable(w)
    with tf.GradientTape() as t:
        l = keras.regularizers.OrthogonalRegularizer(0.01)(v)
    print(round(float(l), 6), [abs(round(g, 6)) for g in t.gradient(l, v).numpy().ravel().tolist()])

# draws of a size that the graph finds out follow the seed
@tf.function
def noise(batch):
    return tf.random.normal([tf.shape(batch)[0], 3], seed=19)
for n in (2, 2, 3):
    print([round(v, 4) for v in noise(tf.zeros([n, 5])).numpy().ravel().tolist()])
