import { nearestName } from './options';

// what runtimes, test runners and printers ask of any object
const probed = new Set(['then', 'toJSON', 'constructor', 'prototype', 'asymmetricMatch', 'nodeType', 'default']);

/**
 * Wraps the members of a namespace once, so that a name of the original that is not there throws a sentence.
 *
 * ```ts
 * const nn = namespace('torch.nn', { Linear: class {} });
 * 'Linear' in nn; // true
 * ```
 */
export function namespace<T extends object>(name: string, members: T): T {
  const proxy = new Proxy(members, {
    get(target, key, receiver) {
      if (typeof key === 'symbol' || key in target || probed.has(key) || key.startsWith('$$') || key.startsWith('@@')) {
        return Reflect.get(target, key, receiver);
      }
      const near = nearestName(key, Object.keys(target));
      const error = new Error(
        `module '${name}' has no attribute '${key}' in Stele${near === undefined ? '' : `. Did you mean '${near}'?`}`,
      );
      error.name = 'AttributeError';
      throw error;
    },
  });
  names.set(proxy, name);
  return proxy;
}

const names = new WeakMap<object, string>();
/** The name of a namespace; null for anything else. */
export const namespaceName = (x: object): string | null => names.get(x) ?? null;
