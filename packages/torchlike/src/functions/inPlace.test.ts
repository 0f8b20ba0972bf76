import { torch } from '../index';

const start = (): torch.Tensor =>
  torch.tensor([
    [1.5, -2.5],
    [0.25, 3],
  ]);

it.each<[string, (x: torch.Tensor) => torch.Tensor, unknown]>([
  [
    'floor_',
    (x) => x.floor_(),
    [
      [1, -3],
      [0, 3],
    ],
  ],
  [
    'clamp_min_',
    (x) => x.clamp_min_(0),
    [
      [1.5, 0],
      [0.25, 3],
    ],
  ],
  [
    't_',
    (x) => x.t_(),
    [
      [1.5, 0.25],
      [-2.5, 3],
    ],
  ],
  [
    'unsqueeze_',
    (x) => x.unsqueeze_(0),
    [
      [
        [1.5, -2.5],
        [0.25, 3],
      ],
    ],
  ],
  [
    'fill_diagonal_',
    (x) => x.fill_diagonal_(7),
    [
      [7, -2.5],
      [0.25, 7],
    ],
  ],
  [
    'scatter_',
    (x) => x.scatter_(1, torch.tensor([[0], [1]]), 9),
    [
      [9, -2.5],
      [0.25, 9],
    ],
  ],
  ['resize_', (x) => x.resize_(1, 3), [[1.5, -2.5, 0.25]]],
])('%s changes the tensor itself', (_, change, want) => {
  const x = start();
  expect(change(x)).toBe(x);
  expect(x.tolist()).toEqual(want);
});

it('differentiates what was written in place from what stood there before', () => {
  const x = torch.tensor([0.5, 1]).requires_grad_();
  const y = x.mul(2);
  y.sin_();
  y.pow_(2);
  y.sum().backward();
  const want = [0.5, 1].map((v) => 4 * Math.sin(2 * v) * Math.cos(2 * v));
  (x.grad!.tolist() as number[]).forEach((g, i) => {
    expect(g).toBeCloseTo(want[i]!, 5);
  });
});

it('keeps the dtype: floats do not fit whole numbers', () => {
  expect(() => torch.tensor([1]).exp2_()).toThrow("result type Float can't be cast to the desired output type Long");
});

it('views of diagonals and windows share memory with their base', () => {
  const x = torch.zeros(3, 3);
  x.diagonal().fill_(1);
  expect(x.sum().item()).toBe(3);
  const line = torch.zeros(5);
  line.unfold(0, 2, 3).fill_(1);
  expect(line.tolist()).toEqual([1, 1, 0, 1, 1]);
});
