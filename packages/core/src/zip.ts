/**
 * Pairs of what two sequences hold at equal places, to the end of the shorter, as Python's `zip`.
 *
 * ```ts
 * [...zip([1, 2], ['a', 'b'])]; // [[1, 'a'], [2, 'b']]
 * ```
 */
export function* zip<A, B>(first: Iterable<A>, second: Iterable<B>): Generator<[A, B], void, undefined> {
  const others = second[Symbol.iterator]();
  for (const value of first) {
    const other = others.next();
    if (other.done) return;
    yield [value, other.value];
  }
}
