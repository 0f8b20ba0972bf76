import { ScriptRandom, scriptRandom } from '@stele/core/random';
import {
  builtinType,
  defineMethods,
  error,
  float,
  fn,
  getitem,
  index,
  int,
  isFloat,
  isInt,
  len,
  list,
  type PyClass,
  type PyFunction,
  PyTuple,
  registerModule,
  setitem,
  toFloat,
  tuple,
  typeInfo,
} from '../runtime/index';

/** Python's seed: whole numbers, floats, text, bytes; None takes the clock. */
function seed(r: ScriptRandom, x: unknown): void {
  if (x === undefined || x === null) r.seed();
  else if (isInt(x) || typeof x === 'string') r.seed(x as number);
  else if (typeof x === 'boolean') r.seed(Number(x));
  else if (isFloat(x)) r.seed(Number(x));
  else throw error('TypeError', 'The only supported seed types are:\nNone, int, float, str, bytes, and bytearray.');
}

function randrange(r: ScriptRandom, a: unknown, b: unknown, c: unknown): number | bigint {
  const big = [a, b, c].some((x) => typeof x === 'bigint');
  if (!big) {
    const [start, stop, step] =
      b === undefined ? [0, index(a), 1] : [index(a), index(b), c === undefined ? 1 : index(c)];
    if (step === 0) throw error('ValueError', 'zero step for randrange()');
    if (Math.ceil((stop - start) / step) <= 0) {
      throw error('ValueError', `empty range for randrange() (${start}, ${stop}, ${stop - start})`);
    }
    return r.randrange(start, stop, step);
  }
  const [start, stop] = b === undefined ? [0n, BigInt(a as bigint)] : [BigInt(a as bigint), BigInt(b as bigint)];
  if (stop <= start) throw error('ValueError', 'empty range for randrange()');
  return int(start + r.belowWide(stop - start));
}

/** The functions of one stream, as the module and as `random.Random` have them. */
const methods: Record<string, (r: ScriptRandom, ...args: any[]) => unknown> = {
  'seed(a=None)': (r, a) => {
    seed(r, a);
    return null;
  },
  'random()': (r) => float(r.random()),
  'uniform(a, b)': (r, a, b) => float(toFloat(a) + (toFloat(b) - toFloat(a)) * r.random()),
  'randint(a, b)': (r, a, b) => randrange(r, a, typeof b === 'bigint' ? b + 1n : index(b) + 1, undefined),
  'randrange(start, stop=None, step=1)': (r, a, b, c) => randrange(r, a, b === null ? undefined : b, c),
  'getrandbits(k, /)': (r, k) => r.getrandbits(index(k)),
  'choice(seq)': (r, seq) => {
    const n = len(seq);
    if (n === 0) throw error('IndexError', 'Cannot choose from an empty sequence');
    return getitem(seq, r.below(n));
  },
  'choices(population, weights=None, *, cum_weights=None, k=1)': (r, population, weights, sums, k = 1) => {
    const items = list(population);
    if (sums !== undefined && sums !== null) {
      const c = list(sums).map(toFloat);
      return r.choices(
        items,
        index(k),
        c.map((v, i) => v - (i === 0 ? 0 : c[i - 1]!)),
      );
    }
    if (items.length === 0) throw error('IndexError', 'list index out of range');
    return r.choices(
      items,
      index(k),
      weights === undefined || weights === null ? undefined : list(weights).map(toFloat),
    );
  },
  'sample(population, k, *, counts=None)': (r, population, k, counts) => {
    let items = Array.isArray(population) ? population : list(population);
    if (counts !== undefined && counts !== null) {
      const n = list(counts).map((c) => index(c));
      items = items.flatMap((x: unknown, i: number) => new Array(n[i]).fill(x));
    }
    if (index(k) > items.length || index(k) < 0)
      throw error('ValueError', 'Sample larger than population or is negative');
    return r.sample(items, index(k));
  },
  'shuffle(x)': (r, x) => {
    if (x instanceof PyTuple) throw error('TypeError', "'tuple' object does not support item assignment");
    for (let i = len(x) - 1; i > 0; i--) {
      const j = r.below(i + 1);
      const a = getitem(x, i);
      setitem(x, i, getitem(x, j));
      setitem(x, j, a);
    }
    return null;
  },
  'gauss(mu=0.0, sigma=1.0)': (r, mu = 0, sigma = 1) => float(r.gauss(toFloat(mu), toFloat(sigma))),
  'normalvariate(mu=0.0, sigma=1.0)': (r, mu = 0, sigma = 1) => float(r.normalvariate(toFloat(mu), toFloat(sigma))),
  'expovariate(lambd=1.0)': (r, l = 1) => float(r.expovariate(toFloat(l))),
  'lognormvariate(mu=0.0, sigma=1.0)': (r, mu = 0, sigma = 1) =>
    float(Math.exp(r.normalvariate(toFloat(mu), toFloat(sigma)))),
  'triangular(low=0.0, high=1.0, mode=None)': (r, low = 0, high = 1, mode = null) => {
    const [a, b] = [toFloat(low), toFloat(high)];
    let u = r.random();
    let c = mode === null ? 0.5 : (toFloat(mode) - a) / (b - a);
    let [from, to] = [a, b];
    if (u > c) {
      u = 1 - u;
      c = 1 - c;
      [from, to] = [to, from];
    }
    return float(from + (to - from) * Math.sqrt(u * c));
  },
  'getstate()': (r) => tuple([3, r.getState() as unknown]),
  'setstate(state)': (r, s) => {
    r.setState(s[1]);
    return null;
  },
};

const streams = new WeakMap<object, ScriptRandom>();
let streamClass: PyClass | null = null;
function randomClass(): PyClass {
  if (streamClass !== null) return streamClass;
  const cls = builtinType(
    'Random',
    fn('Random(x=None)', (x) => {
      const made = Object.create(cls.prototype as object) as object;
      const r = new ScriptRandom();
      seed(r, x);
      streams.set(made, r);
      return made;
    }),
  );
  typeInfo(cls)!.module = 'random';
  defineMethods(
    cls,
    Object.fromEntries(
      Object.entries(methods).map(([signature, f]) => {
        const withSelf = signature.replace('(', '(self, ').replace(', )', ')');
        return [withSelf, (self: object, ...args: unknown[]) => f(streams.get(self)!, ...args)];
      }),
    ),
  );
  streamClass = cls;
  return cls;
}

registerModule('random', () => {
  const members: Record<string, unknown> = { Random: randomClass() };
  for (const [signature, f] of Object.entries(methods)) {
    const made: PyFunction = fn(signature, (...args) => f(scriptRandom(), ...args));
    members[made.$p.name] = made;
  }
  return members;
});
