import type { PyClass } from './types';

/** Abstract classes and the methods by which others count as their subclasses. */
export const structural = new WeakMap<PyClass, readonly string[]>();
