import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { nn, optim, torch } from '../../index';

const file = join(__dirname, '../../../../../../shared/oracle/torch/public/optim.ndjson.gz');
const there = existsSync(file);
type Json = any;
const rows: Json[] = there
  ? gunzipSync(readFileSync(file))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((row) => row.kind === 'scheduler')
  : [];
const kinds = optim.lr_scheduler as Json;

const formula = (text: string): ((epoch: number) => number) =>
  new Function('epoch', `const { min, max, cos, PI } = Math; return ${text};`) as (epoch: number) => number;
function build(name: string, kwargs: Json, optimizer: Json): Json {
  const { schedulers, lr_lambda, ...rest } = kwargs;
  const parts = schedulers?.map(([part, given]: [string, Json]) => build(part, given, optimizer));
  if (name === 'ChainedScheduler') return new kinds.ChainedScheduler(parts, optimizer);
  const options = { ...rest, ...(parts && { schedulers: parts }), ...(lr_lambda && { lr_lambda: formula(lr_lambda) }) };
  return new kinds[name](optimizer, options);
}
const parameter = (): nn.Parameter => new nn.Parameter(torch.zeros(1));

describe('recorded schedules', () => {
  const run = there ? it : it.skip;
  run.each(rows.length > 0 ? rows : [{ id: 'skipped: the recordings are not beside the repository' }])(
    '$id',
    (row: Json) => {
      const second = row.second_param_group_lr;
      const groups = [{ params: [parameter()] }, ...(second ? [{ params: [parameter()], lr: second }] : [])];
      const optimizer = new (optim as Json)[row.optimizer.slice(6)](groups, row.optimizer_kwargs);
      const scheduler = build(row.scheduler.split('.').at(-1), row.kwargs, optimizer);
      row.lr_at_step.forEach((rates: number[], t: number) => {
        optimizer.param_groups.forEach((group: Json, i: number) => {
          expect(Math.abs(group.lr - rates[i]!)).toBeLessThanOrEqual(1e-12 * Math.abs(rates[i]!) + 1e-18);
          const momentum = row.momentum_or_beta1_at_step?.[t]?.[i] ?? row.momentum_or_beta1_at_step?.[t];
          if (typeof momentum === 'number') expect(group.betas?.[0] ?? group.momentum).toBeCloseTo(momentum, 12);
        });
        optimizer.step();
        if (row.metrics) scheduler.step(row.metrics[t]);
        else if (t < row.lr_at_step.length - 1) scheduler.step();
      });
    },
  );
});

describe('schedulers', () => {
  const sgd = (): optim.SGD => new optim.SGD([parameter()], { lr: 1 });
  it('keep their place in a state dict', () => {
    const { StepLR, SequentialLR, LinearLR, ExponentialLR } = optim.lr_scheduler;
    const [a, b] = [sgd(), sgd()];
    const make = (o: optim.SGD): InstanceType<typeof SequentialLR> =>
      new SequentialLR(o, [new LinearLR(o, 0.5, { total_iters: 2 }), new ExponentialLR(o, 0.5)], [2]);
    const first = make(a);
    for (let i = 0; i < 3; i++) {
      a.step();
      first.step();
    }
    const again = make(b);
    b.load_state_dict(a.state_dict());
    again.load_state_dict(first.state_dict());
    for (const [o, s] of [
      [a, first],
      [b, again],
    ] as const) {
      o.step();
      s.step();
    }
    expect(again.get_last_lr()).toEqual(first.get_last_lr());
    const step = new StepLR(sgd(), { step_size: 2 });
    expect(step.state_dict()).toMatchObject({ step_size: 2, gamma: 0.1, last_epoch: 0, base_lrs: [1], _last_lr: [1] });
  });
  it('warn where they step before the optimizer', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    new optim.lr_scheduler.StepLR(sgd(), 1).step();
    expect(warn.mock.calls[0]![0]).toMatch('Detected call of `lr_scheduler.step()` before `optimizer.step()`');
    warn.mockRestore();
  });
  it.each<[string, () => unknown]>([
    [
      'You must define either total_steps OR (epochs AND steps_per_epoch)',
      () => new optim.lr_scheduler.OneCycleLR(sgd(), 0.1),
    ],
    [
      'Starting multiplicative factor expected to be greater than 0',
      () => new optim.lr_scheduler.LinearLR(sgd(), { start_factor: 0 }),
    ],
    ['Expected 1 lr_lambdas, but got 2', () => new optim.lr_scheduler.LambdaLR(sgd(), [() => 1, () => 1])],
    ['Factor should be < 1.0.', () => new optim.lr_scheduler.ReduceLROnPlateau(sgd(), 'min', { factor: 1 })],
    ['mode low is unknown!', () => new optim.lr_scheduler.ReduceLROnPlateau(sgd(), 'low')],
    [
      "StepLR.__init__() got an unexpected keyword argument 'gama'. Did you mean 'gamma'?",
      () => new optim.lr_scheduler.StepLR(sgd(), { step_size: 1, gama: 1 } as object),
    ],
    [
      "StepLR.__init__() missing 1 required positional argument: 'step_size'",
      () => new optim.lr_scheduler.StepLR(sgd(), { gamma: 0.5 }),
    ],
    [
      "module 'torch.optim.lr_scheduler' has no attribute 'StepRL' in Stele. Did you mean 'StepLR'?",
      () => kinds.StepRL,
    ],
  ])('%s', (message, body) => expect(body).toThrow(message));
});
