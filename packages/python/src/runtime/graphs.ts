import { truth } from './operators';
import { error } from './raise';

/** What a tensor of a graph under construction lets Python's branches and loops do with it. */
interface Traced {
  __graph_symbolic__(): boolean;
  __graph_if__(
    then: () => unknown,
    otherwise: () => unknown,
    names: readonly string[],
    get: () => unknown[],
    set: (values: readonly unknown[]) => void,
  ): void;
  __graph_choice__(then: () => unknown, otherwise: () => unknown): unknown;
  __graph_while__(
    test: () => unknown,
    body: () => void,
    names: readonly string[],
    get: () => unknown[],
    set: (values: readonly unknown[]) => void,
  ): void;
  __graph_for__(
    body: (item: unknown) => void,
    names: readonly string[],
    get: () => unknown[],
    set: (values: readonly unknown[]) => void,
  ): void;
  __graph_not__(): unknown;
  __graph_bool__(op: string, other: unknown): unknown;
  __graph_range__(start: unknown, stop: unknown, step: unknown): Traced;
}

/** Whether a value has none yet, but takes part in branches and loops. */
export const isTraced = (x: unknown): x is Traced =>
  typeof x === 'object' &&
  x !== null &&
  typeof (x as Traced).__graph_symbolic__ === 'function' &&
  (x as Traced).__graph_symbolic__();

export const graphTools = {
  graphs: isTraced,
  graphNot: (x: unknown): unknown => (isTraced(x) ? x.__graph_not__() : !truth(x)),
  graphBool(op: 'and' | 'or', left: unknown, right: () => unknown): unknown {
    if (isTraced(left)) return left.__graph_bool__(op, right());
    return truth(left) === (op === 'and') ? right() : left;
  },
  graphRange(start: unknown, stop: unknown, step: unknown): unknown {
    const traced = [start, stop, step].find(isTraced);
    if (traced === undefined) throw error('TypeError', 'range() of a graph needs a tensor');
    return traced.__graph_range__(start, stop, step);
  },
};
