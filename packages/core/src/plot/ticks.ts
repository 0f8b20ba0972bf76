import { fixed, general } from '../tensor/printing/numbers';

/** Linear, or powers of ten. */
export type Scale = 'linear' | 'log';

export interface Ticks {
  readonly values: readonly number[];
  readonly labels: readonly string[];
}

const steps = [1, 2, 2.5, 5, 10];

/** Round positions inside [low, high], at most `count` gaps apart: multiples of 1, 2, 2.5 or 5 times a power of ten. */
export function linearTicks(low: number, high: number, count: number, whole = false): Ticks {
  const raw = (high - low) / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const candidates = whole ? steps.filter((s) => Number.isInteger(s * power)) : steps;
  let step = power * (candidates.find((s) => s * power >= raw * (1 - 1e-9)) ?? 10);
  if (whole) step = Math.max(1, Math.round(step));
  const values: number[] = [];
  // counting in steps keeps 0.1 + 0.2 from showing
  for (let k = Math.ceil(low / step - 1e-9); k <= high / step + 1e-9; k++) values.push(k === 0 ? 0 : k * step);
  return { values, labels: labels(values, step) };
}

function labels(values: readonly number[], step: number): string[] {
  const largest = values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  if (largest >= 1e6 || (largest > 0 && largest < 1e-3)) return values.map((v) => minus(shortExponent(general(v, 6))));
  let decimals = 0;
  while (decimals < 10 && Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6) decimals++;
  return values.map((v) => minus(fixed(v, decimals)));
}

const shortExponent = (text: string): string =>
  text.replace(/e([+-])0*(\d+)$/, (_, sign, digits) => `e${sign === '-' ? '-' : ''}${digits}`);
const minus = (text: string): string => text.replace(/^-/, '\u2212');
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Powers of ten inside [low, high], every one or every few; within one power, plain round numbers. */
export function logTicks(low: number, high: number, count: number): Ticks {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  if (last - first < 1) return linearTicks(low, high, count);
  const every = Math.max(1, Math.ceil((last - first) / count));
  const values: number[] = [];
  const texts: string[] = [];
  for (let k = first; k <= last; k += every) {
    values.push(10 ** k);
    texts.push(`10${k < 0 ? '⁻' : ''}${[...String(Math.abs(k))].map((d) => superscripts[Number(d)]).join('')}`);
  }
  return { values, labels: texts };
}

/** A range with a margin on both sides; a single value gets room around it. */
export function padded(low: number, high: number, scale: Scale, margin = 0.05): [number, number] {
  if (scale === 'log') {
    const [a, b] = padded(Math.log10(low), Math.log10(high), 'linear', margin);
    return [10 ** a, 10 ** b];
  }
  if (low === high) {
    const room = low === 0 ? 1 : Math.abs(low) * 0.5;
    return [low - room, high + room];
  }
  const room = (high - low) * margin;
  return [low - room, high + room];
}
