"""An event system, a state machine, an observer, coroutines that take turns, pipelines."""
from collections import defaultdict, deque
from enum import Enum, auto


class State(Enum):
    IDLE = auto()
    RUNNING = auto()
    DONE = auto()


class Machine:
    moves = {(State.IDLE, 'start'): State.RUNNING, (State.RUNNING, 'stop'): State.DONE, (State.RUNNING, 'pause'): State.IDLE}

    def __init__(self):
        self.state, self.listeners, self.history = State.IDLE, defaultdict(list), []

    def on(self, state):
        def register(f):
            self.listeners[state].append(f)
            return f
        return register

    def send(self, event):
        try:
            new = self.moves[self.state, event]
        except KeyError:
            raise RuntimeError(f'{event!r} is not possible in {self.state.name}') from None
        self.history.append((self.state.name, event, new.name))
        self.state = new
        for f in self.listeners[new]:
            f(self)
        return self


m = Machine()


@m.on(State.RUNNING)
def started(machine):
    print('running after', len(machine.history), 'moves')


m.send('start').send('pause').send('start')
try:
    m.send('start')
except RuntimeError as e:
    print(e, e.__cause__, e.__suppress_context__)
print(m.send('stop').state, m.history[-1], [s.name for s in State])


class Scheduler:
    def __init__(self):
        self.tasks, self.time = deque(), 0

    def spawn(self, name, gen):
        self.tasks.append((name, gen, None))

    def run(self):
        results = {}
        while self.tasks:
            name, gen, value = self.tasks.popleft()
            self.time += 1
            try:
                request = gen.send(value)
            except StopIteration as stop:
                results[name] = stop.value
                continue
            except ValueError as e:
                results[name] = f'failed: {e}'
                continue
            answer = self.time if request == 'time' else request
            self.tasks.append((name, gen, answer))
        return results


def worker(n):
    total = 0
    for i in range(n):
        total += yield i
    now = yield 'time'
    return total, now


def failing():
    yield 1
    raise ValueError('broke')


s = Scheduler()
s.spawn('a', worker(3))
s.spawn('b', worker(1))
s.spawn('c', failing())
print(s.run(), s.time)


def numbers(n):
    yield from range(n)


def keep(test, source):
    return (x for x in source if test(x))


def batch(size, source):
    out = []
    for x in source:
        out.append(x)
        if len(out) == size:
            yield tuple(out)
            out = []
    if out:
        yield tuple(out)


def pipeline(source, *stages):
    for stage, *args in stages:
        source = stage(*args, source)
    return source


print(list(pipeline(numbers(20), (keep, lambda v: v % 3 == 0), (batch, 3), (map, sum))))


def printer(prefix):
    print('ready')
    try:
        while True:
            print(prefix, (yield))
    except GeneratorExit:
        print('closing')


def broadcast(*targets):
    while True:
        item = yield
        for t in targets:
            t.send(item)


p = printer('>>')
next(p)
b = broadcast(p)
next(b)
for x in ('one', 2):
    b.send(x)
p.close()


class Observable:
    def __init__(self):
        object.__setattr__(self, '_watchers', [])

    def watch(self, f):
        self._watchers.append(f)

    def __setattr__(self, name, value):
        old = getattr(self, name, None)
        super().__setattr__(name, value)
        for f in self._watchers:
            f(name, old, value)


o = Observable()
seen = []
o.watch(lambda *change: seen.append(change))
o.x = 1
o.x = 2
o.y = 'new'
print(seen, vars(o).keys() - {'_watchers'} == {'x', 'y'})
