import { run } from '../autograd/record';
import { codecs } from '../tensor/dtype';
import { normalizeAxis, numel, positions } from '../tensor/strides';
import { empty, type Tensor, type TensorSpec } from '../tensor/tensor';
import { defineOp, type Op, real } from './define';

/** A sparse matrix: entry k adds `weights[k]` times input `from[k]` to output `to[k]`. */
export interface AxisMatrix {
  readonly inputs: number;
  readonly outputs: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weights: Float64Array;
}
interface AxisMapAttrs {
  readonly axis: number;
  readonly matrix: AxisMatrix;
}

const example: AxisMatrix = {
  inputs: 4,
  outputs: 3,
  from: Int32Array.of(0, 1, 1, 3, 3),
  to: Int32Array.of(0, 0, 1, 2, 1),
  weights: Float64Array.of(0.5, 0.5, 2, -1, 1),
};
export const turned = (m: AxisMatrix): AxisMatrix => ({
  inputs: m.outputs,
  outputs: m.inputs,
  from: m.to,
  to: m.from,
  weights: m.weights,
});

const axisMapOp: Op<AxisMapAttrs> = defineOp<AxisMapAttrs>({
  name: 'axisMap',
  infer: ([x]: readonly TensorSpec[], { axis, matrix }) => ({
    sizes: x!.sizes.map((d, i) => (i === axis ? matrix.outputs : d)),
    scalarType: x!.scalarType,
  }),
  forward: (family, [x], [spec], { axis, matrix }) => {
    const out = empty(family, spec!.sizes, spec!.scalarType);
    const { from, to, weights } = matrix;
    const outer = positions(x!.sizes.slice(0, axis), x!.strides.slice(0, axis), x!.offset);
    const inner = positions(x!.sizes.slice(axis + 1), x!.strides.slice(axis + 1), 0);
    const step = x!.strides[axis]!;
    const codec = codecs[x!.scalarType];
    const { array } = x!.storage;
    const sums = new Float64Array(matrix.outputs * inner.length);
    for (let o = 0; o < outer.length; o++) {
      sums.fill(0);
      for (let k = 0; k < from.length; k++) {
        const start = outer[o]! + from[k]! * step;
        const row = to[k]! * inner.length;
        const w = weights[k]!;
        for (let i = 0; i < inner.length; i++) sums[row + i]! += w * codec.get(array, start + inner[i]!);
      }
      for (let i = 0; i < sums.length; i++) codec.set(out.storage.array, o * sums.length + i, sums[i]!);
    }
    return out;
  },
  vjp: (g, c) => [run(axisMapOp, [g], { axis: c.attrs.axis, matrix: turned(c.attrs.matrix) })],
  samples: [
    { inputs: [real([2, 4, 3])], attrs: { axis: 1, matrix: example } },
    { inputs: [real([4])], attrs: { axis: 0, matrix: example } },
  ],
});

/** A sparse matrix applied along one axis: weighted sums of its entries, whose number becomes `matrix.outputs`. */
export const axisMap = (x: Tensor, axis: number, matrix: AxisMatrix): Tensor =>
  run(axisMapOp, [x], { axis: normalizeAxis('axisMap', axis, x.rank), matrix });

/** A sparse matrix from the inputs, with weights, that each output reads. */
export function axisMatrix(inputs: number, rows: readonly (readonly (readonly [number, number])[])[]): AxisMatrix {
  const count = rows.reduce((n, r) => n + r.length, 0);
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const weights = new Float64Array(count);
  let k = 0;
  rows.forEach((row, i) => {
    for (const [place, weight] of row) {
      from[k] = place;
      to[k] = i;
      weights[k++] = weight;
    }
  });
  return { inputs, outputs: rows.length, from, to, weights };
}

/** Window i reads the inputs starts[i], starts[i] + dilation, ... below ends[i]. */
export interface Windows {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly dilation: number;
}
interface WindowsAttrs {
  readonly windows: readonly Windows[];
}

const largestInWindowsOp: Op<WindowsAttrs> = defineOp<WindowsAttrs>({
  name: 'largestInWindows',
  infer: ([x], { windows }) => ({
    sizes: [...x!.sizes.slice(0, x!.sizes.length - windows.length), ...windows.map((w) => w.starts.length)],
    scalarType: 'int64',
  }),
  forward: (family, [x], [spec], { windows }) => {
    const out = empty(family, spec!.sizes, 'int64');
    const found = out.storage.array as BigInt64Array;
    const d = windows.length;
    const sizes = x!.sizes.slice(-d);
    const strides = x!.strides.slice(-d);
    const outer = positions(x!.sizes.slice(0, -d), x!.strides.slice(0, -d), x!.offset);
    const codec = codecs[x!.scalarType];
    const { array } = x!.storage;
    const counts = windows.map((w) => w.starts.length);
    const perPlane = numel(counts);
    for (let p = 0; p < perPlane; p++) {
      // the places of this window, in the memory of one plane and counted through the plane
      let memory = [0];
      let plane = [0];
      let rest = p;
      const at = counts.map(() => 0);
      for (let a = d - 1; a >= 0; a--) {
        at[a] = rest % counts[a]!;
        rest = Math.floor(rest / counts[a]!);
      }
      for (let a = 0; a < d; a++) {
        const { starts, ends, dilation } = windows[a]!;
        const nextMemory: number[] = [];
        const nextPlane: number[] = [];
        for (let i = 0; i < memory.length; i++)
          for (let k = starts[at[a]!]!; k < ends[at[a]!]!; k += dilation) {
            nextMemory.push(memory[i]! + k * strides[a]!);
            nextPlane.push(plane[i]! * sizes[a]! + k);
          }
        memory = nextMemory;
        plane = nextPlane;
      }
      for (let o = 0; o < outer.length; o++) {
        let best = Number.NEGATIVE_INFINITY;
        let place = plane[0] ?? 0;
        for (let i = 0; i < memory.length; i++) {
          const v = codec.get(array, outer[o]! + memory[i]!);
          if (v > best || Number.isNaN(v)) {
            best = v;
            place = plane[i]!;
          }
        }
        found[o * perPlane + p] = BigInt(place);
      }
    }
    return out;
  },
  vjp: null,
  samples: [
    {
      inputs: [real([2, 4, 5])],
      attrs: {
        windows: [
          { starts: [0, 2], ends: [2, 4], dilation: 1 },
          { starts: [0, 1, 2], ends: [3, 4, 5], dilation: 2 },
        ],
      },
    },
  ],
});
/** For each window over the last axes, the place of its largest element, counted row by row through those axes. */
export const largestInWindows = (x: Tensor, windows: readonly Windows[]): Tensor =>
  run(largestInWindowsOp, [x], { windows });
