import { currentPrinter } from '@stele/core';

/** Where lines go: to the printer that was set, else to standard output if there is one, else to the console. */
export function print(text: string): void {
  const elsewhere = currentPrinter();
  if (elsewhere !== null) {
    elsewhere(text);
    return;
  }
  const out = (globalThis as { process?: { stdout?: { write?(s: string): unknown } } }).process?.stdout;
  if (out?.write) out.write(text);
  else if (text.endsWith('\n')) console.log(plain(text));
}

const colours = ['\u001b[0m', '\u001b[1m', '\u001b[32m', '\u001b[37m'];
const plain = (text: string): string =>
  colours.reduce((t, c) => t.replaceAll(c, ''), text.slice(text.lastIndexOf('\r') + 1)).trimEnd();

const round = (x: number): string => String(Math.round(x));
const perStep = (seconds: number): string =>
  seconds >= 1 || seconds === 0
    ? `${round(seconds)}s/step`
    : seconds >= 1e-3
      ? `${round(seconds * 1e3)}ms/step`
      : `${round(seconds * 1e6)}us/step`;

/** Four decimals; an exact half goes to the even digit, where toFixed goes up. */
function fourDecimals(value: number): string {
  const up = value.toFixed(4);
  const tie = /^-?\d+\.\d{3}[02468]50*$/.test(value.toFixed(30));
  return tie ? value.toFixed(30).slice(0, up.length) : up;
}

/** A number as a progress line shows it: four decimals, or scientific if it is small. */
export function formatValue(value: number, byMagnitude: boolean): string {
  if (Number.isNaN(value)) return 'nan';
  if ((byMagnitude ? Math.abs(value) : value) > 1e-3) return Number.isFinite(value) ? fourDecimals(value) : 'inf';
  return value.toExponential(4).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** The lines of verbose 1 (a bar of 20 cells) and 2 (one line an epoch). */
export class ProgressBar {
  private readonly started = now();
  private last = 0;
  private width = 0;
  private afterFirst: number | null = null;

  private readonly target: number;
  private readonly verbose: number;

  constructor(target: number, verbose: number) {
    this.target = target;
    this.verbose = verbose;
  }

  update(current: number, values: Record<string, number>, finalize: boolean): void {
    const time = now();
    if (this.verbose === 1 && time - this.last < 0.05 && !finalize) return;
    const step = this.estimate(current, time);
    const digits = String(this.target).length;
    const count = `${String(current).padStart(digits)}/${this.target}`;
    const shown = Object.entries(values)
      .map(([k, v]) => ` - ${k}: ${formatValue(v, this.verbose === 1)}`)
      .join('');
    if (this.verbose === 2) {
      if (finalize) print(`${count} - ${round(time - this.started)}s - ${perStep(step)}${shown}\n`);
      return;
    }
    const cells = Math.floor((20 * current) / this.target);
    const left = finalize ? `${round(time - this.started)}s` : eta(step * (this.target - current));
    const done = cells > 0 ? `\u001b[32m${'━'.repeat(cells)}\u001b[0m` : '';
    const bar = `\u001b[1m${count}\u001b[0m ${done}\u001b[37m${'━'.repeat(20 - cells)}\u001b[0m`;
    const info = ` \u001b[1m${left}\u001b[0m ${perStep(step)}${shown}`;
    const width = count.length + 21 + 1 + left.length + 1 + perStep(step).length + shown.length;
    print(
      `${'\b'.repeat(this.width)}\r${bar}${info}${' '.repeat(Math.max(0, this.width - width))}${finalize ? '\n' : ''}`,
    );
    this.width = width;
    this.last = time;
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
const now = (): number => performance.now() / 1000;
function eta(seconds: number): string {
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  if (seconds > 3600) return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
  return seconds > 60 ? `${Math.floor(seconds / 60)}:${two(seconds % 60)}` : `${Math.floor(seconds)}s`;
}
