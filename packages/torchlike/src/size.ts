import { ops, pythonIndex, sameNumbers } from '@stele/core';
import { IndexError } from './errors';

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
  /** `torch.Size([2, 3])` in Python. */
  static __new__(sizes: readonly number[] = []): Size {
    return Size.of_([...sizes].map(Number));
  }
  __eq__(other: unknown): boolean {
    return Array.isArray(other) && sameNumbers(this, other.map(Number));
  }
  __ne__(other: unknown): boolean {
    return !this.__eq__(other);
  }
  __hash__(): number {
    return this.reduce((h, s) => (h * 31 + s + 7) | 0, 17);
  }
  __len__(): number {
    return this.length;
  }
  __getitem__(index: unknown): number | Size {
    const [part] = pythonIndex(index, () => new TypeError('tuple indices must be integers or slices'));
    if (part?.kind === 'slice') {
      const step = part.step ?? 1;
      const { start, count } = ops.sliceBounds(this.length, part.start, part.stop, step);
      return Size.of_(Array.from({ length: count }, (_, i) => this[start + i * step]!));
    }
    const found = part?.kind === 'int' ? this.at(part.value) : undefined;
    if (found === undefined) throw new IndexError('tuple index out of range');
    return found;
  }
  __add__(other: unknown): Size | undefined {
    return Array.isArray(other) ? Size.of_([...this, ...(other as number[])]) : undefined;
  }
  __radd__(other: unknown): Size | undefined {
    return Array.isArray(other) ? Size.of_([...(other as number[]), ...this]) : undefined;
  }
  __contains__(size: unknown): boolean {
    return this.includes(Number(size));
  }
  __repr__(): string {
    return this.toString();
  }
  override toString(): string {
    return `torch.Size([${this.join(', ')}])`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
