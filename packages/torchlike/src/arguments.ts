import { isKeywords } from '@stele/core';

/** Arguments after the first few: by position in the order of `names`, then by name in one trailing object. */
export function named<T extends object>(names: readonly (keyof T & string)[], args: readonly unknown[]): Partial<T> {
  const last = args.at(-1);
  const keywords = isKeywords(last) ? last : {};
  const given = isKeywords(last) ? args.slice(0, -1) : args;
  if (given.length > names.length)
    throw new TypeError(
      `takes at most ${names.length} more arguments (${names.join(', ')}), but ${given.length} were given`,
    );
  const out: Record<string, unknown> = {};
  given.forEach((value, i) => {
    if (value !== undefined) out[names[i]!] = value;
  });
  return { ...out, ...keywords } as Partial<T>;
}
