import { ones, tensor } from '../creation';
import { Tensor } from '../tensor';
import { AutogradFunction, type FunctionCtx } from './function';

class Cube extends AutogradFunction {
  static forward(ctx: FunctionCtx, x: Tensor, scale: number): Tensor {
    ctx.save_for_backward(x);
    ctx.scale = scale;
    return x.mul(x).mul(x).mul(scale);
  }
  static backward(ctx: FunctionCtx, g: Tensor): (Tensor | null)[] {
    const [x] = ctx.saved_tensors;
    return [
      g
        .mul(x!)
        .mul(x!)
        .mul(3 * (ctx.scale as number)),
      null,
    ];
  }
}

it('differentiates by the given backward', () => {
  const x = tensor([1, 2.5], { requires_grad: true });
  const y: Tensor = Cube.apply(x, 2);
  expect(y).toBeInstanceOf(Tensor);
  expect(y.requires_grad).toBe(true);
  y.backward(ones(2));
  expect(x.grad!.tolist()).toEqual([6, 37.5]);
});
it('counts the gradients that come back', () => {
  class Short extends Cube {
    static override backward(): Tensor[] {
      return [];
    }
  }
  const x = tensor([1.5], { requires_grad: true });
  expect(() => Short.apply(x, 1).sum().backward()).toThrow('incorrect number of gradients (expected 2, got 0)');
});
