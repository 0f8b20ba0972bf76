import { nn, optim, torch } from '../index';

describe('LBFGS', () => {
  it('reaches the minimum of a quadratic in one step', () => {
    const x = new nn.Parameter(torch.tensor([3.5, -2]));
    const optimizer = new optim.LBFGS([x], { lr: 1, line_search_fn: 'strong_wolfe' });
    optimizer.step(() => {
      optimizer.zero_grad();
      const loss = x
        .sub(torch.tensor([1, 1]))
        .pow(2)
        .sum();
      loss.backward();
      return loss;
    });
    expect(x.sub(1).abs().max().item()).toBeLessThan(1e-4);
  });
  it('takes one group only', () => {
    const groups = [{ params: [new nn.Parameter(torch.ones(1))] }, { params: [new nn.Parameter(torch.ones(1))] }];
    expect(() => new optim.LBFGS(groups)).toThrow("LBFGS doesn't support per-parameter options (parameter groups)");
  });
});

describe('the state of an optimizer', () => {
  it('is kept by the number of the parameter, and loads from maps and records', () => {
    const make = () => new optim.SGD([new nn.Parameter(torch.ones(2))], { lr: 0.1, momentum: 0.9 });
    const [first, second, third] = [make(), make(), make()];
    first.param_groups[0]!.params[0]!.grad = torch.ones(2);
    first.step();
    const saved = first.state_dict();
    expect([...(saved.state as Map<number, unknown>).keys()]).toEqual([0]);
    second.load_state_dict(new Map<string, unknown>(Object.entries(saved)));
    third.load_state_dict({ ...saved, state: Object.fromEntries(saved.state as Map<number, {}>) });
    for (const optimizer of [second, third])
      expect(optimizer.state.get(optimizer.param_groups[0]!.params[0]!)).toHaveProperty('momentum_buffer');
  });
});

describe('swa_utils', () => {
  it('averages parameters, the first ones copied', () => {
    const model = new nn.Linear(1, 1);
    const mean = new optim.swa_utils.AveragedModel(model);
    for (const w of [1, 2, 6]) {
      nn.init.constant_(model.weight, w);
      mean.update_parameters(model);
    }
    expect((mean.module as nn.Linear).weight.item()).toBe(3);
    expect(mean.n_averaged.item()).toBe(3);
  });
  it('anneal rates to a fixed one', () => {
    const optimizer = new optim.SGD([new nn.Parameter(torch.ones(1))], { lr: 0.1 });
    const scheduler = new optim.swa_utils.SWALR(optimizer, 0.5, { anneal_epochs: 2, anneal_strategy: 'linear' });
    const rates = [1, 2, 3].map(() => {
      optimizer.step();
      scheduler.step();
      return Number(scheduler.get_last_lr()[0]);
    });
    expect(rates[0]).toBeCloseTo(0.3, 12);
    expect(rates[1]).toBe(0.5);
    expect(rates[2]).toBe(0.5);
  });
});
