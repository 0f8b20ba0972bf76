import '../ops/reduce';
import { opNamed } from '../ops/define';
import type { ReduceAttrs } from '../ops/reduce';
import { readLabels } from '../ops/softmax';
import { codecs, type DType } from '../tensor/dtype';
import { numel } from '../tensor/strides';
import { empty, type Tensor } from '../tensor/tensor';
import { type ArgReduction, argRows, type Reduction, reduceAll, reduceColumns, reduceRows } from './assembly/reduce';
import { crossEntropy, crossEntropyGrad, logSoftmax, softmax, softmaxGrad } from './assembly/softmax';

type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
const isReal = (t: Tensor): boolean => t.scalarType === 'float32' || t.scalarType === 'float64';
const data = (t: Tensor): Floats => t.storage.array as Floats;

/** Which way a reduction of row-major data goes: everything, the trailing axes, or the leading ones. */
function direction(x: Tensor, axes: readonly number[]): 'all' | 'rows' | 'columns' | null {
  if (!x.rowMajor || numel(x.sizes) === 0) return null;
  if (axes.length === x.rank) return 'all';
  if (axes.length === 0) return null;
  if (axes[0] === x.rank - axes.length) return 'rows';
  return axes[axes.length - 1] === axes.length - 1 ? 'columns' : null;
}

for (const name of ['sum', 'mean', 'max', 'min'] as const satisfies readonly Reduction[]) {
  opNamed(name).fast = (family, [x], [spec], { axes }: ReduceAttrs) => {
    if (!isReal(x!)) return null;
    const way = direction(x!, axes);
    if (way === null) return null;
    const out = empty(family, spec!.sizes, spec!.scalarType);
    const kept = numel(spec!.sizes);
    const reduced = numel(x!.sizes) / kept;
    if (way === 'all') data(out)[0] = reduceAll(name, data(x!), x!.offset, reduced);
    else if (way === 'rows') reduceRows(name, data(x!), x!.offset, data(out), 0, kept, reduced);
    else reduceColumns(name, data(x!), x!.offset, data(out), 0, reduced, kept);
    return out;
  };
}

for (const name of ['argmax', 'argmin'] as const satisfies readonly ArgReduction[]) {
  opNamed(name).fast = (family, [x], [spec], { axes }: ReduceAttrs & { dtype: DType }) => {
    if (!isReal(x!)) return null;
    const way = direction(x!, axes);
    if (way !== 'rows' && way !== 'all') return null;
    const rows = numel(spec!.sizes);
    const found = new Int32Array(rows);
    argRows(name, data(x!), x!.offset, found, 0, rows, numel(x!.sizes) / rows);
    const out = empty(family, spec!.sizes, spec!.scalarType);
    for (let i = 0; i < rows; i++) codecs[spec!.scalarType].set(out.storage.array, i, found[i]!);
    return out;
  };
}

interface AxisAttrs {
  readonly axis: number;
}
/** Rows and columns where the axis is the last of row-major data. */
function lastAxis(x: Tensor, axis: number): readonly [number, number] | null {
  if (!isReal(x) || !x.rowMajor || axis !== x.rank - 1 || numel(x.sizes) === 0) return null;
  const cols = x.sizes[axis]!;
  return [numel(x.sizes) / cols, cols];
}
for (const [name, kernel] of [
  ['softmax', softmax],
  ['logSoftmax', logSoftmax],
] as const) {
  opNamed(name).fast = (family, [x], [spec], { axis }: AxisAttrs) => {
    const shape = lastAxis(x!, axis);
    if (shape === null) return null;
    const out = empty(family, spec!.sizes, spec!.scalarType);
    kernel(data(x!), x!.offset, data(out), 0, ...shape);
    return out;
  };
}
opNamed('softmaxGrad').fast = (family, [g, y], [spec], { axis }: AxisAttrs) => {
  const shape = lastAxis(g!, axis);
  if (shape === null || !y!.rowMajor) return null;
  const out = empty(family, spec!.sizes, spec!.scalarType);
  softmaxGrad(data(y!), y!.offset, data(g!), g!.offset, data(out), 0, ...shape);
  return out;
};
opNamed('crossEntropy').fast = (family, [logits, labels], [spec]) => {
  const shape = lastAxis(logits!, 1);
  if (shape === null) return null;
  const out = empty(family, spec!.sizes, spec!.scalarType);
  crossEntropy(data(logits!), logits!.offset, readLabels(labels!, shape[1]), 0, data(out), 0, ...shape);
  return out;
};
opNamed('crossEntropyGrad').fast = (family, [g, logits, labels], [spec]) => {
  const shape = lastAxis(logits!, 1);
  const step = g!.strides[0]!;
  if (shape === null || (step !== 0 && step !== 1)) return null;
  const out = empty(family, spec!.sizes, spec!.scalarType);
  crossEntropyGrad(
    data(logits!),
    logits!.offset,
    readLabels(labels!, shape[1]),
    0,
    data(g!),
    g!.offset,
    step,
    data(out),
    0,
    ...shape,
  );
  return out;
};
