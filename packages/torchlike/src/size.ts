/** A torch.Size: an array of sizes that prints as `torch.Size([3, 1])`. */
export class Size extends Array<number> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
  static of_(sizes: readonly number[]): Size {
    const size = new Size();
    for (const s of sizes) size.push(s);
    return size;
  }
  numel(): number {
    return this.reduce((n, s) => n * s, 1);
  }
  override toString(): string {
    return `torch.Size([${this.join(', ')}])`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
