import type { Tensor } from '../../../tensor/tensor';
import { FormatError } from '../../bytes';
import { type Pair, samePads } from '../../graphOps';
import type { AlignedStep, Source } from './align';
import { type Attrs, bool, ints, text, type } from './attrs';
import type { Body } from './body';
import { fixed, type Size } from './sizes';

/** How a step is written: as nodes, the last of which have its values. */
export type Write = (body: Body, step: AlignedStep) => string | readonly string[];
/** The type of a step's first input. */
export const T = (step: AlignedStep): Attrs => ({ T: type(step.inputs[0]!.dtype) });

/** Paddings around images in TensorFlow's words. */
function window(step: AlignedStep, span: Pair, stride: Pair, dilation: Pair, padding: unknown): Attrs {
  const flat = (padding as readonly (readonly Size[])[]).flat();
  if (flat.every((p) => p === 0)) return { padding: text('VALID') };
  const sizes = step.inputs[0]!.sizes;
  if (sizes.slice(1, 3).every((s) => typeof s === 'number')) {
    if (String(samePads({ sizes } as unknown as Tensor, span, stride, dilation)) === String(padding))
      return { padding: text('SAME') };
  } else if (stride[0] === 1 && stride[1] === 1) {
    const wanted = [0, 1].flatMap((i) => {
      const total = (span[i]! - 1) * dilation[i]!;
      return [Math.floor(total / 2), total - Math.floor(total / 2)];
    });
    if (String(wanted) === String(flat)) return { padding: text('SAME') };
  } else throw new FormatError('SavedModel: paddings of images whose size is not fixed cannot be written yet');
  const pads = flat.map((p) => fixed(p, 'a padding'));
  return { padding: text('EXPLICIT'), explicit_paddings: ints([0, 0, ...pads, 0, 0]) };
}
const imagesLast = (attrs: Readonly<Record<string, unknown>>): void => {
  if (attrs.channelsFirst) throw new FormatError('SavedModel: models with channels first cannot be written yet');
};
export const conv2d: Write = (body, given) => {
  const a = given.attrs as { stride: Pair; dilation: Pair; groups: number; padding: unknown; channelsFirst: boolean };
  const [x, w, b] = given.inputs;
  // the graph's images have their channels last
  const turned = (ref: string, axes: readonly number[]): string =>
    a.channelsFirst ? body.node('Transpose', [ref, body.list(axes)], { ...T(given), Tperm: type('int32') }, 'y') : ref;
  const order = <S>(list: readonly S[], axes: readonly number[]): S[] =>
    a.channelsFirst ? axes.map((i) => list[i]!) : [...list];
  const [toLast, kernelLast] = [
    [0, 2, 3, 1],
    [2, 3, 1, 0],
  ] as const;
  const image = { ...x!, sizes: order(x!.sizes, toLast) } as Source;
  const step = { ...given, inputs: [image, ...given.inputs.slice(1)] };
  const [kh, kw, inputs, out] = order(w!.sizes as number[], kernelLast) as [number, number, number, number];
  const attrs = {
    ...T(step),
    ...window(step, [kh, kw], a.stride, a.dilation, a.padding),
    strides: ints([1, ...a.stride, 1]),
    dilations: ints([1, ...a.dilation, 1]),
    data_format: text('NHWC'),
  };
  let made: string;
  if (a.groups > 1 && inputs === 1) {
    const shape = body.list([kh, kw, a.groups, out / a.groups]);
    const kernel = body.node(
      'Reshape',
      [turned(body.ref(w!), kernelLast), shape],
      { T: type(w!.dtype), Tshape: type('int32') },
      'output',
    );
    made = body.node('DepthwiseConv2dNative', [turned(body.ref(x!), toLast), kernel], attrs, 'output');
  } else {
    const pair = [turned(body.ref(x!), toLast), turned(body.ref(w!), kernelLast)];
    made = body.node('Conv2D', pair, { ...attrs, use_cudnn_on_gpu: bool(true) }, 'output');
  }
  const whole =
    b === undefined
      ? made
      : body.node('BiasAdd', [made, body.ref(b)], { ...T(step), data_format: text('NHWC') }, 'output');
  return turned(whole, [0, 3, 1, 2]);
};
export const transposedConv: Write = (body, step) => {
  const [g, w] = step.inputs;
  const a = step.attrs as { stride: Pair; dilation: Pair; groups: number; padding: unknown; channelsFirst: boolean };
  if (a.groups !== 1) throw new FormatError('SavedModel: transposed convolutions of groups cannot be written yet');
  const turned = (ref: string, axes: readonly number[]): string =>
    a.channelsFirst ? body.node('Transpose', [ref, body.list(axes)], { ...T(step), Tperm: type('int32') }, 'y') : ref;
  // the graph's images have their channels last
  const last = <S>(list: readonly S[]): S[] => (a.channelsFirst ? [list[0]!, list[2]!, list[3]!, list[1]!] : [...list]);
  const [out] = step.outputs;
  const sizes = last(out!.sizes);
  const [kh, kw] = (a.channelsFirst ? w!.sizes.slice(2) : w!.sizes) as readonly [number, number];
  const attrs = {
    T: type(g!.dtype),
    ...window({ ...step, inputs: [{ ...out!, sizes }] }, [kh, kw], a.stride, a.dilation, a.padding),
    strides: ints([1, ...a.stride, 1]),
    dilations: ints([1, ...a.dilation, 1]),
    data_format: text('NHWC'),
    use_cudnn_on_gpu: bool(true),
  };
  const inputs = [body.sizes(sizes), turned(body.ref(w!), [2, 3, 1, 0]), turned(body.ref(g!), [0, 2, 3, 1])];
  return turned(body.node('Conv2DBackpropInput', inputs, attrs, 'output'), [0, 3, 1, 2]);
};
export const pool =
  (op: string): Write =>
  (body, step) => {
    const a = step.attrs as {
      window: Pair;
      stride: Pair;
      dilation: Pair;
      padding: unknown;
      ceil: boolean;
      countPadding?: boolean;
      divisor?: number | null;
    };
    imagesLast(a as never);
    if (a.ceil || a.dilation.some((d) => d !== 1) || a.countPadding || (a.divisor ?? null) !== null)
      throw new FormatError(`SavedModel: this form of ${step.name} cannot be written yet`);
    const attrs = {
      ...T(step),
      ...window(step, a.window, a.stride, a.dilation, a.padding),
      ksize: ints([1, ...a.window, 1]),
      strides: ints([1, ...a.stride, 1]),
      data_format: text('NHWC'),
    };
    return body.node(op, [body.ref(step.inputs[0]!)], attrs, 'output');
  };
