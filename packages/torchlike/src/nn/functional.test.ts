import { nn, torch } from '../index';

test('binary cross-entropy stays finite where sigmoid saturates, forward and backward', () => {
  const p = torch.tensor([1, 0, 1, 0.5], { dtype: torch.float32 }).requires_grad_();
  const y = torch.tensor([0, 1, 1, 1], { dtype: torch.float32 });
  const loss = nn.functional.binary_cross_entropy(p, y, { reduction: 'none' });
  expect(loss.tolist()).toEqual([100, 100, -0, Math.fround(Math.LN2)]);
  loss.sum().backward();
  expect(p.grad!.tolist()).toEqual([Math.fround(1e12), -Math.fround(1e12), 0, -2]);
});
