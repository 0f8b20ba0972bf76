import { bindKeywords, signatureOf } from '@stele/core';
import { Unsupported } from './outcome';

/** A member of a namespace, and what it is a member of. */
export interface Member {
  readonly name: string;
  readonly value: unknown;
  readonly owner: unknown;
}

type Callable = (...args: unknown[]) => unknown;

/** Finds a dotted name below named roots: `torch.linalg.norm` in `{ torch }`. */
export function resolve(name: string, roots: Readonly<Record<string, unknown>>): Member {
  const parts = name.split('.');
  let owner: unknown = null;
  let value: unknown = roots;
  for (const part of parts) {
    if (!hasMember(value, part)) throw new Unsupported(name);
    owner = value;
    value = (value as Record<string, unknown>)[part];
  }
  return { name, value, owner };
}

/** Whether an object has a member of its own making, not one that every JavaScript object has. */
export function hasMember(target: unknown, key: string): boolean {
  if ((typeof target !== 'object' && typeof target !== 'function') || target === null) return false;
  if (key in Object.prototype && !Object.hasOwn(target, key)) return false;
  return key in target;
}

export const isClass = (value: Callable): boolean => /^class\b/.test(Function.prototype.toString.call(value));

/** Calls as Python does: positional arguments and keywords; a class is constructed. */
export function callPython(
  name: string,
  target: unknown,
  owner: unknown,
  args: readonly unknown[],
  keywords: Readonly<Record<string, unknown>> = {},
): unknown {
  if (typeof target !== 'function') throw new Unsupported(name, `${name} is not a function`);
  const fn = target as Callable;
  const bound = bindKeywords(`${name.split('.').at(-1)}()`, fn, args, keywords);
  if (isClass(fn)) return new (fn as unknown as new (...args: unknown[]) => unknown)(...bound);
  return fn.apply(owner, bound);
}

/**
 * Calls by keyword alone. A function without a declared signature gets the first argument, which has no default, by
 * position.
 */
export function callByKeyword(
  name: string,
  target: unknown,
  owner: unknown,
  keywords: Readonly<Record<string, unknown>>,
): unknown {
  if (typeof target !== 'function' || isClass(target as Callable) || signatureOf(target) !== null)
    return callPython(name, target, owner, [], keywords);
  const [first, ...rest] = Object.entries(keywords);
  return callPython(name, target, owner, first === undefined ? [] : [first[1]], Object.fromEntries(rest));
}

/** A method of an object, called as Python does. */
export function callMethod(
  target: unknown,
  method: string,
  args: readonly unknown[] = [],
  keywords: Readonly<Record<string, unknown>> = {},
  owner = 'object',
): unknown {
  if (!hasMember(target, method)) throw new Unsupported(`${owner}.${method}`);
  return callPython(`${owner}.${method}`, (target as Record<string, unknown>)[method], target, args, keywords);
}
