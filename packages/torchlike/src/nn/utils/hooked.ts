import { nn, withGrad } from '@stele/core';
import { empty } from '../../creation';
import { RuntimeError, ValueError } from '../../errors';
import { define } from '../../functions/define';
import { Parameter, type Tensor } from '../../tensor';
import { normalize } from '../functional';
import type { RemovableHandle } from '../modules/calling';
import type { Module } from '../modules/module';
import { fieldsOf } from '../modules/tree';
import { asMatrix, outputAxis, powerMethod } from './parametrizations';

/** A weight that a hook computes anew before each forward. */
interface Hooked {
  readonly handle: RemovableHandle;
  readonly remove: () => void;
}
const hooked = {
  weight: new WeakMap<Module, Map<string, Hooked>>(),
  spectral: new WeakMap<Module, Map<string, Hooked>>(),
};
function enter(kind: keyof typeof hooked, module: Module, name: string, one: Hooked): void {
  const own = hooked[kind].get(module) ?? new Map<string, Hooked>();
  hooked[kind].set(module, own);
  own.set(name, one);
}
function leave(kind: keyof typeof hooked, module: Module, name: string): Module {
  const one = hooked[kind].get(module)?.get(name);
  if (one === undefined) throw new ValueError(`${kind}_norm of '${name}' not found in ${module}`);
  one.remove();
  one.handle.remove();
  hooked[kind].get(module)!.delete(name);
  return module;
}
function refuseTwice(kind: keyof typeof hooked, module: Module, name: string): void {
  if (hooked[kind].get(module)?.has(name))
    throw new RuntimeError(`Cannot register two ${kind}_norm hooks on the same parameter ${name}`);
}
const parameterOf = (module: Module, name: string): Parameter => {
  const weight = fieldsOf(module)[name];
  if (weight instanceof Parameter) return weight;
  throw new ValueError(`\`SpectralNorm\` cannot be applied as parameter \`${name}\` is None`);
};

/** The older weight_norm: parameters name_g and name_v, from which a hook makes the weight before each forward. */
export const weight_norm = define(
  'weight_norm',
  "module, name='weight', dim=0",
  (module: Module, name: string = 'weight', dim: number | null = 0): Module => {
    refuseTwice('weight', module, name);
    const axis = dim === null || dim === -1 ? null : dim;
    const fields = fieldsOf(module);
    const weight = parameterOf(module, name).detach();
    const compute = (): Tensor =>
      nn.weightNormed(fields[`${name}_v`] as Tensor, fields[`${name}_g`] as Tensor, axis) as Tensor;
    module.__delattr__(name);
    module.register_parameter(`${name}_g`, new Parameter(nn.normExcept(weight, axis) as Tensor));
    module.register_parameter(`${name}_v`, new Parameter(weight));
    fields[name] = compute();
    const handle = module.register_forward_pre_hook(() => {
      fields[name] = compute();
    });
    const remove = (): void => {
      const now = compute().detach();
      for (const key of [name, `${name}_g`, `${name}_v`]) module.__delattr__(key);
      module.register_parameter(name, new Parameter(now));
    };
    enter('weight', module, name, { handle, remove });
    return module;
  },
);
export const remove_weight_norm = define(
  'remove_weight_norm',
  "module, name='weight'",
  (module: Module, name: string = 'weight'): Module => leave('weight', module, name),
);
/** The older spectral_norm: a parameter name_orig, from which a hook makes the weight before each forward. */
export const spectral_norm = define(
  'spectral_norm',
  "module, name='weight', n_power_iterations=1, eps=1e-12, dim=None",
  (
    module: Module,
    name: string = 'weight',
    n_power_iterations: number = 1,
    eps: number = 1e-12,
    dim: number | null = null,
  ): Module => {
    refuseTwice('spectral', module, name);
    if (n_power_iterations <= 0)
      throw new ValueError(
        `Expected n_power_iterations to be positive, but got n_power_iterations=${n_power_iterations}`,
      );
    const axis = dim ?? outputAxis(module);
    const fields = fieldsOf(module);
    const weight = parameterOf(module, name);
    const matrix = (): Tensor => asMatrix(fields[`${name}_orig`] as Tensor, axis);
    const compute = (steps: number): Tensor => {
      const [u, v] = powerMethod(
        matrix().detach(),
        fields[`${name}_u`] as Tensor,
        fields[`${name}_v`] as Tensor,
        steps,
        Number(eps),
        true,
      );
      fields[`${name}_u`] = u;
      fields[`${name}_v`] = v;
      return (fields[`${name}_orig`] as Tensor).div(u.clone().dot(matrix().mv(v.clone())));
    };
    const [rows, columns] = asMatrix(weight.detach(), axis).sizes as [number, number];
    const drawn = (n: number): Tensor =>
      normalize(empty([n], { dtype: weight.dtype }).normal_(0, 1), { dim: 0, eps: Number(eps) });
    const [u, v] = [drawn(rows), drawn(columns)];
    module.__delattr__(name);
    module.register_parameter(`${name}_orig`, weight);
    fields[name] = weight.detach();
    module.register_buffer(`${name}_u`, u);
    module.register_buffer(`${name}_v`, v);
    const handle = module.register_forward_pre_hook((m: Module) => {
      fields[name] = compute(m.training ? n_power_iterations : 0);
    });
    const remove = (): void => {
      const now = withGrad(false, () => compute(0)).detach();
      for (const key of ['', '_u', '_v', '_orig']) module.__delattr__(name + key);
      module.register_parameter(name, new Parameter(now));
    };
    enter('spectral', module, name, { handle, remove });
    return module;
  },
);
export const remove_spectral_norm = define(
  'remove_spectral_norm',
  "module, name='weight'",
  (module: Module, name: string = 'weight'): Module => leave('spectral', module, name),
);
