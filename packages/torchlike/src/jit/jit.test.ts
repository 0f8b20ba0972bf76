import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { torch } from '../index';

type T = torch.Tensor;
const { nn, jit } = torch;
class Net extends nn.Module {
  conv = new nn.Conv2d(1, 2, 3);
  norm = new nn.BatchNorm2d(2);
  relu = new nn.ReLU({ inplace: true });
  drop = new nn.Dropout();
  fc = new nn.Linear(2 * 4 * 4, 3);
  forward(x: T): T {
    const h = this.relu(this.norm(this.conv(x)));
    return torch.log_softmax(this.fc(this.drop(h.reshape(x.size(0), -1))), 1);
  }
}
const images = (n: number): T =>
  torch
    .arange(n * 36)
    .reshape(n, 1, 6, 6)
    .float()
    .div(50)
    .sin();
const net = (): Net => {
  torch.manual_seed(0);
  return new Net().eval();
};
const close = (a: T, b: T): void => expect(torch.equal(a, b)).toBe(true);

it('traces a module, at the traced batch size and at others', () => {
  const model = net();
  const traced = jit.trace(model, images(2));
  for (const n of [2, 1, 5]) close(traced(images(n)), model(images(n)));
  expect([...traced.state_dict().keys()]).toEqual([...model.state_dict().keys()]);
  expect(String(traced)).toContain('original_name=Net\n  (conv): Conv2d(original_name=Conv2d)');
});
it('traces cells whose first state it fills itself', () => {
  const lstm = new nn.LSTM(3, 5, { batch_first: true });
  const traced = jit.trace(lstm, torch.ones(2, 4, 3));
  const loaded = jit.load(jit.save(traced)!);
  const x = torch.arange(36).reshape(3, 4, 3).float().div(36);
  for (const one of [traced, loaded]) close(one(x)[0], lstm(x)[0] as T);
});
it('shares the parameters and differentiates', () => {
  const model = net();
  const traced = jit.trace(model, images(1));
  traced(images(3)).sum().backward();
  const own = model.fc.weight.grad!.clone();
  model.zero_grad();
  model(images(3)).sum().backward();
  close(own, model.fc.weight.grad!);
});
it('writes one file and reads it without the class', () => {
  const model = net();
  const file = join(mkdtempSync(join(tmpdir(), 'jit-')), 'net.pt');
  jit.trace(model, images(2)).save(file);
  const loaded = jit.load(file);
  for (const n of [2, 7]) close(loaded(images(n)), model(images(n)));
  expect([...loaded.state_dict().keys()].sort()).toEqual([...model.state_dict().keys()].sort());
  expect([...loaded.named_parameters()].map(([n]) => n)).toEqual([...model.named_parameters()].map(([n]) => n));
  loaded(images(2)).sum().backward();
  expect(loaded.get_parameter('fc.weight').grad).not.toBeNull();
  expect(loaded.training).toBe(false);
  expect(String(loaded)).toContain('(conv): RecursiveScriptModule(original_name=Conv2d)');
  expect(String(loaded)).toMatch(/^RecursiveScriptModule\(\n {2}original_name=Net/);
});
it('decides branches once', () => {
  const a = torch.tensor([1, 2]);
  const traced = jit.trace((x: T) => (Number(x.sum().item()) > 0 ? x : x.neg()), a);
  expect(traced(a.neg()).tolist()).toEqual([-1, -2]);
});
it('keeps tuples and lists', () => {
  const traced = jit.trace((x: T, y: T) => [x.add(y), [x]], [torch.ones(1), torch.ones(1)]);
  const [sum, [same]] = traced(torch.ones(1), torch.ones(1));
  expect([sum.item(), same.item()]).toEqual([2, 1]);
});
it('cuts gradients where the function detaches', () => {
  const traced = jit.trace((x: T) => x.mul(x.detach()), torch.ones(2));
  const x = torch.tensor([3, 4], { dtype: torch.float32, requires_grad: true });
  traced(x).sum().backward();
  expect(x.grad!.tolist()).toEqual([3, 4]);
});
it('follows writes into what it made', () => {
  const f = (x: T): T => {
    const out = torch.zeros(2, { dtype: torch.float32 });
    out.add_(x);
    return out.mul_(2);
  };
  const traced = jit.trace(f, torch.ones(2));
  expect([traced(torch.ones(2)), traced(torch.ones(2))].map((t) => t.tolist())).toEqual([
    [2, 2],
    [2, 2],
  ]);
});
it('follows writes into parts of it', () => {
  const f = (x: T): T => {
    const out = torch.zeros(2, 2);
    const second = out.select(0, 1);
    out.select(0, 0).add_(x);
    second.copy_(x.mul(2));
    second.mul_(10);
    return out.add(second);
  };
  const traced = jit.trace(f, torch.ones(2));
  const x = torch.tensor([1, 2]).float();
  for (const _ of [0, 1]) expect(traced(x).tolist()).toEqual(f(x).tolist());
  expect(traced(x).tolist()).toEqual([
    [21, 42],
    [40, 80],
  ]);
});
it('updates running statistics at each call', () => {
  const norm = new nn.BatchNorm1d(2);
  const traced = jit.trace(norm, torch.ones(4, 2));
  const before = norm.running_mean!.tolist();
  traced(torch.ones(4, 2));
  expect(norm.running_mean!.tolist()).not.toEqual(before);
  expect(() => jit.save(traced)).toThrow('cannot be saved');
});
it('scripts modules and functions as they are', () => {
  const model = net();
  const made = jit.script(model);
  close(made(images(2)), model(images(2)));
  made.train();
  expect(model.drop.training).toBe(true);
  made.eval();
  expect(() => jit.save(made)).toThrow('give torch.jit.script its example_inputs');
  const loaded = jit.load(jit.save(jit.script(model, { example_inputs: [[images(2)]] }))!);
  close(loaded(images(3)), model(images(3)));
  expect(
    jit
      .script((x: T) => x.mul(2))(torch.ones(1))
      .item(),
  ).toBe(2);
  expect(jit.is_tracing()).toBe(false);
});
it('freezes what is in eval mode', () => {
  const traced = jit.trace(new nn.Linear(2, 1), torch.ones(1, 2));
  expect(() => jit.freeze(traced)).toThrow('Please call .eval() on your module before freezing.');
  const frozen = jit.load(jit.save(jit.freeze(traced.eval()))!);
  expect(frozen.state_dict().size).toBe(0);
  close(frozen(torch.ones(3, 2)), traced(torch.ones(3, 2)));
  expect(() => jit.freeze(new nn.Linear(2, 1))).toThrow('Freezing expects a ScriptModule as input.');
});
it.each<[string, () => unknown, string]>([
  ['random draws', () => jit.trace(net().train(), images(1)), 'draws random numbers'],
  [
    'dictionaries',
    () => jit.trace((x: T) => ({ a: x }), torch.ones(1)),
    'Encountering a dict at the output of the tracer',
  ],
  [
    'numbers',
    () => jit.trace(() => 3, torch.ones(1)),
    'Only tensors, lists, tuples of tensors, or dictionary of tensors',
  ],
  [
    'other shapes',
    () => jit.trace((x: T) => x.mul(2), torch.ones(2, 3))(torch.ones(2, 4)),
    'only another batch size is allowed',
  ],
  [
    'a size that is counted in',
    () => jit.trace((x: T) => x.sum().div(x.size(0)), torch.ones(2))(torch.ones(3)),
    'depends on the batch size',
  ],
  ['a broken file', () => jit.load(new TextEncoder().encode('abcdefghijkl')), 'this file is broken'],
  ['a cut file', () => jit.load(jit.save(jit.trace(net(), images(1)))!.subarray(0, 900)), 'this file is broken'],
  ['a missing file', () => jit.load('nowhere.pt'), 'The provided filename nowhere.pt does not exist'],
  ["PyTorch's archives", () => jit.load(torch.save(new Map([['a', torch.ones(1)]]))), "PyTorch's own TorchScript"],
])('refuses %s', (_, run, message) => {
  expect(run).toThrow(message);
});
