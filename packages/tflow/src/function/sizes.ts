/** A size of an input that is not fixed. */
export interface Place {
  readonly input: number;
  readonly axis: number;
}
/** What was done at several sizes of the inputs. */
export interface AtSizes<R> {
  readonly runs: readonly R[];
  readonly table: readonly (readonly number[])[];
  readonly places: readonly Place[];
}

// the sizes that traces are tried at: as they are first, larger ones where kernels need room
const scales: readonly (readonly [base: number, other: number, last: number, step: number])[] = [
  [7, 13, 3, 2],
  [32, 48, 16, 8],
  [224, 256, 160, 32],
];

/** Runs a body at sizes from which its rules can be told: first with each open size by itself, then with those that may have to agree as one. */
export function atManySizes<R>(open: readonly Place[], run: (sizeOf: (place: Place) => number) => R): AtSizes<R> {
  if (open.length === 0) return { runs: [run(() => 0)], table: [[]], places: [] };
  const groupings = [
    (p: Place) => open.findIndex((o) => o.input === p.input && o.axis === p.axis),
    (p: Place) => [...new Set(open.map((o) => o.axis))].indexOf(p.axis),
    () => 0,
  ];
  let failure: unknown;
  for (const group of groupings) {
    const places = open.filter((p, i) => open.findIndex((o) => group(o) === group(p)) === i);
    for (const [base, other, last, step] of scales) {
      const sizes = (start: number): number[] => places.map((_, i) => start + i * step);
      const rows = [
        sizes(base),
        ...places.map((_, k) => sizes(base).map((size, i) => (i === k ? other + i * step : size))),
        sizes(last),
      ];
      try {
        // groups are numbered by their first places
        const at = (p: Place): number => places.findIndex((o) => group(o) === group(p));
        const runs = rows.map((row) => run((p) => row[at(p)]!));
        return { runs, table: rows, places };
      } catch (error) {
        failure ??= error;
      }
    }
  }
  throw failure;
}
