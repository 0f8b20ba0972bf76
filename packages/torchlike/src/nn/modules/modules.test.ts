import { nn, torch } from '../../index';

type Loose = any;
const net = (): nn.Sequential => new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU(), new nn.Linear(3, 1));
const ones = (...sizes: number[]): torch.Tensor => torch.ones(...sizes);

describe('printed forms', () => {
  it.each<[string, () => unknown]>([
    ['Conv2d(1, 4, kernel_size=(3, 5), stride=(2, 1))', () => new nn.Conv2d(1, 4, [3, 5], [2, 1])],
    ['ELU(alpha=2.0)', () => new nn.ELU(2)],
    ['AvgPool2d(kernel_size=(3, 2), stride=(3, 2), padding=0)', () => new nn.AvgPool2d([3, 2])],
    ['LPPool2d(norm_type=2, kernel_size=2, stride=None, ceil_mode=False)', () => new nn.LPPool2d(2, 2)],
    ["Upsample(scale_factor=2.0, mode='nearest')", () => new nn.Upsample({ scale_factor: 2 })],
    ['GRU(2, 3, num_layers=2, dropout=0.5)', () => new nn.GRU(2, 3, 2, { dropout: 0.5 })],
    [
      'ModuleList(\n  (0-1): 2 x ReLU()\n  (2): Tanh()\n)',
      () => new nn.ModuleList([new nn.ReLU(), new nn.ReLU(), new nn.Tanh()]),
    ],
    [
      'ParameterDict(  (w): Parameter containing: [torch.FloatTensor of size 2])',
      () => new nn.ParameterDict({ w: ones(2) }),
    ],
  ])('%s', (text, make) => expect(String(make())).toBe(text));
});

describe('what a module holds', () => {
  it.each<[string, (m: nn.Sequential) => unknown]>([
    ["attribute 'forward' already exists", (m) => m.register_parameter('forward', null)],
    ['parameter name can\'t contain "."', (m) => m.register_parameter('a.b', null)],
    ["cannot assign 'torch.FloatTensor' object to parameter 'p'", (m) => m.register_parameter('p', ones(1) as Loose)],
    ["cannot assign 'torch.FloatTensor' as parameter 'weight'", (m) => m.at(0).__setattr__('weight', ones(1))],
    ['Sequential has no attribute `7`', (m) => m.get_submodule('7')],
    ['`bias` is not an nn.Module', (m) => m.get_submodule('0.bias')],
    ['index 5 is out of range', (m) => m.at(5)],
    ['Conv2d.__init__() missing 2 required positional arguments', () => new (nn.Conv2d as Loose)(1)],
    [
      "GELU.__init__() got an unexpected keyword argument 'aproximate'. Did you mean 'approximate'?",
      () => new nn.GELU({ aproximate: 'tanh' } as Loose),
    ],
  ])('%s', (message, body) => expect(() => body(net())).toThrow(message));

  it('is walked once, wherever it is', () => {
    const shared = new nn.Linear(1, 1);
    const m = new nn.Sequential(shared, shared);
    expect([...m.named_parameters()].map(([name]) => name)).toEqual(['0.weight', '0.bias']);
    expect([...m.named_parameters({ remove_duplicate: false })].length).toBe(4);
    expect([...m.state_dict().keys()]).toEqual(['0.weight', '0.bias', '1.weight', '1.bias']);
  });

  it('changes its dtype with its gradients and keeps its identity', () => {
    const m = net();
    const weight = m.get_parameter('0.weight');
    m(ones(1, 2)).sum().backward();
    m.double();
    expect([weight.dtype, weight.grad!.dtype, m.get_parameter('0.weight') === weight]).toEqual([
      torch.float64,
      torch.float64,
      true,
    ]);
  });

  it('is copied deeply', () => {
    const m = net();
    const copy = m.__deepcopy__();
    copy.get_parameter('0.weight').detach().zero_();
    expect(String(copy)).toBe(String(m));
    expect(m.get_parameter('0.weight').abs().sum().item()).toBeGreaterThan(0);
    expect(copy(ones(1, 2)).item()).not.toBe(m(ones(1, 2)).item());
  });
});

describe('a state', () => {
  it('that does not fit names every key', () => {
    const state = new Map<string, torch.Tensor>([
      ['0.weight', ones(1, 1)],
      ['0.bias', ones(3)],
      ['2.weight', ones(1, 3)],
      ['x', ones(1)],
    ]);
    expect(() => net().load_state_dict(state)).toThrow(
      'Error(s) in loading state_dict for Sequential:\n\tMissing key(s) in state_dict: "2.bias". \n\tUnexpected key(s) in state_dict: "x". \n\tsize mismatch for 0.weight: copying a param with shape torch.Size([1, 1]) from checkpoint, the shape in current model is torch.Size([3, 2]).',
    );
    state.delete('0.weight');
    const keys = net().load_state_dict(state, { strict: false });
    expect(String(keys)).toBe("_IncompatibleKeys(missing_keys=['0.weight', '2.bias'], unexpected_keys=['x'])");
  });

  it('takes the place of the parameters where assigned', () => {
    const m = new nn.Linear(1, 1);
    const weight = torch.full([1, 1], 7.5);
    m.load_state_dict(
      new Map([
        ['weight', weight],
        ['bias', ones(1)],
      ]),
      { assign: true },
    );
    weight.fill_(2);
    expect([m.weight.item(), m.weight instanceof nn.Parameter]).toEqual([2, true]);
  });
});

describe('hooks', () => {
  it('see and change what goes in and comes out, until they are removed', () => {
    const m = new nn.Identity();
    const handle = m.register_forward_hook((_m, args, out) => (out as torch.Tensor).add(args[0]));
    m.register_forward_pre_hook((_m, args) => (args[0] as torch.Tensor).mul(10));
    expect(m(ones(1)).item()).toBe(20);
    handle.remove();
    expect(m(ones(1)).item()).toBe(10);
  });

  it('see and change the gradients that pass', () => {
    const m = new nn.Linear(2, 1);
    nn.init.ones_(m.weight);
    m.register_full_backward_pre_hook((_m, [g]) => [g!.mul(3)]);
    m.register_full_backward_hook((_m, [input], [output]) => [input!.add(output!)]);
    const x = torch.ones(1, 2, { requires_grad: true });
    m(x).sum().backward();
    expect(x.grad!.tolist()).toEqual([[6, 6]]);
    expect(m.weight.grad!.tolist()).toEqual([[3, 3]]);
  });
});

describe('parametrizations', () => {
  it('compute a weight from others and can be taken back', () => {
    const m = new nn.Linear(2, 3);
    const before = m.weight.detach().clone();
    nn.utils.parametrizations.weight_norm(m);
    expect([...m.state_dict().keys()]).toEqual([
      'bias',
      'parametrizations.weight.original0',
      'parametrizations.weight.original1',
    ]);
    expect([m.constructor.name, m instanceof nn.Linear]).toEqual(['ParametrizedLinear', true]);
    expect(m.weight.allclose(before)).toBe(true);
    nn.utils.parametrize.remove_parametrizations(m, 'weight');
    expect([m.constructor.name, m.weight instanceof nn.Parameter]).toEqual(['Linear', true]);
  });

  it('keep columns orthonormal while they are learned', () => {
    const m = new nn.Linear(4, 3);
    nn.utils.parametrizations.orthogonal(m);
    m(ones(2, 4)).square().sum().backward();
    const original = m.get_parameter('parametrizations.weight.original');
    torch.no_grad(() => original.sub_(original.grad!.mul(0.01)));
    expect(m.weight.matmul(m.weight.t()).allclose(torch.eye(3), 1e-5, 1e-5)).toBe(true);
  });
});

describe('the transformer in inference', () => {
  it('gives zeros for padded steps, as torch does', () => {
    const layer = new nn.TransformerEncoderLayer(4, 2, { dim_feedforward: 8, batch_first: true });
    const m = new nn.TransformerEncoder(layer, 1).eval();
    const padding = torch.tensor([[false, false, true]]);
    const out = torch.no_grad(() => m(ones(1, 3, 4), { src_key_padding_mask: padding })) as torch.Tensor;
    expect(out.select(1, 2).tolist()).toEqual([[0, 0, 0, 0]]);
    expect(
      (m(ones(1, 3, 4), { src_key_padding_mask: padding }) as torch.Tensor).select(1, 2).abs().sum().item(),
    ).toBeGreaterThan(0);
  });
});
