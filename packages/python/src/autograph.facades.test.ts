import { loadParser, runPythonSync } from './node';

beforeAll(() => loadParser());

/** Programs of functions to trace, each with what TensorFlow 2.21 printed. */
const programs: readonly (readonly [name: string, source: string, printed: string])[] = [
  [
    'break out of a loop over a tensor',
    `import tensorflow as tf
@tf.function
def f(x):
    total = 0
    for v in x:
        if v > 3:
            break
        total += v
    return total
print(f(tf.constant([1, 2, 3, 4, 5])).numpy(), f(tf.constant([7, 1])).numpy())`,
    '6 0\n',
  ],
  [
    'continue, and an else of a while',
    `import tensorflow as tf
@tf.function
def f(n):
    odd = 0
    i = 0
    while i < n:
        i += 1
        if i % 2 == 0:
            continue
        odd += i
    return odd, i
print([int(v) for v in f(tf.constant(7))])`,
    '[16, 7]\n',
  ],
  [
    'return from inside a loop and a branch',
    `import tensorflow as tf
@tf.function
def first(x, limit):
    for v in x:
        if v > limit:
            return v
    return -1.0
try:
    print(first(tf.constant([1., 4., 9.]), tf.constant(3.)))
except NotImplementedError as e:
    print(str(e).strip().split('\\n')[-1].strip())
@tf.function
def sign(x):
    if x < 0:
        return -1
    if x == 0:
        return 0
    return 1
print([int(sign(tf.constant(v))) for v in (-4., 0., 2.)])`,
    'NotImplementedError: a return statement cannot be placed inside this TensorFlow loop; this may happen if a return statement depends on a static Python condition such as a hyperparameter\n[-1, 0, 1]\n',
  ],
  [
    'and, or, not and a chain of comparisons',
    `import tensorflow as tf
@tf.function
def f(x):
    if 0 < x < 10 and not x == 5:
        return 'in' if False else x
    elif x < 0 or x == 5:
        return -x
    else:
        return x * 10
print([int(f(tf.constant(v))) for v in (3, 5, -2, 11)])
print(f.experimental_get_tracing_count())`,
    '[3, -5, 2, 110]\n1\n',
  ],
  [
    'nested loops, each broken out of',
    `import tensorflow as tf
@tf.function
def f(n):
    count = 0
    for i in tf.range(n):
        for j in tf.range(n):
            if j > i:
                break
            count += 1
        if count > 6:
            break
    return count
print(f(tf.constant(10)).numpy(), f(tf.constant(2)).numpy())`,
    '10 3\n',
  ],
  [
    'a loop over a data set',
    `import tensorflow as tf
@tf.function
def f(ds):
    s = tf.constant(0, tf.int64)
    for v in ds:
        if v == 2:
            continue
        s += v
    return s
print(f(tf.data.Dataset.range(5)).numpy())`,
    '8\n',
  ],
  [
    'a name of one branch only',
    `import tensorflow as tf
@tf.function
def f(x):
    if x > 0:
        y = x
    return y
try:
    f(tf.constant(1))
except Exception as e:
    print(type(e).__name__, str(e).split('\\n')[-1].strip() or str(e).strip().split('\\n')[-1].strip())`,
    "ValueError ValueError: 'y' must also be initialized in the else branch\n",
  ],
  [
    'a loop variable changing its type',
    `import tensorflow as tf
@tf.function
def f(n):
    x = 0
    while x < n:
        x = x + 0.5 if False else tf.cast(x, tf.float32) + 1.0
    return x
try:
    f(tf.constant(3))
except Exception as e:
    print(type(e).__name__, str(e).strip().split('\\n')[-1].strip())`,
    "TypeError TypeError: 'x' has dtype int32 before the loop, but dtype float32 after one iteration\n",
  ],
  [
    'callable objects, and text given back',
    `import functools
import tensorflow as tf
class Add:
    def __init__(self, n):
        self.n = n
    def __call__(self, x):
        return x + self.n
print(tf.function(Add(2))(tf.constant(1)).numpy())
print([int(v) for v in tf.data.Dataset.range(3).map(Add(1))])
print(tf.function(functools.partial(lambda a, b, c: a * b + c, 2.0, c=5.0))(tf.constant(3.0)).numpy())
@tf.function
def f(x):
    return 'text', x
print(f(tf.constant(1)))`,
    "3\n[1, 2, 3]\n11.0\n(<tf.Tensor: shape=(), dtype=string, numpy=b'text'>, <tf.Tensor: shape=(), dtype=int32, numpy=1>)\n",
  ],
  [
    'entries and attributes that loops and branches change',
    `import tensorflow as tf
class S:
    pass
@tf.function
def f(n):
    s = S()
    s.total = tf.constant(0)
    state = {'a': tf.constant(0), 'b': [tf.constant(1.0)]}
    for i in tf.range(n):
        s.total += i
        if i > 1:
            s.total += 100
    while state['a'] < n:
        state['a'] += 1
        state['b'][0] *= 2.0
    return s.total, state
print(f(tf.constant(3)))`,
    "(<tf.Tensor: shape=(), dtype=int32, numpy=103>, {'a': <tf.Tensor: shape=(), dtype=int32, numpy=3>, 'b': [<tf.Tensor: shape=(), dtype=float32, numpy=8.0>]})\n",
  ],
  [
    "Python's own functions over tensors and data sets",
    `import tensorflow as tf
a = tf.data.Dataset.from_tensor_slices([1.0, 2.0])
b = tf.data.Dataset.from_tensor_slices([10.0, 20.0])
@tf.function
def f(x):
    s = tf.constant(0.0)
    for i, v in enumerate(a):
        s += tf.cast(i, tf.float32) * v
    for v, w in zip(a, b):
        s += v * w
    return s, len(x), sorted(x)
print([v if isinstance(v, int) else v.numpy().tolist() for v in f(tf.constant([3, 1, 2]))])`,
    '[52.0, 3, [1, 2, 3]]\n',
  ],
  [
    'traces of methods, of optimizers, and tensors that leak',
    `import tensorflow as tf, keras
class M:
    @tf.function
    def a(self, x):
        return x * 2
m, n = M(), M()
m.a(tf.constant(1)); m.a(tf.constant(1.0)); n.a(tf.constant(1))
print(m.a.experimental_get_tracing_count(), n.a.experimental_get_tracing_count())
w = tf.Variable(1.0)
opt = keras.optimizers.SGD(0.5)
@tf.function
def step():
    with tf.GradientTape() as t:
        loss = w * w
    opt.apply_gradients([(t.gradient(loss, w), w)])
step(); step()
print(step.experimental_get_tracing_count(), w.numpy())
kept = []
@tf.function
def leak(x):
    kept.append(x * 2)
    return x
leak(tf.constant(1.0))
try:
    kept[0] + 1.0
except TypeError as e:
    print(str(e)[:83])`,
    "2 1\n1 0.0\n<tf.Tensor 'mul:0' shape=() dtype=float32> is out of scope and cannot be used here.\n",
  ],
  [
    'custom gradients that functions carry, forward and recomputed ones',
    `import tensorflow as tf
@tf.custom_gradient
def f(x, k=2.0):
    return x * x, lambda dy: dy * 7.0 * k
x = tf.Variable(5.0)
g = tf.function(lambda: f(x))
with tf.GradientTape(persistent=True) as t:
    y = g()
    z = f(x, k=3.0)
print(t.gradient(y, x).numpy(), t.gradient(z, x).numpy())
calls = []
@tf.recompute_grad
def h(x):
    calls.append(1)
    return tf.sin(x) * x
with tf.GradientTape() as t:
    y = h(x)
before = len(calls)
t.gradient(y, x)
print(before, len(calls))
c = tf.constant(2.0)
with tf.autodiff.ForwardAccumulator(c, tf.constant(3.0)) as acc:
    with tf.GradientTape() as t:
        t.watch(c)
        y = c ** 3
    d = t.gradient(y, c)
print(acc.jvp(y).numpy(), acc.jvp(d).numpy())
@tf.function
def q(x):
    a = x * x
    return tf.gradients(a * x, [x, a], stop_gradients=[a]), tf.hessians(x ** 3, x)
print([v.numpy().tolist() for v in tf.nest.flatten(q(tf.constant(3.0)))])
e = tf.Variable([[3.0], [4.0]])
with tf.GradientTape() as t:
    y = tf.reduce_sum(tf.gather(e, [1]) ** 2)
s = tf.clip_by_norm(t.gradient(y, e), 2.0)
print(type(s).__name__, s.values.numpy().tolist())`,
    '14.0 21.0\n1 2\n36.0 36.0\n[9.0, 3.0, 18.0]\nIndexedSlices [[2.0]]\n',
  ],
  [
    'scopes, collections and measures of TF1',
    `import tensorflow as tf
v1 = tf.compat.v1
with tf.Graph().as_default():
    with v1.variable_scope('a', initializer=v1.constant_initializer(2.0)) as scope:
        x = v1.get_variable('x', [1])
        scope.reuse_variables()
        again = v1.get_variable('x', [1])
    with v1.variable_scope(None, default_name='a'):
        y = v1.get_variable('x', [1], initializer=v1.zeros_initializer(), regularizer=tf.nn.l2_loss)
    print(x is again, x.name, y.name, scope.original_name_scope, len(v1.get_collection(v1.GraphKeys.REGULARIZATION_LOSSES)))
    p, up = v1.metrics.precision(tf.constant([1, 0]), tf.constant([1, 1]))
    s = v1.summary.scalar('loss', 1.5)
    with tf.control_dependencies([up]):
        with tf.control_dependencies(None):
            free = tf.identity(x)
    i = v1.train.FtrlOptimizer(0.5).minimize(tf.reduce_sum(x * x))
    with v1.Session(config=v1.ConfigProto(allow_soft_placement=True)) as sess:
        sess.run([v1.global_variables_initializer(), v1.local_variables_initializer()])
        print(sess.run(up), [o.name for o in free.op.control_inputs])
        parsed = v1.Summary.FromString(sess.run(v1.summary.merge_all()))
        print(parsed.value[0].tag, parsed.value[0].simple_value)
        sess.run(i)
        print(sess.run(x).round(4).tolist())`,
    'True a/x:0 a_1/x:0 a/ 1\n0.5 []\nloss 1.5\n[1.3438999652862549]\n',
  ],
];

describe('statements over tensors in a tf.function', () => {
  it.each(programs)('%s', (_, source, printed) => {
    const { output, error } = runPythonSync(source);
    expect(output + (error?.traceback ?? '')).toBe(printed);
  });
});
