import { torch } from './index';

type T = torch.Tensor;
const { func } = torch;
const a = torch.tensor([1, 2], { dtype: torch.float32 });
const b = torch.tensor([3, 4], { dtype: torch.float32 });
const half = torch.tensor(0.5);
const dot = (x: T, y: T): T => x.mul(y).sum();
const plain = (x: unknown): unknown =>
  Array.isArray(x)
    ? Array.from(x, plain)
    : x instanceof torch.Tensor
      ? x.tolist()
      : Object.fromEntries(Object.entries(x as object).map(([k, v]) => [k, plain(v)]));

it.each<[string, () => unknown, unknown]>([
  ['grad', () => func.grad(dot, 1)(a, b), [1, 2]],
  [
    'grad of two arguments',
    () => func.grad(dot, { argnums: [0, 1] })(a, b),
    [
      [3, 4],
      [1, 2],
    ],
  ],
  [
    'grad with aux',
    () => func.grad((x: T) => [x.mul(x).sum(), x.mul(2)], { has_aux: true })(a),
    [
      [2, 4],
      [2, 4],
    ],
  ],
  ['grad of a record', () => func.grad((d: { w: T }) => dot(d.w, a))({ w: b }), { w: [1, 2] }],
  ['grad of a constant', () => func.grad(() => b.sum())(a), [0, 0]],
  ['grad_and_value', () => func.grad_and_value((x: T) => x.mul(x).sum())(a), [[2, 4], 5]],
  ['the second derivative', () => func.grad(func.grad((x: T) => x.pow(3)))(half), 3],
  ['vjp', () => func.vjp((x: T) => x.mul(x), a)[1](b), [[6, 16]]],
  [
    'vjp of several',
    () => func.vjp((x: T, y: T) => [x.mul(y), x.add(y)], a, b)[1]([a, b]),
    [
      [6, 12],
      [4, 8],
    ],
  ],
  [
    'jvp',
    () => func.jvp((x: T) => x.mul(x), [a], [b]),
    [
      [1, 4],
      [6, 16],
    ],
  ],
  [
    'jacrev',
    () => func.jacrev((x: T, y: T) => [x.mul(y), x], [0, 1])(a, b),
    [
      [
        [
          [3, 0],
          [0, 4],
        ],
        [
          [1, 0],
          [0, 2],
        ],
      ],
      [
        [
          [1, 0],
          [0, 1],
        ],
        [
          [0, 0],
          [0, 0],
        ],
      ],
    ],
  ],
  [
    'jacfwd',
    () => func.jacfwd((x: T) => x.mul(x))(a),
    [
      [2, 0],
      [0, 4],
    ],
  ],
  [
    'hessian',
    () => func.hessian((x: T) => x.pow(3).sum())(a),
    [
      [6, 0],
      [0, 12],
    ],
  ],
  ['vmap', () => func.vmap(dot)(torch.stack([a, b]), torch.stack([b, b])), [11, 25]],
  [
    'vmap by dims',
    () => func.vmap((x: T, y: T) => x.add(y), { in_dims: [1, null], out_dims: 1 })(torch.stack([a, b]), a),
    [
      [2, 3],
      [5, 6],
    ],
  ],
  ['vmap of grad', () => func.vmap(func.grad((x: T) => x.mul(x)))(a), [2, 4]],
])('%s', (_, run, expected) => {
  expect(plain(run())).toEqual(expected);
});
it('gives results outside the graph, unless something outside requires gradients', () => {
  const w = torch.tensor([1, 1], { dtype: torch.float32, requires_grad: true });
  expect(func.grad((x: T) => x.mul(x).sum())(a).requires_grad).toBe(false);
  const slope: T = func.grad((x: T) => x.mul(w).sum())(a);
  expect(slope.requires_grad).toBe(true);
  slope.sum().backward();
  expect(w.grad!.tolist()).toEqual([1, 1]);
});
it.each<[() => unknown, string]>([
  [() => func.grad((x: T) => x.mul(2))(a), 'Expected f(*args) to return a scalar Tensor, got tensor with 1 dims.'],
  [() => func.grad(() => 3)(a), "Expected f(*args) to return a Tensor, got <class 'int'>"],
  [() => func.grad(dot, 3)(a, b), 'Got argnum=3, but only 2 positional inputs'],
  [() => func.grad((x: T) => x)(3), "Thing passed to transform API must be Tensor, got <class 'int'>"],
  [() => func.vmap((x: T) => x.add(torch.rand(1)))(a), 'vmap: called random operation while in randomness error mode.'],
])('refuses', (run, message) => {
  expect(run).toThrow(message);
});
