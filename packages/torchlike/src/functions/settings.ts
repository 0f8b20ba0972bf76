import { RuntimeError } from '../errors';
import { define } from './define';

// scripts set these for speed or for repeatable runs; sums here are in one order at every setting, so they are only kept
const settings = { threads: 1, interop: 1, precision: 'highest', deterministic: false, warnOnly: false };

const threads = (name: 'set_num_threads' | 'set_num_interop_threads', keep: (n: number) => void) =>
  define(name, 'n', (n: number): void => {
    if (Number.isNaN(Number(n))) throw new RuntimeError(`${name} expects an int, but got ${typeof n}`);
    if (Number(n) < 1) throw new RuntimeError(`${name} expects a positive integer`);
    keep(Number(n));
  });
/** Keeps a number of threads that scripts may read again; results do not depend on it. */
export const set_num_threads = threads('set_num_threads', (n) => {
  settings.threads = n;
});
/** The number that `set_num_threads` kept, 1 before. */
export const get_num_threads = (): number => settings.threads;
/** Keeps a number of threads between operations; results do not depend on it. */
export const set_num_interop_threads = threads('set_num_interop_threads', (n) => {
  settings.interop = n;
});
/** The number that `set_num_interop_threads` kept, 1 before. */
export const get_num_interop_threads = (): number => settings.interop;

/** Keeps 'highest', 'high' or 'medium'; products of matrices are always as precise as 'highest'. */
export const set_float32_matmul_precision = define(
  'set_float32_matmul_precision',
  'precision',
  (precision: string): void => {
    if (['highest', 'high', 'medium'].includes(precision)) settings.precision = precision;
  },
);
/** What `set_float32_matmul_precision` kept. */
export const get_float32_matmul_precision = (): string => settings.precision;

/**
 * Keeps whether only repeatable algorithms may run; here all are.
 * @example
 * torch.use_deterministic_algorithms(true);
 */
export const use_deterministic_algorithms = define(
  'use_deterministic_algorithms',
  'mode, *, warn_only=False',
  (mode: boolean, o: { warn_only?: boolean } = {}): void => {
    settings.deterministic = Boolean(mode);
    settings.warnOnly = o.warn_only ?? false;
  },
);
/** What `use_deterministic_algorithms` kept. */
export const are_deterministic_algorithms_enabled = (): boolean => settings.deterministic;
/** Whether `use_deterministic_algorithms` was told only to warn. */
export const is_deterministic_algorithms_warn_only_enabled = (): boolean => settings.warnOnly;
