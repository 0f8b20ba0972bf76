import { Tensor as CoreTensor, customGradient, ops, withGrad } from '@stele/core';
import { NotImplementedError, RuntimeError } from '../errors';
import type { Tensor } from '../tensor';

/** What forward leaves for backward: saved tensors, and any field. */
export class FunctionCtx {
  private kept: readonly (Tensor | null)[] = [];
  needs_input_grad: readonly boolean[] = [];
  [key: string]: unknown;

  save_for_backward(...tensors: (Tensor | null)[]): void {
    this.kept = tensors;
  }
  get saved_tensors(): readonly (Tensor | null)[] {
    return this.kept;
  }
  mark_non_differentiable(): void {}
  set_materialize_grads(): void {}
}
type Step = (...args: unknown[]) => unknown;

/** A step of a function's class: a static method, which a class made by Python keeps on its prototype. */
function step(owner: typeof AutogradFunction, name: string): Step | null {
  const own = (owner as unknown as Record<string, unknown>)[name];
  const found = own ?? (owner.prototype as unknown as Record<string, unknown>)[name];
  return typeof found === 'function' ? (found as Step) : null;
}
const list = (x: unknown): readonly unknown[] => (Array.isArray(x) ? x : [x]);

function applied(own: typeof AutogradFunction, args: unknown[]): unknown {
  const { name } = own;
  const forward = step(own, 'forward');
  const backward = step(own, 'backward');
  if (forward === null)
    throw new NotImplementedError('You must implement the forward function for custom autograd.Function.');
  const setup = step(own, 'setup_context');
  const ctx = new FunctionCtx();
  const places = args.flatMap((a, i) => (a instanceof CoreTensor ? [i] : []));
  const inputs = places.map((i) => args[i] as Tensor);
  ctx.needs_input_grad = args.map((a) => a instanceof CoreTensor && (a as Tensor).requires_grad);
  let single = true;
  let rest: readonly unknown[] = [];
  const compute = (): readonly Tensor[] => {
    const result = withGrad(false, () => (setup === null ? forward(ctx, ...args) : forward(...args)));
    if (setup !== null) setup(ctx, args, result);
    single = !Array.isArray(result);
    rest = list(result);
    // an input that comes back is another tensor of the graph
    return rest.filter((t): t is Tensor => t instanceof CoreTensor).map((t) => (inputs.includes(t) ? t.detach() : t));
  };
  const outputs: readonly CoreTensor[] = customGradient(`${name}`, inputs, compute, (grads) => {
    if (backward === null)
      throw new NotImplementedError(
        'You must implement either the backward or vjp method for your custom autograd.Function to use it with backward mode AD.',
      );
    // what no gradient reached counts as zero
    const given = list(backward(ctx, ...grads.map((g, i) => g ?? ops.fullLike(outputs[i]!, 0))));
    if (given.length < args.length)
      throw new RuntimeError(
        `function ${name}Backward returned an incorrect number of gradients (expected ${args.length}, got ${given.length})`,
      );
    return places.map((i) => (given[i] ?? null) as Tensor | null);
  });
  let at = 0;
  const out = rest.map((t) => (t instanceof CoreTensor ? outputs[at++]! : t));
  return single ? out[0] : out;
}

/**
 * Base of functions that are differentiated by hand: `forward(ctx, ...)` computes, `backward(ctx, ...grads)` gives a
 * gradient (or null) for each argument; call them with `apply`.
 *
 * ```ts
 * class Twice extends torch.autograd.Function {
 *   static forward(ctx: FunctionCtx, x: torch.Tensor) { return x.mul(2); }
 *   static backward(ctx: FunctionCtx, g: torch.Tensor) { return g.mul(2); }
 * }
 * ```
 * @see https://docs.pytorch.org/docs/stable/autograd.html#torch.autograd.Function
 */
export class AutogradFunction {
  static apply(...args: unknown[]): any {
    // biome-ignore lint/complexity/noThisInStatic: the steps are those of the subclass that apply is called on
    return applied(this, args);
  }
}
