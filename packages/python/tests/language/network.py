"""A small neural network in plain Python: forward, backward, training, reproducible to the last digit."""
import math
import random

random.seed(7)


class Value:
    """A scalar with reverse-mode differentiation."""

    def __init__(self, data, parents=(), op=''):
        self.data, self.grad = data, 0.0
        self._parents, self._op = set(parents), op
        self._backward = lambda: None

    def __repr__(self):
        return f'Value({self.data:.6f}, grad={self.grad:.6f})'

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), '+')

        def backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), '*')

        def backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = backward
        return out

    def relu(self):
        out = Value(max(0, self.data), (self,), 'relu')

        def backward():
            self.grad += (out.data > 0) * out.grad
        out._backward = backward
        return out

    def __pow__(self, k):
        out = Value(self.data ** k, (self,), f'**{k}')

        def backward():
            self.grad += k * self.data ** (k - 1) * out.grad
        out._backward = backward
        return out

    def backward(self):
        order, seen = [], set()

        def build(v):
            if v not in seen:
                seen.add(v)
                for p in v._parents:
                    build(p)
                order.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(order):
            v._backward()

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)


a, b = Value(-4.0), Value(2.0)
c = (a + b) * b ** 3 + (a * b).relu() + 1 - b
c.backward()
print(c, a, b)


class Layer:
    def __init__(self, n_in, n_out, act=True):
        self.w = [[Value(random.uniform(-1, 1)) for _ in range(n_in)] for _ in range(n_out)]
        self.b = [Value(0.0) for _ in range(n_out)]
        self.act = act

    def __call__(self, x):
        out = [sum((w * v for w, v in zip(row, x)), b) for row, b in zip(self.w, self.b)]
        return [o.relu() for o in out] if self.act else out

    @property
    def parameters(self):
        return [p for row in self.w for p in row] + self.b


class Net:
    def __init__(self, *sizes):
        self.layers = [Layer(i, o, act=k < len(sizes) - 2) for k, (i, o) in enumerate(zip(sizes, sizes[1:]))]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x[0]

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters]


data = [([0.0, 0.0], 0.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], 0.0)]
net = Net(2, 4, 1)
print(len(net.parameters()))
for epoch in range(20):
    loss = sum((net(x) - y) ** 2 for x, y in data) * (1 / len(data))
    for p in net.parameters():
        p.grad = 0.0
    loss.backward()
    for p in net.parameters():
        p.data -= 0.1 * p.grad
    if epoch % 5 == 0 or epoch == 19:
        print(f'epoch {epoch:2d} loss {loss.data:.10f}')
print([round(net(x).data, 6) for x, _ in data])


def softmax(xs):
    m = max(xs)
    e = [math.exp(x - m) for x in xs]
    s = sum(e)
    return [v / s for v in e]


print(softmax([1.0, 2.0, 3.0]), -math.log(softmax([0.5, 0.1])[0]))
xs = [random.gauss(0, 1) for _ in range(200)]
ys = [2.5 * x - 1 + 0.1 * random.gauss(0, 1) for x in xs]
w = b = 0.0
for step in range(100):
    gw = sum(2 * (w * x + b - y) * x for x, y in zip(xs, ys)) / len(xs)
    gb = sum(2 * (w * x + b - y) for x, y in zip(xs, ys)) / len(xs)
    w, b = w - 0.1 * gw, b - 0.1 * gb
print(f'{w:.12f} {b:.12f}', w, b)
