import { valueError } from '../errors';
import { type Shape, showTuple } from '../tensors';

/** What a layer demands of its input. */
export interface InputSpec {
  readonly ndim?: number;
  readonly min_ndim?: number;
  /** Sizes that axes must have. */
  readonly axes?: Readonly<Record<number, number>>;
}

/** @throws ValueError in Keras' words where the shape does not fit. */
export function checkInput(spec: InputSpec | null, shape: Shape, layer: string, index = 0): void {
  if (spec === null) return;
  const who = `Input ${index} with name 'None' of layer '${layer}' is incompatible with the layer: `;
  const full = `Full shape received: ${showTuple(shape)}`;
  if (spec.ndim !== undefined && shape.length !== spec.ndim)
    throw valueError(`${who}expected ndim=${spec.ndim}, found ndim=${shape.length}. ${full}`);
  if (spec.min_ndim !== undefined && shape.length < spec.min_ndim)
    throw valueError(`${who}expected min_ndim=${spec.min_ndim}, found ndim=${shape.length}. ${full}`);
  for (const [key, value] of Object.entries(spec.axes ?? {})) {
    const axis = Number(key);
    const found = shape.at(axis);
    if (found !== null && found !== value)
      throw valueError(
        `${who}expected axis ${axis} of input shape to have value ${value}, but received input with shape ${showTuple(shape)}`,
      );
  }
}
