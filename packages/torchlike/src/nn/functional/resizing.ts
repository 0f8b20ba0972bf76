import { nn, ops } from '@stele/core';
import { NotImplementedError, RuntimeError, ValueError } from '../../errors';
import { define, defineWide } from '../../functions/define';
import { named } from '../../methods/base';
import type { Tensor } from '../../tensor';
import { adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d } from './pooling';

const list = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;
type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** The input extended (or cut) at the ends of its last axes; pairs come last axis first. */
export const pad = define(
  'pad',
  "input: Tensor, pad, mode='constant', value=None",
  (input: Tensor, padding: readonly number[], mode: string = 'constant', value: number | null = null): Tensor => {
    const given = padding.map(Number);
    if (given.length % 2 !== 0) throw new RuntimeError('Padding length must be divisible by 2');
    const axes = given.length / 2;
    if (axes > input.ndim)
      throw new RuntimeError(
        `Padding length should be less than or equal to two times the input dimension but got padding length ${given.length} and input of dimension ${input.ndim}`,
      );
    const pads = input.sizes.map((_, i): readonly [number, number] => {
      const k = input.ndim - 1 - i;
      return k < axes ? [given[2 * k]!, given[2 * k + 1]!] : [0, 0];
    });
    if (mode === 'constant') {
      pads.forEach(([before, after], i) => {
        if (input.sizes[i]! + before + after < 0)
          throw new RuntimeError(
            `The input size ${input.sizes[i]}, plus negative padding ${before} and ${after} resulted in a negative output size, which is invalid. Check dimension ${i} of your input.`,
          );
      });
      return named(nn.padWith(input, pads, 'constant', Number(value ?? 0)) as Tensor, 'ConstantPadNd');
    }
    if (!['reflect', 'replicate', 'circular'].includes(mode))
      throw new NotImplementedError(`Unrecognised padding mode ${mode}`);
    if (value !== null && Number(value) !== 0)
      throw new RuntimeError(`Padding mode "${mode}" doesn't take in value argument`);
    if (axes > 3 || axes < 1 || (input.ndim !== axes + 1 && input.ndim !== axes + 2))
      throw new NotImplementedError('Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now');
    pads.forEach(([before, after], i) => {
      const size = input.sizes[i]!;
      if (before === 0 && after === 0) return;
      if (mode === 'reflect' && (before >= size || after >= size))
        throw new RuntimeError(
          `Argument #${2 * (input.ndim - i) + 2}: Padding size should be less than the corresponding input dimension, but got: padding (${before}, ${after}) at dimension ${i} of input ${list(input.sizes)}`,
        );
      if (mode === 'circular' && (before > size || after > size))
        throw new RuntimeError('Padding value causes wrapping around more than once.');
      if (size + before + after <= 0)
        throw new RuntimeError(
          `input (${input.sizes.join(' x ')}) is too small. Calculated output size: ${size + before + after}`,
        );
    });
    const titles = { reflect: 'ReflectionPad', replicate: 'ReplicationPad', circular: 'Copy' } as const;
    return named(
      nn.padWith(input, pads, mode as PadMode, 0) as Tensor,
      mode === 'circular' ? 'CopySlices' : `${titles[mode as keyof typeof titles]}${axes}D`,
    );
  },
);

type SizeArgument = number | readonly number[];
/** The last axes in another size, by `size` or by `scale_factor`. */
export const interpolate = defineWide(
  'interpolate',
  "input: Tensor, size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None, antialias=False",
  (
    input: Tensor,
    size: SizeArgument | null = null,
    scale_factor: SizeArgument | null = null,
    mode: string = 'nearest',
    align_corners: boolean | null = null,
    recompute_scale_factor: boolean | null = null,
    antialias: boolean = false,
  ): Tensor => {
    const plain = mode === 'nearest' || mode === 'area' || mode === 'nearest-exact';
    if (plain && align_corners !== null)
      throw new ValueError(
        'align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear',
      );
    const dims = input.ndim - 2;
    if (size !== null && scale_factor !== null)
      throw new ValueError('only one of size or scale_factor should be defined');
    if (size === null && scale_factor === null) throw new ValueError('either size or scale_factor should be defined');
    const spatial = input.sizes.slice(2);
    let sizes: number[];
    let scales: number[] | null = null;
    if (size !== null) {
      if (Array.isArray(size) && size.length !== dims)
        throw new ValueError(
          `Input and output must have the same number of spatial dimensions, but got input with spatial dimensions of ${list(spatial)} and output size of ${list(size)}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format.`,
        );
      sizes = Array.isArray(size) ? size.map(Number) : spatial.map(() => Number(size));
      if (recompute_scale_factor)
        throw new ValueError('recompute_scale_factor is not meaningful with an explicit size.');
    } else {
      if (Array.isArray(scale_factor) && scale_factor.length !== dims)
        throw new ValueError(
          `Input and scale_factor must have the same number of spatial dimensions, but got input with spatial dimensions of ${list(spatial)} and scale_factor of shape ${list(scale_factor)}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format.`,
        );
      scales = Array.isArray(scale_factor) ? scale_factor.map(Number) : spatial.map(() => Number(scale_factor));
      sizes = spatial.map((s, i) => Math.floor(s * scales![i]!));
      if (recompute_scale_factor || mode === 'area') scales = null;
    }
    if (antialias && !((mode === 'bilinear' || mode === 'bicubic') && input.ndim === 4))
      throw new ValueError(
        'Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input',
      );
    const needed: Readonly<Record<string, number>> = { linear: 1, bilinear: 2, trilinear: 3, bicubic: 2 };
    if (dims < 1 || dims > 3 || !(plain || mode in needed) || (mode === 'bicubic' && dims !== 2)) {
      throw new NotImplementedError(
        `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${input.ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact (got ${mode})`,
      );
    }
    if (!plain && needed[mode] !== dims)
      throw new NotImplementedError(`Got ${input.ndim}D input, but ${mode} mode needs ${needed[mode]! + 2}D input`);
    if ([...spatial, ...sizes].some((s) => s <= 0))
      throw new RuntimeError(
        `Input and output sizes should be greater than 0, but got input (${spatial.map((s, i) => `${'DHW'.slice(3 - dims)[i]}: ${s}`).join(', ')}) output (${sizes.map((s, i) => `${'DHW'.slice(3 - dims)[i]}: ${s}`).join(', ')})`,
      );
    if (mode === 'area')
      return (dims === 1 ? adaptive_avg_pool1d : dims === 2 ? adaptive_avg_pool2d : adaptive_avg_pool3d)(input, sizes);
    const corners = align_corners ?? false;
    const type = input.scalarType;
    const axes = sizes.map((s, i) => ({ size: s, scale: scales?.[i] ?? null, alignCorners: corners }));
    const nearest = mode === 'nearest' || mode === 'nearest-exact';
    // whole numbers are resized as floats and rounded
    const whole = !input.is_floating_point() && !nearest;
    const resized = nn.resize(whole ? ops.cast(input, 'float32') : input, axes, (n, axis) => {
      if (mode === 'nearest' || mode === 'nearest-exact') return nn.nearestMatrix(n, axis, mode !== 'nearest', type);
      if (antialias) return nn.smoothMatrix(n, axis, mode === 'bicubic' ? 'cubic' : 'linear');
      return mode === 'bicubic' ? nn.cubicMatrix(n, axis, type) : nn.linearMatrix(n, axis, type);
    });
    const held = input.scalarType === 'uint8' ? ops.clamp(resized, 0, 255) : resized;
    const out = (whole ? ops.cast(ops.round(held), type) : resized) as Tensor;
    const title = { nearest: 'Nearest', 'nearest-exact': 'NearestExact', bicubic: 'Bicubic' }[mode];
    const kind = title ?? `${mode[0]!.toUpperCase()}${mode.slice(1)}`;
    return named(out, `Upsample${kind}${dims}D${antialias ? 'Aa' : ''}`);
  },
);
/** interpolate under its older name. */
export const upsample = define(
  'upsample',
  "input: Tensor, size=None, scale_factor=None, mode='nearest', align_corners=None",
  (
    input: Tensor,
    size: SizeArgument | null = null,
    scale_factor: SizeArgument | null = null,
    mode: string = 'nearest',
    align_corners: boolean | null = null,
  ): Tensor => interpolate(input, size, scale_factor, mode, align_corners),
);
/** interpolate with mode 'nearest'. */
export const upsample_nearest = define(
  'upsample_nearest',
  'input: Tensor, size=None, scale_factor=None',
  (input: Tensor, size: SizeArgument | null = null, scale_factor: SizeArgument | null = null): Tensor =>
    interpolate(input, size, scale_factor, 'nearest'),
);
/** interpolate with mode 'bilinear' and aligned corners. */
export const upsample_bilinear = define(
  'upsample_bilinear',
  'input: Tensor, size=None, scale_factor=None',
  (input: Tensor, size: SizeArgument | null = null, scale_factor: SizeArgument | null = null): Tensor =>
    interpolate(input, size, scale_factor, 'bilinear', true),
);

const gridModes = { bilinear: 'linear', nearest: 'nearest', bicubic: 'cubic' } as const;
/** Values of (N, C, …) at the places, from -1 to 1, that a grid (N, …, axes) names; x comes first in it. */
export const grid_sample = defineWide(
  'grid_sample',
  "input: Tensor, grid: Tensor, mode='bilinear', padding_mode='zeros', align_corners=None",
  (
    input: Tensor,
    grid: Tensor,
    mode: keyof typeof gridModes = 'bilinear',
    padding_mode: 'zeros' | 'border' | 'reflection' = 'zeros',
    align_corners: boolean | null = null,
  ): Tensor => {
    if (!(mode in gridModes))
      throw new ValueError(
        `nn.functional.grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '${mode}'`,
      );
    if (!['zeros', 'border', 'reflection'].includes(padding_mode))
      throw new ValueError(
        `nn.functional.grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: '${padding_mode}'`,
      );
    const fail = (what: string): never => {
      throw new RuntimeError(`grid_sampler(): ${what}`);
    };
    if ((input.ndim !== 4 && input.ndim !== 5) || grid.ndim !== input.ndim)
      fail(
        `expected 4D or 5D input and grid with same number of dimensions, but got input with sizes ${list(input.sizes)} and grid with sizes ${list(grid.sizes)}`,
      );
    if (input.sizes[0] !== grid.sizes[0])
      fail(
        `expected grid and input to have same batch size, but got input with sizes ${list(input.sizes)} and grid with sizes ${list(grid.sizes)}`,
      );
    if (grid.sizes.at(-1) !== input.ndim - 2)
      fail(
        `expected grid to have size ${input.ndim - 2} in last dimension, but got grid with sizes ${list(grid.sizes)}`,
      );
    if (input.scalarType !== grid.scalarType)
      fail(
        'expected input and grid to have same dtype, but got input with ' +
          `${input.dtype.toString().replace('torch.', '')} and grid with ${grid.dtype.toString().replace('torch.', '')}`,
      );
    input.sizes.slice(2).forEach((s, i) => {
      if (s <= 0)
        fail(
          `expected input to have non-empty spatial dimensions, but input has sizes ${list(input.sizes)} with dimension ${i + 2} being empty`,
        );
    });
    if (mode === 'bicubic' && input.ndim !== 4) fail('bicubic interpolation only supports 4D input');
    const out = nn.gridSample(input, grid, gridModes[mode], padding_mode, align_corners ?? false);
    return named(out as Tensor, `GridSampler${input.ndim - 2}D`);
  },
);

/** The places at which each output of a size lies under an affine map theta (N, d, d + 1), for grid_sample. */
export const affine_grid = define(
  'affine_grid',
  'theta: Tensor, size, align_corners=None',
  (theta: Tensor, size: readonly number[], align_corners: boolean | null = null): Tensor => {
    if (!theta.is_floating_point())
      throw new ValueError(`Expected theta to have floating point type, but got ${theta.dtype}`);
    const d = size.length - 2;
    if (d !== 2 && d !== 3)
      throw new NotImplementedError(
        `affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, respectively. Got size ${list(size)}.`,
      );
    if (theta.ndim !== 3 || theta.sizes[1] !== d || theta.sizes[2] !== d + 1)
      throw new ValueError(
        `Expected a batch of ${d}D affine matrices of shape Nx${d}x${d + 1} for size ${list(size)}. Got ${theta.shape}.`,
      );
    if (Math.min(...size) <= 0) throw new ValueError(`Expected non-zero, positive output size. Got ${list(size)}`);
    const base = nn.affineBase(theta, size.slice(2).map(Number), align_corners ?? false);
    const out = ops.matmul(base, ops.transpose(theta, 1, 2));
    return named(ops.reshape(out, [theta.sizes[0]!, ...size.slice(2).map(Number), d]) as Tensor, 'AffineGridGenerator');
  },
);
