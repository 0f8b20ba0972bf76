"""open, os.path, pathlib, io inside the working folder; argparse, logging, random streams."""
import io
import os
import random
import sys
from pathlib import Path

name = 'language-test-folder'
os.makedirs(name, exist_ok=True)
path = os.path.join(name, 'a.txt')
with open(path, 'w') as f:
    print('first line', file=f)
    f.write('second\n')
    f.writelines(['third\n', 'last'])
with open(path) as f:
    print(f.readline().rstrip(), [line.strip() for line in f])
with open(path, 'a') as f:
    f.write('\nmore')
with open(path) as f:
    text = f.read()
print(repr(text), os.path.exists(path), os.path.isdir(name), os.path.getsize(path), os.path.isfile(name), sorted(os.listdir(name)))
with open(path, 'rb') as f:
    print(f.read(5), f.tell(), f.closed)
print(f.closed)
try:
    f.read()
except ValueError as e:
    print(e)
try:
    open(os.path.join(name, 'missing.txt'))
except FileNotFoundError as e:
    print(e.errno, e.strerror, e)
p = Path(name) / 'sub' / 'b.json'
p.parent.mkdir(parents=True, exist_ok=True)
p.write_text('{"k": 1}')
print(p, p.name, p.stem, p.suffix, p.parent, p.exists(), p.read_text(), p.with_suffix('.txt').name, p.parts, [q.name for q in sorted(Path(name).iterdir())])
print(os.path.basename('/x/y.tar.gz'), os.path.dirname('/x/y.z'), os.path.splitext('a/b.tar.gz'), os.path.split('a/b'), os.path.join('a', 'b', '..', 'c'), os.path.normpath('a//b/../c'), os.path.join('a', '/b'))
p.unlink()
p.parent.rmdir()
os.rename(path, os.path.join(name, 'c.txt'))
print(sorted(os.listdir(name)))
os.remove(os.path.join(name, 'c.txt'))
os.rmdir(name)
print(os.path.exists(name))
s = io.StringIO()
print('a', 1, file=s)
s.write('b')
print(repr(s.getvalue()), io.StringIO('x\ny').readlines(), io.BytesIO(b'ab').read(1))
sys.stdout.write('direct\n')
random.seed(0)
print(random.random(), random.randint(0, 100), random.uniform(1, 2), random.choice('abc'), random.gauss(0, 1), random.sample(range(50), 4))
xs = list(range(8))
random.shuffle(xs)
print(xs, random.choices([1, 2, 3], weights=[1, 1, 8], k=5), random.randrange(0, 100, 7), random.getrandbits(16), random.normalvariate(0, 1), random.expovariate(2), random.triangular(0, 1, 0.3))
r = random.Random(42)
print(r.random(), r.randint(1, 6), r.betavariate(1, 2) if hasattr(r, 'nothing') else '')
import argparse

parser = argparse.ArgumentParser(prog='train', description='Trains.')
parser.add_argument('data')
parser.add_argument('--lr', type=float, default=0.01, help='rate')
parser.add_argument('-e', '--epochs', type=int, default=3)
parser.add_argument('--use-cuda', action='store_true')
parser.add_argument('--no-aug', dest='aug', action='store_false')
parser.add_argument('--sizes', nargs='+', type=int)
parser.add_argument('-v', action='count', default=0)
parser.add_argument('--opt', choices=['sgd', 'adam'], default='sgd')
args = parser.parse_args(['folder', '--lr', '0.5', '-e', '7', '--use-cuda', '--sizes', '1', '2', '-vv', '--opt=adam'])
print(args.data, args.lr, args.epochs, args.use_cuda, args.aug, args.sizes, args.v, args.opt)
print(parser.parse_args(['x']), vars(parser.parse_args(['y']))['lr'])
import logging

buffer = io.StringIO()
logging.basicConfig(stream=buffer, level=logging.INFO, format='%(levelname)s:%(name)s:%(message)s')
logging.getLogger('app').info('value %d of %s', 3, 'x')
logging.debug('hidden')
logging.warning('seen')
print(buffer.getvalue())
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    warnings.warn('careful', DeprecationWarning)
    print(len(caught), caught[0].category.__name__, caught[0].message)
print(sys.maxsize, sys.argv[1:], sys.version_info >= (3, 8), sys.float_info.epsilon, sys.platform)
try:
    sys.exit(3)
except SystemExit as e:
    print('exit', e.code)
