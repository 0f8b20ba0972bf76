import { Tensor as CoreTensor, isGradEnabled, namespace, setGradEnabled, withGrad } from '@stele/core';
import { named } from '../arguments';
import { RuntimeError } from '../errors';
import { gradientsOf, seedsFor } from '../methods/base';
import type { Tensor } from '../tensor';

interface GradScope extends Disposable {
  /** Ends the scope: what `with` does at its end. */
  [Symbol.dispose](): void;
}
function scope(value: boolean): GradScope {
  const before = setGradEnabled(value);
  return {
    [Symbol.dispose]() {
      setGradEnabled(before);
    },
  };
}
function switchTo(value: boolean): GradScope;
function switchTo<T>(value: boolean, body: () => T): T;
function switchTo<T>(value: boolean, body?: () => T): GradScope | T {
  return body === undefined ? scope(value) : withGrad(value, body);
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
/** Sets recording on or off at once; the result ends it as a scope. */
export const set_grad_enabled = (mode: boolean): GradScope => scope(mode);
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

/** The old wrapper: it does nothing today but set requires_grad. */
export function Variable(data: Tensor, options: { requires_grad?: boolean } = {}): Tensor {
  if (!(data instanceof CoreTensor)) throw new TypeError('Variable data has to be a tensor');
  return options.requires_grad ? data.requires_grad_(true) : data;
}

export const autograd = namespace('torch.autograd', {
  grad,
  Variable,
  no_grad,
  enable_grad,
  set_grad_enabled,
  inference_mode,
});
