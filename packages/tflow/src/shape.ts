/** A shape as TensorFlow prints it, `(3, 1)`; an unknown size is null and prints as `None`. */
export class TensorShape extends Array<number | null> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static from_dims(dims: readonly (number | null)[]): TensorShape {
    const shape = new TensorShape();
    for (const dim of dims) shape.push(dim);
    return shape;
  }

  get rank(): number {
    return this.length;
  }
  get ndims(): number {
    return this.length;
  }
  as_list(): (number | null)[] {
    return [...this];
  }
  num_elements(): number | null {
    return this.includes(null) ? null : (this as number[]).reduce((n, d) => n * d, 1);
  }
  is_fully_defined(): boolean {
    return !this.includes(null);
  }
  override toString(): string {
    const inner = this.map((d) => (d === null ? 'None' : String(d))).join(', ');
    return this.length === 1 ? `(${inner},)` : `(${inner})`;
  }
}
