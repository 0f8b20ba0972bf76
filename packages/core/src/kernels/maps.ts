import '../ops/elementwise';
import { opNamed } from '../ops/define';
import { dtypes } from '../tensor/dtype';
import { isDense, numel, sameNumbers } from '../tensor/strides';
import { Storage, type Tensor, type TensorFamily } from '../tensor/tensor';
import {
  type BinaryKernel,
  type BinaryMode,
  binary,
  type GradKernel,
  grad,
  type UnaryKernel,
  unary,
} from './assembly/elementwise';

type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
const isReal = (t: Tensor): boolean => t.scalarType === 'float32' || t.scalarType === 'float64';
const data = (t: Tensor): Floats => t.storage.array as Floats;

/** A fresh tensor with the layout of a dense one. */
function like(family: TensorFamily, t: Tensor): Tensor {
  const storage = new Storage(t.scalarType, dtypes[t.scalarType].create(numel(t.sizes)));
  storage.innerLayout = t.storage.innerLayout;
  return family.create(storage, t.sizes, t.strides, 0);
}

const unaries: readonly UnaryKernel[] = [
  'neg',
  'abs',
  'sqrt',
  'rsqrt',
  'reciprocal',
  'square',
  'relu',
  'sign',
  'floor',
  'ceil',
  'round',
  'exp',
  'expm1',
  'log',
  'log1p',
  'sigmoid',
  'tanh',
  'erf',
  'softplus',
  'sin',
  'cos',
];
for (const name of unaries) {
  opNamed(name).fast = (family, [x]) => {
    if (!isReal(x!) || !isDense(x!.sizes, x!.strides)) return null;
    const out = like(family, x!);
    unary(name, data(x!), x!.offset, data(out), 0, numel(x!.sizes));
    return out;
  };
}

const gradients: readonly (GradKernel & string)[] = ['reluGrad', 'sigmoidGrad', 'tanhGrad'];
for (const name of gradients) {
  opNamed(name).fast = (family, [g, y]) => {
    if (
      !isReal(g!) ||
      !isDense(g!.sizes, g!.strides) ||
      !sameNumbers(g!.sizes, y!.sizes) ||
      !sameNumbers(g!.strides, y!.strides)
    )
      return null;
    const out = like(family, g!);
    grad(name, data(y!), y!.offset, data(g!), g!.offset, data(out), 0, numel(g!.sizes));
    return out;
  };
}

/** How b lies against a, seen as rows and columns; null where neither way fits. */
function layout(
  a: Tensor,
  b: Tensor,
): { mode: 'same' | 'Row' | 'Column' | 'Scalar'; rows: number; cols: number } | null {
  const n = numel(a.sizes);
  if (b.elementCount === 1 && b.rank <= a.rank) return { mode: 'Scalar', rows: 1, cols: n };
  if (sameNumbers(a.sizes, b.sizes))
    return sameNumbers(a.strides, b.strides) ? { mode: 'same', rows: 1, cols: n } : null;
  if (!a.rowMajor || !b.rowMajor || b.rank > a.rank) return null;
  // a row: the trailing axes of a
  const own = b.sizes.slice(b.sizes.findIndex((d) => d !== 1));
  if (sameNumbers(own, a.sizes.slice(a.rank - own.length)))
    return { mode: 'Row', rows: n / b.elementCount, cols: b.elementCount };
  // a column: the leading axes of a, then ones
  if (b.rank === a.rank) {
    let lead = a.rank;
    while (lead > 0 && b.sizes[lead - 1] === 1) lead--;
    if (sameNumbers(b.sizes.slice(0, lead), a.sizes.slice(0, lead)))
      return { mode: 'Column', rows: b.elementCount, cols: n / b.elementCount };
  }
  return null;
}

const binaries: readonly (readonly [string, BinaryKernel])[] = [
  ['add', 'add'],
  ['sub', 'sub'],
  ['mul', 'mul'],
  ['div', 'div'],
  ['maximum', 'max'],
  ['minimum', 'min'],
  ['maximumFirst', 'max'],
  ['minimumFirst', 'min'],
];
for (const [name, kernel] of binaries) {
  opNamed(name).fast = (family, [a, b], [spec]) => {
    if (!isReal(a!) || numel(spec!.sizes) === 0) return null;
    const aWhole = sameNumbers(a!.sizes, spec!.sizes);
    const [whole, part, side] = aWhole ? [a!, b!, 'Second'] : [b!, a!, 'First'];
    if (!sameNumbers(whole.sizes, spec!.sizes) || !isDense(whole.sizes, whole.strides)) return null;
    const found = layout(whole, part);
    if (found === null) return null;
    const out = like(family, whole);
    const mode = (found.mode === 'same' ? 'same' : `${found.mode.toLowerCase()}${side}`) as BinaryMode;
    binary(kernel, mode, data(a!), a!.offset, data(b!), b!.offset, data(out), 0, found.rows, found.cols);
    return out;
  };
}
