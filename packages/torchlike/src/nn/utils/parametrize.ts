import { Tensor as CoreTensor, namespace, withGrad } from '@stele/core';
import { RuntimeError, torchSize, ValueError } from '../../errors';
import { define } from '../../functions/define';
import { Parameter, type Tensor } from '../../tensor';
import { ModuleDict, ModuleList } from '../modules/container';
import type { Module } from '../modules/module';
import { setData } from '../modules/state';
import { buffers, fieldsOf, typeText } from '../modules/tree';

type Parametrization = Module & { right_inverse?: (value: Tensor) => Tensor | readonly Tensor[] };
type Call = (...args: readonly Tensor[]) => Tensor;
const isTensor = (x: unknown): x is Tensor => x instanceof CoreTensor;
const sameSizes = (a: Tensor, b: Tensor): boolean => a.ndim === b.ndim && a.sizes.every((s, i) => s === b.sizes[i]);
const inverseOf = (p: Parametrization): ((v: Tensor) => Tensor | readonly Tensor[]) | null =>
  typeof p.right_inverse === 'function' ? (v) => p.right_inverse!(v) : null;
const register = (module: Module, name: string, t: Tensor): void =>
  t instanceof Parameter ? module.register_parameter(name, t) : module.register_buffer(name, t);

/** What stands for a parameter: the tensors behind it, and the modules that make it of them. */
export class ParametrizationList extends ModuleList {
  declare original: Tensor;
  declare unsafe: boolean;
  declare is_tensor: boolean;
  declare ntensors: number;

  constructor(modules: readonly Module[] = [], original: Tensor | null = null, unsafe = false) {
    super(modules);
    if (modules.length === 0 || original === null)
      throw new ValueError('ParametrizationList requires one or more modules.');
    const [sizes, type] = [original.sizes, original.dtype];
    this.unsafe = unsafe;
    const made = withGrad(false, () => {
      let value: Tensor | readonly Tensor[] = original;
      for (const module of [...this].reverse() as Parametrization[])
        value = inverseOf(module)?.(value as Tensor) ?? value;
      return value;
    });
    this.is_tensor = isTensor(made);
    this.ntensors = isTensor(made) ? 1 : made.length;
    if (isTensor(made)) {
      if (made.dtype !== type)
        throw new ValueError(
          `When \`right_inverse\` outputs one tensor, it may not change the dtype.\noriginal.dtype: ${String(type)}\nright_inverse(original).dtype: ${String(made.dtype)}`,
        );
      setData(original, made);
      register(this, 'original', original);
    } else
      for (const [i, part] of made.entries()) {
        if (!isTensor(part))
          throw new ValueError(
            `'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). Got element ${i} of the sequence with type ${typeText(part)}.`,
          );
        const own = part.detach();
        if (original instanceof Parameter) register(this, `original${i}`, new Parameter(own, original.requires_grad));
        else register(this, `original${i}`, own);
      }
    if (unsafe) return;
    const now = this.forward();
    if (!isTensor(now)) throw new ValueError(`A parametrization must return a tensor. Got ${typeText(now)}.`);
    if (now.dtype !== type)
      throw new ValueError(
        `Registering a parametrization may not change the dtype of the tensor, unless \`unsafe\` flag is enabled.\nunparametrized dtype: ${String(type)}\nparametrized dtype: ${String(now.dtype)}`,
      );
    if (now.ndim !== sizes.length || now.sizes.some((s, i) => s !== sizes[i]))
      throw new ValueError(
        `Registering a parametrization may not change the shape of the tensor, unless \`unsafe\` flag is enabled.\nunparametrized shape: ${torchSize(sizes)}\nparametrized shape: ${torchSize(now.sizes)}`,
      );
  }
  private get originals(): Tensor[] {
    if (this.is_tensor) return [this.original];
    return Array.from({ length: this.ntensors }, (_, i) => fieldsOf(this)[`original${i}`] as Tensor);
  }
  right_inverse(given: Tensor): void {
    withGrad(false, () => {
      let value: Tensor | readonly Tensor[] = given;
      for (const module of [...this].reverse() as Parametrization[]) {
        const inverse = inverseOf(module);
        if (inverse === null)
          throw new RuntimeError(`parametrization ${module._get_name()} does not implement right_inverse.`);
        value = inverse(value as Tensor);
      }
      const parts = isTensor(value) ? [value] : [...value];
      if (this.is_tensor !== isTensor(value) || parts.length !== this.ntensors)
        throw new ValueError(
          this.is_tensor
            ? `\`right_inverse\` should return a tensor. Got ${typeText(value)}`
            : `'right_inverse' must return a sequence of tensors of length ${this.ntensors}. Got a sequence of length ${parts.length}.`,
        );
      this.originals.forEach((own, i) => {
        if (own.dtype !== parts[i]!.dtype)
          throw new ValueError(
            `The tensor returned by \`right_inverse\` has dtype ${String(parts[i]!.dtype)} while \`original\` has dtype ${String(own.dtype)}`,
          );
        setData(own, parts[i]!);
      });
    });
  }
  forward(): Tensor {
    const [first, ...rest] = this.list() as unknown as Call[];
    return rest.reduce((x, module) => module(x), first!(...this.originals));
  }
}

let cache: Map<Module, Map<string, Tensor>> | null = null;
let caching = 0;
const enter = (): void => {
  caching++;
  cache ??= new Map();
};
const leave = (): void => {
  caching--;
  if (caching === 0) cache = null;
};
/** A scope in which every parametrized tensor is computed once. */
export function cached(): { __enter__(): void; __exit__(): void } & Disposable {
  let open = false;
  const begin = (): void => {
    if (!open) enter();
    open = true;
  };
  const end = (): void => {
    if (open) leave();
    open = false;
  };
  begin();
  return { __enter__: begin, __exit__: end, [Symbol.dispose]: end };
}
function current(this: Module, name: string): Tensor {
  const list = listOf(this, name);
  if (cache === null) return list.forward();
  const own = cache.get(this) ?? new Map<string, Tensor>();
  cache.set(this, own);
  const found = own.get(name) ?? list.forward();
  own.set(name, found);
  return found;
}
const dictionary = (module: Module): ModuleDict | null => {
  const found = fieldsOf(module).parametrizations;
  return found instanceof ModuleDict ? found : null;
};
const listOf = (module: Module, name: string): ParametrizationList =>
  dictionary(module)!.get(name) as ParametrizationList;

/** Whether a module, or one tensor of it, is parametrized. */
export const is_parametrized = define(
  'is_parametrized',
  'module, tensor_name=None',
  (module: Module, tensor_name: string | null = null): boolean => {
    const all = dictionary(module);
    return all !== null && (tensor_name === null ? all.length > 0 : all.__contains__(tensor_name));
  },
);
/** The class of the same name with Parametrized before it, as torch shows it. */
function rename(module: Module): void {
  const kind = module.constructor as new () => Module;
  const made = class extends kind {};
  Object.defineProperty(made, 'name', { value: `Parametrized${kind.name}` });
  Object.setPrototypeOf(module, made.prototype);
}
/**
 * Makes a parameter or buffer of a module what another module makes of it, from now on.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parametrize.register_parametrization.html
 */
export const register_parametrization = define(
  'register_parametrization',
  'module, tensor_name, parametrization, *, unsafe=False',
  (module: Module, name: string, parametrization: Parametrization, o: { unsafe?: boolean } = {}): Module => {
    const { unsafe = false } = o;
    parametrization.train(module.training);
    if (is_parametrized(module, name)) {
      if (!unsafe) checkNext(module, name, parametrization);
      const list = listOf(module, name);
      list.append(parametrization);
      list.unsafe ||= unsafe;
      return module;
    }
    const original = Object.hasOwn(module, name) ? fieldsOf(module)[name] : undefined;
    if (!(original instanceof Parameter) && !module[buffers].has(name))
      throw new ValueError(
        `Module '${module}' does not have a parameter, a buffer, or a parametrized element with name '${name}'`,
      );
    const list = new ParametrizationList([parametrization], original as Tensor, unsafe);
    module.__delattr__(name);
    if (!is_parametrized(module)) {
      rename(module);
      fieldsOf(module).parametrizations = new ModuleDict();
    }
    Object.defineProperty(module, name, {
      get(this: Module) {
        return current.call(this, name);
      },
      set(this: Module, value: Tensor) {
        listOf(this, name).right_inverse(value);
      },
      enumerable: false,
      configurable: true,
    });
    dictionary(module)!.__setitem__(name, list);
    return module;
  },
);
function checkNext(module: Module, name: string, parametrization: Parametrization): void {
  const before = fieldsOf(module)[name] as Tensor;
  const after = (parametrization as unknown as Call)(before);
  const refuse = (what: 'dtype' | 'shape', label: string, a: unknown, b: unknown): Error =>
    new ValueError(
      `Registering a parametrization may not change the ${what} of the tensor, unless the \`unsafe\` flag is enabled.\nmodule.${name}.${what}: ${String(a)}\n${label}.${what}: ${String(b)}`,
    );
  if (!isTensor(after)) throw new ValueError(`A parametrization must return a tensor. Got ${typeText(after)}.`);
  const label = `parametrization(module.${name})`;
  if (after.dtype !== before.dtype) throw refuse('dtype', label, before.dtype, after.dtype);
  if (!sameSizes(after, before)) throw refuse('shape', label, torchSize(before.sizes), torchSize(after.sizes));
}
/** Makes a parametrized tensor a plain parameter again: with the value it has, or with its original one. */
export const remove_parametrizations = define(
  'remove_parametrizations',
  'module, tensor_name, leave_parametrized=True',
  (module: Module, name: string, leave_parametrized: boolean = true): Module => {
    if (!is_parametrized(module, name))
      throw new ValueError(`Module ${module} does not have a parametrization on ${name}`);
    const list = listOf(module, name);
    let original: Tensor;
    if (list.is_tensor) {
      original = list.original;
      if (leave_parametrized) setData(original, withGrad(false, () => list.forward()).detach());
    } else {
      if (!leave_parametrized)
        throw new ValueError(
          'Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a sequence of tensors.',
        );
      const now = list.forward();
      original = now.requires_grad ? new Parameter(now.detach()) : now;
    }
    delete fieldsOf(module)[name];
    dictionary(module)!.__delitem__(name);
    register(module, name, original);
    if (dictionary(module)!.length === 0) {
      delete fieldsOf(module).parametrizations;
      Object.setPrototypeOf(module, Object.getPrototypeOf(Object.getPrototypeOf(module)));
    }
    return module;
  },
);
/** The class that a module had before it was parametrized. */
export const type_before_parametrizations = (module: Module): object =>
  is_parametrized(module)
    ? (Object.getPrototypeOf(Object.getPrototypeOf(module)) as { constructor: object }).constructor
    : module.constructor;

export const parametrize = namespace('torch.nn.utils.parametrize', {
  cached,
  is_parametrized,
  ParametrizationList,
  register_parametrization,
  remove_parametrizations,
  type_before_parametrizations,
});
