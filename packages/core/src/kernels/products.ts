import { type Op, opNamed } from '../ops/define';
import '../ops/matmul';
import { numel, sameNumbers } from '../tensor/strides';
import { empty, type Tensor } from '../tensor/tensor';
import { gemm, gemmBatched } from './assembly/gemm';

type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
const isReal = (t: Tensor): boolean => t.scalarType === 'float32' || t.scalarType === 'float64';

/** How a matrix lies: plain, transposed, or in neither of the two ways that the kernel reads. */
function orientation(t: Tensor): 'plain' | 'transposed' | null {
  const r = t.rank;
  const rows = t.sizes[r - 2]!;
  const cols = t.sizes[r - 1]!;
  const down = t.strides[r - 2]!;
  const right = t.strides[r - 1]!;
  if ((right === 1 || cols === 1) && (down === cols || rows === 1)) return 'plain';
  if ((down === 1 || rows === 1) && (right === rows || cols === 1)) return 'transposed';
  return null;
}

/** The distance between the matrices of a batch; 0 where one serves all, null where they do not follow one another. */
function batchStride(t: Tensor, batch: readonly number[]): number | null {
  const own = t.sizes.slice(0, -2);
  if (numel(own) === 1) return 0;
  if (!sameNumbers(own, batch)) return null;
  const size = numel(t.sizes.slice(-2));
  let step = size;
  for (let i = own.length - 1; i >= 0; i--) {
    if (own[i] !== 1 && t.strides[i] !== step) return null;
    step *= own[i]!;
  }
  return size;
}

(opNamed('matmul') as Op<object>).fast = (family, [a, b], [spec]) => {
  if (!isReal(a!)) return null;
  const [oa, ob] = [orientation(a!), orientation(b!)];
  if (oa === null || ob === null) return null;
  const [m, n] = spec!.sizes.slice(-2) as [number, number];
  const k = a!.sizes.at(-1)!;
  const batch = spec!.sizes.slice(0, -2);
  const out = empty(family, spec!.sizes, spec!.scalarType);
  if (k === 0) return out;
  const [x, y, z] = [a!.storage.array, b!.storage.array, out.storage.array] as [Floats, Floats, Floats];
  if (batch.length === 0) {
    gemm(x, a!.offset, y, b!.offset, z, 0, m, n, k, oa === 'transposed', ob === 'transposed');
    return out;
  }
  const [sa, sb] = [batchStride(a!, batch), batchStride(b!, batch)];
  if (sa === null || sb === null) return null;
  gemmBatched(
    x,
    a!.offset,
    sa,
    y,
    b!.offset,
    sb,
    z,
    0,
    numel(batch),
    m,
    n,
    k,
    oa === 'transposed',
    ob === 'transposed',
  );
  return out;
};

(opNamed('linear') as Op<{ readonly outFirst: boolean }>).fast = (family, [x, w, bias], [spec], { outFirst }) => {
  if (!isReal(x!) || !x!.rowMajor) return null;
  const ow = orientation(w!);
  if (ow === null || (bias && !bias.rowMajor)) return null;
  const n = spec!.sizes.at(-1)!;
  const k = x!.sizes.at(-1)!;
  const out = empty(family, spec!.sizes, spec!.scalarType);
  const m = numel(spec!.sizes.slice(0, -1));
  if (k === 0) return null;
  const options = bias ? { bias: bias.storage.array as Floats, biasOffset: bias.offset } : undefined;
  const [a, b, c] = [x!.storage.array, w!.storage.array, out.storage.array] as [Floats, Floats, Floats];
  gemm(a, x!.offset, b, w!.offset, c, 0, m, n, k, false, (ow === 'transposed') !== outFirst, options);
  return out;
};
