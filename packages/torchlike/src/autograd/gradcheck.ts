import { asColumns, Tensor as CoreTensor, jacobianOf, numericalJacobians, ops, withGrad } from '@stele/core';
import { AttributeError, GradcheckError, ValueError } from '../errors';
import { define } from '../functions/define';
import { allclose } from '../functions/mathematical';
import { typeName } from '../functions/typeName';
import { gradientsOf, seedsFor } from '../methods/base';
import { generatorOf } from '../random';
import type { Tensor } from '../tensor';

type Func = (...inputs: any[]) => unknown;
type Given = Tensor | readonly unknown[];
export interface Tolerances {
  eps?: number;
  atol?: number;
  rtol?: number;
  raise_exception?: boolean;
  nondet_tol?: number;
}
const tuple = (x: unknown): readonly unknown[] => (Array.isArray(x) ? x : [x]);
const differentiable = (x: unknown): x is Tensor =>
  x instanceof CoreTensor && (x as Tensor).requires_grad && (x as Tensor).is_floating_point();
function outputsOf(out: unknown): Tensor[] {
  for (const t of tuple(out))
    if (!(t instanceof CoreTensor))
      throw new AttributeError(`'${typeName(t)}' object has no attribute 'requires_grad'`);
  return tuple(out) as Tensor[];
}
const zerosOf = (like: Tensor, sizes: readonly number[]): Tensor => ops.fullLike(like.detach(), 0, sizes) as Tensor;

function analytical(func: Func, given: readonly unknown[], inputs: readonly Tensor[]): (readonly Tensor[])[] {
  return withGrad(true, () =>
    outputsOf(func(...given))
      .filter((out) => out.requires_grad)
      .map((out) =>
        jacobianOf(out, inputs, false).map((jacobian, k) => {
          const [rows, columns] = [inputs[k]!.numel(), out.numel()];
          return jacobian === null
            ? zerosOf(inputs[k]!, [rows, columns])
            : (asColumns(jacobian, columns, rows) as Tensor);
        }),
      ),
  );
}

function check(func: Func, given: readonly unknown[], o: Tolerances): void {
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, nondet_tol = 0 } = o;
  const inputs = given.filter(differentiable);
  if (inputs.length === 0)
    throw new ValueError(
      'gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True.',
    );
  const outputs = outputsOf(withGrad(true, () => func(...given)));
  const places = outputs.flatMap((out, i) => (out.requires_grad ? [i] : []));
  const numerical = inputs.map((input) =>
    numericalJacobians(() => withGrad(true, () => outputsOf(func(...given))), input, eps).map((j) => j as Tensor),
  );
  if (places.length === 0) {
    if (numerical.some((list) => list.some((j) => !allclose(j, zerosOf(j, j.sizes), { rtol: 0, atol: 1e-12 }))))
      throw new GradcheckError('Numerical gradient for function expected to be zero');
    return;
  }
  const found = analytical(func, given, inputs);
  const again = analytical(func, given, inputs);
  for (const [i, place] of places.entries())
    for (const k of inputs.keys()) {
      const own = found[i]![k]!;
      const expected = numerical[k]![place]!;
      const where = `for output ${place} with respect to input ${k}`;
      if (!allclose(own, ops.cast(expected, own.scalarType) as Tensor, { rtol, atol }))
        throw new GradcheckError(
          `Jacobian mismatch ${where},\nnumerical:${String(expected)}\nanalytical:${String(own)}\n`,
        );
      if (!allclose(own, again[i]![k]!, { rtol: 0, atol: nondet_tol, equal_nan: true }))
        throw new GradcheckError(
          `Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives different values, although analytical gradient matches numerical gradient.The tolerance for nondeterminism was ${nondet_tol}.`,
        );
    }
}

const tolerances =
  'eps=1e-6, atol=1e-5, rtol=1e-3, raise_exception=True, nondet_tol=0.0, check_undefined_grad=True, check_grad_dtypes=False, check_batched_grad=False, fast_mode=False, masked=None';
function checked(func: Func, given: readonly unknown[], o: Tolerances): boolean {
  try {
    check(func, given, o);
  } catch (error) {
    if (o.raise_exception === false && error instanceof GradcheckError) return false;
    throw error;
  }
  return true;
}

/**
 * Holds the gradients of a function against central differences, |analytical - numerical| <= atol + rtol * |numerical|.
 *
 * ```ts
 * const x = torch.tensor([1.5], { dtype: torch.float64, requires_grad: true });
 * torch.autograd.gradcheck((t: torch.Tensor) => t.exp(), [x]); // true
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
 */
export const gradcheck = define(
  'gradcheck',
  `func, inputs, *, ${tolerances}, check_batched_forward_grad=False, check_forward_ad=False, check_backward_ad=True`,
  (func: Func, inputs: Given, options: Tolerances = {}): boolean => checked(func, tuple(inputs), options),
);

/** Seeds as torch draws them: even between -1 and 1. */
function randomLike(t: Tensor): Tensor {
  const out = zerosOf(t, t.sizes);
  generatorOf().uniform(out.storage.array, out.scalarType, -1, 1);
  return out.requires_grad_(true);
}

/**
 * The same for the gradients of the gradients; seeds are drawn where none are given.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradgradcheck.html
 */
export const gradgradcheck = define(
  'gradgradcheck',
  `func, inputs, grad_outputs=None, *, gen_non_contig_grad_outputs=False, ${tolerances}, check_fwd_over_rev=False, check_rev_over_rev=True`,
  (func: Func, inputs: Given, grad_outputs: Given | null = null, options: Tolerances = {}): boolean => {
    const given = tuple(inputs);
    const differentiableOutputs = (args: readonly unknown[]): Tensor[] =>
      outputsOf(withGrad(true, () => func(...args))).filter((t) => t.requires_grad);
    const seeds =
      grad_outputs === null ? differentiableOutputs(given).map(randomLike) : (tuple(grad_outputs) as readonly Tensor[]);
    const gradient = (...args: unknown[]): Tensor[] => {
      const own = args.slice(0, args.length - seeds.length);
      const outputs = differentiableOutputs(own);
      const sources = own.filter(differentiable);
      const weights = seedsFor(outputs, args.slice(own.length) as Tensor[]);
      return gradientsOf(outputs, sources, weights, true, true).filter((g) => g !== null);
    };
    return checked(gradient, [...given, ...seeds], options);
  },
);
