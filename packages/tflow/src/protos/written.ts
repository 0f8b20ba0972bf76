/** What every message has: its bytes, and protobuf's text form. */
export abstract class Written {
  abstract SerializeToString(): Uint8Array;
  abstract lines(): readonly string[];
  ByteSize(): number {
    return this.SerializeToString().length;
  }
  toString(): string {
    const lines = this.lines();
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  }
  __repr__(): string {
    return this.toString();
  }
  __str__(): string {
    return this.toString();
  }
}
