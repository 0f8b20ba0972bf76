import { run } from '../autograd/record';
import { DTypeError, ShapeError, showShape } from '../errors';
import { codecs } from '../tensor/dtype';
import { broadcastStrides, numel, positions, tryBroadcast } from '../tensor/strides';
import { empty, type Tensor, type TensorSpec } from '../tensor/tensor';
import { defineOp, none, type Op, real } from './define';
import { reduceTo, sum } from './reduce';
import { reshape, transpose } from './shape';

type None = typeof none;

function product([a, b]: readonly TensorSpec[]): TensorSpec {
  if (a!.scalarType !== b!.scalarType) {
    throw new DTypeError(`operands have different dtypes ${a!.scalarType} and ${b!.scalarType}`, {
      op: 'matmul',
      kind: 'mismatch',
      dtypes: [a!.scalarType, b!.scalarType],
    });
  }
  const batch = tryBroadcast(a!.sizes.slice(0, -2), b!.sizes.slice(0, -2));
  if (a!.sizes.length < 2 || b!.sizes.length < 2 || a!.sizes.at(-1) !== b!.sizes.at(-2) || batch === null) {
    throw new ShapeError(
      `matrices of shapes ${showShape(a!.sizes)} and ${showShape(b!.sizes)} cannot be multiplied: the last axis of the first must equal the second-last of the second`,
      {
        op: 'matmul',
        kind: batch === null ? 'matmulBatch' : 'matmul',
        shapes: [a!.sizes, b!.sizes],
      },
    );
  }
  return { sizes: [...batch, a!.sizes.at(-2)!, b!.sizes.at(-1)!], scalarType: a!.scalarType };
}

const matmulOp: Op<None> = defineOp<None>({
  name: 'matmul',
  infer: product,
  forward: (family, [a, b], [spec]) => {
    const out = empty(family, spec!.sizes, spec!.scalarType);
    const [m, n] = spec!.sizes.slice(-2) as [number, number];
    const k = a!.sizes.at(-1)!;
    const batch = spec!.sizes.slice(0, -2);
    const at = (t: Tensor): Int32Array =>
      positions(batch, broadcastStrides(t.sizes.slice(0, -2), t.strides.slice(0, -2), batch), t.offset);
    const pa = at(a!);
    const pb = at(b!);
    const codec = codecs[spec!.scalarType];
    const [ar, ac] = a!.strides.slice(-2) as [number, number];
    const [br, bc] = b!.strides.slice(-2) as [number, number];
    const x = a!.storage.array;
    const y = b!.storage.array;
    for (let s = 0; s < pa.length; s++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let total = 0;
          for (let q = 0; q < k; q++)
            total += codec.get(x, pa[s]! + i * ar + q * ac) * codec.get(y, pb[s]! + q * br + j * bc);
          codec.set(out.storage.array, (s * m + i) * n + j, total);
        }
      }
    }
    return out;
  },
  vjp: (g, c) => [
    c.needs(0) ? reduceTo(matmul(g, transpose(c.input(1), -1, -2)), c.inputSpec(0).sizes) : null,
    c.needs(1) ? reduceTo(matmul(transpose(c.input(0), -1, -2), g), c.inputSpec(1).sizes) : null,
  ],
  saves: { inputs: [0, 1] },
  samples: [
    { inputs: [real([2, 3]), real([3, 4])], attrs: none },
    { inputs: [real([2, 2, 3]), real([3, 2])], attrs: none },
    { inputs: [real([2, 1, 2, 3]), real([3, 3, 2])], attrs: none },
  ],
});
/** Matrix product over the last two axes; leading axes broadcast. Both operands have at least two axes. */
export const matmul = (a: Tensor, b: Tensor): Tensor => run(matmulOp, [a, b], none);

interface LinearAttrs {
  /** Weights lie as [out, in] instead of [in, out]. */
  readonly outFirst: boolean;
}
const linearOp: Op<LinearAttrs> = defineOp<LinearAttrs>({
  name: 'linear',
  infer: ([x, w, b], { outFirst }) => {
    const [inner, outer] = outFirst ? [w!.sizes[1], w!.sizes[0]] : [w!.sizes[0], w!.sizes[1]];
    if (x!.scalarType !== w!.scalarType || (b && b.scalarType !== x!.scalarType)) {
      throw new DTypeError(
        `input, weight and bias have dtypes ${x!.scalarType}, ${w!.scalarType}${b ? `, ${b.scalarType}` : ''}`,
        { op: 'linear', kind: 'mismatch', dtypes: [x!.scalarType, w!.scalarType] },
      );
    }
    if (x!.sizes.length < 1 || w!.sizes.length !== 2 || x!.sizes.at(-1) !== inner) {
      throw new ShapeError(
        `input ${showShape(x!.sizes)} does not fit weights ${showShape(w!.sizes)}: its last axis must have size ${inner}`,
        {
          op: 'linear',
          kind: 'matmul',
          shapes: [
            [numel(x!.sizes.slice(0, -1)), x!.sizes.at(-1) ?? 1],
            [inner ?? 0, outer ?? 0],
          ],
          input: x!.sizes,
        },
      );
    }
    if (b && (b.sizes.length !== 1 || b.sizes[0] !== outer)) {
      throw new ShapeError(`a bias of shape ${showShape(b.sizes)} does not fit ${outer} outputs`, {
        op: 'linear',
        kind: 'bias',
        shapes: [b.sizes, [outer ?? 0]],
      });
    }
    return { sizes: [...x!.sizes.slice(0, -1), outer!], scalarType: x!.scalarType };
  },
  forward: (family, [x, w, b], [spec], { outFirst }) => {
    const out = empty(family, spec!.sizes, spec!.scalarType);
    const codec = codecs[spec!.scalarType];
    const rows = positions(x!.sizes.slice(0, -1), x!.strides.slice(0, -1), x!.offset);
    const step = x!.strides.at(-1)!;
    const k = x!.sizes.at(-1)!;
    const n = spec!.sizes.at(-1)!;
    const [wk, wn] = outFirst ? [w!.strides[1]!, w!.strides[0]!] : [w!.strides[0]!, w!.strides[1]!];
    for (let i = 0; i < rows.length; i++) {
      for (let j = 0; j < n; j++) {
        let total = b ? codec.get(b.storage.array, b.offset + j * b.strides[0]!) : 0;
        for (let q = 0; q < k; q++)
          total +=
            codec.get(x!.storage.array, rows[i]! + q * step) * codec.get(w!.storage.array, w!.offset + q * wk + j * wn);
        codec.set(out.storage.array, i * n + j, total);
      }
    }
    return out;
  },
  vjp: (g, c) => {
    const { outFirst } = c.attrs;
    const rows = (t: Tensor): Tensor => reshape(t, [-1, t.sizes.at(-1)!]);
    const flat = numel(g.sizes) === 0 ? reshape(g, [numel(g.sizes.slice(0, -1)), g.sizes.at(-1)!]) : rows(g);
    const dx = c.needs(0)
      ? reshape(matmul(flat, outFirst ? c.input(1) : transpose(c.input(1), 0, 1)), c.inputSpec(0).sizes)
      : null;
    let dw: Tensor | null = null;
    if (c.needs(1)) {
      const x = reshape(c.input(0), [flat.sizes[0]!, c.inputSpec(0).sizes.at(-1)!]);
      dw = outFirst ? matmul(transpose(flat, 0, 1), x) : matmul(transpose(x, 0, 1), flat);
    }
    return c.inputCount === 3 ? [dx, dw, c.needs(2) ? sum(flat, 0) : null] : [dx, dw];
  },
  saves: { inputs: [0, 1] },
  samples: [
    { inputs: [real([4, 3]), real([3, 2]), real([2])], attrs: { outFirst: false } },
    { inputs: [real([2, 2, 3]), real([4, 3])], attrs: { outFirst: true } },
  ],
});
/** x · w + b over the last axis of x; `outFirst` says that w lies as [out, in]. */
export const linear = (x: Tensor, weight: Tensor, bias: Tensor | null, outFirst: boolean): Tensor =>
  run(linearOp, bias === null ? [x, weight] : [x, weight, bias], { outFirst });

/** The product rule of array libraries: vectors are promoted to matrices and the added axis dropped again. */
export function matmulAny(a: Tensor, b: Tensor): Tensor {
  if (a.rank === 0 || b.rank === 0)
    throw new ShapeError('both operands need at least one axis', {
      op: 'matmul',
      kind: 'matmulRank',
      shapes: [a.sizes, b.sizes],
    });
  if (a.rank === 1 && b.rank === 1) {
    if (a.sizes[0] !== b.sizes[0])
      throw new ShapeError(`vectors of sizes ${a.sizes[0]} and ${b.sizes[0]} have no inner product`, {
        op: 'matmul',
        kind: 'dot',
        shapes: [a.sizes, b.sizes],
      });
    return reshape(matmul(reshape(a, [1, -1]), reshape(b, [-1, 1])), []);
  }
  if (a.rank === 1) {
    const out = matmul(reshape(a, [1, a.sizes[0]!]), b);
    return reshape(out, [...out.sizes.slice(0, -2), out.sizes.at(-1)!]);
  }
  if (b.rank === 1) {
    const out = matmul(a, reshape(b, [b.sizes[0]!, 1]));
    return reshape(out, out.sizes.slice(0, -1));
  }
  return matmul(a, b);
}
