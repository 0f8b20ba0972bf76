/** How many items something has that JavaScript or Python made. */
export function sizeOf(x: unknown): number {
  const { length, __len__ } = (x ?? {}) as { length?: unknown; __len__?: () => unknown };
  if (typeof __len__ === 'function') return Number(__len__.call(x));
  if (typeof length === 'number') return length;
  throw new TypeError(`object of type '${(x as object)?.constructor?.name ?? typeof x}' has no len()`);
}
/** Walks over something that JavaScript or Python made. */
export function iteratorOf(x: unknown): Iterator<unknown> {
  const it = x as { [Symbol.iterator]?: () => Iterator<unknown>; __iter__?: () => unknown };
  if (typeof it?.[Symbol.iterator] === 'function') return it[Symbol.iterator]!();
  if (typeof it?.__iter__ === 'function') return iteratorOf(it.__iter__());
  throw new TypeError(`'${(x as object)?.constructor?.name ?? typeof x}' object is not iterable`);
}
