import { nn, ops } from '@stele/core';
import { RuntimeError, ValueError } from '../../errors';
import { define } from '../../functions/define';
import { named } from '../../methods/base';
import { generatorOf } from '../../random';
import type { Tensor } from '../../tensor';
import { perAxis, type Sizes } from './arguments';

/** Where the windows of one axis begin, from a number drawn from [0, 1). */
function starts(sample: number, inputs: number, outputs: number, window: number): number[] {
  const alpha = outputs > 1 ? Math.fround((inputs - window) / (outputs - 1)) : 0;
  const at = (x: number): number => Math.trunc(Math.fround(Math.fround(x) * alpha));
  const first = at(sample);
  return Array.from({ length: outputs }, (_, i) => (i === outputs - 1 ? inputs - window : at(i + sample) - first));
}

function fractional(axes: 2 | 3) {
  const call = `fractional_max_pool${axes}d`;
  const pooled = (
    input: Tensor,
    kernel_size: Sizes,
    output_size: Sizes | null,
    output_ratio: Sizes | null,
    samples: Tensor | null,
  ): readonly [Tensor, Tensor] => {
    if (output_size === null && output_ratio === null)
      throw new ValueError(`${call} requires specifying either an output_size or an output_ratio`);
    const window = perAxis('kernel_size', kernel_size, axes);
    const sizes = input.sizes.slice(-axes);
    const wanted =
      output_size !== null
        ? perAxis('output_size', output_size, axes)
        : perAxis('output_ratio', output_ratio!, axes).map((r, i) => Math.trunc(sizes[i]! * r));
    const single = input.ndim === axes + 1;
    const x = single ? input.unsqueeze(0) : input;
    const [n, c] = x.sizes as [number, number];
    wanted.forEach((o, i) => {
      if (o + window[i]! - 1 > sizes[i]!)
        throw new RuntimeError(
          `${call}(): pool ${['time', 'height', 'width'].slice(3 - axes)[i]} ${window[i]} too large relative to input ${['time', 'height', 'width'].slice(3 - axes)[i]} ${sizes[i]}`,
        );
    });
    const drawn = samples ?? (ops.fullLike(x.detach(), 0, [n, c, axes]) as Tensor);
    if (samples === null) generatorOf().uniform01(drawn.storage.array, drawn.scalarType);
    const planes: Tensor[] = [];
    const places: Tensor[] = [];
    const given = drawn.tolist() as number[][][];
    for (let i = 0; i < n; i++)
      for (let k = 0; k < c; k++) {
        const windows = wanted.map((o, a) => {
          // over two axes the samples name the last one first
          const first = starts(Number(given[i]![k]![axes === 2 ? 1 - a : a]), sizes[a]!, o, window[a]!);
          return { starts: first, ends: first.map((s) => s + window[a]!), dilation: 1 };
        });
        const [y, at] = nn.maxPool(ops.select(ops.select(x, 0, i), 0, k), windows);
        planes.push(y as Tensor);
        places.push(at as Tensor);
      }
    const shape = [...(single ? [] : [n]), c, ...wanted];
    if (planes.length === 0) {
      const none = ops.fullLike(x, 0, shape);
      return [none as Tensor, ops.cast(none, 'int64') as Tensor];
    }
    const joined = (list: Tensor[]): Tensor => ops.reshape(ops.stack(list, 0), shape) as Tensor;
    return [named(joined(planes), `FractionalMaxPool${axes}D`), joined(places)];
  };
  const signature =
    'input: Tensor, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None -> tuple';
  type Wanted = Sizes | null;
  return {
    plain: define(
      call,
      signature,
      (
        input: Tensor,
        kernel_size: Sizes,
        output_size: Wanted = null,
        output_ratio: Wanted = null,
        return_indices: boolean = false,
        _random_samples: Tensor | null = null,
      ): Tensor => {
        const out = pooled(input, kernel_size, output_size, output_ratio, _random_samples);
        return return_indices ? (out as unknown as Tensor) : out[0];
      },
    ),
    withIndices: define(
      `${call}_with_indices`,
      signature,
      (
        input: Tensor,
        kernel_size: Sizes,
        output_size: Wanted = null,
        output_ratio: Wanted = null,
        _return_indices: boolean = false,
        _random_samples: Tensor | null = null,
      ): readonly [Tensor, Tensor] => pooled(input, kernel_size, output_size, output_ratio, _random_samples),
    ),
  };
}
const two = fractional(2);
const three = fractional(3);
/** Largest element of each of `output_size` windows, whose places are drawn at random. */
export const fractional_max_pool2d = two.plain;
/** `fractional_max_pool2d` with the places of the values too. */
export const fractional_max_pool2d_with_indices = two.withIndices;
/** The same over the last three axes. */
export const fractional_max_pool3d = three.plain;
/** `fractional_max_pool3d` with the places of the values too. */
export const fractional_max_pool3d_with_indices = three.withIndices;
