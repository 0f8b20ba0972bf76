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
    const list = typeof dims === 'number' ? [dims] : [...(dims as Iterable<unknown>)];
    return TensorShape.from_dims(list.map((d) => (d === null || d === undefined ? null : Number(d))));
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
  override toString(): string {
    if (this.rankless) return '<unknown>';
    const inner = this.map((d) => (d === null ? 'None' : String(d))).join(', ');
    return this.length === 1 ? `(${inner},)` : `(${inner})`;
  }
}
Object.defineProperty(TensorShape.prototype, 'rankless', { value: false, writable: true, configurable: true });
