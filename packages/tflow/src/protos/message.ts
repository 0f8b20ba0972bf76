import { describeValue } from '@stele/core';
import { ProtoMessage, ProtoWriter } from '@stele/core/formats/tensorproto';
import { PyFloat, pyStr } from '@stele/core/printing';
import { decodeError, valueError } from '../errors';
import { entriesOf } from '../nest';
import { Entries, Items } from './containers';
import { checked, initial, type Scalar, scalarKinds, shown, written } from './scalars';
import { Written } from './written';

type Made = new (...args: readonly unknown[]) => Message;
export type EnumValues = Readonly<Record<string, number>>;
/** What the names of a schema's types stand for. */
export type Types = Readonly<Record<string, (() => Made) | EnumValues>>;

export interface Field {
  readonly name: string;
  readonly number: number;
  readonly kind: 'scalar' | 'message';
  readonly scalar: Scalar;
  readonly values: EnumValues | null;
  readonly of: (() => Made) | null;
  readonly repeated: boolean;
  /** Of a map: the kind of its keys. */
  readonly key: Scalar | null;
  /** The group of fields of which one at most is there. */
  readonly group: string | null;
}

const attributeError = (text: string): Error => Object.assign(new Error(text), { name: 'AttributeError' });
/** The last part of a full name. */
const shortName = (full: string): string => full.slice(full.lastIndexOf('.') + 1);
const typeText = (value: unknown): string => describeValue(value).type;

/** What a field holds: a scalar, a message, a list or a map of them. */
type Held = unknown;

/** A record with the fields of a protobuf message, its bytes and its text form. */
export abstract class Message extends Written {
  private readonly held = new Map<string, Held>();
  private readonly given = new Set<string>();
  /** Makes the message around this one hold it. */
  private above: (() => void) | null = null;

  constructor(...args: readonly unknown[]) {
    super();
    if (args.length > 1 || (args.length === 1 && entriesOf(args[0]) === null))
      throw new TypeError('No positional arguments allowed');
    for (const [name, value] of entriesOf(args[0] ?? {}) ?? []) this.fill(String(name), value);
  }
  static readonly full: string = '';
  static readonly fields: ReadonlyMap<string, Field> = new Map();
  private get schema(): { readonly full: string; readonly fields: ReadonlyMap<string, Field> } {
    return this.constructor as unknown as { full: string; fields: ReadonlyMap<string, Field> };
  }
  private field(name: string): Field {
    const found = this.schema.fields.get(name);
    if (found === undefined)
      throw valueError(`Protocol message ${shortName(this.schema.full)} has no "${name}" field.`);
    return found;
  }
  /** A field as a constructor is given it. */
  private fill(name: string, value: unknown): void {
    const field = this.field(name);
    if (value === null || value === undefined) return;
    if (field.key !== null) {
      const entries = entriesOf(value);
      if (entries === null) throw new TypeError(`'${shortType(value)}' object is not iterable`);
      const map = this.read(name) as Entries;
      for (const [key, item] of entries) map.put(key, item);
      return;
    }
    if (field.repeated) {
      if (typeof (value as Iterable<unknown>)[Symbol.iterator] !== 'function')
        throw new TypeError('must assign iterable');
      (this.read(name) as Items).extend(value as Iterable<unknown>);
      return;
    }
    if (field.kind === 'message') {
      this.put(field, messageFrom(field.of!(), value));
      return;
    }
    this.put(field, checked(field, value, this.schema.full));
  }
  private put(field: Field, value: Held): void {
    if (field.group !== null)
      for (const other of this.schema.fields.values())
        if (other.group === field.group && other !== field) this.forget(other.name);
    this.held.set(field.name, value);
    this.given.add(field.name);
    if (value instanceof Message) value.above = () => this.reached(field, value);
    this.above?.();
  }
  /** Something was set inside a message or list of this one. */
  private reached(field: Field, value: Held): void {
    if (!this.given.has(field.name) || this.held.get(field.name) !== value) this.put(field, value);
    else this.above?.();
  }
  private forget(name: string): void {
    const old = this.held.get(name);
    if (old instanceof Message) old.above = null;
    this.held.delete(name);
    this.given.delete(name);
  }
  /** What `message.name` gives. */
  read(name: string): Held {
    const field = this.field(name);
    const had = this.held.get(name);
    if (had !== undefined) return had;
    if (field.key === null && !field.repeated && field.kind === 'scalar') return initial(field);
    const touch = (): void => this.reached(field, made);
    const made: Held =
      field.key !== null ? new Entries(field, touch) : field.repeated ? new Items(field, touch) : new (field.of!())();
    if (made instanceof Message) made.above = touch;
    this.held.set(name, made);
    return made;
  }
  /** What `message.name = value` does. */
  write(name: string, value: unknown): void {
    const field = this.schema.fields.get(name);
    const full = shortName(this.schema.full);
    if (field === undefined) throw attributeError(`Protocol message ${full} has no "${name}" field.`);
    if (field.repeated || field.key !== null)
      throw attributeError(`Assignment not allowed to map, or repeated field "${name}" in protocol message object.`);
    if (field.kind === 'message')
      throw attributeError(`Assignment not allowed to message field "${name}" in protocol message object.`);
    this.put(field, checked(field, value, this.schema.full));
  }
  __setattr__(name: string, value: unknown): void {
    this.write(name, value);
  }
  __refuse_attribute__(name: string): Error | null {
    return name in this || name.startsWith('__') ? null : attributeError(name);
  }
  /** Whether a field has something to say: it was set, or is a list or map that holds something. */
  private present(field: Field): boolean {
    const value = this.held.get(field.name);
    if (value === undefined) return false;
    if (value instanceof Items) return value.length > 0;
    if (value instanceof Entries) return value.size > 0;
    if (value instanceof Message) return this.given.has(field.name);
    return field.group !== null || !isDefault(field, value);
  }
  private get here(): readonly Field[] {
    return [...this.schema.fields.values()].filter((f) => this.present(f)).sort((a, b) => a.number - b.number);
  }
  HasField(name: string): boolean {
    const group = [...this.schema.fields.values()].filter((f) => f.group === name);
    if (group.length > 0) return group.some((f) => this.given.has(f.name));
    const field = this.field(name);
    if (field.repeated || field.key !== null || (field.kind === 'scalar' && field.group === null))
      throw valueError(`Field ${this.schema.full}.${name} does not have presence.`);
    return this.given.has(name);
  }
  WhichOneof(group: string): string | null {
    const fields = [...this.schema.fields.values()].filter((f) => f.group === group);
    if (fields.length === 0)
      throw valueError(`Protocol message ${shortName(this.schema.full)} has no oneof "${group}" field.`);
    return fields.find((f) => this.given.has(f.name))?.name ?? null;
  }
  ClearField(name: string): void {
    const field = this.field(name);
    this.forget(field.name);
    this.above?.();
  }
  Clear(): void {
    for (const name of [...this.held.keys()]) this.forget(name);
    this.above?.();
  }
  SetInParent(): void {
    this.above?.();
  }
  IsInitialized(): boolean {
    return true;
  }
  MergeFrom(other: unknown): void {
    if (!(other instanceof Message) || other.constructor !== this.constructor)
      throw new TypeError(
        `Parameter to MergeFrom() must be instance of same class: expected ${typeText(this)} got ${typeText(other)}.`,
      );
    this.merge(other.SerializeToString());
    this.above?.();
  }
  CopyFrom(other: unknown): void {
    if (other === this) return;
    if (!(other instanceof Message) || other.constructor !== this.constructor)
      throw new TypeError(
        `Parameter to CopyFrom() must be instance of same class: expected ${typeText(this)} got ${typeText(other)}.`,
      );
    this.Clear();
    this.MergeFrom(other);
  }
  MergeFromString(bytes: Uint8Array): number {
    this.merge(bytes);
    this.above?.();
    return bytes.length;
  }
  ParseFromString(bytes: Uint8Array): number {
    this.Clear();
    return this.MergeFromString(bytes);
  }
  static FromString(this: Made, bytes: Uint8Array): Message {
    const made = new this();
    made.ParseFromString(bytes);
    return made;
  }
  private merge(bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array)) throw new TypeError(`expected bytes, ${shortType(bytes)} found`);
    let proto: ProtoMessage;
    try {
      proto = new ProtoMessage(bytes, this.schema.full);
      for (const field of this.schema.fields.values()) if (proto.has(field.number)) this.mergeField(field, proto);
    } catch {
      throw decodeError(`Error parsing message with type '${this.schema.full}': Wire format was corrupt`);
    }
  }
  private mergeField(field: Field, proto: ProtoMessage): void {
    const { number } = field;
    if (field.key !== null) {
      const map = this.read(field.name) as Entries;
      for (const entry of proto.messages(number)) {
        const key = field.key === 'string' ? entry.text(1) : entry.int(1);
        if (field.kind === 'message') (map.at(key) as Message).merge(entry.bytes(2));
        else map.put(key, scalarKinds[field.scalar].read(entry, 2).at(-1) ?? initial(field));
      }
      return;
    }
    if (field.kind === 'message') {
      if (field.repeated) {
        const list = this.read(field.name) as Items;
        for (const part of proto.all(number)) (list.add() as Message).merge(part);
      } else
        for (const part of proto.all(number)) {
          const inside = this.read(field.name) as Message;
          inside.merge(part);
          this.reached(field, inside);
        }
      return;
    }
    const values = scalarKinds[field.scalar].read(proto, number);
    if (field.repeated) (this.read(field.name) as Items).extend(values);
    else if (values.length > 0) this.put(field, values.at(-1));
  }
  SerializeToString(..._options: readonly unknown[]): Uint8Array {
    const out = new ProtoWriter();
    for (const field of this.here) {
      const value = this.held.get(field.name);
      if (value instanceof Entries) {
        for (const [key, item] of value.sorted())
          out.message(field.number, (entry) => {
            scalarKinds[field.key!].write(entry, 1, key);
            if (item instanceof Message) entry.bytes(2, item.SerializeToString());
            else scalarKinds[field.scalar].write(entry, 2, item);
          });
      } else if (value instanceof Items) {
        if (field.kind === 'message')
          for (const m of value) out.bytes(field.number, (m as Message).SerializeToString());
        else written(out, field, [...value]);
      } else if (value instanceof Message) out.bytes(field.number, value.SerializeToString());
      else scalarKinds[field.scalar].write(out, field.number, value);
    }
    return out.done();
  }
  SerializePartialToString(): Uint8Array {
    return this.SerializeToString();
  }
  /** Pairs of what is there, in the order of the fields' numbers. */
  ListFields(): [string, unknown][] {
    return this.here.map((f) => [f.name, this.held.get(f.name)]);
  }
  lines(): string[] {
    return this.here.flatMap((field) => {
      const { name } = field;
      const value = this.held.get(name);
      const one = (v: unknown, label: string): string[] =>
        v instanceof Message ? block(label, v.lines()) : [`${label}: ${shown(field, v)}`];
      if (value instanceof Items) return [...value].flatMap((v) => one(v, name));
      if (value instanceof Entries)
        return value
          .sorted()
          .flatMap(([key, v]) =>
            block(name, [`key: ${shown({ scalar: field.key!, values: null }, key)}`, ...one(v, 'value')]),
          );
      return one(value, name);
    });
  }
  __eq__(other: unknown): boolean {
    return other instanceof Message && other.constructor === this.constructor && other.toString() === this.toString();
  }
}
const block = (name: string, lines: readonly string[]): string[] => [`${name} {`, ...lines.map((l) => `  ${l}`), '}'];
const isDefault = (field: Field, value: unknown): boolean => {
  if (value instanceof Uint8Array) return value.length === 0;
  return value instanceof PyFloat ? Number(value) === 0 : Object.is(value, initial(field)) || value === 0;
};
const shortType = (value: unknown): string => /'(?:.*\.)?([^.']*)'/.exec(typeText(value))?.[1] ?? pyStr(value);

/** A message of a class from one of it or from a dict of its fields. */
export function messageFrom(of: Made, value: unknown): Message {
  if (value instanceof of) {
    const copy = new of();
    copy.MergeFromString(value.SerializeToString());
    return copy;
  }
  if (entriesOf(value) !== null) return new of(value);
  throw new TypeError(
    `Parameter to initialize message field must be dict or instance of same class: expected ${describeValue(of).text} got ${typeText(value)}.`,
  );
}

/**
 * A class of messages with the fields of a schema, one a line as protobuf writes them (`repeated string input = 3`,
 * `map<string, AttrValue> attr = 5`, lines of a group within `oneof value` and `end`); `types` says what other names are:
 * classes (in a function, as they may refer to each other; with a dot before the name where they are the class's own) or
 * tables of an enumeration's values.
 */
export function messageClass(full: string, schema: string, types: Types = {}): AnyMessageClass {
  const fields = new Map<string, Field>();
  let group: string | null = null;
  for (const line of schema
    .split('\n')
    .map((l) => l.trim())
    .filter((l) => l !== '')) {
    const opened = /^oneof (\w+)$/.exec(line);
    if (opened !== null || line === 'end') {
      group = opened?.[1] ?? null;
      continue;
    }
    const map = /^map<(\w+), ([\w.]+)> (\w+) = (\d+)$/.exec(line);
    const plain = /^(repeated )?([\w.]+) (\w+) = (\d+)$/.exec(line);
    const [, first, type, name, number] = map ?? plain ?? [];
    if (type === undefined) throw new Error(`${full}: cannot read the field '${line}'`);
    const other = Object.hasOwn(scalarKinds, type) ? undefined : (types[type] ?? types[`.${type}`]);
    if (other === undefined && !Object.hasOwn(scalarKinds, type))
      throw new Error(`${full}: there is no type '${type}'`);
    fields.set(name!, {
      name: name!,
      number: Number(number),
      kind: typeof other === 'function' ? 'message' : 'scalar',
      scalar: other === undefined ? (type as Scalar) : 'enum',
      values: typeof other === 'object' ? other : null,
      of: typeof other === 'function' ? other : null,
      repeated: map === null && first !== undefined,
      key: map === null ? null : (first as Scalar),
      group,
    });
  }
  const name = shortName(full);
  const made = {
    [name]: class extends Message {
      static override readonly full = full;
      static override readonly fields = fields;
    },
  }[name]!;
  for (const field of fields.keys())
    Object.defineProperty(made.prototype, field, {
      get(this: Message) {
        return this.read(field);
      },
      set(this: Message, value: unknown) {
        this.write(field, value);
      },
      enumerable: true,
      configurable: true,
    });
  // a class has the values of its enumerations and the classes that stand within it
  for (const [type, other] of Object.entries(types)) {
    if (typeof other === 'object') Object.assign(made, other, { [type]: enumeration(type, other) });
    else if (type.startsWith('.')) Object.defineProperty(made, type.slice(1), { get: other, enumerable: true });
  }
  return made as unknown as AnyMessageClass;
}
/** A class of messages, with whatever fields its schema names. */
export type AnyMessageClass = {
  new (...args: readonly unknown[]): AnyMessage;
  FromString(bytes: Uint8Array): AnyMessage;
  // the values of its enumerations and the classes within
  readonly [name: string]: any;
};
export type AnyMessage = Message & Record<string, any>;

const enumeration = (name: string, values: EnumValues) => ({
  ...values,
  Name(number: number): string {
    const found = Object.keys(values).find((key) => values[key] === number);
    if (found === undefined) throw valueError(`Enum ${name} has no name defined for value ${number}`);
    return found;
  },
  Value(key: string): number {
    if (values[key] === undefined) throw valueError(`Enum ${name} has no value defined for name '${key}'`);
    return values[key];
  },
  keys: (): string[] => Object.keys(values),
  values: (): number[] => Object.values(values),
  items: (): [string, number][] => Object.entries(values),
});
