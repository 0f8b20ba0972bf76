/**
 * Base of objects that are called like functions: `new` gives a function with the prototype of the class, so that
 * `layer(x)` runs `layer[entry](x)` and `layer instanceof Layer` holds.
 *
 * Fields that a subclass declares are set on the function itself. A function's own `name` and `length` are removed, so
 * that they may be fields too. The call signature comes from interface merging beside the class.
 *
 * ```ts
 * class Doubler extends CallableBase { forward(x: number) { return 2 * x; } }
 * (new Doubler() as unknown as (x: number) => number)(3); // 6
 * ```
 */
export class CallableBase {
  /** The method that a call runs. */
  declare protected readonly entry: string;

  constructor() {
    const self = (...args: unknown[]): unknown => {
      const target = self as unknown as Record<string, (...args: unknown[]) => unknown>;
      return target[(self as unknown as { entry: string }).entry]!(...args);
    };
    delete (self as { name?: string }).name;
    delete (self as { length?: number }).length;
    // biome-ignore lint/correctness/noConstructorReturn: the object made has to be a function to be callable
    return Object.setPrototypeOf(self, new.target.prototype);
  }
}
Object.defineProperty(CallableBase.prototype, 'entry', { value: 'forward', writable: true, configurable: true });
// what people expect of any function, and inspectors ask for
for (const key of ['call', 'apply', 'bind'] as const) {
  Object.defineProperty(CallableBase.prototype, key, {
    value: Function.prototype[key],
    writable: true,
    configurable: true,
  });
}
