import io
import pickle
from collections import OrderedDict

value = {
    'none': None,
    'ints': [0, 255, -1, 2**40, 2**70, -(2**70)],
    'floats': [0.5, 2.0, -0.0, 1e300, float('inf')],
    'text': 'äöü 中 😀',
    'bytes': b'\x00\xffab',
    'tuple': (1, (2,), ()),
    'set': {3},
    'frozen': frozenset([4]),
    7: True,
}
back = pickle.loads(pickle.dumps(value))
print(back == value, back)
print([type(x).__name__ for x in back['floats']], type(back['tuple']).__name__, type(back['frozen']).__name__)

shared = [1]
a, b = pickle.loads(pickle.dumps([shared, shared]))
print(a is b)

for protocol in range(3):
    print(pickle.loads(pickle.dumps({'a': [1, 2.5, 'x', None, (True, False)]}, protocol=protocol)))

with open('value.pkl', 'wb') as f:
    pickle.dump([1, 'two', 3.0], f)
with open('value.pkl', 'rb') as f:
    print(pickle.load(f))

print(pickle.loads(b"(dp0\nVa\np1\n(lp2\nI1\naF2.0\nas."))

for bad in [b'', b'no pickle', pickle.dumps([1, 2])[:-3]]:
    try:
        pickle.loads(bad)
        print('?')
    except (pickle.UnpicklingError, EOFError):
        print('refused')
try:
    pickle.dumps(lambda: 0)
except (pickle.PicklingError, AttributeError):
    print('refused')
print(issubclass(pickle.UnpicklingError, pickle.PickleError))
