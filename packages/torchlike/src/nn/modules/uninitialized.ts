import { empty, zeros } from '../../creation';
import type { dtype } from '../../dtype';
import { RuntimeError } from '../../errors';
import type { Size } from '../../size';
import { Parameter, type Tensor } from '../../tensor';

function refuse(): never {
  throw new RuntimeError(
    "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in `load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call `forward` to initialize the parameters before accessing their attributes.",
  );
}
/** A parameter whose shape the first input will tell. */
export class UninitializedParameter extends Parameter {
  constructor(given: { dtype?: unknown; requires_grad?: boolean } = {}) {
    super(empty([0], { dtype: (given.dtype ?? null) as dtype | null }), given.requires_grad ?? true);
  }
  override get shape(): Size {
    return refuse();
  }
  override numel(): number {
    return refuse();
  }
  /** Gives it a shape: from now on it is a Parameter. */
  materialize(shape: readonly number[]): void {
    const { storage, sizes, strides, offset } = zeros([...shape], { dtype: this.dtype });
    Object.assign(this, { storage, sizes, strides, offset });
    Object.setPrototypeOf(this, Parameter.prototype);
  }
  override toString(): string {
    return '<UninitializedParameter>';
  }
}
export const isUninitialized = (t: Tensor | null): t is UninitializedParameter => t instanceof UninitializedParameter;
