import { currentTracer } from '@stele/core';
import { call } from './calling';
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
  ): unknown;
  __graph_choice__(then: () => unknown, otherwise: () => unknown): unknown;
  __graph_while__(
    test: () => unknown,
    body: () => void,
    names: readonly string[],
    get: () => unknown[],
    set: (values: readonly unknown[]) => void,
    live: readonly string[],
  ): void;
  __graph_for__(
    body: (item: unknown) => void,
    names: readonly string[],
    get: () => unknown[],
    set: (values: readonly unknown[]) => void,
    live: readonly string[],
    more: (() => unknown) | null,
  ): void;
  __graph_not__(): unknown;
  __graph_bool__(op: string, other: unknown): unknown;
  /** `len(x)`, `sorted(x)` and their like; undefined where Python's own is meant. */
  __graph_builtin__?(name: string, args: readonly unknown[]): unknown;
  __graph_range__(start: unknown, stop: unknown, step: unknown): Traced;
}

/** Whether a value has none yet, but takes part in branches and loops. */
export const isTraced = (x: unknown): x is Traced =>
  typeof x === 'object' &&
  x !== null &&
  typeof (x as Traced).__graph_symbolic__ === 'function' &&
  (x as Traced).__graph_symbolic__();

/**
 * What one of Python's own functions gives: a tensor's or a data set's own answer in a graph under construction (its
 * first argument says so), or else what Python does.
 */
export function graphBuiltin<T>(name: string, args: readonly unknown[], python: () => T): unknown {
  const first = args[0];
  if (!isTraced(first)) return python();
  const own = first.__graph_builtin__?.(name, args.slice(1));
  return own === undefined ? python() : own;
}

const moreInfo =
  'See https://github.com/tensorflow/tensorflow/blob/master/tensorflow/python/autograph/g3doc/reference/limitations.md#consistency-of-control-flow-types for more info.';

export const graphTools = {
  graphs: isTraced,
  /** An attribute or an entry; undefined where there is none. */
  reached(read: () => unknown): unknown {
    try {
      return read();
    } catch {
      return undefined;
    }
  },
  /** Whether a graph is under construction. */
  tracing: (): boolean => currentTracer() !== null,
  graphNot: (x: unknown): unknown => (isTraced(x) ? x.__graph_not__() : !truth(x)),
  graphBool(op: 'and' | 'or', left: unknown, right: () => unknown): unknown {
    if (isTraced(left)) return left.__graph_bool__(op, right());
    return truth(left) === (op === 'and') ? right() : left;
  },
  graphChoice(test: unknown, then: () => unknown, otherwise: () => unknown): unknown {
    if (isTraced(test)) return test.__graph_choice__(then, otherwise);
    return truth(test) ? then() : otherwise();
  },
  /** `range(...)`, a tensor where one of its arguments is. */
  graphRange(range: unknown, args: readonly unknown[]): unknown {
    const traced = args.find(isTraced);
    if (traced === undefined) return call(range, args);
    const [start, stop, step] = args.length === 1 ? [0, args[0], 1] : [args[0], args[1], args[2] ?? 1];
    return traced.__graph_range__(start, stop, step);
  },
  /** Whether a loop over values is left; a tensor cannot say so. */
  leaves(flag: unknown, loop: 'for' | 'while'): boolean {
    if (!isTraced(flag)) return truth(flag);
    throw error(
      'NotImplementedError',
      loop === 'for'
        ? `break and return statements which depend on a TF condition are not supported in Python for loops. Did you intend to make it a TF loop?\n${moreInfo}`
        : becameTensor,
    );
  },
  /** The test of a loop over values, at every turn. */
  sameTest(test: unknown): unknown {
    if (isTraced(test)) throw error('NotImplementedError', becameTensor);
    return test;
  },
  loopReturn(): never {
    throw error(
      'NotImplementedError',
      'a return statement cannot be placed inside this TensorFlow loop; this may happen if a return statement depends on a static Python condition such as a hyperparameter',
    );
  },
};
const becameTensor = `The condition of while loop started as non-Tensor, then changed to Tensor. This may happen either because variables changed type, or when a break or return statement inside the loop depends on a Tensor condition. In both cases, changing to a TF loop should remove the error.\n${moreInfo}`;
