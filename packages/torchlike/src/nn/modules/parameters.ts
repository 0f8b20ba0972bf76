import { Tensor as CoreTensor, isNumber } from '@stele/core';
import { RuntimeError } from '../../errors';
import { Parameter, type Tensor } from '../../tensor';
import { keyError, listPlace, pairs, slicePlaces } from './container';
import { Module } from './module';
import { fieldsOf, typeText } from './tree';

type Value = unknown;
const learned = (value: Value): Value =>
  value instanceof CoreTensor && !(value instanceof Parameter) ? new Parameter(value as Tensor) : value;
const told = (value: Value, type: (t: Tensor) => string): string => {
  if (!(value instanceof CoreTensor)) return `Object of type: ${typeText(value)}`;
  const kind = value instanceof Parameter ? 'Parameter' : 'Tensor';
  return `${kind} containing: [${type(value as Tensor)} of size ${value.sizes.join('x')}]`;
};

/**
 * A list of parameters that are registered by being in it; other tensors become parameters, other values stay.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ParameterList.html
 */
export class ParameterList extends Module {
  private size = 0;

  constructor(values: Iterable<Value> | null = null) {
    super();
    Object.defineProperty(this, 'size', { value: 0, writable: true, enumerable: false });
    if (values !== null) this.extend(values);
  }
  override get length(): number {
    return this.size;
  }
  append(value: Value): this {
    fieldsOf(this)[String(this.size)] = learned(value);
    this.size++;
    return this;
  }
  extend(values: Iterable<Value>): this {
    if (typeof values !== 'object' || !(Symbol.iterator in values) || values instanceof CoreTensor)
      throw new TypeError(`ParameterList.extend should be called with an iterable, but got ${typeText(values)}`);
    for (const value of [...values]) this.append(value);
    return this;
  }
  /** Python's `self[i]`. */
  at(i: number): any {
    return fieldsOf(this)[String(listPlace(i, this.size))];
  }
  __getitem__(index: number | { start?: unknown; stop?: unknown; step?: unknown }): any {
    if (isNumber(index)) return this.at(index);
    const kind = this.constructor as typeof ParameterList;
    return new kind(slicePlaces(index, this.size).map((i) => this.at(i)));
  }
  __setitem__(index: number, value: Value): void {
    this.__setattr__(String(listPlace(index, this.size)), learned(value));
  }
  __len__(): number {
    return this.size;
  }
  __iadd__(values: Iterable<Value>): this {
    return this.extend(values);
  }
  *[Symbol.iterator](): Iterator<any> {
    for (let i = 0; i < this.size; i++) yield this.at(i);
  }
  protected override runWithHooks(): unknown {
    throw new RuntimeError('ParameterList should not be called.');
  }
  override extra_repr(): string {
    return [...this].map((p, k) => `  (${k}): ${told(p, (t) => String(t.dtype))}`).join('\n');
  }
}

const keys = Symbol('keys');
export interface ParameterDict {
  [keys]: Map<string, true>;
}
type Named = ReadonlyMap<string, Value> | Readonly<Record<string, Value>> | Iterable<readonly [string, Value]>;
/**
 * Parameters by name, registered by being in it; a plain Map or object is taken in the order of its sorted keys.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ParameterDict.html
 */
export class ParameterDict extends Module {
  constructor(parameters: Named | ParameterDict | null = null) {
    super();
    Object.defineProperty(this, keys, { value: new Map(), enumerable: false });
    if (parameters !== null) this.update(parameters);
  }
  override get length(): number {
    return this[keys].size;
  }
  update(parameters: Named | ParameterDict): void {
    const isList = Array.isArray(parameters) || parameters instanceof ParameterDict;
    const list = parameters instanceof ParameterDict ? parameters.items() : pairs('ParameterDict', parameters);
    if (!isList) list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    for (const [key, value] of list) this.__setitem__(key, value);
  }
  keys(): string[] {
    return [...this[keys].keys()];
  }
  values(): any[] {
    return this.keys().map((key) => fieldsOf(this)[key]);
  }
  items(): [string, any][] {
    return this.keys().map((key) => [key, fieldsOf(this)[key]]);
  }
  get(key: string, otherwise: Value = null): any {
    return this.__contains__(key) ? this.__getitem__(key) : otherwise;
  }
  setdefault(key: string, value: Value = null): any {
    if (!this.__contains__(key)) this.__setitem__(key, value);
    return this.__getitem__(key);
  }
  pop(key: string): any {
    const found = this.__getitem__(key);
    this.__delitem__(key);
    return found;
  }
  popitem(): [string, any] {
    const last = this.keys().at(-1);
    if (last === undefined) throw keyError('dictionary is empty');
    return [last, this.pop(last)];
  }
  clear(): void {
    for (const key of this.keys()) this.__delitem__(key);
  }
  copy(): ParameterDict {
    return new ParameterDict(this);
  }
  __getitem__(key: string): any {
    if (typeof key !== 'string')
      throw new TypeError(
        `Index given to ParameterDict cannot be used as a key as it is not a string (type is '${typeText(key)}'). Open an issue on github if you need non-string keys.`,
      );
    if (!this.__contains__(key)) {
      const error = new Error(`'${this.kind}' object has no attribute '${key}'`);
      error.name = 'AttributeError';
      throw error;
    }
    return fieldsOf(this)[key];
  }
  __setitem__(key: string, value: Value): void {
    this[keys].set(key, true);
    this.__setattr__(key, learned(value));
  }
  __delitem__(key: string): void {
    if (!this[keys].delete(key)) throw keyError(key);
    this.__delattr__(key);
  }
  __contains__(key: string): boolean {
    return this[keys].has(key);
  }
  __len__(): number {
    return this.length;
  }
  __or__(other: Named | ParameterDict): ParameterDict {
    const out = this.copy();
    out.update(other);
    return out;
  }
  __ior__(other: Named | ParameterDict): this {
    this.update(other);
    return this;
  }
  [Symbol.iterator](): Iterator<string> {
    return this.keys()[Symbol.iterator]();
  }
  protected override runWithHooks(): unknown {
    throw new RuntimeError('ParameterDict should not be called.');
  }
  override extra_repr(): string {
    return this.items()
      .map(([key, p]) => `  (${key}): ${told(p, (t) => t.type())}`)
      .join('\n');
  }
}
