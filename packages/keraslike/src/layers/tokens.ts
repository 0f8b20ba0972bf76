import { Tensor, toNumbers } from '@stele/core';
import { NDArray } from '@stele/core/numpy';

const decoder = new TextDecoder();
export type Token = string | number;
type Nested = Token | readonly Nested[];
/** Words or whole numbers with their shape. */
interface Tokens {
  readonly list: readonly Token[];
  readonly sizes: readonly number[];
}
function sizesOf(x: unknown): number[] {
  return Array.isArray(x) ? [x.length, ...(x.length > 0 ? sizesOf(x[0]) : [])] : [];
}
/** Lists, arrays and tensors as words or numbers. */
export function tokensOf(x: unknown): Tokens {
  if (x instanceof Tensor) return { list: toNumbers(x).map(Number), sizes: x.sizes };
  if (x instanceof NDArray) return { list: [...x.data].map(Number), sizes: x.shape };
  const own = typeof (x as { tolist?: unknown })?.tolist === 'function' ? (x as { tolist(): unknown }).tolist() : x;
  const list = ([own] as unknown[]).flat(99) as Token[];
  const token = (v: unknown): Token =>
    typeof v === 'string' ? v : v instanceof Uint8Array ? decoder.decode(v) : Number(v);
  return { list: list.map(token), sizes: sizesOf(own) };
}
/** Batches of a dataset, or one of everything. */
export function batchesOf(data: unknown): Iterable<unknown> {
  const whole = data instanceof Tensor || data instanceof NDArray || typeof data === 'string' || Array.isArray(data);
  return whole || typeof (data as Iterable<unknown>)?.[Symbol.iterator] !== 'function'
    ? [data]
    : (data as Iterable<unknown>);
}
export function nested(list: readonly Token[], sizes: readonly number[]): Nested {
  if (sizes.length === 0) return list[0]!;
  const step = list.length / Math.max(sizes[0]!, 1);
  return Array.from({ length: sizes[0]! }, (_, i) => nested(list.slice(i * step, (i + 1) * step), sizes.slice(1)));
}
