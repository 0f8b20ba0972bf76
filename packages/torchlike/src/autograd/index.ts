import { Tensor as CoreTensor, floatsAreMarked, isGradEnabled, namespace, setGradEnabled, withGrad } from '@stele/core';
import { named } from '../arguments';
import { GradcheckError, RuntimeError } from '../errors';
import { define } from '../functions/define';
import { backwardFrom, gradientsOf, seedsFor } from '../methods/base';
import type { Tensor } from '../tensor';
import { detect_anomaly, set_detect_anomaly } from './anomaly';
import { AutogradFunction } from './function';
import { functional } from './functional';
import { gradcheck, gradgradcheck } from './gradcheck';

/**
 * Recording switched on or off for a while. In JavaScript it begins when it is made (`using _ = torch.no_grad()`); in
 * Python with the block of `with`, and as a decorator it covers each call of the function.
 */
export class GradScope implements Disposable {
  private readonly value: boolean;
  private readonly before: boolean[] = [];

  constructor(value: boolean, entered: boolean) {
    this.value = value;
    if (entered) this.__enter__();
  }
  __enter__(): null {
    this.before.push(setGradEnabled(this.value));
    return null;
  }
  __exit__(): boolean {
    const before = this.before.pop();
    if (before !== undefined) setGradEnabled(before);
    return false;
  }
  /** The function with recording switched during its calls. */
  __call__<A extends unknown[], R>(f: (...args: A) => R): (...args: A) => R {
    return (...args) => withGrad(this.value, () => f(...args));
  }
  [Symbol.dispose](): void {
    this.__exit__();
  }
}
function switchTo(value: boolean): GradScope;
function switchTo<T>(value: boolean, body: () => T): T;
function switchTo<T>(value: boolean, body?: () => T): GradScope | T {
  if (body === undefined) return new GradScope(value, !floatsAreMarked());
  // `@torch.no_grad` without parentheses is Python's decorator
  if (floatsAreMarked()) return new GradScope(value, false).__call__(body) as T;
  return withGrad(value, body);
}

/**
 * Turns recording off: `using _ = torch.no_grad()` until the end of the block, or `torch.no_grad(() => ...)`.
 *
 * ```ts
 * const w = torch.tensor(2, { requires_grad: true });
 * torch.no_grad(() => w.mul(3)).requires_grad; // false
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.no_grad.html
 */
export function no_grad(): GradScope;
export function no_grad<T>(body: () => T): T;
export function no_grad<T>(body?: () => T): GradScope | T {
  return body === undefined ? switchTo(false) : switchTo(false, body);
}
export function enable_grad(): GradScope;
export function enable_grad<T>(body: () => T): T;
export function enable_grad<T>(body?: () => T): GradScope | T {
  return body === undefined ? switchTo(true) : switchTo(true, body);
}
/** Switched at once; a `with` around it only ends it. */
class SetGrad extends GradScope {
  constructor(mode: boolean) {
    super(mode, true);
  }
  override __enter__(): null {
    if (this.begun) return null;
    this.begun = true;
    return super.__enter__();
  }
  declare private begun: boolean;
}
/** Sets recording on or off at once; the result ends it as a scope. */
export const set_grad_enabled = (mode: boolean): GradScope => new SetGrad(mode);
export const inference_mode = no_grad;
export const is_grad_enabled = (): boolean => isGradEnabled();

export interface GradOptions {
  grad_outputs?: Tensor | readonly (Tensor | null)[] | null;
  retain_graph?: boolean;
  create_graph?: boolean;
  allow_unused?: boolean;
}
const list = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? x : [x as T]);

/**
 * The gradients of outputs with respect to inputs, without touching `.grad`.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad.html
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  ...rest: readonly unknown[]
): Tensor[] {
  const options: GradOptions = named<GradOptions>(['grad_outputs', 'retain_graph', 'create_graph'], rest);
  const targets = list(outputs);
  const sources = list(inputs);
  for (const s of sources)
    if (!s.requires_grad) throw new RuntimeError('One of the differentiated Tensors does not require grad');
  const seeds = seedsFor(targets, list(options.grad_outputs ?? null));
  const create = options.create_graph ?? false;
  const found = gradientsOf(targets, sources, seeds, options.retain_graph ?? create, create);
  if (!options.allow_unused && found.some((g) => g === null))
    throw new RuntimeError(
      'One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.',
    );
  return found as Tensor[];
}

type Several = Tensor | readonly (Tensor | null)[];
/**
 * Adds the gradients of several tensors to the `.grad` of the leaves that require them, or of `inputs` alone.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.autograd.backward.html
 */
const backward = define(
  'backward',
  'tensors, grad_tensors=None, retain_graph=None, create_graph=False, grad_variables=None, inputs=None',
  (
    tensors: Tensor | readonly Tensor[],
    grad_tensors: Several | null = null,
    retain_graph: boolean | null = null,
    create_graph: boolean | undefined = false,
    grad_variables: Several | null = null,
    inputs: Tensor | readonly Tensor[] | null = null,
  ): void => {
    const targets = list(tensors);
    const seeds = seedsFor(targets, list(grad_tensors ?? grad_variables));
    backwardFrom(targets, seeds, { retain_graph: retain_graph ?? create_graph, create_graph, inputs });
  },
);

/** The old wrapper: it does nothing today but set requires_grad. */
export function Variable(data: Tensor, options: { requires_grad?: boolean } = {}): Tensor {
  if (!(data instanceof CoreTensor)) throw new TypeError('Variable data has to be a tensor');
  return options.requires_grad ? data.requires_grad_(true) : data;
}

export const autograd = namespace('torch.autograd', {
  Function: AutogradFunction,
  backward,
  detect_anomaly,
  set_detect_anomaly,
  functional,
  gradcheck: Object.assign(gradcheck, { GradcheckError }),
  gradgradcheck,
  grad,
  Variable,
  no_grad,
  enable_grad,
  set_grad_enabled,
  inference_mode,
});
