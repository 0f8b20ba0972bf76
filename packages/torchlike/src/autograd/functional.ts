import { Tensor as CoreTensor, jacobianOf, namespace, ops, tupleOf, withGrad } from '@stele/core';
import { NotImplementedError, RuntimeError, torchSize } from '../errors';
import { define } from '../functions/define';
import { typeName } from '../functions/typeName';
import { gradientsOf } from '../methods/base';
import type { Tensor } from '../tensor';

type Func = (...inputs: any[]) => unknown;
type Given = Tensor | readonly Tensor[];
const alone = 'The vector v can only be None if';

function tensorsOf(what: string, call: string, given: unknown): readonly Tensor[] {
  const list = given instanceof CoreTensor ? [given] : Array.isArray(given) ? given : null;
  const described = what === 'outputs' ? 'outputs of the user-provided function' : what;
  if (list === null)
    throw new TypeError(
      `The ${described} given to ${call} must be either a Tensor or a tuple of Tensors but the given ${described} has type <class '${typeName(given)}'>.`,
    );
  list.forEach((t, i) => {
    if (!(t instanceof CoreTensor))
      throw new TypeError(
        `The ${described} given to ${call} must be either a Tensor or a tuple of Tensors but the value at index ${i} of the given ${described} has type <class '${typeName(t)}'>.`,
      );
  });
  return list as readonly Tensor[];
}
const zeros = (like: Tensor, sizes: readonly number[] = like.sizes): Tensor =>
  ops.fullLike(like.detach(), 0, sizes) as Tensor;

/** One run of the user's function: its inputs, which require gradients, and its outputs. */
interface Run {
  inputs: readonly Tensor[];
  outputs: readonly Tensor[];
  single: boolean;
  strict: boolean;
  create: boolean;
  /** A result for the caller: without its graph where none was asked for. */
  give(values: readonly Tensor[], one: boolean): unknown;
}
const shaped = (values: readonly unknown[], one: boolean): unknown => (one ? values[0] : tupleOf(values));

function run(call: string, func: Func, given: Given, create: boolean, strict: boolean): Run {
  const inputs = tensorsOf('inputs', call, given).map((t) =>
    create && t.requires_grad ? (ops.reshape(t, t.sizes) as Tensor) : t.clone().detach().requires_grad_(true),
  );
  const made = func(...inputs);
  const outputs = tensorsOf('outputs', call, made);
  if (strict)
    outputs.forEach((t, i) => {
      if (!t.requires_grad)
        throw new RuntimeError(
          `Output ${i} of the user-provided function does not require gradients. The outputs must be computed in a differentiable manner from the input when running in strict mode.`,
        );
    });
  const give = (values: readonly Tensor[], one: boolean): unknown =>
    shaped(create ? values : values.map((t) => t.detach()), one);
  return { inputs, outputs, single: made instanceof CoreTensor, strict, create, give };
}
const oneInput = (given: unknown): boolean => given instanceof CoreTensor;

/** The vectors, held against what they go with; ones where there is a single number. */
function vectors(call: string, v: Given | null, like: readonly Tensor[], whose: string): readonly Tensor[] {
  if (v === null) {
    if (like.length !== 1 || like[0]!.numel() !== 1)
      throw new RuntimeError(`${alone} the ${whose} a single Tensor with a single element.`);
    return [ops.fullLike(like[0]!.detach(), 1) as Tensor];
  }
  const list = tensorsOf('v', call, v);
  if (list.length !== like.length)
    throw new RuntimeError(`v is a tuple of invalid length: should be ${like.length} but got ${list.length}.`);
  list.forEach((t, i) => {
    const wanted = like[i]!.sizes;
    if (t.sizes.length !== wanted.length || t.sizes.some((s, d) => s !== wanted[d]))
      throw new RuntimeError(
        `${list.length === 1 ? 'v' : `Entry ${i} in v`} has invalid size: should be ${torchSize(wanted)} but got ${torchSize(t.sizes)}.`,
      );
  });
  return list;
}
const ofInput = 'input to the user-provided function is';
const ofOutput = 'user-provided function returns';

/** Gradients of the outputs that have any, zeros where an input is not reached. */
function pulled(r: Run, outputs: readonly Tensor[], sources: readonly Tensor[], v: readonly Tensor[], graph: boolean) {
  const on = outputs.flatMap((t, i) => (t.requires_grad ? [i] : []));
  const found =
    on.length === 0
      ? sources.map(() => null)
      : gradientsOf(
          on.map((i) => outputs[i]!),
          sources,
          on.map((i) => v[i]!),
          true,
          graph,
        );
  return found.map((g, i) => {
    if (g === null && r.strict)
      throw new RuntimeError(
        `The output of the user-provided function is independent of input ${i}. This is not allowed in strict mode.`,
      );
    return g ?? zeros(sources[i]!);
  });
}
function scalarOnly(call: string, r: Run): void {
  if (r.outputs.length !== 1 || !r.single)
    throw new RuntimeError(`The function given to ${call} should return a single Tensor`);
  if (r.outputs[0]!.numel() !== 1)
    throw new RuntimeError(`The Tensor returned by the function given to ${call} should contain a single element`);
}

/**
 * The derivatives of every output with respect to every input, of shape `output.shape + input.shape`.
 *
 * ```ts
 * torch.autograd.functional.jacobian((x: torch.Tensor) => x.square(), torch.tensor([1.5])).item(); // 3
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.jacobian.html
 */
const jacobian = define(
  'jacobian',
  "func, inputs, create_graph=False, strict=False, vectorize=False, strategy='reverse-mode'",
  (
    func: Func,
    inputs: Given,
    create_graph: boolean | undefined = false,
    strict: boolean | undefined = false,
    _vectorize: boolean | undefined = false,
    strategy: string | undefined = 'reverse-mode',
  ): any => {
    if (strategy !== 'reverse-mode')
      throw new NotImplementedError(
        `torch.autograd.functional.jacobian: strategy='${strategy}' is not in Stele, which differentiates backward; leave strategy out`,
      );
    return withGrad(true, () => {
      const r = run('jacobian', func, inputs, create_graph, strict);
      const rows = r.outputs.map((out, i) => {
        const found = jacobianOf(out, r.inputs, create_graph).map((j, k) => {
          if (j === null && strict)
            throw new RuntimeError(
              `Output ${i} of the user-provided function is independent of input ${k}. This is not allowed in strict mode.`,
            );
          return (j ?? zeros(r.inputs[k]!, [...out.sizes, ...r.inputs[k]!.sizes])) as Tensor;
        });
        return r.give(found, oneInput(inputs));
      });
      return shaped(rows, r.single);
    });
  },
);

/**
 * The second derivatives of a function that gives one number.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.autograd.functional.hessian.html
 */
const hessian = define(
  'hessian',
  "func, inputs, create_graph=False, strict=False, vectorize=False, outer_jacobian_strategy='reverse-mode'",
  (
    func: Func,
    inputs: Given,
    create_graph: boolean | undefined = false,
    strict: boolean | undefined = false,
    _vectorize: boolean | undefined = false,
    outer: string | undefined = 'reverse-mode',
  ): any => {
    tensorsOf('inputs', 'hessian', inputs);
    const single = oneInput(inputs);
    const gradient = (...own: Tensor[]): unknown => {
      const out = func(...own);
      const outputs = tensorsOf('outputs', 'hessian', out);
      const r: Run = { inputs: own, outputs, single: out instanceof CoreTensor, strict, create: true, give: shaped };
      scalarOnly('hessian', r);
      if (strict && !outputs[0]!.requires_grad)
        throw new RuntimeError(
          'Output 0 of the user-provided function does not require gradients. The outputs must be computed in a differentiable manner from the input when running in strict mode.',
        );
      const seed = [ops.fullLike(outputs[0]!.detach(), 1) as Tensor];
      return shaped(pulled(r, outputs, own, seed, true), single);
    };
    return jacobian(gradient, inputs, create_graph, strict, false, outer);
  },
);

const products = 'func, inputs, v=None, create_graph=False, strict=False';
type Products = [func: Func, inputs: Given, v?: Given | null, create_graph?: boolean, strict?: boolean];
const product = (
  name: string,
  body: (r: Run, v: Given | null, one: boolean) => { values: readonly Tensor[]; one: boolean },
) =>
  define(name, products, (...[func, inputs, v = null, create_graph = false, strict = false]: Products): any =>
    withGrad(true, () => {
      const r = run(name, func, inputs, create_graph, strict);
      const { values, one } = body(r, v, oneInput(inputs));
      return tupleOf([r.give(r.outputs, r.single), r.give(values, one)]);
    }),
  );

/** The outputs, and v^T J. */
const vjp = product('vjp', (r, v, one) => {
  const weights = vectors('vjp', v, r.outputs, ofOutput);
  return { values: pulled(r, r.outputs, r.inputs, weights, r.create), one };
});
/** The derivative of `pulled` by its weights, in the direction of v. */
function pushed(r: Run, outputs: readonly Tensor[], v: readonly Tensor[]): readonly Tensor[] {
  const weights = outputs.map((t) => zeros(t).requires_grad_(true));
  const back = pulled(r, outputs, r.inputs, weights, true);
  return pulled(r, back, weights, v, r.create);
}
/** The outputs, and J v, by differentiating the backward pass backward. */
const jvp = product('jvp', (r, v) => ({
  values: pushed(r, r.outputs, vectors('jvp', v, r.inputs, ofInput)),
  one: r.single,
}));
const slopes = (call: string, r: Run): readonly Tensor[] => {
  scalarOnly(call, r);
  return pulled(r, r.outputs, r.inputs, [ops.fullLike(r.outputs[0]!.detach(), 1) as Tensor], true);
};
/** The outputs, and v^T H. */
const vhp = product('vhp', (r, v, one) => {
  const weights = vectors('vhp', v, r.inputs, ofInput);
  return { values: pulled(r, slopes('vhp', r), r.inputs, weights, r.create), one };
});
/** The outputs, and H v. */
const hvp = product('hvp', (r, v, one) => {
  const weights = vectors('hvp', v, r.inputs, ofInput);
  return { values: pushed(r, slopes('hvp', r), weights), one };
});

/** @see https://docs.pytorch.org/docs/stable/autograd.html#functional-higher-level-api */
export const functional = namespace('torch.autograd.functional', { jacobian, hessian, vjp, jvp, vhp, hvp });
