import { torch } from '../index';

const { gradcheck, gradgradcheck, functional: F } = torch.autograd;
type T = torch.Tensor;
class Wrong extends torch.autograd.Function {
  static forward(_: unknown, x: T): T {
    return x.mul(x);
  }
  static backward(_: unknown, g: T): T {
    return g;
  }
}
const double = (): T => torch.tensor([1, 2], { dtype: torch.float64, requires_grad: true });
const wrong = (x: T): T => Wrong.apply(x);
const mismatch = (output: number): string =>
  `Jacobian mismatch for output ${output} with respect to input 0,\nnumerical:tensor([[2.0000, 0.0000],\n        [0.0000, 4.0000]], dtype=torch.float64)\nanalytical:tensor([[1., 0.],\n        [0., 1.]], dtype=torch.float64)\n`;

it.each<[string, () => unknown, string]>([
  ['a wrong gradient', () => gradcheck(wrong, [double()]), mismatch(0)],
  ['a wrong gradient of the second output', () => gradcheck((x: T) => [x.mul(2), wrong(x)], double()), mismatch(1)],
  [
    'inputs without gradients',
    () => gradcheck((x: T) => x.exp(), [double().detach()]),
    'gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True.',
  ],
  [
    'a cut graph',
    () => gradcheck((x: T) => x.detach().add(1), double()),
    'Numerical gradient for function expected to be zero',
  ],
  [
    'a wrong second gradient',
    () => gradgradcheck((x: T) => wrong(x).mul(x), [double()], [torch.ones(2, { dtype: torch.float64 })]),
    'Jacobian mismatch for output 0 with respect to input 0,',
  ],
])('gradcheck refuses %s', (_, run, message) => {
  expect(run).toThrow(message);
});
it('gradcheck accepts what is right, and says so where it may not raise', () => {
  expect(gradcheck((x: T) => x.sin().mul(x), double())).toBe(true);
  expect(gradgradcheck((x: T) => x.sin().mul(x), [double()])).toBe(true);
  expect(gradcheck(wrong, double(), { raise_exception: false })).toBe(false);
});

it.each<[string, () => T]>([
  ['SqrtBackward0', () => torch.tensor([-1], { requires_grad: true, dtype: torch.float32 }).sqrt().sum()],
  ['LogBackward0', () => torch.tensor([0], { requires_grad: true, dtype: torch.float32 }).log().mul(0).sum()],
])('anomaly detection names %s', (name, make) => {
  using _ = torch.autograd.detect_anomaly();
  expect(torch.is_anomaly_enabled()).toBe(true);
  expect(() => make().backward()).toThrow(`Function '${name}' returned nan values in its 0th output.`);
});
it('anomaly detection ends with its scope', () => {
  expect(torch.is_anomaly_enabled()).toBe(false);
  torch.set_anomaly_enabled(true, false);
  expect([torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()]).toEqual([true, false]);
  torch.set_anomaly_enabled(false);
});

const plain = (x: unknown): unknown => (Array.isArray(x) ? Array.from(x, plain) : (x as T).tolist());
const a = torch.tensor([1, 2], { dtype: torch.float32 });
const b = torch.tensor([3, 4], { dtype: torch.float32 });
const dot = (x: T, y: T): T => x.mul(y).sum();
const square = (x: T): T => x.pow(2);
it.each<[string, () => unknown, unknown]>([
  [
    'jacobian',
    () => F.jacobian(square, a),
    [
      [2, 0],
      [0, 4],
    ],
  ],
  [
    'jacobian of several',
    () => F.jacobian((x: T, y: T) => [x.mul(y), x.sum()], [a, b]),
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
        [1, 1],
        [0, 0],
      ],
    ],
  ],
  [
    'jacobian of a constant',
    () => F.jacobian(() => b, a),
    [
      [0, 0],
      [0, 0],
    ],
  ],
  [
    'hessian',
    () => F.hessian((x: T) => x.pow(3).sum(), a),
    [
      [6, 0],
      [0, 12],
    ],
  ],
  [
    'hessian of several',
    () => F.hessian(dot, [a, b]),
    [
      [
        [
          [0, 0],
          [0, 0],
        ],
        [
          [1, 0],
          [0, 1],
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
    'vjp',
    () => F.vjp(square, a, a),
    [
      [1, 4],
      [2, 8],
    ],
  ],
  [
    'jvp',
    () => F.jvp(square, a, b),
    [
      [1, 4],
      [6, 16],
    ],
  ],
  [
    'hvp',
    () => F.hvp(dot, [a, b], [b, a]),
    [
      11,
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ],
  [
    'vhp',
    () => F.vhp(dot, [a, b], [b, a]),
    [
      11,
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ],
])('functional.%s', (_, run, expected) => {
  expect(plain(run())).toEqual(expected);
});
it.each<[string, () => unknown, string]>([
  [
    'vjp',
    () => F.vjp(square, a),
    'The vector v can only be None if the user-provided function returns a single Tensor with a single element.',
  ],
  [
    'jvp',
    () => F.jvp(square, a, torch.ones(3)),
    'v has invalid size: should be torch.Size([2]) but got torch.Size([3]).',
  ],
  [
    'hessian',
    () => F.hessian(square, a),
    'The Tensor returned by the function given to hessian should contain a single element',
  ],
  [
    'jacobian',
    () => F.jacobian(square, 3 as never),
    "The inputs given to jacobian must be either a Tensor or a tuple of Tensors but the given inputs has type <class 'int'>.",
  ],
  [
    'jacobian',
    () => F.jacobian(() => b, a, { strict: true }),
    'Output 0 of the user-provided function does not require gradients.',
  ],
])('functional.%s refuses', (_, run, message) => {
  expect(run).toThrow(message);
});

it('torch.autograd.backward reaches the inputs that are named', () => {
  const x = torch.tensor(2, { requires_grad: true, dtype: torch.float32 });
  const y = torch.tensor(3, { requires_grad: true, dtype: torch.float32 });
  torch.autograd.backward([x.mul(y), x.mul(2)], { inputs: [x] });
  expect([x.grad?.item(), y.grad]).toEqual([5, null]);
});
it('runs hooks after a gradient was added', () => {
  const x = torch.tensor(2, { requires_grad: true, dtype: torch.float32 });
  const seen: unknown[] = [];
  const handle = x.register_post_accumulate_grad_hook((t) => seen.push(t.grad!.item()));
  x.mul(3).backward();
  handle.remove();
  x.mul(3).backward();
  x.register_post_accumulate_grad_hook((t) => seen.push(t.grad!.item()));
  x.mul(3).backward({ inputs: [x] });
  expect(seen).toEqual([3, 9]);
});
