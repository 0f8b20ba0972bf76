import { describeValue } from '@stele/core';
import { PyFloat, pyStr } from '@stele/core/printing';

const valueErrorOf = (message: string): Error => Object.assign(new Error(message), { name: 'ValueError' });
const dimension = (d: unknown): number | null => {
  if (d === null || d === undefined) return null;
  const fraction = d instanceof PyFloat || (typeof d === 'number' && !Number.isInteger(d));
  if (fraction || typeof d === 'string' || Number.isNaN(Number(d)))
    throw new TypeError(
      `Dimension value must be integer or None or have an __index__ method, got value '${typeof d === 'string' ? `'${d}'` : String(d)}' with type '${describeValue(d).type}'`,
    );
  if (Number(d) < 0) throw valueErrorOf(`Dimension ${Number(d)} must be >= 0`);
  return Number(d);
};

/** A shape as TensorFlow prints it, `(3, 1)`; an unknown size is null and prints as `None`. */
export class TensorShape extends Array<number | null> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
  /** Whether not even the rank is known. */
  declare readonly rankless: boolean;

  static from_dims(dims: readonly (number | null)[]): TensorShape {
    const shape = new TensorShape();
    for (const dim of dims) shape.push(dim);
    return shape;
  }
  static unknown(): TensorShape {
    return Object.defineProperty(new TensorShape(), 'rankless', { value: true });
  }
  /** `tf.TensorShape([None, 3])` of Python. */
  static __new__(dims: unknown): TensorShape {
    if (dims === null || dims === undefined) return TensorShape.unknown();
    if (dims instanceof TensorShape) return dims;
    if (typeof dims === 'string')
      throw new TypeError(
        `Failed to convert ''${dims}'' to a shape: ''${dims[0] ?? ''}''could not be converted to a dimension. A shape should either be single dimension (e.g. 10), or an iterable of dimensions (e.g. [1, 10, None]).`,
      );
    const list = typeof dims === 'number' ? [dims] : [...(dims as Iterable<unknown>)];
    return TensorShape.from_dims(list.map(dimension));
  }

  /** The sizes; null where the rank is unknown. */
  get dims(): (number | null)[] | null {
    return this.rankless ? null : [...this];
  }
  get rank(): number | null {
    return this.rankless ? null : this.length;
  }
  get ndims(): number | null {
    return this.rank;
  }
  as_list(): (number | null)[] {
    if (this.rankless)
      throw Object.assign(new Error('as_list() is not defined on an unknown TensorShape.'), { name: 'ValueError' });
    return [...this];
  }
  num_elements(): number | null {
    return this.rankless || this.includes(null) ? null : (this as number[]).reduce((n, d) => n * d, 1);
  }
  is_fully_defined(): boolean {
    return !this.rankless && !this.includes(null);
  }
  is_compatible_with(other: unknown): boolean {
    const own = this.dims;
    const theirs = TensorShape.__new__(other).dims;
    if (own === null || theirs === null) return true;
    return own.length === theirs.length && own.every((d, i) => d === null || theirs[i] === null || d === theirs[i]);
  }
  /** The shape that both mean; an error where they cannot mean the same. */
  merge_with(other: unknown): TensorShape {
    const [own, theirs] = [this.dims, TensorShape.__new__(other).dims];
    if (own === null || theirs === null) return own === null ? TensorShape.__new__(other) : this;
    this.assert_same_rank(other);
    if (!this.is_compatible_with(other))
      throw valueErrorOf(`Shapes ${this} and ${TensorShape.__new__(other)} are not compatible`);
    return TensorShape.from_dims(own.map((d, i) => d ?? theirs[i]!));
  }
  concatenate(other: unknown): TensorShape {
    const [own, theirs] = [this.dims, TensorShape.__new__(other).dims];
    return own === null || theirs === null ? TensorShape.unknown() : TensorShape.from_dims([...own, ...theirs]);
  }
  most_specific_compatible_shape(other: unknown): TensorShape {
    const [own, theirs] = [this.dims, TensorShape.__new__(other).dims];
    if (own === null || theirs === null || own.length !== theirs.length) return TensorShape.unknown();
    return TensorShape.from_dims(own.map((d, i) => (d === theirs[i] ? d : null)));
  }
  with_rank(rank: number): TensorShape {
    if (this.rankless) return TensorShape.from_dims(Array<null>(Number(rank)).fill(null));
    this.assert_has_rank(rank);
    return this;
  }
  with_rank_at_least(rank: number): TensorShape {
    if (!this.rankless && this.length < rank) throw valueErrorOf(`Shape ${this} must have rank at least ${rank}`);
    return this;
  }
  with_rank_at_most(rank: number): TensorShape {
    if (!this.rankless && this.length > rank) throw valueErrorOf(`Shape ${this} must have rank at most ${rank}`);
    return this;
  }
  assert_has_rank(rank: number): void {
    if (!this.rankless && this.length !== Number(rank)) throw valueErrorOf(`Shape ${this} must have rank ${rank}`);
  }
  assert_same_rank(other: unknown): void {
    const theirs = TensorShape.__new__(other);
    if (!this.rankless && !theirs.rankless && this.length !== theirs.length)
      throw valueErrorOf(`Shapes ${this} and ${theirs} must have the same rank`);
  }
  assert_is_compatible_with(other: unknown): void {
    if (!this.is_compatible_with(other))
      throw valueErrorOf(`Shapes ${this} and ${other instanceof TensorShape ? other : pyStr(other)} are incompatible`);
  }
  assert_is_fully_defined(): void {
    if (!this.is_fully_defined()) throw valueErrorOf(`Shape ${this} is not fully defined`);
  }
  override toString(): string {
    if (this.rankless) return '<unknown>';
    const inner = this.map((d) => (d === null ? 'None' : String(d))).join(', ');
    return this.length === 1 ? `(${inner},)` : `(${inner})`;
  }
}
Object.defineProperty(TensorShape.prototype, 'rankless', { value: false, writable: true, configurable: true });
