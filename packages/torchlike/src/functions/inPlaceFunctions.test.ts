import { torch } from '../index';

type T = torch.Tensor;
const x = (): T => torch.tensor([-1.5, 2.25]);
it.each<[string, (t: T) => T, unknown]>([
  ['abs_', torch.abs_, [1.5, 2.25]],
  ['clamp_', (t) => torch.clamp_(t, { min: 0 }), [0, 2.25]],
  ['clamp_max_', (t) => torch.clamp_max_(t, 1), [-1.5, 1]],
  ['fill_', (t) => torch.fill_(t, 3), [3, 3]],
  ['conj_physical_', torch.conj_physical_, [-1.5, 2.25]],
  ['zero_', torch.zero_, [0, 0]],
])('%s writes into its input', (_, f, expected) => {
  const t = x();
  expect(f(t)).toBe(t);
  expect(t.tolist()).toEqual(expected);
});
it('refuses what is no tensor', () => {
  expect(() => torch.abs_(3 as never)).toThrow("abs_(): argument 'input' (position 1) must be Tensor, not int");
});
it('draws bernoulli numbers as torch does', () => {
  torch.manual_seed(0);
  expect(torch.full([6], 0.5).bernoulli().tolist()).toEqual([1, 0, 1, 1, 1, 0]);
  expect(torch.full([6], 0.1).bernoulli(0.5).tolist()).toEqual([0, 0, 0, 1, 1, 0]);
});
it('has the normalisations and lookups of torch itself', () => {
  const t = torch.arange(6).float().reshape(2, 3);
  const out = torch.batch_norm(t, null, null, null, null, true, 0.1, 1e-5, false);
  expect(out.round().tolist()).toEqual([
    [-1, -1, -1],
    [1, 1, 1],
  ]);
  expect(torch.embedding(t, torch.tensor([1, 0])).tolist()).toEqual([
    [3, 4, 5],
    [0, 1, 2],
  ]);
  expect(torch.unsafe_split(t, 1).map((p) => p.tolist())).toEqual([[[0, 1, 2]], [[3, 4, 5]]]);
});
