import { declareSignatures, isNumber } from '@stele/core';
import { IndexError, ValueError } from '../../errors';
import type { Tensor } from '../../tensor';
import { indented, Module } from './module';
import { fieldsOf, typeText } from './tree';

/** Python's slice, as an index may be one. */
interface Slice {
  readonly start?: unknown;
  readonly stop?: unknown;
  readonly step?: unknown;
}
type Index = number | Slice;
const whole = (v: unknown, otherwise: number): number => (v === null || v === undefined ? otherwise : Number(v));

/** The places of a list of n that Python's slice means. */
export function slicePlaces({ start, stop, step }: Slice, n: number): number[] {
  const by = whole(step, 1);
  if (by === 0) throw new ValueError('slice step cannot be zero');
  const clip = (v: number): number => {
    const at = v < 0 ? v + n : v;
    return by > 0 ? Math.min(Math.max(at, 0), n) : Math.min(Math.max(at, -1), n - 1);
  };
  const from = start === null || start === undefined ? (by > 0 ? 0 : n - 1) : clip(Number(start));
  const to = stop === null || stop === undefined ? (by > 0 ? n : -1) : clip(Number(stop));
  const out: number[] = [];
  for (let i = from; by > 0 ? i < to : i > to; i += by) out.push(i);
  return out;
}
/** A place from either end of a list of n. */
export function listPlace(index: unknown, n: number): number {
  const i = Number(index);
  if (!isNumber(index) || !Number.isInteger(i))
    throw new TypeError(`'${typeText(index)}' object cannot be interpreted as an integer`);
  if (i < -n || i >= n) throw new IndexError(`index ${i} is out of range`);
  return i < 0 ? i + n : i;
}
const isIterable = (x: unknown): x is Iterable<unknown> =>
  (typeof x === 'object' || typeof x === 'function') && x !== null && Symbol.iterator in x;

/** What Sequential and ModuleList share: modules under the names 0, 1, ... */
abstract class ModuleRow extends Module {
  override get length(): number {
    return this.submodules().length;
  }
  /** Modules in order; the same one may be there twice. */
  protected list(): Module[] {
    return this.submodules().map(([, module]) => module);
  }
  /** Names the modules 0, 1, ... anew. */
  protected renumber(list: readonly Module[]): void {
    for (const [name] of this.submodules()) delete fieldsOf(this)[name];
    for (const [i, module] of list.entries()) this.add_module(String(i), module);
  }
  append(module: Module): this {
    this.add_module(String(this.length), module);
    return this;
  }
  extend(modules: Iterable<Module>): this {
    if (!isIterable(modules))
      throw new TypeError(`${this.kind}.extend should be called with an iterable, but got ${typeText(modules)}`);
    for (const module of [...modules]) this.append(module);
    return this;
  }
  pop(key: Index): Module {
    const found = this.__getitem__(key) as Module;
    this.__delitem__(key);
    return found;
  }
  /** Python's `self[i]`. */
  at(i: number): Module {
    return this.list()[listPlace(i, this.length)]!;
  }
  abstract __getitem__(index: Index): Module;
  __setitem__(index: number, module: Module): void {
    const [name] = this.submodules()[listPlace(index, this.length)]!;
    this.__setattr__(name, module);
  }
  __delitem__(index: Index): void {
    const n = this.length;
    const gone = new Set(isNumber(index) ? [listPlace(index, n)] : slicePlaces(index, n));
    this.renumber(this.list().filter((_, i) => !gone.has(i)));
  }
  __len__(): number {
    return this.length;
  }
  [Symbol.iterator](): Iterator<Module> {
    return this.list()[Symbol.iterator]();
  }
}

/**
 * Modules run one after the other; each is a field named by its place, or by its name in a Map.
 *
 * ```ts
 * new nn.Sequential(new nn.Linear(4, 2), new nn.ReLU()).length; // 2
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html
 */
export class Sequential extends ModuleRow {
  constructor(...layers: Module[] | [Map<string, Module>]) {
    super();
    const [first] = layers;
    const named: Iterable<[string, Module]> =
      layers.length === 1 && first instanceof Map
        ? first
        : (layers as Module[]).map((layer, i): [string, Module] => [String(i), layer]);
    for (const [name, layer] of named) this.add_module(name, layer);
  }
  forward(input: Tensor): Tensor;
  forward(input: unknown): unknown {
    let x: any = input;
    for (const layer of this) x = layer(x);
    return x;
  }
  insert(index: number, module: Module): this {
    const n = this.length;
    if (index < -n || index > n) throw new IndexError(`Index out of range: ${index}`);
    const list = this.list();
    list.splice(index, 0, module);
    this.renumber(list);
    return this;
  }
  __getitem__(index: Index): Module {
    if (isNumber(index)) return this.at(index);
    const all = this.submodules();
    return this.like(new Map(slicePlaces(index, all.length).map((i) => all[i]!)));
  }
  private like(named: Map<string, Module>): Sequential {
    return new (this.constructor as typeof Sequential)(named);
  }
  private joined(other: unknown): Module[] {
    if (!(other instanceof Sequential))
      throw new ValueError(`add operator supports only objects of Sequential class, but ${typeText(other)} is given.`);
    return [...this, ...other];
  }
  __add__(other: unknown): Sequential {
    return new Sequential(...this.joined(other));
  }
  __iadd__(other: unknown): this {
    for (const layer of this.joined(other).slice(this.length)) this.append(layer);
    return this;
  }
  __mul__(times: number): Sequential {
    if (!isNumber(times) || !Number.isInteger(Number(times)))
      throw new TypeError(`unsupported operand type(s) for *: ${this.kind} and ${typeText(times)}`);
    if (times <= 0) throw new ValueError(`Non-positive multiplication factor ${times} for ${this.kind}`);
    return new Sequential(...Array.from({ length: Number(times) }, () => this.list()).flat());
  }
  __rmul__(times: number): Sequential {
    return this.__mul__(times);
  }
}
/**
 * A list of modules that are registered by being in it.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
 */
export class ModuleList extends ModuleRow {
  constructor(modules: Iterable<Module> | null = null) {
    super();
    if (modules !== null) this.extend(modules);
  }
  insert(index: number, module: Module): void {
    const list = this.list();
    list.splice(index, 0, module);
    this.renumber(list);
  }
  __getitem__(index: Index): Module {
    if (isNumber(index)) return this.at(index);
    const list = this.list();
    const kind = this.constructor as typeof ModuleList;
    return new kind(slicePlaces(index, list.length).map((i) => list[i]!));
  }
  __add__(other: Iterable<Module>): ModuleList {
    return new ModuleList([...this, ...other]);
  }
  __iadd__(other: Iterable<Module>): this {
    return this.extend(other);
  }
  /** Equal neighbours are told once: `(0-2): 3 x Linear(...)`. */
  protected override childLines(): string[] {
    const blocks: { text: string; from: number; to: number }[] = [];
    this.list().forEach((module, i) => {
      const text = module.toString();
      const last = blocks.at(-1);
      if (last?.text === text) last.to = i;
      else blocks.push({ text, from: i, to: i });
    });
    return blocks.map(({ text, from, to }) =>
      indented(from === to ? `(${from}): ${text}` : `(${from}-${to}): ${to - from + 1} x ${text}`),
    );
  }
}

type Named<T> = ReadonlyMap<string, T> | Readonly<Record<string, T>> | Iterable<readonly [string, T]>;
/** The pairs of a Map, of an object, or of a list of pairs. */
export function pairs<T>(kind: string, given: Named<T>): [string, T][] {
  if (given instanceof Map) return [...given];
  if (isIterable(given))
    return [...given].map((pair, j) => {
      if (!isIterable(pair))
        throw new TypeError(`${kind} update sequence element #${j} should be Iterable; is${typeText(pair)}`);
      const two = [...pair];
      if (two.length !== 2)
        throw new ValueError(`${kind} update sequence element #${j} has length ${two.length}; 2 is required`);
      return two as [string, T];
    });
  if (typeof given !== 'object')
    throw new TypeError(
      `${kind}.update should be called with an iterable of key/value pairs, but got ${typeText(given)}`,
    );
  return Object.entries(given) as [string, T][];
}

const order = Symbol('order of keys');
export interface ModuleDict {
  /** The keys as they came: whole numbers among an object's keys lose their place. */
  [order]: Map<string, true>;
}
/**
 * Modules by name, registered by being in it.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
 */
export class ModuleDict extends Module {
  constructor(modules: Named<Module> | ModuleDict | null = null) {
    super();
    Object.defineProperty(this, order, { value: new Map(), enumerable: false });
    if (modules !== null) this.update(modules);
  }
  protected override submodules(): [string, Module][] {
    const all = new Map(super.submodules());
    return [...new Set([...this[order].keys(), ...all.keys()])].map((key) => [key, all.get(key)!]);
  }
  override get length(): number {
    return this.submodules().length;
  }
  update(modules: Named<Module> | ModuleDict): void {
    const list = modules instanceof ModuleDict ? modules.items() : pairs('ModuleDict', modules);
    for (const [key, module] of list) this.__setitem__(key, module);
  }
  keys(): string[] {
    return this.submodules().map(([key]) => key);
  }
  values(): Module[] {
    return this.submodules().map(([, module]) => module);
  }
  items(): [string, Module][] {
    return this.submodules();
  }
  clear(): void {
    for (const key of this.keys()) this.__delitem__(key);
  }
  pop(key: string): Module {
    const found = this.__getitem__(key);
    this.__delitem__(key);
    return found;
  }
  /** Python's `self[key]`. */
  get(key: string): Module {
    return this.__getitem__(key);
  }
  __getitem__(key: string): Module {
    const found = new Map(this.submodules()).get(key);
    if (found === undefined) throw keyError(key);
    return found;
  }
  __setitem__(key: string, module: Module): void {
    this.add_module(key, module);
    this[order].set(key, true);
  }
  __delitem__(key: string): void {
    if (!this.__contains__(key)) throw keyError(key);
    delete fieldsOf(this)[key];
    this[order].delete(key);
  }
  __contains__(key: string): boolean {
    return this.keys().includes(key);
  }
  __len__(): number {
    return this.length;
  }
  [Symbol.iterator](): Iterator<string> {
    return this.keys()[Symbol.iterator]();
  }
}
export function keyError(key: unknown): Error {
  const error = new Error(String(key));
  error.name = 'KeyError';
  return error;
}
declareSignatures('torch.nn.Sequential', Sequential.prototype, {
  append: 'module',
  extend: 'sequential|modules',
  forward: 'input',
  insert: 'index, module',
});
