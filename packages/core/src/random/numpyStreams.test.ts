import type { DType } from '../tensor/dtype';
import { dtypes } from '../tensor/dtype';
import { held } from './fixtures/recordings';
import { PcgGenerator } from './numpyGenerator';
import { RandomState } from './numpyLegacy';
import { ScriptRandom } from './pythonRandom';

type Case = [name: string, draw: () => ArrayLike<number | bigint>, want: (number | bigint)[]];

const doubles = (n: number, fill: (out: Float64Array<ArrayBuffer>) => void): Float64Array => {
  const out = new Float64Array(n);
  fill(out);
  return out;
};
const singles = (n: number, fill: (out: Float32Array<ArrayBuffer>) => void): Float32Array => {
  const out = new Float32Array(n);
  fill(out);
  return out;
};
const whole = (n: number, dtype: DType, fill: (out: any, dtype: DType) => void): number[] => {
  const out = dtypes[dtype].create(n);
  fill(out, dtype);
  return held(out, dtype).map(Number);
};
const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
const times = <R, T>(n: number, random: R, draw: (random: R) => T): T[] =>
  Array.from({ length: n }, () => draw(random));
const counting = (n: number): number[] => [...Array(n).keys()];
const shuffled = (random: ScriptRandom, n: number): number[] => {
  const items = counting(n);
  random.shuffle(items);
  return items;
};
const WEIGHTS = [0.1, 0.2, 0.3, 0.4];

// numpy.random.RandomState(0 or 42).NAME(...) of NumPy 2.4
const LEGACY: Case[] = [
  [
    'randomSample',
    () => doubles(3, (o) => new RandomState(0).randomSample(o)),
    [0.5488135039273248, 0.7151893663724195, 0.6027633760716439],
  ],
  [
    'standardNormal',
    () => doubles(5, (o) => new RandomState(0).standardNormal(o)),
    [1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458, 1.8675579901499675],
  ],
  [
    'normal(3, 2.5)',
    () => doubles(3, (o) => new RandomState(42).normal(o, 3, 2.5)),
    [4.241785382528082, 2.6543392470720386, 4.619221345251731],
  ],
  [
    'uniform(-2, 5)',
    () => doubles(3, (o) => new RandomState(42).uniform(o, -2, 5)),
    [0.6217808319315372, 4.655000144869414, 3.1239575926798357],
  ],
  [
    'exponential(2)',
    () => doubles(3, (o) => new RandomState(42).exponential(o, 2)),
    [0.9385361799537182, 6.020242861835042, 2.6334913870908987],
  ],
  [
    'gamma(3.3)',
    () => doubles(3, (o) => new RandomState(42).gamma(o, 3.3)),
    [3.9070847290775874, 2.734835539264844, 2.581360435049151],
  ],
  [
    'randint(0, 10) int64',
    () => whole(8, 'int64', (o, d) => new RandomState(0).randint(o, d, 0, 10)),
    [5, 0, 3, 3, 7, 9, 3, 5],
  ],
  [
    'randint(-7, 200) int16',
    () => whole(6, 'int16', (o, d) => new RandomState(0).randint(o, d, -7, 200)),
    [165, 120, 40, 189, 110, 15],
  ],
  [
    'randint(3, 100) uint8',
    () => whole(9, 'uint8', (o, d) => new RandomState(0).randint(o, d, 3, 100)),
    [47, 13, 15, 50, 45, 71, 26, 41, 25],
  ],
  [
    'randint(0, 2) bool',
    () => whole(9, 'bool', (o, d) => new RandomState(0).randint(o, d, 0, 2)),
    [0, 0, 1, 1, 0, 1, 0, 1, 0],
  ],
  ['permutation(10)', () => new RandomState(0).permutation(10), [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]],
  ['choice(17, 6)', () => new RandomState(0).choice(17, 6), [12, 15, 0, 3, 3, 7]],
  ['choice(17, 6) distinct', () => new RandomState(0).choice(17, 6, { replace: false }), [1, 6, 8, 9, 13, 4]],
  ['choice(4, 6) weighted', () => new RandomState(0).choice(4, 6, { p: WEIGHTS }), [2, 3, 3, 2, 2, 3]],
  ['choice(4, 3) weighted distinct', () => new RandomState(0).choice(4, 3, { replace: false, p: WEIGHTS }), [2, 3, 1]],
  [
    'binomial(10, 0.3)',
    () => whole(6, 'int64', (o, d) => new RandomState(0).binomial(o, d, 10, 0.3)),
    [3, 4, 3, 3, 3, 3],
  ],
  [
    'binomial(5000, 0.45)',
    () => whole(4, 'int64', (o, d) => new RandomState(0).binomial(o, d, 5000, 0.45)),
    [2252, 2270, 2244, 2228],
  ],
  ['poisson(3.5)', () => whole(6, 'int64', (o, d) => new RandomState(0).poisson(o, d, 3.5)), [6, 7, 1, 7, 4, 4]],
  [
    'poisson(30.5)',
    () => whole(6, 'int64', (o, d) => new RandomState(0).poisson(o, d, 30.5)),
    [31, 32, 29, 29, 45, 36],
  ],
  [
    'list seed',
    () => doubles(2, (o) => new RandomState([1, 2, 3]).randomSample(o)),
    [0.6098612722867289, 0.8866970434146851],
  ],
];

// numpy.random.default_rng(42).NAME(...) of NumPy 2.4; the sums are numpy.add.accumulate(...)[-1]
const PCG: Case[] = [
  [
    'random',
    () => doubles(3, (o) => new PcgGenerator(42).random(o)),
    [0.7739560485559633, 0.4388784397520523, 0.8585979199113825],
  ],
  [
    'random float32',
    () => singles(3, (o) => new PcgGenerator(42).random(o)),
    [0.08925092220306396, 0.7739560008049011, 0.6545714735984802],
  ],
  [
    'standardNormal',
    () => doubles(5, (o) => new PcgGenerator(42).standardNormal(o)),
    [0.30471707975443135, -1.0399841062404955, 0.7504511958064572, 0.9405647163912139, -1.9510351886538364],
  ],
  [
    'standardNormal float32',
    () => singles(3, (o) => new PcgGenerator(42).standardNormal(o)),
    [0.14190717041492462, -1.6685079336166382, -1.3321080207824707],
  ],
  [
    'uniform(-2, 5)',
    () => doubles(3, (o) => new PcgGenerator(42).uniform(o, -2, 5)),
    [3.417692339891744, 1.0721490782643661, 4.010185439379677],
  ],
  [
    'exponential(2)',
    () => doubles(3, (o) => new PcgGenerator(42).exponential(o, 2)),
    [4.808417207931989, 4.672379311648907, 4.76952199974851],
  ],
  [
    'gamma(3.3)',
    () => doubles(3, (o) => new PcgGenerator(42).gamma(o, 3.3)),
    [3.523071036032199, 4.456058559909888, 3.1923518089473304],
  ],
  [
    'standardNormal sum of 100000',
    () => [sum(doubles(100000, (o) => new PcgGenerator(42).standardNormal(o)))],
    [-423.2930278922835],
  ],
  [
    'exponential sum of 100000',
    () => [sum(doubles(100000, (o) => new PcgGenerator(42).exponential(o)))],
    [100349.67312171443],
  ],
  [
    'integers(0, 10) int64',
    () => whole(8, 'int64', (o, d) => new PcgGenerator(42).integers(o, d, 0, 10)),
    [0, 7, 6, 4, 4, 8, 0, 6],
  ],
  [
    'integers(-7, 200) int16',
    () => whole(6, 'int16', (o, d) => new PcgGenerator(42).integers(o, d, -7, 200)),
    [24, 11, 196, 153, 199, 128],
  ],
  [
    'integers(3, 100) uint8',
    () => whole(9, 'uint8', (o, d) => new PcgGenerator(42).integers(o, d, 3, 100)),
    [54, 17, 11, 80, 15, 99, 57, 66, 39],
  ],
  [
    'integers(-2^40, 2^50) int64',
    () => whole(3, 'int64', (o, d) => new PcgGenerator(42).integers(o, d, -(2 ** 40), 2 ** 50)),
    [871148505016443, 493516234751983, 966539844812247],
  ],
  ['permutation(10)', () => new PcgGenerator(42).permutation(10), [5, 6, 0, 7, 3, 2, 4, 9, 1, 8]],
  ['choice(17, 6)', () => new PcgGenerator(42).choice(17, 6), [1, 13, 11, 7, 7, 14]],
  ['choice(17, 6) distinct', () => new PcgGenerator(42).choice(17, 6, { replace: false }), [9, 10, 15, 14, 6, 1]],
  [
    'choice(20000, 500) distinct, last 4',
    () => new PcgGenerator(42).choice(20000, 500, { replace: false }).slice(-4),
    [8776, 13090, 15478, 1785],
  ],
  ['choice(4, 6) weighted', () => new PcgGenerator(42).choice(4, 6, { p: WEIGHTS }), [3, 2, 3, 3, 0, 3]],
  [
    'list seed',
    () => doubles(2, (o) => new PcgGenerator([1, 2 ** 40, 3]).random(o)),
    [0.8787680561404596, 0.42077645338030667],
  ],
];

// random.Random(42).NAME(...) of CPython 3.11
const SCRIPT: Case[] = [
  [
    'random',
    () => times(3, new ScriptRandom(42), (r) => r.random()),
    [0.6394267984578837, 0.025010755222666936, 0.27502931836911926],
  ],
  ['text seed', () => times(2, new ScriptRandom('hello'), (r) => r.random()), [0.3537754404730722, 0.6631985810268619]],
  ['fraction seed', () => times(2, new ScriptRandom(0.5), (r) => r.random()), [0.2794930785867423, 0.7912631961880867]],
  [
    'negative seed',
    () => times(2, new ScriptRandom(-7), (r) => r.random()),
    [0.32383276483316237, 0.15084917392450192],
  ],
  [
    'large seed',
    () => times(2, new ScriptRandom(2n ** 100n + 3n), (r) => r.random()),
    [0.3567616365770526, 0.9714727250299201],
  ],
  ['randint(-5, 100)', () => times(5, new ScriptRandom(42), (r) => r.randint(-5, 100)), [76, 9, -2, 89, 30]],
  [
    'randrange(10, 1000, 7)',
    () => times(4, new ScriptRandom(42), (r) => r.randrange(10, 1000, 7)),
    [206, 52, 500, 444],
  ],
  [
    'randrange(2^50)',
    () => times(3, new ScriptRandom(42), (r) => r.randrange(2 ** 50)),
    [250695692417437, 551444917277271, 314212176123614],
  ],
  ['getrandbits(64)', () => [new ScriptRandom(42).getrandbits(64)], [2053695854357871005n]],
  ['getrandbits(53)', () => [new ScriptRandom(42).getrandbits(53)], [1002783120652701]],
  [
    'uniform(-3, 8.5)',
    () => times(2, new ScriptRandom(42), (r) => r.uniform(-3, 8.5)),
    [4.353408182265663, -2.71237631493933],
  ],
  [
    'choices of 10 by weight',
    () =>
      new ScriptRandom(42).choices(
        counting(10),
        6,
        counting(10).map((i) => i + 1),
      ),
    [7, 1, 5, 4, 8, 8],
  ],
  ['choices of 10', () => new ScriptRandom(42).choices(counting(10), 6), [6, 0, 2, 2, 7, 6]],
  ['shuffle of 8', () => shuffled(new ScriptRandom(42), 8), [3, 4, 6, 7, 2, 5, 0, 1]],
  ['sample 5 of 20', () => new ScriptRandom(42).sample(counting(20), 5), [3, 0, 8, 7, 16]],
  ['sample 5 of 3000', () => new ScriptRandom(42).sample(counting(3000), 5), [2619, 456, 102, 1126, 1003]],
  [
    'gauss(1, 2)',
    () => times(3, new ScriptRandom(42), (r) => r.gauss(1, 2)),
    [0.7118193408441433, 0.6541927993369614, 0.777368276864675],
  ],
  [
    'normalvariate(1, 2)',
    () => times(3, new ScriptRandom(42), (r) => r.normalvariate(1, 2)),
    [1.4906526834157268, 0.0063110531775942835, 3.5095718621149254],
  ],
  [
    'expovariate(1.5)',
    () => times(3, new ScriptRandom(42), (r) => r.expovariate(1.5)),
    [0.680040191516534, 0.01688589269515926, 0.21441604271664372],
  ],
];

describe.each([
  ['RandomState', LEGACY],
  ['PcgGenerator', PCG],
  ['ScriptRandom', SCRIPT],
])('%s', (_, cases) => {
  it.each(cases)('%s', (_name, draw, want) => {
    expect(Array.from<number | bigint>(draw())).toEqual(want);
  });
});

describe('states', () => {
  it('RandomState gives its stream again, the kept normal included', () => {
    const random = new RandomState(1);
    random.nextNormal();
    const state = random.getState();
    const after = times(3, random, (r) => r.nextNormal());
    const other = new RandomState(2);
    other.setState(state);
    expect(times(3, other, (r) => r.nextNormal())).toEqual(after);
  });

  it('PCG64 gives its stream again, the spare half included', () => {
    const { engine } = new PcgGenerator(1);
    engine.nextU32();
    const state = engine.getState();
    const after = times(3, engine, (e) => e.nextU32());
    engine.setState(state);
    expect(times(3, engine, (e) => e.nextU32())).toEqual(after);
  });

  it('ScriptRandom gives its stream again, the kept normal included', () => {
    const random = new ScriptRandom(1);
    random.gauss();
    const state = random.getState();
    const after = times(3, random, (r) => r.gauss());
    random.setState(state);
    expect(times(3, random, (r) => r.gauss())).toEqual(after);
  });
});

describe('mistakes', () => {
  const random = new RandomState(0);
  it.each<[string, () => unknown, RegExp]>([
    ['seed out of range', () => new RandomState(-1), /between 0 and 2\*\*32 - 1/],
    ['empty range', () => random.randint(new Int32Array(1), 'int32', 3, 3), /low >= high/],
    [
      'bounds beyond the type',
      () => random.randint(new Uint8Array(1), 'uint8', 0, 300),
      /high is out of bounds for uint8/,
    ],
    ['too many different numbers', () => random.choice(3, 4, { replace: false }), /larger sample than population/],
    ['probabilities that miss 1', () => random.choice(2, 1, { p: [0.5, 0.6] }), /do not sum to 1/],
    ['negative seed of PCG64', () => new PcgGenerator(-1), /non-negative/],
    ['empty randrange', () => new ScriptRandom(0).randrange(5, 5), /empty range/],
    ['sample beyond the population', () => new ScriptRandom(0).sample([1], 2), /larger than population/i],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
