import { decodeText, FormatError } from '../bytes';

/** A table of a FlatBuffer read field by field; every position is checked against the file. */
export class FlatTable {
  private readonly view: DataView;
  private readonly at: number;
  private readonly fields: number;
  private readonly count: number;
  private readonly what: string;

  constructor(view: DataView, at: number, what: string) {
    this.view = view;
    this.at = at;
    this.what = what;
    this.need(at, 4);
    this.fields = at - view.getInt32(at, true);
    this.need(this.fields, 4);
    const size = view.getUint16(this.fields, true);
    this.need(this.fields, size);
    this.count = (size - 4) >> 1;
  }

  private need(at: number, size: number): number {
    if (!(at >= 0 && size >= 0 && at + size <= this.view.byteLength)) {
      throw new FormatError(`TFLite: ${this.what} points outside of the file; it is truncated or damaged`);
    }
    return at;
  }

  /** Where a field's value is, or undefined if the table leaves it out. */
  private place(slot: number, size: number): number | undefined {
    if (slot >= this.count) return undefined;
    const offset = this.view.getUint16(this.fields + 4 + 2 * slot, true);
    return offset ? this.need(this.at + offset, size) : undefined;
  }

  has(slot: number): boolean {
    return this.place(slot, 1) !== undefined;
  }
  int8(slot: number, absent = 0): number {
    const at = this.place(slot, 1);
    return at === undefined ? absent : this.view.getInt8(at);
  }
  uint8(slot: number, absent = 0): number {
    const at = this.place(slot, 1);
    return at === undefined ? absent : this.view.getUint8(at);
  }
  int32(slot: number, absent = 0): number {
    const at = this.place(slot, 4);
    return at === undefined ? absent : this.view.getInt32(at, true);
  }
  uint32(slot: number, absent = 0): number {
    const at = this.place(slot, 4);
    return at === undefined ? absent : this.view.getUint32(at, true);
  }
  float32(slot: number, absent = 0): number {
    const at = this.place(slot, 4);
    return at === undefined ? absent : this.view.getFloat32(at, true);
  }
  uint64(slot: number): bigint {
    const at = this.place(slot, 8);
    return at === undefined ? 0n : this.view.getBigUint64(at, true);
  }

  private follow(at: number): number {
    return this.need(at + this.view.getUint32(at, true), 4);
  }

  table(slot: number, what: string): FlatTable | undefined {
    const at = this.place(slot, 4);
    return at === undefined ? undefined : new FlatTable(this.view, this.follow(at), what);
  }

  /** Start and length of a vector whose elements have that size. */
  private vector(slot: number, size: number): { start: number; length: number } {
    const at = this.place(slot, 4);
    if (at === undefined) return { start: 0, length: 0 };
    const start = this.follow(at);
    const length = this.view.getUint32(start, true);
    this.need(start + 4, length * size);
    return { start: start + 4, length };
  }

  tables(slot: number, what: string): FlatTable[] {
    const { start, length } = this.vector(slot, 4);
    return Array.from({ length }, (_, i) => new FlatTable(this.view, this.follow(start + 4 * i), `${what} ${i}`));
  }
  int32s(slot: number): number[] {
    const { start, length } = this.vector(slot, 4);
    return Array.from({ length }, (_, i) => this.view.getInt32(start + 4 * i, true));
  }
  float32s(slot: number): number[] {
    const { start, length } = this.vector(slot, 4);
    return Array.from({ length }, (_, i) => this.view.getFloat32(start + 4 * i, true));
  }
  int64s(slot: number): number[] {
    const { start, length } = this.vector(slot, 8);
    return Array.from({ length }, (_, i) => Number(this.view.getBigInt64(start + 8 * i, true)));
  }
  bytes(slot: number): Uint8Array {
    const { start, length } = this.vector(slot, 1);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + start, length);
  }
  text(slot: number): string {
    return decodeText(this.bytes(slot), `TFLite: ${this.what}`);
  }
}
