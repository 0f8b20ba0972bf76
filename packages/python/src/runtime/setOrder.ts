import type { PySetBase } from './set';

const LINEAR_PROBES = 9;

/**
 * The items in the order in which CPython would show them, where that order is the same in every run: sets of small
 * whole numbers, whose hash is the number itself. Other sets keep the order of insertion.
 */
export function setOrder(set: PySetBase): unknown[] {
  const items = [...set];
  if (!items.every((x) => typeof x === 'number' && Number.isSafeInteger(x) && x >= 0)) return items;
  let mask = 7;
  let fill = 0;
  let table: (number | undefined)[] = new Array(8).fill(undefined);
  const insert = (into: (number | undefined)[], key: number, m: number): void => {
    let perturb = BigInt(key);
    let i = Number(perturb & BigInt(m));
    for (;;) {
      const last = i + LINEAR_PROBES <= m ? LINEAR_PROBES : 0;
      for (let j = 0; j <= last; j++) {
        if (into[i + j] === undefined) {
          into[i + j] = key;
          return;
        }
      }
      perturb >>= 5n;
      i = Number((BigInt(i) * 5n + 1n + perturb) & BigInt(m));
    }
  };
  for (const x of items as number[]) {
    insert(table, x, mask);
    fill++;
    if (fill * 5 >= mask * 3) {
      const wanted = fill > 50000 ? fill * 2 : fill * 4;
      let size = 8;
      while (size <= wanted) size *= 2;
      const bigger: (number | undefined)[] = new Array(size).fill(undefined);
      mask = size - 1;
      for (const y of table) if (y !== undefined) insert(bigger, y, mask);
      table = bigger;
    }
  }
  return table.filter((x) => x !== undefined);
}
