import type { DType } from '@stele/core';
import { valueError } from '../errors';
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
  /** What NumPy asks for. @throws ValueError always: there are no values. */
  __array__(): never {
    throw valueError(
      "A KerasTensor is symbolic: it's a placeholder for a shape an a dtype. It doesn't have any actual numerical value. You cannot convert it to a NumPy array.",
    );
  }
  /** What TensorFlow asks for. @throws ValueError always. */
  __tf_tensor__(): never {
    throw valueError(
      'A KerasTensor cannot be used as input to a TensorFlow function. A KerasTensor is a symbolic placeholder for a shape and dtype, used when constructing Keras Functional models or Keras Functions. You can only use it as input to a Keras layer or a Keras operation (from the namespaces `keras.layers` and `keras.ops`). You are likely doing something like:',
    );
  }
  toString(): string {
    return `<KerasTensor shape=${showTuple(this.shape)}, dtype=${this.dtype}, sparse=False, ragged=False, name=${this.name}>`;
  }
}
