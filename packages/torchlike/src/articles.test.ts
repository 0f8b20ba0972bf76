import * as torch from './index';

const { nn, optim } = torch;

describe('E01', () => {
  it('gives 11, 4 and 3', () => {
    const x = torch.tensor(2, { requires_grad: true, dtype: torch.float32 });
    const y = torch.tensor(3, { requires_grad: true, dtype: torch.float32 });
    const z = x.add(y).add(x.mul(y));
    z.backward();
    expect(z.item()).toBe(11);
    expect(`${x.grad}`).toBe('tensor(4.)');
    expect(`${y.grad}`).toBe('tensor(3.)');
    expect(() => z.backward()).toThrow('Trying to backward through the graph a second time');
  });
});

class Net extends nn.Module {
  fc1 = new nn.Linear(10, 5);
  fc2 = new nn.Linear(5, 1);
  forward(x: torch.Tensor): torch.Tensor {
    return torch.sigmoid(this.fc2(torch.relu(this.fc1(x))));
  }
}

describe('E05', () => {
  it('prints its shape, its function and its parts', () => {
    torch.manual_seed(0);
    const net = new Net();
    const out = net(torch.randn(3, 10));
    expect(`${out.shape}`).toBe('torch.Size([3, 1])');
    expect(`${out}`).toMatch(/grad_fn=<SigmoidBackward0>\)$/);
    expect(`${net}`).toBe(
      'Net(\n  (fc1): Linear(in_features=10, out_features=5, bias=True)\n  (fc2): Linear(in_features=5, out_features=1, bias=True)\n)',
    );
    expect([...net.parameters()].reduce((n, p) => n + p.numel(), 0)).toBe(61);
  });
});

describe('E06', () => {
  it('has 32 batches, the last of 8, and learns a rule', () => {
    torch.manual_seed(0);
    const x = torch.randn(1000, 10);
    const y = x.sum(1, true).gt(0).float();
    const loader = new torch.utils.data.DataLoader(new torch.utils.data.TensorDataset(x, y), {
      batch_size: 32,
      shuffle: true,
    });
    expect(loader.length).toBe(32);
    const net = new Net();
    const criterion = new nn.BCELoss();
    const optimizer = new optim.Adam(net.parameters(), { lr: 0.01 });
    const losses: number[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      let total = 0;
      for (const [bx, by] of loader) {
        optimizer.zero_grad();
        const loss = criterion(net(bx), by);
        loss.backward();
        optimizer.step();
        total += Number(loss.item());
      }
      losses.push(total / loader.length);
    }
    expect(losses[2]).toBeLessThan(losses[0]! * 0.8);
  });
});

describe('E07', () => {
  it('runs each packed sequence as it runs alone', () => {
    torch.manual_seed(0);
    const gru = new nn.GRU({ input_size: 10, hidden_size: 20, batch_first: true });
    const x = torch.randn(3, 5, 10);
    const lengths = [5, 3, 4];
    const packed = nn.utils.rnn.pack_padded_sequence(x, lengths, { batch_first: true, enforce_sorted: false });
    expect(packed.data.shape).toEqual([12, 20 - 10]);
    expect(packed.batch_sizes.tolist()).toEqual([3, 3, 3, 2, 1]);
    const [output, hidden] = gru(packed);
    expect((output as typeof packed).data.shape).toEqual([12, 20]);
    lengths.forEach((l, i) => {
      const [, alone] = gru(x.index(i, `:${l}`));
      expect(hidden.index(-1, i).allclose(alone.index(-1))).toBe(true);
    });
  });
});

describe('errors in torch wording', () => {
  it.each<[string, () => unknown]>([
    ['mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)', () => torch.ones(2, 3).matmul(torch.ones(4, 5))],
    ['Target 12 is out of bounds.', () => nn.functional.cross_entropy(torch.ones(1, 10), torch.tensor([12]))],
    [
      'grad can be implicitly created only for scalar outputs',
      () => torch.ones(2, { requires_grad: true }).mul(2).backward(),
    ],
    [
      'a leaf Variable that requires grad is being used in an in-place operation.',
      () => torch.ones(2, { requires_grad: true }).add_(1),
    ],
    [
      'all elements of input should be between 0 and 1',
      () => nn.functional.binary_cross_entropy(torch.tensor([1.5]), torch.tensor([1]).float()),
    ],
    [
      "SGD.__init__() got an unexpected keyword argument 'inital_lr'. Did you mean 'lr'?",
      () => new optim.SGD([torch.ones(1)], { inital_lr: 1 } as object),
    ],
    [
      'Error(s) in loading state_dict for Linear:\n\tMissing key(s) in state_dict: "bias". ',
      () => new nn.Linear(1, 1).load_state_dict(new Map([['weight', torch.ones(1, 1)]])),
    ],
  ])('%s', (text, body) => expect(body).toThrow(text));
});

test('a checkpoint is written and read back', () => {
  const state = new nn.Linear(3, 2).state_dict();
  const back = torch.load(torch.save(state)) as Map<string, torch.Tensor>;
  expect([...back.keys()]).toEqual(['weight', 'bias']);
  expect(back.get('weight')!.equal(state.get('weight')!)).toBe(true);
});
