import * as torch from '@stele/torchlike';
import type { CaseContext } from '../adapter';
import { exact, type Tolerance } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { BrokenRow, Unsupported } from '../outcome';
import { callMethod, callPython, resolve } from '../resolve';
import { isTensorRecord, readValues } from '../tensors';
import { argument, compareResult, describe, keywords, partsOf, roots, torchDType } from './values';

type Loose = any;

/** Calls what a dotted name means. */
export function call(name: string, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>> = {}): Loose {
  const { value, owner } = resolve(name, roots);
  return callPython(name, value, owner, args, kwargs);
}

const without = (a: JsonObject, ...keys: string[]): JsonObject =>
  Object.fromEntries(Object.entries(a).filter(([key]) => !keys.includes(key)));
const dtypeOf = (a: JsonObject): Record<string, unknown> =>
  typeof a.dtype === 'string' ? { dtype: torchDType(a.dtype) } : {};
const empty = (a: JsonObject): Loose => call('torch.empty', [a.shape], dtypeOf(a));
const ones = (a: JsonObject): Loose => call('torch.ones', [a.shape], dtypeOf(a));
const tensor = (data: Json | undefined, a: JsonObject = {}): Loose => call('torch.tensor', [data], dtypeOf(a));
const range = (n: Json | undefined): number[] => [...Array(Number(n)).keys()];
const generator = (seed: Json | undefined): Loose =>
  callMethod(call('torch.Generator', []), 'manual_seed', [seed], {}, 'torch.Generator');
const named = (module: Loose): Record<string, unknown> => Object.fromEntries([...module.named_parameters()]);
const list = (values: Iterable<unknown>): unknown[] => [...values];

const sized = new Set(['rand', 'randn']);
const inPlace = /^(uniform|normal|bernoulli|exponential|cauchy|geometric|log_normal|random)_$/;
const initial = /^(kaiming|xavier|orthogonal|trunc)_(normal_|uniform_)?$|^orthogonal_$/;

/** What each recorded step calls. */
const steps: Readonly<Record<string, (a: JsonObject) => unknown>> = {
  rand_like: (a) => call('torch.rand_like', [empty(a)]),
  randn_like: (a) => call('torch.randn_like', [empty(a)]),
  randint: (a) => call('torch.randint', [a.low, a.high, a.shape]),
  randint_like: (a) => call('torch.randint_like', [empty(a), a.low, a.high]),
  randperm: (a) => call('torch.randperm', [a.n]),
  normal: (a) => call('torch.normal', [a.mean, a.std, a.shape]),
  normal_tensors: (a) => call('torch.normal', [tensor(a.mean), tensor(a.std)]),
  bernoulli: (a) => call('torch.bernoulli', [tensor(a.probs, a)]),
  multinomial: (a) => call('torch.multinomial', [tensor(a.weights, a), a.num_samples, a.replacement]),
  rrelu: (a) => call('nn.functional.rrelu', [call('torch.neg', [ones(a)]), a.lower, a.upper, true]),
  dropout: (a) => call('nn.functional.dropout', [ones(a), a.p, true]),
  dropout1d: (a) => call('nn.functional.dropout1d', [ones(a), a.p, true]),
  dropout2d: (a) => call('nn.functional.dropout2d', [ones(a), a.p, true]),
  alpha_dropout: (a) => call('nn.functional.alpha_dropout', [ones(a), a.p, true]),
  TransformerEncoder: (a) => {
    const layer = call('nn.TransformerEncoderLayer', [a.d_model, a.nhead, a.dim_feedforward]);
    return named(call('nn.TransformerEncoder', [layer, a.layers]));
  },
  fork_rng: (a) => {
    const scope = call('torch.random.fork_rng', []);
    const inner = within(scope, () => {
      torch.manual_seed(a.inner as number);
      return call('torch.rand', [2]);
    });
    return [inner, call('torch.rand', [2])];
  },
  get_rng_state: () => {
    const state = call('torch.get_rng_state', []);
    const first = call('torch.rand', [3]);
    call('torch.set_rng_state', [state]);
    return [first, call('torch.rand', [3]), tensor(call('torch.initial_seed', []))];
  },
  rand_with_generator: (a) => {
    const g = generator(a.generator_seed);
    const own = { generator: g };
    return [
      call('torch.rand', [3], own),
      call('torch.randn', [5], own),
      call('torch.randn', [17], own),
      call('torch.randperm', [6], own),
      call('torch.rand', [2]),
    ];
  },
  random_split: (a) => parts(call('torch.utils.data.random_split', [range(a.n), a.lengths])),
  random_split_generator: (a) => [
    ...parts(
      call('torch.utils.data.random_split', [range(a.n), a.lengths], { generator: generator(a.generator_seed) }),
    ),
    call('torch.rand', [1]),
  ],
  dataloader: (a) => epochs(a, dataset(a.n), keywords(without(a, 'n', 'epochs'))),
  dataloader_with_generator: (a) =>
    epochs(a, dataset(a.n), { batch_size: a.batch_size, shuffle: true, generator: generator(a.generator_seed) }),
  dataloader_weighted: (a) => {
    const sampler = call('torch.utils.data.WeightedRandomSampler', [a.weights, a.num_samples]);
    return epochs(a, dataset((a.weights as Json[]).length), { batch_size: a.batch_size, sampler });
  },
  samplers: (a) => {
    const make = (name: string, args: unknown[]): Loose => call(`torch.utils.data.${name}`, args);
    const sampler =
      a.kind === 'RandomSampler'
        ? make('RandomSampler', [range(a.n), a.replacement, a.num_samples])
        : a.kind === 'WeightedRandomSampler'
          ? make('WeightedRandomSampler', [a.weights, a.num_samples, a.replacement])
          : a.kind === 'SubsetRandomSampler'
            ? make('SubsetRandomSampler', [a.indices])
            : make('BatchSampler', [make('RandomSampler', [range(a.n)]), a.batch_size, a.drop_last]);
    return [list(sampler), list(sampler)];
  },
};

const dataset = (n: Json | undefined): Loose => call('torch.utils.data.TensorDataset', [call('torch.arange', [n])]);
function epochs(a: JsonObject, data: Loose, kwargs: Record<string, unknown>): unknown[] {
  const loader = call('torch.utils.data.DataLoader', [data], kwargs);
  const count = a.epochs === undefined ? 2 : Number(a.epochs);
  return Array.from({ length: count }, () =>
    list(loader).map((batch) => (partsOf(batch)![0] as torch.Tensor).tolist()),
  );
}
const parts = (subsets: Iterable<Loose>): unknown[] => list(subsets).map((s) => list((s as Loose).indices));

/** Runs a body inside a context manager, as `with` does. */
function within<T>(scope: Loose, body: () => T): T {
  try {
    scope.__enter__?.();
    return body();
  } finally {
    if (typeof scope.__exit__ === 'function') scope.__exit__(null, null, null);
    else scope[Symbol.dispose]();
  }
}

function runStep(op: string, a: JsonObject): unknown {
  const step = steps[op];
  if (step !== undefined) return step(a);
  if (sized.has(op)) return call(`torch.${op}`, [a.shape], dtypeOf(a));
  if (inPlace.test(op)) {
    const args = op === 'uniform_' ? [a.from, a.to] : [];
    const kwargs = op === 'uniform_' ? {} : keywords(without(a, 'shape', 'dtype'));
    return callMethod(empty(a), op, args, kwargs, 'Tensor');
  }
  if (initial.test(op)) return call(`nn.init.${op}`, [empty(a)], keywords(without(a, 'shape', 'dtype')));
  if (op.startsWith('nn.')) {
    const args = Array.isArray(a.args) ? a.args.map((v, i) => argument(v, `args.${i}`)) : [];
    return named(call(op, args, keywords(a.kwargs)));
  }
  throw new Unsupported(`rng step ${op}`, `the runner does not know the step ${op}`);
}

/** Everything is exact, but for large float32 normals and what says that it is only close. */
function toleranceOf(row: JsonObject, op: string, want: Json): Tolerance {
  if (row.compare === 'close') return { rtol: 2e-5, atol: 2e-5 };
  const values = isTensorRecord(want) ? readValues(want) : null;
  const large = values !== null && values.dtype === 'float32' && values.data.length >= 16;
  return large && /normal|randn|Embedding|generator/.test(op) ? { rtol: 2e-6, atol: 1e-6 } : exact;
}

export function runRng(row: JsonObject, { check }: CaseContext): void {
  if (!Array.isArray(row.steps)) throw new BrokenRow("the row has no 'steps'");
  const seed = isObject(row.seed) ? BigInt(String(row.seed.bigint)) : row.seed;
  torch.manual_seed(seed as number);
  const count = row.steps.length;
  row.steps.forEach((step, i) => {
    if (!isObject(step) || typeof step.op !== 'string') throw new BrokenRow(`step ${i} has no 'op'`);
    const { op } = step;
    const got = runStep(op, isObject(step.args) ? step.args : {});
    compareStep(check, count > 1 ? `step ${i} ${op}` : op, op, row, got, step.out!);
  });
}

function compareStep(
  check: CaseContext['check'],
  where: string,
  op: string,
  row: JsonObject,
  got: unknown,
  want: Json,
): void {
  if (isTensorRecord(want)) compareResult(check, where, got, want, () => toleranceOf(row, op, want));
  else if (isObject(want)) {
    const own = got as Record<string, unknown>;
    check.same(`${where} parameters`, Object.keys(own), Object.keys(want));
    for (const [key, value] of Object.entries(want)) compareStep(check, `${where} ${key}`, op, row, own[key], value);
  } else if (Array.isArray(want) && want.some((w) => isTensorRecord(w) || Array.isArray(w))) {
    const own = partsOf(got);
    if (own === null || own.length !== want.length)
      check.differ({ where, expected: `${want.length} results`, got: own === null ? describe(got) : own.length });
    want.forEach((w, i) => {
      compareStep(check, `${where}[${i}]`, op, row, own[i], w);
    });
  } else check.same(where, got, want);
}
