import { namespaceName } from '@stele/core';
import { PyModule } from '../runtime/values';

const modules = new WeakMap<object, PyModule>();

/** The name of a facade's namespace, or null: a checked one, or a module that was imported whole. */
function nameOf(x: object): string | null {
  const checked = namespaceName(x);
  if (checked !== null) return checked;
  const tag = Object.getOwnPropertyDescriptor(x, Symbol.toStringTag)?.value as unknown;
  return tag === 'Module' || Object.hasOwn(x, '__esModule') ? 'module' : null;
}

/** A facade's namespace as a Python module; null for any other object. */
export function asModule(x: object): PyModule | null {
  let found = modules.get(x);
  if (found === undefined) {
    const name = nameOf(x);
    if (name === null) return null;
    found = new PyModule(name, x);
    modules.set(x, found);
  }
  return found;
}
