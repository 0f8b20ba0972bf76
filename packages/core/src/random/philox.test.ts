import { computeFans, varianceScaling } from '../nn/initializers';
import type { DType } from '../tensor/dtype';
import { dtypes, sizeOf } from '../tensor/dtype';
import { expected, held, type Recorded, recordedRows } from './fixtures/recordings';
import { RandomState } from './numpyLegacy';
import { type Philox, Philox as PhiloxStream, WordStream } from './philox';
import {
  categorical,
  fillDropoutMask,
  fillFullIntegers,
  fillIntegers,
  fillNormal,
  fillTruncatedNormal,
  fillUniform,
  risingOrder,
  shuffledOrder,
} from './philoxFills';
import {
  combineSeeds,
  foldIn,
  type GraphSeeds,
  IteratorSeeds,
  KernelStream,
  OperationSeeds,
  PhiloxGenerator,
  SteppingSeed,
  seedStream,
  shuffleWindow,
  splitSeed,
  windowOrder,
} from './philoxStreams';
import { ScriptRandom } from './pythonRandom';

type Args = Record<string, any>;
interface Step {
  op: string;
  args?: Args;
  out?: any;
  as?: string;
  name?: string;
  body?: Step[];
  session?: number;
}
interface Row {
  id: string;
  name: string;
  group: string;
  model: string;
  steps: Step[];
}

const tensor = (shape: number[], dtype: DType, fill: (out: any, dtype: DType) => void): Recorded => {
  const out = dtypes[dtype].create(sizeOf(shape));
  fill(out, dtype);
  return { dtype, shape, data: held(out, dtype) as any };
};
const listed = (values: ArrayLike<number | bigint>, dtype: string, shape = [values.length]): Recorded => ({
  dtype,
  shape,
  data: Array.from(values) as any,
});

const fill = (start: Philox, kind: string, a: Args): Recorded => {
  const dtype: DType = a.dtype ?? (kind === 'randint' ? 'int32' : 'float32');
  return tensor(a.shape, dtype, (out, d) => {
    if (kind === 'normal') fillNormal(start, out, d, a.mean, a.stddev);
    else if (kind === 'truncated_normal') fillTruncatedNormal(start, out, d, a.mean, a.stddev);
    else if (d.startsWith('int') && a.minval == null) fillFullIntegers(start, out);
    else if (d.startsWith('int')) fillIntegers(start, out, d, a.minval, a.maxval);
    else fillUniform(start, out, d, a.minval, a.maxval);
  });
};

/** One op of a program on its kernel's stream. */
const stateful = (op: string, a: Args, kernel: KernelStream): Recorded => {
  const kind = op
    .split('.')
    .at(-1)!
    .replace(/^random_/, '');
  if (kind === 'shuffle')
    return listed(shuffledOrder(kernel.reserveShuffle(a.value.shape[0]), a.value.shape[0]), 'int32');
  if (kind === 'categorical') {
    const { logits, num_samples: n } = a;
    const start = kernel.reserveCategorical(logits.length, n);
    return listed(categorical(start, logits.flat(), logits.length, n), 'int64', [logits.length, n]);
  }
  if (kind === 'dropout') {
    return tensor(a.x.shape, 'float32', (out, d) => fillDropoutMask(kernel.reserve(out.length), out, d, a.rate));
  }
  return fill(kernel.reserve(sizeOf(a.shape)), kind, a);
};

const kernelType = (op: string, a: Args): string => {
  const kind = op
    .split('.')
    .at(-1)!
    .replace(/^random_/, '');
  if (kind === 'dropout') return 'uniform';
  return kind === 'uniform' && String(a.dtype).startsWith('int') ? 'uniform int' : kind;
};

const dataOrder = (row: Row, step: Step, seeds: OperationSeeds, cache: Map<string, any>): Recorded | undefined => {
  const match = /Dataset\.range\((\d+)\)\.shuffle\((\d+), seed=(\d+)\)/.exec(row.name);
  const cached = <T>(name: string, make: () => T): T => {
    if (!cache.has(name)) cache.set(name, make());
    return cache.get(name);
  };
  if (!match) {
    const name = step.op.replace('iterate ', '');
    const n = step.out.shape[0];
    const buffer = { 'random/p0113': 4, 'random/p0116': 10, 'random/p0119': 5, 'random/p0122': 100 }[row.id];
    if (!buffer) return undefined;
    const iterators = cached(name, () => new IteratorSeeds(seeds.eagerSeeds()));
    return listed(windowOrder(n, buffer, iterators.next()), 'int64');
  }
  const [n, buffer, seed] = match.slice(1).map(Number) as [number, number, number];
  const pair = combineSeeds(seeds.globalSeed, seed)!;
  const order = (iterators: IteratorSeeds): number[] => [...windowOrder(n, buffer, iterators.next())];
  if (step.op === 'iterate ds') return listed(order(cached('ds', () => new IteratorSeeds(pair))), 'int64');
  if (step.op.includes('reshuffle'))
    return listed(order(cached('same', () => new IteratorSeeds(pair, false))), 'int64');
  if (step.op === 'iterate ds.repeat(3)') {
    const iterators = new IteratorSeeds(pair);
    return listed(
      [0, 1, 2].flatMap(() => order(iterators)),
      'int64',
    );
  }
  const twice = [0, 1].flatMap(() => [...Array(n).keys()]);
  return listed([...shuffleWindow(twice, buffer, new IteratorSeeds(pair).next())], 'int64');
};

const SCALED: Record<string, Parameters<typeof varianceScaling> extends [any, ...infer R] ? R : never> = {
  GlorotUniform: [1, 'fanAvg', 'uniform'],
  GlorotNormal: [1, 'fanAvg', 'truncatedNormal'],
  HeUniform: [2, 'fanIn', 'uniform'],
  HeNormal: [2, 'fanIn', 'truncatedNormal'],
  LecunUniform: [1, 'fanIn', 'uniform'],
  LecunNormal: [1, 'fanIn', 'truncatedNormal'],
};

const initialized = (name: string, seed: number, shape: number[], a: Args = {}): Recorded => {
  const start = seedStream([seed, 0]);
  return tensor(shape, 'float32', (out, d) => {
    if (name === 'RandomUniform') fillUniform(start, out, d, a.minval ?? -0.05, a.maxval ?? 0.05);
    else if (name === 'RandomNormal') fillNormal(start, out, d, 0, a.stddev ?? 0.05);
    else if (name === 'TruncatedNormal') fillTruncatedNormal(start, out, d, 0, a.stddev ?? 0.05);
    else {
      const scaled = varianceScaling(computeFans(shape, 'outputsLast'), ...SCALED[name]!);
      if (scaled.distribution === 'uniform') fillUniform(start, out, d, -scaled.limit, scaled.limit);
      else fillTruncatedNormal(start, out, d, 0, scaled.std);
    }
  });
};

/** Carries out a row; gives [result, recorded result] pairs, or undefined for a row that needs a facade. */
function replay(row: Row): [any, any][] | undefined {
  const seeds = new OperationSeeds();
  const python = new ScriptRandom(0);
  const numpy = new RandomState(0);
  let global: SteppingSeed | undefined;
  const objects = new Map<string, any>();
  const pairs: [any, any][] = [];
  const uniformStep = (a: Args): Philox => {
    if (typeof a.seed === 'number') return seedStream([a.seed, 0]);
    if (a.seed) return seedStream(objects.get(a.seed.ref).next());
    global ??= new SteppingSeed(python.randint(1, 1e9));
    return seedStream(global.next(false));
  };
  for (const step of row.steps) {
    const a: Args = step.args ?? {};
    const [target, method] = step.op.split('.');
    let got: any;
    if (row.group !== 'seeds' && /\.set_(random_)?seed$/.test(step.op)) {
      seeds.setGlobalSeed(a.seed);
      if (step.op.startsWith('keras')) {
        python.seed(a.seed);
        numpy.seed(a.seed);
        global = undefined;
      } else if (row.group === 'function')
        for (const nodes of objects.values()) {
          for (const k of nodes) if (k instanceof KernelStream) k.restart();
        }
    } else if (step.op === 'tf.function' || step.op === 'graph') {
      const graph: GraphSeeds = seeds.graphSeeds();
      const nodes = step.body!.map((op) => new KernelStream(graph.seeds(op.args!.seed)));
      objects.set(step.name ?? 'graph', nodes);
      objects.set(`${step.name ?? 'graph'} body`, step.body!);
    } else if (step.op === 'call' || step.op === 'session.run') {
      const name = step.name ?? 'graph';
      const nodes: KernelStream[] = objects.get(name);
      if (step.op === 'session.run') {
        if (objects.get('session') !== step.session) for (const k of nodes) k.restart();
        objects.set('session', step.session);
      }
      got = objects.get(`${name} body`).map((op: Step, i: number) => stateful(op.op, op.args!, nodes[i]!));
    } else if (row.group === 'data shuffle') got = dataOrder(row, step, seeds, objects);
    else if (row.group === 'data random') {
      const stream = new WordStream(PhiloxStream.fromSeeds(...combineSeeds(undefined, a.seed)!));
      got = listed(
        Array.from({ length: a.take }, () => stream.nextU32()),
        'int64',
      );
    } else if (row.group === 'seeds') {
      if (step.op.startsWith('internal')) {
        seeds.setGlobalSeed(a.seed);
        got = listed(
          Array.from({ length: a.n }, () => seeds.nextDerived()!),
          'int64',
        );
      } else got = listed(combineSeeds(a.global_seed, a.op_seed)!, 'int64');
    } else if (row.group === 'keras fit order') {
      const kernel = new KernelStream(combineSeeds(seeds.globalSeed, 0));
      got = listed(shuffledOrder(kernel.reserveShuffle(step.out.shape[0]), step.out.shape[0]), 'int64');
    } else if (row.group === 'keras initializer') {
      if (step.as) objects.set(step.as, [step.op.split('.').at(-1), a]);
      else {
        const [name, own] = objects.get(step.op);
        if (!SCALED[name] && !['RandomUniform', 'RandomNormal', 'TruncatedNormal'].includes(name)) return undefined;
        got = initialized(name, own.seed, a.shape, own);
      }
    } else if (step.op === 'tf.random.Generator.from_seed') {
      const g = PhiloxGenerator.fromSeed(a.seed);
      if (step.as) objects.set(step.as, g);
      else got = listed(g.state, 'int64');
    } else if (target === 'g') {
      const g: PhiloxGenerator = objects.get('g');
      if (method === 'state') got = listed(g.state, 'int64');
      else if (method === 'skip') g.skip(a.delta);
      else if (method === 'reset_from_seed') g.resetFromSeed(a.seed);
      else if (method === 'split') objects.set('children', g.split(a.count));
      else if (method === 'make_seeds') {
        const columns = g.makeSeeds(a.count);
        got = listed([...columns[0], ...columns[1]], 'int64', [2, a.count]);
      } else if (method === 'uniform_full_int') {
        const size = sizeOf(a.shape);
        const out = a.dtype === 'int32' ? new Int32Array(size) : new BigInt64Array(size);
        fillFullIntegers(g.reserve(size), out);
        got = listed(out as BigInt64Array, a.dtype);
      } else got = fill(g.reserve(sizeOf(a.shape)), method!, a);
    } else if (target === 'children') {
      got = objects.get('children').map((child: PhiloxGenerator) => listed(child.state, 'int64'));
    } else if (target === 'children[0]') {
      got = fill(objects.get('children')[0].reserve(sizeOf(a.shape)), method!, a);
    } else if (step.op.includes('stateless')) {
      const start = PhiloxStream.stateless(a.seed[0], a.seed[1]);
      const kind = step.op.split('stateless_')[1]!;
      if (kind === 'dropout') got = tensor(a.x.shape, 'float32', (out, d) => fillDropoutMask(start, out, d, a.rate));
      else if (kind === 'categorical') {
        got = listed(categorical(start, a.logits.flat(), a.logits.length, a.num_samples), 'int64', [
          a.logits.length,
          a.num_samples,
        ]);
      } else got = fill(start, kind, a);
    } else if (step.op === 'tf.random.split') got = listed(splitSeed(a.seed, a.num), 'int32', [a.num, 2]);
    else if (step.op === 'tf.random.fold_in') got = listed(foldIn(a.seed, a.data), 'int32');
    else if (step.op === 'keras.random.SeedGenerator') objects.set(step.as!, new SteppingSeed(a.seed));
    else if (step.op === 'keras.layers.Dropout') objects.set(step.as!, [new SteppingSeed(a.seed), a.rate]);
    else if (step.op === 'd') {
      const [stepping, rate] = objects.get('d');
      const start = seedStream(stepping.next());
      got = tensor(a.inputs.shape, 'float32', (out, d) => fillDropoutMask(start, out, d, rate));
    } else if (step.op === 'sg.state') got = listed(objects.get('sg').state, 'int64');
    else if (step.op === 'keras.random.shuffle') {
      const values = new Float32Array(a.x.shape[0]);
      fillUniform(uniformStep(a), values, 'float32');
      got = listed(risingOrder(values), 'int32');
    } else if (step.op === 'keras.random.dropout') {
      const start = uniformStep(a);
      got = tensor(a.inputs.shape, 'float32', (out, d) => fillDropoutMask(start, out, d, a.rate));
    } else if (step.op.startsWith('keras.random.'))
      got = fill(uniformStep(a), method === 'random' ? step.op.split('.')[2]! : '', a);
    else if (step.op === 'keras.layers.Dense kernel')
      got = initialized('GlorotUniform', python.randint(1, 1e9), step.out.shape);
    else if (step.op === 'keras.layers.Conv2D kernel')
      got = initialized('GlorotUniform', python.randint(1, 1e9), step.out.shape);
    else if (step.op === 'keras.layers.Embedding kernel')
      got = initialized('RandomUniform', python.randint(1, 1e9), step.out.shape);
    else if (step.op.startsWith('keras.layers.Dropout(0.5)')) {
      if (!objects.has('layer')) objects.set('layer', new SteppingSeed(python.randint(1, 1e9)));
      const start = seedStream(objects.get('layer').next());
      got = tensor(step.out.shape, 'float32', (out, d) => fillDropoutMask(start, out, d, 0.5));
    } else if (step.op === 'numpy.random.rand') got = tensor([a.n], 'float64', (out) => numpy.randomSample(out));
    else if (step.op === 'random.random') got = listed([python.random()], 'float64', []);
    else if (/^tf\.(random|nn)\./.test(step.op)) {
      const kernel = seeds.eagerKernel(kernelType(step.op, a), a.dtype ?? 'float32', a.seed);
      got = stateful(step.op, a, kernel);
    } else return undefined;
    if (step.out !== undefined) {
      if (got === undefined) return undefined;
      pairs.push([got, step.out]);
    }
  }
  return pairs;
}

const differs = (got: any, want: any): boolean => {
  if (Array.isArray(want)) return want.some((w, i) => differs(got[i], w));
  if (JSON.stringify(got.shape) !== JSON.stringify(want.shape)) return true;
  return expected(want).some((w, i) => {
    const v = got.data[i];
    return typeof w === 'bigint' ? BigInt.asIntN(64, BigInt(v)) !== w : !Object.is(v + 0, w + 0);
  });
};

const rows = recordedRows<Row>('tf/public/random.ndjson.gz')?.filter((row) => row.model === 'bit');

describe('Philox streams', () => {
  // the known-answer test of the Random123 distribution: counter and key all ones, and all zeros
  it.each<[number, number[]]>([
    [0, [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    [-1, [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
  ])('gives the known block of counter and key %d', (word, want) => {
    const stream = new PhiloxStream(word, word, word, word, word, word);
    stream.next();
    expect([...stream.words]).toEqual(want);
  });

  it('skips over carries as counting does', () => {
    const stream = new PhiloxStream(1, 2, -2, -1, 5, 0);
    const other = stream.clone();
    for (let i = 0; i < 5; i++) stream.next();
    other.skip(4);
    other.next();
    expect(other.words).toEqual(stream.words);
    expect(other.counter2).toBe(6);
  });

  // tf.random.stateless_NAME(shape, [1, 2]) of TensorFlow 2.21
  it('starts stateless fills as TensorFlow does', () => {
    const start = PhiloxStream.stateless(1, 2);
    const single = (n: number, draw: (out: Float32Array<ArrayBuffer>) => void) => {
      const out = new Float32Array(n);
      draw(out);
      return [...out];
    };
    const f = (values: number[]) => values.map(Math.fround);
    expect(single(3, (o) => fillUniform(start, o, 'float32'))).toEqual(f([0.844060421, 0.192045331, 0.996223211]));
    expect(single(4, (o) => fillNormal(start, o, 'float32'))).toEqual(
      f([0.544110119, 0.20738031, 0.0735643208, 0.0464345515]),
    );
    expect(single(6, (o) => fillTruncatedNormal(start, o, 'float32')).slice(4)).toEqual(f([0.168205917, -1.68503332]));
    expect([...shuffledOrder(start, 8)]).toEqual([4, 2, 1, 7, 3, 6, 0, 5]);
  });

  // tf.random.set_seed(0): the seeds of unseeded ops, and of a seeded one
  it('derives the seeds of ops from the global seed', () => {
    const seeds = new OperationSeeds();
    expect(seeds.eagerSeeds()).toBeUndefined();
    expect(seeds.eagerSeeds(7)).toEqual([87654321, 7]);
    seeds.setGlobalSeed(0);
    expect([seeds.eagerSeeds(), seeds.eagerSeeds(5), seeds.eagerSeeds()]).toEqual([
      [0, 1654615998],
      [0, 5],
      [0, 1806341205],
    ]);
    expect(combineSeeds(0, 0)).toEqual([0, 2147483647]);
  });

  // [next(iter(d)) ...] of tf.data.Dataset.range(10).shuffle(4, seed=42)
  it('shuffles through a window', () => {
    const iterators = new IteratorSeeds(combineSeeds(undefined, 42));
    expect([...windowOrder(10, 4, iterators.next())].slice(0, 6)).toEqual([1, 4, 2, 3, 5, 0]);
    expect([...windowOrder(10, 4, iterators.next())].slice(0, 6)).toEqual([3, 4, 2, 0, 1, 8]);
    const long = [...windowOrder(5000, 100, [1, 2])];
    expect(long.sort((a, b) => a - b)).toEqual([...Array(5000).keys()]);
  });

  if (!rows) it.skip('recorded streams (skipped: this checkout has no recordings beside it)', () => {});
  else {
    const replayed = rows.flatMap((row) => {
      const pairs = replay(row);
      return pairs ? [{ row, pairs }] : [];
    });
    const groups = [...new Set(replayed.map(({ row }) => row.group))];
    it.each(groups)('gives the recorded bits: %s', (group) => {
      const wrong = replayed
        .filter(({ row }) => row.group === group)
        .flatMap(({ row, pairs }) =>
          pairs.flatMap(([got, want], i) => (differs(got, want) ? [`${row.id} result ${i}`] : [])),
        );
      expect(wrong).toEqual([]);
    });
    it('leaves to the facades only rows with recurrent layers', () => {
      const left = rows.filter((row) => !replayed.some((done) => done.row === row));
      expect(left.map((row) => row.name).filter((name) => !/RNN|GRU|LSTM/.test(name))).toEqual([]);
    });
  }
});
