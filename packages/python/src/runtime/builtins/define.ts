import { fn } from '../functions';
import { classesChanged, type PyClass, typeInfo } from '../types';

/** Gives a built-in class methods; keys are signatures whose first parameter is the object. */
export function defineMethods(cls: PyClass, methods: Readonly<Record<string, (...args: any[]) => unknown>>): void {
  const info = typeInfo(cls)!;
  for (const [signature, implementation] of Object.entries(methods)) {
    const f = fn(`${info.name}.${signature}`, implementation);
    info.dict.set(f.$p.name, f);
  }
  classesChanged();
}
