import { torch } from '../index';

const close = (x: any, y: any): boolean => torch.allclose(x, y, { atol: 1e-4 } as any) as boolean;

describe('systems of tensors', () => {
  const a = torch.sin(torch.arange(36).pow(2).mul(0.37)).reshape(2, 3, 6);
  const b = torch.cos(torch.arange(6)).reshape(2, 3);
  test('tensorinv undoes tensordot', () => {
    expect(close(torch.tensordot(torch.linalg.tensorinv(a), b, 2), torch.linalg.tensorsolve(a, b))).toBe(true);
    expect(() => torch.linalg.tensorinv(a, 0)).toThrow("Expected a strictly positive integer for 'ind', but got 0");
  });
  test('tensorsolve solves over the dims that are named', () => {
    expect(close(torch.tensordot(a, torch.linalg.tensorsolve(a, b), 1), b)).toBe(true);
    const x = torch.linalg.tensorsolve(a.reshape(2, 6, 3), b, { dims: [1] } as any);
    expect([...x.shape]).toEqual([6]);
    expect(() => torch.linalg.tensorsolve(a, torch.ones(2))).toThrow('but got 18 != 2');
  });
  test('triangular factors solve as methods too', () => {
    const l = torch.tensor([
      [2.5, 0],
      [1, 3],
    ]);
    const c = torch.ones(2, 1);
    expect(close(l.matmul(l.t()).matmul(c.cholesky_solve(l)), c)).toBe(true);
    expect(close(l.matmul((c.triangular_solve(l, false) as any).solution), c)).toBe(true);
  });
});
