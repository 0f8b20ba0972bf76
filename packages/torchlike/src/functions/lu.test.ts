import { torch } from '../index';

const a = (): any =>
  torch.tensor(
    [
      [1.0, 2, 3],
      [4, 5, 6],
      [7, 8, 10],
    ],
    { requires_grad: true } as any,
  );
const close = (x: any, y: any): boolean => torch.allclose(x, y, { atol: 1e-5 } as any) as boolean;

describe('LU factors', () => {
  test('multiply to the matrix, also where it is not square', () => {
    for (const sizes of [
      [3, 3],
      [2, 4],
      [2, 5, 3],
    ]) {
      const x = torch.randn(...sizes);
      const { P, L, U } = torch.linalg.lu(x);
      expect(close(P.matmul(L).matmul(U), x)).toBe(true);
    }
  });
  test('unpack and solve on every side', () => {
    const x = a();
    const [LU, pivots] = torch.linalg.lu_factor(x) as any;
    expect(pivots.tolist()).toEqual([3, 3, 3]);
    const { P, L, U } = torch.lu_unpack(LU, pivots) as any;
    expect(close(P.matmul(L).matmul(U), x)).toBe(true);
    const b = torch.randn(3, 2);
    expect(close(x.matmul(torch.linalg.lu_solve(LU, pivots, b)), b)).toBe(true);
    expect(close(x.t().matmul(torch.linalg.lu_solve(LU, pivots, b, { adjoint: true } as any)), b)).toBe(true);
    expect(close(torch.linalg.lu_solve(LU, pivots, b.t(), { left: false } as any).matmul(x), b.t())).toBe(true);
    expect(close(torch.lu_solve(b, LU, pivots), torch.linalg.solve(x, b))).toBe(true);
  });
  test('have the derivative of what they multiply to', () => {
    const x = a();
    const { P, L, U } = torch.linalg.lu(x) as any;
    P.matmul(L).matmul(U).pow(2).sum().backward();
    expect(close(x.grad, x.detach().mul(2))).toBe(true);
  });
  test('tell of a singular matrix', () => {
    const x = torch.ones(2, 2);
    expect((torch.linalg.lu_factor_ex(x) as any).info.item()).toBe(2);
    expect(() => torch.linalg.lu_factor(x)).toThrow('torch.linalg.lu_factor: U[2,2] is zero');
    expect(torch.linalg.lu(torch.zeros(3, 0)).P.tolist()).toEqual(torch.eye(3).tolist());
  });
});
