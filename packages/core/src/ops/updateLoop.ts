import { ShapeError, showShape } from '../errors';
import { contiguousData } from '../tensor/access';
import { codecs, type DType } from '../tensor/dtype';
import { numel, sameNumbers } from '../tensor/strides';
import { empty, type Tensor, type TensorSpec } from '../tensor/tensor';

/** Parameter, gradient and state all have one shape. */
export function updateSpec(name: string, inputs: readonly TensorSpec[], outputs: number): readonly TensorSpec[] {
  const [p] = inputs;
  for (const t of inputs.slice(1)) {
    if (!sameNumbers(t.sizes, p!.sizes))
      throw new ShapeError(
        `a parameter of shape ${showShape(p!.sizes)} cannot take a gradient or state of shape ${showShape(t.sizes)}`,
        { op: name, kind: 'update', shapes: [p!.sizes, t.sizes] },
      );
  }
  return Array.from({ length: outputs }, () => ({ sizes: p!.sizes, scalarType: p!.scalarType }));
}

/** Runs a rule element by element; `f` gets the inputs' values and gives the outputs'. */
export function elementwise(
  inputs: readonly Tensor[],
  specs: readonly TensorSpec[],
  f: (v: readonly number[], round: (x: number) => number) => readonly number[],
): Tensor[] {
  const dtype: DType = specs[0]!.scalarType;
  const round = dtype === 'float32' ? Math.fround : (x: number): number => x;
  const out = specs.map((s) => empty(inputs[0]!.family, s.sizes, s.scalarType));
  const data = inputs.map((t) => ({ ...contiguousData(t), codec: codecs[t.scalarType] }));
  const n = numel(specs[0]!.sizes);
  for (let i = 0; i < n; i++) {
    const result = f(
      data.map((d) => d.codec.get(d.array, d.offset + i)),
      round,
    );
    for (let k = 0; k < out.length; k++) codecs[dtype].set(out[k]!.storage.array, i, result[k]!);
  }
  return out;
}
