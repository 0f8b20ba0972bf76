import {
  computeFans,
  gain,
  kaimingLimit,
  kaimingStd,
  orthogonalColumns,
  transposed,
  xavierLimit,
  xavierStd,
} from '../nn/initializers';
import type { DType } from '../tensor/dtype';
import { dtypes, sizeOf } from '../tensor/dtype';
import { expected, held, type Recorded, recordedRows } from './fixtures/recordings';
import { MersenneGenerator } from './mersenneGenerator';
import { multinomial, truncatedNormal } from './mersenneSampling';

interface Step {
  op: string;
  args: Record<string, any>;
  out: any;
}
interface Row {
  id: string;
  seed: number;
  compare?: string;
  steps: Step[];
}

type Fill = (out: any, dtype: DType) => void;

const filled = (shape: number[], dtype: DType, fill: Fill): Recorded => {
  const out = dtypes[dtype].create(sizeOf(shape));
  fill(out, dtype);
  return { dtype, shape, data: held(out, dtype) as any };
};

const chunks = (order: ArrayLike<number>, size: number, dropLast = false): number[][] => {
  const out: number[][] = [];
  for (let at = 0; at < order.length; at += size) out.push(Array.from(order).slice(at, at + size));
  return dropLast ? out.filter((batch) => batch.length === size) : out;
};

const cuts = (order: ArrayLike<number>, lengths: number[]): number[][] => {
  let at = 0;
  return lengths.map((n) => Array.from(order).slice(at, (at += n)));
};

const wholeLengths = (n: number, lengths: number[]): number[] => {
  if (lengths.every(Number.isInteger)) return lengths;
  const whole = lengths.map((part) => Math.floor(n * part));
  for (let i = 0, left = n - whole.reduce((a, b) => a + b, 0); i < left; i++) whole[i % whole.length]!++;
  return whole;
};

/** Carries out a recorded step and gives what it should equal; undefined for a step about something else. */
function replay(g: MersenneGenerator, { op, args: a }: Step): any {
  const dtype: DType = a.dtype ?? 'float32';
  const make = (fill: Fill, type: DType = dtype) => filled(a.shape, type, fill);
  const fans = () => computeFans(a.shape, 'outputsFirst');
  switch (op) {
    case 'rand':
    case 'rand_like':
      return make((o, d) => g.uniform01(o, d));
    case 'randn':
    case 'randn_like':
      return make((o, d) => g.normal(o, d));
    case 'normal':
    case 'normal_':
      return make((o, d) => g.normal(o, d, a.mean, a.std));
    case 'normal_tensors': {
      const z = filled([a.mean.length], 'float32', (o, d) => g.normal(o, d));
      const data = z.data.map((v, i) =>
        Math.fround(Math.fround(Number(v) * Math.fround(a.std[i])) + Math.fround(a.mean[i])),
      );
      return { ...z, data };
    }
    case 'uniform_':
      return make((o, d) => g.uniform(o, d, a.from, a.to));
    case 'randint':
      return make((o, d) => g.randint(o, d, a.low, a.high), a.dtype ?? 'int64');
    case 'randint_like':
      return make((o, d) => g.randint(o, d, a.low, a.high));
    case 'random_':
      return make((o, d) => g.random(o, d));
    case 'randperm':
      return filled([a.n], 'int64', (o, d) => g.randperm(o, d));
    case 'bernoulli_':
      return make((o, d) => g.bernoulli(o, d, a.p));
    case 'bernoulli': {
      const p = (a.probs as number[][]).flat().map((v) => (dtype === 'float32' ? Math.fround(v) : v));
      return filled([a.probs.length, a.probs[0].length], dtype, (o, d) => g.bernoulliEach(o, d, p, d));
    }
    case 'dropout':
      return make((o, d) => g.dropoutMask(o, d, a.p));
    case 'dropout1d':
    case 'dropout2d': {
      const mask = filled(a.shape.slice(0, 2), 'float32', (o, d) => g.dropoutMask(o, d, a.p));
      const each = sizeOf(a.shape.slice(2));
      return { ...mask, shape: a.shape, data: mask.data.flatMap((v) => new Array(each).fill(v)) };
    }
    case 'exponential_':
      return make((o, d) => g.exponential(o, d, a.lambd));
    case 'log_normal_':
      return make((o, d) => g.logNormal(o, d, a.mean, a.std));
    case 'geometric_':
      return make((o, d) => g.geometric(o, d, a.p));
    case 'cauchy_':
      return make((o, d) => g.cauchy(o, d, a.median, a.sigma));
    case 'multinomial': {
      const rows = Array.isArray(a.weights[0]) ? a.weights.length : 1;
      const weights = dtype === 'float32' ? Float32Array.from(a.weights.flat()) : Float64Array.from(a.weights.flat());
      const data = [...multinomial(g, weights as Float32Array<ArrayBuffer>, rows, a.num_samples, a.replacement)];
      return { dtype: 'int64', shape: rows > 1 ? [rows, a.num_samples] : [a.num_samples], data };
    }
    case 'trunc_normal_':
      return make((o, d) => truncatedNormal(g, o, d, a.mean, a.std, a.a, a.b));
    case 'kaiming_uniform_':
    case 'kaiming_normal_': {
      const fan = fans()[a.mode === 'fan_out' ? 'fanOut' : 'fanIn'];
      const factor = gain(a.nonlinearity === 'relu' ? 'relu' : a.nonlinearity === 'tanh' ? 'tanh' : 'leakyRelu', a.a);
      const limit = kaimingLimit(fan, factor);
      if (op === 'kaiming_normal_') return make((o, d) => g.normal(o, d, 0, kaimingStd(fan, factor)));
      return make((o, d) => g.uniform(o, d, -limit, limit));
    }
    case 'xavier_uniform_': {
      const limit = xavierLimit(fans(), a.gain);
      return make((o, d) => g.uniform(o, d, -limit, limit));
    }
    case 'xavier_normal_':
      return make((o, d) => g.normal(o, d, 0, xavierStd(fans(), a.gain)));
    case 'orthogonal_':
      return make((o: Float32Array<ArrayBuffer>, d) => {
        g.normal(o, d);
        const rows = a.shape[0];
        const columns = o.length / rows;
        const tall = rows < columns ? transposed(o, rows, columns) : o;
        orthogonalColumns(tall, Math.max(rows, columns), Math.min(rows, columns));
        o.set((rows < columns ? transposed(tall, columns, rows) : tall).map((v) => v * a.gain));
      });
    case 'rand_with_generator':
      return undefined;
    case 'random_split':
      return cuts(g.permutation(a.n), wholeLengths(a.n, a.lengths));
    case 'dataloader':
      return Array.from({ length: a.epochs }, () => {
        g.nextInt63();
        const order = a.shuffle
          ? new MersenneGenerator(g.nextInt63()).permutation(a.n)
          : Int32Array.from({ length: a.n }, (_, i) => i);
        return chunks(order, a.batch_size, a.drop_last);
      });
    case 'dataloader_with_generator': {
      const own = new MersenneGenerator(a.generator_seed);
      return Array.from({ length: a.epochs }, () => {
        own.nextInt63();
        const order = own.permutation(a.n);
        own.permutation(a.n);
        return chunks(order, a.batch_size);
      });
    }
    case 'fork_rng': {
      const inner = g.fork(() => {
        g.manualSeed(a.inner);
        return filled([2], 'float32', (o, d) => g.uniform01(o, d));
      });
      return [inner, filled([2], 'float32', (o, d) => g.uniform01(o, d))];
    }
    default:
      return undefined;
  }
}

/** Numbers of elements that differ, or Infinity where the form does. */
function difference(got: any, want: any, close: boolean): number {
  if (Array.isArray(want)) {
    if (want.length !== got.length) return Infinity;
    return want.reduce((n: number, w, i) => n + difference(got[i], w, close), 0);
  }
  if (typeof want === 'number') return got === want ? 0 : 1;
  if (JSON.stringify(got.shape) !== JSON.stringify(want.shape) || got.dtype !== want.dtype) return Infinity;
  const values = expected(want);
  return values.filter((w, i) => {
    const v = got.data[i];
    if (close) return Math.abs(Number(v) - Number(w)) > 2e-5;
    return typeof w === 'bigint' ? BigInt(v) !== w : !Object.is(v + 0, w + 0);
  }).length;
}

const rows = recordedRows<Row>('torch/public/rng.ndjson.gz');

describe('MersenneGenerator', () => {
  if (!rows) it.skip('recorded streams (skipped: this checkout has no recordings beside it)', () => {});
  else {
    const known = rows.filter((row) => {
      const g = new MersenneGenerator(row.seed);
      return row.steps.every((step) => replay(g, step) !== undefined);
    });
    const kinds = new Map<string, Row[]>();
    for (const row of known) {
      const kind = row.steps.length > 1 ? 'sequence' : row.steps[0]!.op;
      kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
    }
    it.each([...kinds])('gives the recorded bits: %s', (_, group) => {
      const wrong = group.filter((row) => {
        const g = new MersenneGenerator(row.seed);
        return row.steps.some((step) => difference(replay(g, step), step.out, row.compare === 'close') > 0);
      });
      expect(wrong.map((row) => row.id)).toEqual([]);
    });
  }
});
