import { entriesOf } from '../nest';
import { type Field, type Message, messageFrom } from './message';
import { checked, initial } from './scalars';

type Key = string | number;

/** A repeated field: a list that checks what it takes. */
export class Items extends Array<unknown> {
  readonly #field: Field;
  readonly #touch: () => void;
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
  constructor(field: Field, touch: () => void) {
    super();
    this.#field = field;
    this.#touch = touch;
  }
  /** Appends a new message with those fields and gives it. */
  add(...fields: readonly unknown[]): unknown {
    const made = new (this.#field.of!())(...fields);
    this.#take(made);
    return made;
  }
  #take(value: unknown): void {
    super.push(value);
    this.#touch();
  }
  append(value: unknown): void {
    const { of } = this.#field;
    this.#take(of === null ? checked(this.#field, value) : messageFrom(of(), value));
  }
  override push(...values: unknown[]): number {
    for (const value of values) this.append(value);
    return this.length;
  }
  extend(values: Iterable<unknown>): void {
    for (const value of values) this.append(value);
  }
  MergeFrom(other: Iterable<unknown>): void {
    this.extend(other);
  }
  CopyFrom(other: Iterable<unknown>): void {
    const all = [...other];
    this.length = 0;
    this.extend(all);
  }
  insert(at: number, value: unknown): void {
    const rest = super.splice(at);
    this.append(value);
    for (const old of rest) super.push(old);
  }
  override pop(at = -1): unknown {
    const place = at < 0 ? this.length + at : at;
    if (place < 0 || place >= this.length)
      throw Object.assign(new Error('pop index out of range'), { name: 'IndexError' });
    return super.splice(place, 1)[0];
  }
  remove(value: unknown): void {
    const at = this.indexOf(value);
    if (at < 0) throw Object.assign(new Error('list.remove(x): x not in list'), { name: 'ValueError' });
    super.splice(at, 1);
  }
}

/** A map field: what is not there is made when it is read, as in protobuf. */
export class Entries {
  readonly #map = new Map<Key, unknown>();
  readonly #field: Field;
  readonly #touch: () => void;
  constructor(field: Field, touch: () => void) {
    this.#field = field;
    this.#touch = touch;
  }
  get size(): number {
    return this.#map.size;
  }
  #key(key: unknown): Key {
    return checked({ scalar: this.#field.key!, values: null }, key) as Key;
  }
  /** The value under a key, made where there is none. */
  at(key: unknown): unknown {
    const name = this.#key(key);
    if (!this.#map.has(name)) {
      this.#map.set(name, this.#field.of === null ? initial(this.#field) : new (this.#field.of())());
      this.#touch();
    }
    return this.#map.get(name);
  }
  put(key: unknown, value: unknown): void {
    const { of } = this.#field;
    this.#map.set(this.#key(key), of === null ? checked(this.#field, value) : messageFrom(of(), value));
    this.#touch();
  }
  get(key: unknown, otherwise: unknown = null): unknown {
    return this.#map.get(key as Key) ?? otherwise;
  }
  set(key: unknown, value: unknown): this {
    this.__setitem__(key, value);
    return this;
  }
  has(key: unknown): boolean {
    return this.#map.has(key as Key);
  }
  delete(key: unknown): boolean {
    return this.#map.delete(key as Key);
  }
  clear(): void {
    this.#map.clear();
  }
  update(other: unknown): void {
    for (const [key, value] of entriesOf(other) ?? []) this.put(key, value);
  }
  /** Pairs in the order of their keys. */
  sorted(): [Key, unknown][] {
    return [...this.#map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
  keys(): Key[] {
    return [...this.#map.keys()];
  }
  values(): unknown[] {
    return [...this.#map.values()];
  }
  items(): [Key, unknown][] {
    return [...this.#map];
  }
  [Symbol.iterator](): Iterator<Key> {
    return this.#map.keys();
  }
  __iter__(): Iterator<Key> {
    return this.#map.keys();
  }
  __len__(): number {
    return this.#map.size;
  }
  __contains__(key: unknown): boolean {
    return this.has(key);
  }
  __getitem__(key: unknown): unknown {
    return this.at(key);
  }
  __setitem__(key: unknown, value: unknown): void {
    if (this.#field.of !== null)
      throw Object.assign(new Error('May not set values directly, call my_map[key].foo = 5'), { name: 'ValueError' });
    this.put(key, value);
  }
  __delitem__(key: unknown): void {
    if (!this.#map.delete(key as Key)) throw Object.assign(new Error(String(key)), { name: 'KeyError' });
  }
  __repr__(): string {
    const shownAs = (v: unknown): string => (typeof v === 'string' ? `'${v}'` : String(v as Message));
    return `{${[...this.#map].map(([k, v]) => `${shownAs(k)}: ${shownAs(v)}`).join(', ')}}`;
  }
  toString(): string {
    return this.__repr__();
  }
}
