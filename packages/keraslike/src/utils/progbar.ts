import { z } from 'zod';
import { type Call, type Keywords, read, signature } from '../arguments';
import { valueError } from '../errors';
import { formatValue, print } from './progress';

const names = z.custom<Iterable<string>>().nullable().default(null);
const progbar = signature(1, {
  target: z.number().nullable(),
  width: z.int().default(20),
  verbose: z.int().default(1),
  interval: z.number().default(0.05),
  stateful_metrics: names,
  stateless_metrics: names,
  unit_name: z.string().default('step'),
});
type Pairs = Iterable<readonly [string, number]>;
const now = (): number => performance.now() / 1000;
const round = (x: number): string => String(Math.round(x));

/** A progress line of 20 cells (verbose 1), or one line at the end (2). @see https://keras.io/api/utils/python_utils/#progbar-class */
export class Progbar {
  target: number | null;
  readonly width: number;
  readonly verbose: number;
  readonly interval: number;
  readonly unit_name: string;
  private readonly stateful: ReadonlySet<string> | null;
  private readonly stateless: ReadonlySet<string> | null;
  /** Sums of values and how many they are of. */
  private readonly values = new Map<string, [number, number]>();
  private readonly started = now();
  private last = 0;
  private afterFirst: number | null = null;
  private shown = 0;
  seen = 0;

  constructor(...args: Call<[target: number | null], [width: number, verbose: number], Keywords<typeof progbar>>) {
    const o = read('Progbar.__init__()', progbar, args);
    if (o.stateful_metrics !== null && o.stateless_metrics !== null)
      throw valueError(
        'Only one of `stateful_metrics` or `stateless_metrics` can be provided. `stateful_metrics` is used to make metrics stateless by default (with an exclusion list), while `stateless_metrics` is used to make metrics stateful by default (with an exclusion list).',
      );
    this.target = o.target === null || !Number.isFinite(o.target) ? null : o.target;
    this.width = o.width;
    this.verbose = o.verbose;
    this.interval = o.interval;
    this.unit_name = o.unit_name;
    this.stateless = o.stateless_metrics === null ? null : new Set(o.stateless_metrics);
    this.stateful = this.stateless === null ? new Set(o.stateful_metrics ?? []) : null;
  }
  /** Shows how far it is; without `finalize` it ends where the target is reached. */
  update(current: number, values: Pairs | null = null, finalize: boolean | null = null): void {
    const done = finalize ?? (this.target !== null && current >= this.target);
    for (const [key, value] of values ?? []) this.take(key, Number(value), current, done);
    this.seen = current;
    const time = now();
    const step = this.estimate(current, time);
    if (this.verbose === 1) {
      if (time - this.last < this.interval && !done) return;
      this.showBar(current, step, time, done);
    } else if (this.verbose === 2 && done && this.target)
      print(`${this.count(current)} - ${round(time - this.started)}s - ${this.perUnit(step)}${this.metrics(false)}\n`);
    this.last = time;
  }
  add(n: number, values: Pairs | null = null): void {
    this.update(this.seen + n, values);
  }
  private take(key: string, value: number, current: number, done: boolean): void {
    const averaged = this.stateful !== null ? !this.stateful.has(key) : this.stateless!.has(key);
    const held = this.values.get(key);
    if (!averaged || done) {
      this.values.set(key, [value, 1]);
      return;
    }
    const more = Math.max(current - this.seen, 1);
    this.values.set(key, [(held?.[0] ?? 0) + value * more, (held?.[1] ?? 0) + more]);
  }
  private metrics(byMagnitude: boolean): string {
    return [...this.values]
      .map(([key, [sum, n]]) => ` - ${key}: ${formatValue(sum / Math.max(1, n), byMagnitude)}`)
      .join('');
  }
  private count(current: number): string {
    return `${String(current).padStart(String(this.target).length)}/${this.target}`;
  }
  private perUnit(seconds: number): string {
    const unit = this.unit_name;
    if (seconds >= 1 || seconds === 0) return `${round(seconds)}s/${unit}`;
    return seconds >= 1e-3 ? `${round(seconds * 1e3)}ms/${unit}` : `${round(seconds * 1e6)}us/${unit}`;
  }
  private showBar(current: number, step: number, time: number, done: boolean): void {
    const known = this.target !== null && this.target > 0;
    let bar = `${String(current).padStart(7)}/Unknown`;
    let length = bar.length;
    if (known) {
      const count = this.count(current);
      const cells = Math.floor((this.width * current) / this.target!);
      const filled = cells > 0 ? `\u001b[32m${'━'.repeat(cells)}\u001b[0m` : '';
      bar = `\u001b[1m${count}\u001b[0m ${filled}\u001b[37m${'━'.repeat(Math.max(0, this.width - cells))}\u001b[0m`;
      length = count.length + 1 + this.width;
    }
    const left = known && !done ? eta(step * (this.target! - current)) : `${round(time - this.started)}s`;
    const rest = ` ${this.perUnit(step)}${this.metrics(true)}`;
    const total = length + 1 + left.length + rest.length;
    print(
      `${'\b'.repeat(this.shown)}\r${bar} \u001b[1m${left}\u001b[0m${rest}${' '.repeat(Math.max(0, this.shown - total))}${done ? '\n' : ''}`,
    );
    this.shown = total;
  }
  private estimate(current: number, time: number): number {
    if (current === 0) return 0;
    // the first step builds and is left out of the estimate
    const value =
      this.afterFirst !== null && current > 1
        ? (time - this.afterFirst) / (current - 1)
        : (time - this.started) / current;
    if (current === 1) this.afterFirst = time;
    return value;
  }
}
function eta(seconds: number): string {
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  if (seconds > 3600) return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
  return seconds > 60 ? `${Math.floor(seconds / 60)}:${two(seconds % 60)}` : `${Math.floor(seconds)}s`;
}
