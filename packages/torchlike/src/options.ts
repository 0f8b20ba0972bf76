import { Tensor as CoreTensor, type OptionsSchema, parseOptions } from '@stele/core';

const isPlain = (x: unknown): x is Record<string, unknown> =>
  typeof x === 'object' && x !== null && [Object.prototype, null].includes(Object.getPrototypeOf(x));

/**
 * Python's call convention: positional arguments, then one trailing object of keyword arguments, checked by a zod
 * object whose keys are in the order of the original's parameters. `required` says how many of them have no default.
 */
export function bind<T>(call: string, schema: OptionsSchema<T>, required: number, args: readonly unknown[]): T {
  const names = Object.keys(schema.shape ?? {});
  const last = args.at(-1);
  const keywords = isPlain(last) && !(last instanceof CoreTensor) ? last : null;
  const positional = keywords === null ? args : args.slice(0, -1);
  const total = names.length + 1;
  if (positional.length > names.length)
    throw new TypeError(
      `${call} takes ${required === names.length ? '' : `from ${required + 1} to `}${total} positional arguments but ${positional.length + 1} were given`,
    );
  const given: Record<string, unknown> = {};
  positional.forEach((value, i) => {
    if (value !== undefined) given[names[i]!] = value;
  });
  for (const [key, value] of Object.entries(keywords ?? {})) {
    if (key in given) throw new TypeError(`${call} got multiple values for argument '${key}'`);
    if (value !== undefined) given[key] = value;
  }
  const unknown = Object.keys(given).find((key) => !names.includes(key));
  const missing = unknown === undefined ? names.slice(0, required).filter((name) => !(name in given)) : [];
  if (missing.length > 0) {
    const list = missing.map((name) => `'${name}'`);
    throw new TypeError(
      `${call} missing ${list.length} required positional argument${list.length === 1 ? '' : 's'}: ${list.length === 1 ? list[0] : `${list.slice(0, -1).join(', ')}${list.length > 2 ? ',' : ''} and ${list.at(-1)}`}`,
    );
  }
  return parseOptions(call, schema, given);
}
