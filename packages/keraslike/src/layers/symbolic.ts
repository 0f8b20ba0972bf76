import type { DType } from '@stele/core';
import { uniqueName } from '../names';
import { type Shape, showTuple } from '../tensors';
import type { Layer } from './layer';

/** One call of a layer on symbolic tensors. */
export interface CallNode {
  readonly layer: Layer;
  /** The symbolic tensors among the arguments, in order. */
  readonly inputs: readonly KerasTensor[];
  /** Whether the layer got one tensor and not a list. */
  readonly single: boolean;
  /** All arguments by position, symbolic tensors where tensors will be. */
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  outputs: readonly KerasTensor[];
}

/** A tensor without values: what `Input` gives and what layers make of it while a model is put together. */
export class KerasTensor {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly name: string;
  /** The call that made it; null for an input. */
  node: CallNode | null = null;

  constructor(shape: Shape, dtype: DType = 'float32', name: string = uniqueName('keras_tensor')) {
    this.shape = shape;
    this.dtype = dtype;
    this.name = name;
  }
  get ndim(): number {
    return this.shape.length;
  }
  toString(): string {
    return `<KerasTensor shape=${showTuple(this.shape)}, dtype=${this.dtype}, sparse=False, ragged=False, name=${this.name}>`;
  }
}
