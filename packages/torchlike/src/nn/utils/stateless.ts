import { namespace } from '@stele/core';
import { define } from '../../functions/define';
import { generatorOf } from '../../random';
import type { Tensor } from '../../tensor';
import type { Module } from '../modules/module';
import { fieldsOf } from '../modules/tree';

type Given = ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>;
/**
 * Calls a module with other tensors in the place of some of its parameters and buffers.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.func.functional_call.html
 */
export const functional_call = define(
  'functional_call',
  'module, parameter_and_buffer_dicts, args=None, kwargs=None, *, tie_weights=True, strict=False',
  (
    module: Module,
    tensors: Given | readonly Given[],
    args: unknown = null,
    kwargs: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown> | null = null,
  ): any => {
    const given = new Map<string, Tensor>();
    for (const part of Array.isArray(tensors) ? (tensors as Given[]) : [tensors as Given])
      for (const [name, t] of part instanceof Map ? part : Object.entries(part)) given.set(name, t);
    const before: (() => void)[] = [];
    try {
      for (const [path, t] of given) {
        const at = path.lastIndexOf('.');
        const fields = fieldsOf(module.get_submodule(at < 0 ? '' : path.slice(0, at)));
        const name = path.slice(at + 1);
        const old = fields[name];
        before.push(() => {
          fields[name] = old;
        });
        fields[name] = t;
      }
      const list = args === null ? [] : Array.isArray(args) ? args : [args];
      const named = kwargs instanceof Map ? Object.fromEntries(kwargs) : kwargs;
      const call = module as unknown as (...a: unknown[]) => unknown;
      return named === null ? call(...list) : call(...list, named);
    } finally {
      for (const restore of before.reverse()) restore();
    }
  },
);
/** A module made without drawing from the global stream. */
export function skip_init<M extends Module>(module_cls: new (...args: any[]) => M, ...args: unknown[]): M {
  return generatorOf().fork(() => new module_cls(...args));
}
export const stateless = namespace('torch.nn.utils.stateless', { functional_call });
