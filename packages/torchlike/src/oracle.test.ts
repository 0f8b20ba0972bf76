import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as torch from './index';

const folder = join(__dirname, '../../../../shared/oracle/torch/public');
const there = existsSync(folder);
const run = there ? it : it.skip;
const where = there ? '' : ' (skipped: the recordings are not beside the repository)';
type Json = any;
const rows = (name: string): Json[] =>
  gunzipSync(readFileSync(join(folder, `${name}.ndjson.gz`)))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const dtypes = torch as unknown as Record<string, torch.dtype>;
const number = (v: Json): Json => (Array.isArray(v) ? v.map(number) : typeof v === 'string' ? Number(v) : v);
const isTensor = (v: Json): boolean => typeof v === 'object' && v !== null && 'data' in v && 'shape' in v;
const read = (v: Json): Json =>
  isTensor(v)
    ? torch.tensor(number(v.data), { dtype: dtypes[v.dtype] }).reshape(v.shape)
    : Array.isArray(v)
      ? v.map(read)
      : v;

function expectClose(got: torch.Tensor, want: Json, rtol: number, atol: number, label: string): void {
  const list = got.detach().reshape(-1).tolist() as number[];
  const expected = number(want.data) as number[];
  expect([label, [...got.shape]]).toEqual([label, want.shape]);
  list.forEach((g, i) => {
    const w = want.dtype === 'float64' ? expected[i]! : Math.fround(expected[i]!);
    const near =
      Object.is(g, w) || Math.abs(g - w) <= atol + rtol * Math.abs(w) || (Number.isNaN(g) && Number.isNaN(w));
    if (!near) throw new Error(`${label}[${i}]: ${g} where ${w} was recorded`);
  });
}

const kinds =
  'Linear CrossEntropyLoss NLLLoss MSELoss L1Loss BCELoss BCEWithLogitsLoss HuberLoss ReLU Sigmoid Tanh SiLU Softplus LeakyReLU Softmax LogSoftmax Flatten Dropout Identity Conv2d MaxPool2d AvgPool2d BatchNorm1d BatchNorm2d GRU LSTM RNN';
const known = new Set(kinds.split(' '));
const modules = there ? rows('modules').filter((r) => known.has(r.module.slice(3)) && !r.kwargs.proj_size) : [];
const flat = (v: Json): torch.Tensor[] => (v instanceof torch.Tensor ? [v] : v.flatMap(flat));
const wanted = (v: Json): Json[] => (isTensor(v) ? [v] : v.flatMap(wanted));

describe('recorded modules', () => {
  run.each(modules.length > 0 ? modules : [{ id: `none${where}` }])('$id', (row: Json) => {
    const Kind = (torch.nn as Json)[row.module.slice(3)];
    const kwargs = Object.fromEntries(Object.entries(row.kwargs).map(([k, v]) => [k, read(v)]));
    const module = new Kind(...read(row.args), kwargs);
    if (row.state_dict) module.load_state_dict(new Map(Object.entries(row.state_dict).map(([k, v]) => [k, read(v)])));
    module.train(row.training);
    for (const inputs of row.warmup_inputs ?? []) {
      module.train(true);
      torch.no_grad(() => module(...[read(inputs)].flat()));
      module.train(row.training);
    }
    const inputs = read(row.inputs);
    // the recording's own tolerances.json: outputs at the default, these gradients at a multiple of it
    const scale = ({ 'nn.GRU': 3, 'nn.Conv2d': 2 } as Record<string, number>)[row.module] ?? 1;
    const [rtol, atol] = [1.3e-6, 1e-5];
    for (const t of flat(inputs)) if (t.is_floating_point()) t.requires_grad_();
    const pack = row.pack_padded_sequence;
    let out: Json;
    if (pack) {
      const packed = torch.nn.utils.rnn.pack_padded_sequence(inputs[0], pack.lengths, {
        batch_first: pack.batch_first,
        enforce_sorted: pack.enforce_sorted,
      });
      const [o, h] = module(packed, ...inputs.slice(1));
      out = [torch.nn.utils.rnn.pad_packed_sequence(o, { batch_first: pack.batch_first })[0], h];
    } else out = module(...inputs);
    const outs = flat(out);
    wanted(row.output).forEach((w, i) => {
      expectClose(outs[i]!, w, rtol, atol, `output ${i}`);
    });
    if (!row.cotangents) return;
    const targets: torch.Tensor[] = row.cotangents.map((c: Json) =>
      c.out === '' ? out : c.out.split('.').reduce((v: Json, k: string) => v[Number(k)], out),
    );
    torch.autograd
      .grad(targets, [...flat(inputs).filter((t) => t.requires_grad), ...module.parameters()], {
        grad_outputs: row.cotangents.map((c: Json) => read(c.value)),
        allow_unused: true,
      })
      .forEach((g, i) => {
        const names = [
          ...row.input_grads.map((r: Json) => r.value),
          ...[...module.named_parameters()].map(([n]: Json) => row.param_grads?.[n]),
        ];
        if (names[i]) expectClose(g, names[i], rtol * scale, atol * scale, `gradient ${i}`);
      });
  });
});

const optimizers = there ? rows('optim').filter((r) => r.kind === 'optimizer') : [];
describe('recorded optimizers', () => {
  run.each(optimizers.length > 0 ? optimizers : [{ id: `none${where}` }])('$id', (row: Json) => {
    const Kind = (torch.optim as Json)[row.optimizer.slice(6)];
    const params: torch.Tensor[] = row.initial.map((v: Json) => new torch.nn.Parameter(read(v)));
    const own = row.second_param_in_its_own_group_with_lr;
    const optimizer = new Kind(own ? [{ params: [params[0]] }, { params: [params[1]], lr: own }] : params, row.kwargs);
    row.grads.forEach((grads: Json[], t: number) => {
      params.forEach((p, i) => {
        p.grad = grads[i] === null ? null : read(grads[i]);
      });
      optimizer.step();
      params.forEach((p, i) => {
        expectClose(p, row.params[t][i], 1e-5, 1e-6, `step ${t} parameter ${i}`);
      });
    });
    const { state, param_groups } = optimizer.state_dict();
    for (const [i, slots] of Object.entries<Json>(row.state_dict.state)) {
      expect(Object.keys(state[i])).toEqual(Object.keys(slots));
      for (const [name, want] of Object.entries<Json>(slots))
        if (isTensor(want)) expectClose(state[i][name], want, 1e-5, 1e-6, `state ${i} ${name}`);
    }
    expect(param_groups).toMatchObject(row.state_dict.param_groups);
  });
});

const steps: Record<string, (a: Json) => Json> = {
  randn: (a) => torch.randn(a.shape, { dtype: dtypes[a.dtype] }),
  rand: (a) => torch.rand(a.shape, { dtype: dtypes[a.dtype] }),
  randperm: (a) => torch.randperm(a.n),
  uniform_: (a) => torch.empty(a.shape, { dtype: dtypes[a.dtype] }).uniform_(a.from, a.to),
  normal_: (a) => torch.empty(a.shape, { dtype: dtypes[a.dtype] }).normal_(a.mean, a.std),
  kaiming_normal_: (a) => torch.nn.init.kaiming_normal_(torch.empty(a.shape), { nonlinearity: a.nonlinearity }),
  xavier_uniform_: (a) => torch.nn.init.xavier_uniform_(torch.empty(a.shape), a.gain),
  dataloader: (a) => {
    const data = new torch.utils.data.TensorDataset(torch.arange(a.n));
    const { batch_size, shuffle, drop_last } = a;
    const loader = new torch.utils.data.DataLoader(data, { batch_size, shuffle, drop_last });
    return Array.from({ length: a.epochs }, () => [...loader].map(([b]) => b.tolist()));
  },
};
for (const name of ['Linear', 'Conv2d', 'GRU', 'LSTM', 'RNN'])
  steps[`nn.${name}`] = (a) =>
    Object.fromEntries(new (torch.nn as Json)[name](...a.args, a.kwargs ?? {}).named_parameters());
const rng = there ? rows('rng').filter((r) => r.steps.every((s: Json) => s.op in steps)) : [];
describe('recorded random numbers', () => {
  run.each(rng.length > 0 ? rng : [{ id: `none${where}` }])('$id', (row: Json) => {
    torch.manual_seed(typeof row.seed === 'object' ? BigInt(row.seed.bigint) : row.seed);
    for (const step of row.steps) {
      const got = steps[step.op]!(step.args);
      if (got instanceof torch.Tensor) expectClose(got, step.out, 0, 0, step.op);
      else if (Array.isArray(got)) expect(got).toEqual(step.out);
      else for (const [k, v] of Object.entries(step.out)) expectClose(got[k], v, 0, 0, `${step.op} ${k}`);
    }
  });
});
