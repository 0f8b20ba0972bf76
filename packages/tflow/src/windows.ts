import { type Tensor as CoreTensor, ops } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { InvalidArgumentError, kernelError, valueError } from './errors';
import { wholes } from './places';

// How windows lie over the spatial axes of a tensor: what convolution and pooling share.

export type Pair = readonly [number, number];

/** One number per spatial axis, from one number, one per axis, or one per axis of the whole tensor. */
export function perAxis(name: string, value: unknown, axes: number, first: boolean, otherwise = 1): number[] {
  if (value === undefined || value === null) return Array.from({ length: axes }, () => otherwise);
  const odd = (Array.isArray(value) ? value : [value]).find((v) => typeof v === 'string');
  if (odd !== undefined) throw new TypeError(`Expected int for argument '${name}' not ${pyRepr(odd)}.`);
  const list = wholes(value);
  if (list.length === axes) return list;
  if (list.length === 1) return Array.from({ length: axes }, () => list[0]!);
  if (list.length === axes + 2) return first ? list.slice(2) : list.slice(1, -1);
  const lengths = axes === 1 ? '1 or 3' : `1, ${axes} or ${axes + 2}`;
  throw valueError(
    `${name} should be of length ${lengths}. Received: ${name}=[${list.join(', ')}] of length ${list.length}`,
  );
}

/** Paddings per spatial axis that keep the size (the odd one at the end). */
function same(
  sizes: readonly number[],
  window: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): Pair[] {
  return sizes.map((size, i) => {
    const reach = (window[i]! - 1) * dilation[i]! + 1;
    const total = Math.max((Math.ceil(size / stride[i]!) - 1) * stride[i]! + reach - size, 0);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  });
}
/** TensorFlow's paddings per spatial axis: none, as many as keep the size, or as given where an op takes that. */
export function paddings(
  mode: unknown,
  sizes: readonly number[],
  window: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
  { first = false, explicit = true }: { readonly first?: boolean; readonly explicit?: boolean } = {},
): Pair[] {
  if (mode === null || typeof mode === 'number')
    throw new TypeError(`Expected string for argument 'padding' not ${pyRepr(mode)}.`);
  if (Array.isArray(mode)) {
    const pairs = mode as readonly Pair[];
    if (pairs.length !== sizes.length + 2)
      throw valueError(
        `When padding is a list, it must be of size ${sizes.length + 2}. Received: padding=[${pairs.map((p) => `[${p.join(', ')}]`).join(', ')}] of size ${pairs.length}`,
      );
    return (first ? pairs.slice(2) : pairs.slice(1, -1)).map(([a, b]) => [Number(a), Number(b)]);
  }
  const name = String(mode ?? 'VALID');
  if (name === 'VALID') return sizes.map(() => [0, 0]);
  if (name === 'SAME') return same(sizes, window, stride, dilation);
  throw new InvalidArgumentError(
    `Value for attr 'padding' of "${name}" is not in the list of allowed values: "SAME", "VALID"${explicit ? ', "EXPLICIT"' : ''}`,
  );
}

/** Axes of a channels-last tensor in channels-first order, and back. */
export const toFirst = (x: CoreTensor): CoreTensor =>
  ops.permute(x, [0, x.rank - 1, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 1)]);
export const toLast = (x: CoreTensor): CoreTensor =>
  ops.permute(x, [0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2), 1]);
export const isFirst = (format: string | null | undefined): boolean => format?.startsWith('NC') ?? false;

/** How many windows fit along each axis; none is no error, fewer is one of the kernel. */
export const counts = (
  kernel: string,
  sizes: readonly number[],
  window: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
  pads: readonly Pair[],
): number[] =>
  sizes.map((own, i) => {
    const size = own + pads[i]![0] + pads[i]![1];
    const reach = (window[i]! - 1) * dilation[i]! + 1;
    const count = Math.trunc((size - reach + stride[i]!) / stride[i]!);
    if (count < 0)
      throw kernelError(
        kernel,
        `Computed output size would be negative: ${count} [input_size: ${size}, effective_filter_size: ${reach}, stride: ${stride[i]}]`,
      );
    return count;
  });

/** `strides` and `dilations` larger than 1 exclude each other. */
export function notBoth(strides: readonly number[], dilations: readonly number[]): void {
  if (strides.some((s) => s > 1) && dilations.some((d) => d > 1))
    throw valueError(
      `\`strides > 1\` not supported in conjunction with \`dilation_rate > 1\`. Received: strides=[${strides.join(' ')}] and dilation_rate=[${dilations.join(' ')}]`,
    );
}
