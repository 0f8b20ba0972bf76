import {
  add,
  call,
  callable,
  equals,
  error,
  fn,
  index,
  iterate,
  list,
  PullIterator,
  type PyIterator,
  registerModule,
  truth,
  tuple,
} from './api';

function* combinations(items: unknown[], r: number): Generator<unknown> {
  const n = items.length;
  if (r > n) return;
  const at = Array.from({ length: r }, (_, i) => i);
  for (;;) {
    yield tuple(at.map((i) => items[i]));
    let i = r - 1;
    while (i >= 0 && at[i] === i + n - r) i--;
    if (i < 0) return;
    at[i]!++;
    for (let j = i + 1; j < r; j++) at[j] = at[j - 1]! + 1;
  }
}
function* combinationsAgain(items: unknown[], r: number): Generator<unknown> {
  const n = items.length;
  if (n === 0 && r > 0) return;
  const at = new Array<number>(r).fill(0);
  for (;;) {
    yield tuple(at.map((i) => items[i]));
    let i = r - 1;
    while (i >= 0 && at[i] === n - 1) i--;
    if (i < 0) return;
    at.fill(at[i]! + 1, i);
  }
}
function* permutations(items: unknown[], r: number): Generator<unknown> {
  const n = items.length;
  if (r > n) return;
  const order = items.map((_, i) => i);
  const cycles = Array.from({ length: r }, (_, i) => n - i);
  yield tuple(order.slice(0, r).map((i) => items[i]));
  for (;;) {
    let i = r - 1;
    for (; i >= 0; i--) {
      cycles[i]!--;
      if (cycles[i] === 0) {
        order.push(order.splice(i, 1)[0]!);
        cycles[i] = n - i;
      } else {
        const j = n - cycles[i]!;
        [order[i], order[j]] = [order[j]!, order[i]!];
        yield tuple(order.slice(0, r).map((k) => items[k]));
        break;
      }
    }
    if (i < 0) return;
  }
}
function* product(pools: unknown[][]): Generator<unknown> {
  if (pools.some((p) => p.length === 0)) return;
  const at = pools.map(() => 0);
  for (;;) {
    yield tuple(pools.map((p, i) => p[at[i]!]));
    let i = pools.length - 1;
    while (i >= 0 && at[i] === pools[i]!.length - 1) at[i--] = 0;
    if (i < 0) return;
    at[i]!++;
  }
}

const over = (source: Iterator<unknown>, kind: string): PyIterator =>
  new PullIterator(() => {
    const s = source.next();
    return s.done ? undefined : s.value;
  }, kind);

function groupby(x: unknown, key: unknown): PyIterator {
  const of = key === undefined || key === null ? (v: unknown) => v : callable(key);
  const it = iterate(x);
  let value = it.next();
  let current = value === undefined ? undefined : of(value);
  let group = 0;
  const advance = (): void => {
    value = it.next();
    if (value !== undefined) current = of(value);
  };
  let last: unknown;
  let first = true;
  return new PullIterator(() => {
    // what the last group left over is skipped
    if (!first) while (value !== undefined && equals(current, last)) advance();
    first = false;
    if (value === undefined) return undefined;
    last = current;
    const mine = ++group;
    const members = new PullIterator(() => {
      if (mine !== group || value === undefined || !equals(current, last)) return undefined;
      const out = value;
      advance();
      return out;
    }, '_grouper');
    return tuple([last, members]);
  }, 'groupby');
}

const chain = (sources: PyIterator): PyIterator => {
  let it: PyIterator | null = null;
  return new PullIterator(() => {
    for (;;) {
      if (it === null) {
        const next = sources.next();
        if (next === undefined) return undefined;
        it = iterate(next);
      }
      const v = it.next();
      if (v !== undefined) return v;
      it = null;
    }
  }, 'chain');
};

registerModule('itertools', () => {
  const chainFunction = fn('chain(*iterables)', (xs) => chain(iterate([...xs])));
  chainFunction.$a = new Map([['from_iterable', fn('chain.from_iterable(iterable)', (x) => chain(iterate(x)))]]);
  return {
    chain: chainFunction,
    count: fn('count(start=0, step=1)', (start = 0, step = 1) => {
      let n: unknown = start;
      return new PullIterator(() => {
        const out = n;
        n = add(n, step);
        return out;
      }, 'count');
    }),
    cycle: fn('cycle(iterable)', (x) => {
      const it = iterate(x);
      const seen: unknown[] = [];
      let at = -1;
      return new PullIterator(() => {
        if (at < 0) {
          const v = it.next();
          if (v !== undefined) {
            seen.push(v);
            return v;
          }
          if (seen.length === 0) return undefined;
          at = 0;
        }
        const v = seen[at];
        at = (at + 1) % seen.length;
        return v;
      }, 'cycle');
    }),
    repeat: fn('repeat(object, times=None)', (x, times) => {
      let left = times === undefined ? Number.POSITIVE_INFINITY : index(times);
      return new PullIterator(() => (left-- > 0 ? x : undefined), 'repeat');
    }),
    islice: fn('islice(iterable, start, stop=None, step=None, /)', (x, a, b, c) => {
      const bound = (v: unknown): number | null => (v === undefined || v === null ? null : index(v));
      const start = b === undefined ? 0 : (bound(a) ?? 0);
      const stop = (b === undefined ? bound(a) : bound(b)) ?? Number.POSITIVE_INFINITY;
      const step = bound(c) ?? 1;
      if (start < 0 || stop < 0 || step < 1)
        throw error('ValueError', 'Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.');
      const it = iterate(x);
      let at = 0;
      let next = start;
      return new PullIterator(() => {
        if (next >= stop) return undefined;
        for (;;) {
          const v = it.next();
          if (v === undefined) return undefined;
          if (at++ === next) {
            next += step;
            return v;
          }
        }
      }, 'islice');
    }),
    takewhile: fn('takewhile(predicate, iterable)', (f, x) => {
      const it = iterate(x);
      return new PullIterator(() => {
        const v = it.next();
        return v !== undefined && truth(call(f, [v])) ? v : undefined;
      }, 'takewhile');
    }),
    dropwhile: fn('dropwhile(predicate, iterable)', (f, x) => {
      const it = iterate(x);
      let open = false;
      return new PullIterator(() => {
        for (let v = it.next(); v !== undefined; v = it.next()) {
          if (open || !truth(call(f, [v]))) {
            open = true;
            return v;
          }
        }
        return undefined;
      }, 'dropwhile');
    }),
    filterfalse: fn('filterfalse(function, iterable)', (f, x) => {
      const it = iterate(x);
      return new PullIterator(() => {
        for (let v = it.next(); v !== undefined; v = it.next()) if (!truth(f === null ? v : call(f, [v]))) return v;
        return undefined;
      }, 'filterfalse');
    }),
    starmap: fn('starmap(function, iterable)', (f, x) => {
      const it = iterate(x);
      const g = callable(f);
      return new PullIterator(() => {
        const v = it.next();
        return v === undefined ? undefined : g(...list(v));
      }, 'starmap');
    }),
    accumulate: fn('accumulate(iterable, func=None, *, initial=None)', (x, f, initial) => {
      const it = iterate(x);
      const g = f === undefined || f === null ? add : callable(f);
      let total: unknown = initial === undefined || initial === null ? undefined : initial;
      let started = false;
      return new PullIterator(() => {
        if (!started) {
          started = true;
          if (total === undefined) total = it.next();
          return total;
        }
        const v = it.next();
        return v === undefined ? undefined : (total = g(total, v));
      }, 'accumulate');
    }),
    pairwise: fn('pairwise(iterable, /)', (x) => {
      const it = iterate(x);
      let last = it.next();
      return new PullIterator(() => {
        const v = last === undefined ? undefined : it.next();
        if (v === undefined) return undefined;
        const out = tuple([last, v]);
        last = v;
        return out;
      }, 'pairwise');
    }),
    zip_longest: fn('zip_longest(*iterables, fillvalue=None)', (xs, fill = null) => {
      const its = [...xs].map(iterate);
      return new PullIterator(() => {
        const values = its.map((it) => it.next());
        return values.every((v) => v === undefined)
          ? undefined
          : tuple(values.map((v) => (v === undefined ? fill : v)));
      }, 'zip_longest');
    }),
    tee: fn('tee(iterable, n=2, /)', (x, n = 2) => {
      const it = iterate(x);
      const queues: unknown[][] = Array.from({ length: index(n) }, () => []);
      return tuple(
        queues.map(
          (q) =>
            new PullIterator(() => {
              if (q.length === 0) {
                const v = it.next();
                if (v === undefined) return undefined;
                for (const other of queues) other.push(v);
              }
              return q.shift();
            }, '_tee'),
        ),
      );
    }),
    compress: fn('compress(data, selectors)', (data, selectors) => {
      const a = iterate(data);
      const b = iterate(selectors);
      return new PullIterator(() => {
        for (;;) {
          const v = a.next();
          const s = b.next();
          if (v === undefined || s === undefined) return undefined;
          if (truth(s)) return v;
        }
      }, 'compress');
    }),
    batched: fn('batched(iterable, n)', (x, n) => {
      const it = iterate(x);
      return new PullIterator(() => {
        const out: unknown[] = [];
        while (out.length < index(n)) {
          const v = it.next();
          if (v === undefined) break;
          out.push(v);
        }
        return out.length === 0 ? undefined : tuple(out);
      }, 'batched');
    }),
    groupby: fn('groupby(iterable, key=None)', groupby),
    product: fn('product(*iterables, repeat=1)', (xs, repeat = 1) => {
      const pools = [...xs].map((x) => list(x));
      const all: unknown[][] = [];
      for (let i = 0; i < index(repeat); i++) all.push(...pools);
      return over(product(all), 'product');
    }),
    permutations: fn('permutations(iterable, r=None)', (x, r) => {
      const items = list(x);
      return over(permutations(items, r === undefined || r === null ? items.length : index(r)), 'permutations');
    }),
    combinations: fn('combinations(iterable, r)', (x, r) => over(combinations(list(x), index(r)), 'combinations')),
    combinations_with_replacement: fn('combinations_with_replacement(iterable, r)', (x, r) =>
      over(combinationsAgain(list(x), index(r)), 'combinations_with_replacement'),
    ),
  };
});
