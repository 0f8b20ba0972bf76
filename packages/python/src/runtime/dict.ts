import { needsRepresentative, plainKey, Representatives } from './hashing';
import { PyIterator } from './iterator';
import { error } from './raise';

interface Entry {
  readonly key: unknown;
  value: unknown;
}

/** Python's dict: in order of insertion, keys compared as Python compares. Iterating gives the keys. */
export class PyDict {
  readonly #map = new Map<unknown, Entry>();
  #own: Representatives | null = null;
  /** Grows with every change of the set of keys. */
  changes = 0;

  constructor(entries?: Iterable<readonly [unknown, unknown]>) {
    if (entries !== undefined) for (const [k, v] of entries) this.set(k, v);
  }

  /** A dict of a plain object's or a Map's entries. */
  static from(source: Readonly<Record<string, unknown>> | ReadonlyMap<unknown, unknown>): PyDict {
    return new PyDict(source instanceof Map ? source : Object.entries(source));
  }

  #key(k: unknown, add: boolean): unknown {
    if (typeof k === 'string') return k.charCodeAt(0) === 0 ? `\0S${k}` : k;
    const key = plainKey(k);
    if (!needsRepresentative(k, key)) return key;
    if (this.#own === null) {
      if (!add) return undefined;
      this.#own = new Representatives();
    }
    return this.#own.find(k, add);
  }

  get size(): number {
    return this.#map.size;
  }
  /** The value, or undefined if the key is not there. */
  get(k: unknown): unknown {
    return this.#map.get(this.#key(k, false))?.value;
  }
  has(k: unknown): boolean {
    return this.#map.has(this.#key(k, false));
  }
  set(k: unknown, v: unknown): this {
    const key = this.#key(k, true);
    const entry = this.#map.get(key);
    if (entry !== undefined) entry.value = v;
    else {
      this.#map.set(key, { key: k, value: v });
      this.changes++;
    }
    return this;
  }
  delete(k: unknown): boolean {
    const key = this.#key(k, false);
    if (!this.#map.delete(key)) return false;
    if (this.#own !== null) if (typeof key === 'object' && key !== null) this.#own.remove(key);
    this.changes++;
    return true;
  }
  clear(): void {
    this.#map.clear();
    this.#own?.clear();
    this.changes++;
  }
  *keys(): Generator<unknown> {
    for (const e of this.#map.values()) yield e.key;
  }
  *values(): Generator<unknown> {
    for (const e of this.#map.values()) yield e.value;
  }
  *entries(): Generator<[unknown, unknown]> {
    for (const e of this.#map.values()) yield [e.key, e.value];
  }
  [Symbol.iterator](): Generator<unknown> {
    return this.keys();
  }
  forEach(visit: (value: unknown, key: unknown) => void): void {
    for (const e of this.#map.values()) visit(e.value, e.key);
  }
  /** The key as it was first put in. */
  storedKey(k: unknown): unknown {
    return this.#map.get(this.#key(k, false))?.key;
  }
  /** The last entry, or undefined. */
  last(): [unknown, unknown] | undefined {
    let found: Entry | undefined;
    for (const e of this.#map.values()) found = e;
    return found && [found.key, found.value];
  }
  copy(): PyDict {
    const out = new PyDict();
    for (const e of this.#map.values()) out.set(e.key, e.value);
    return out;
  }
  /** Walks in order, refusing changes of the keys meanwhile, as Python does. */
  walk(what: 'keys' | 'values' | 'items', pair: (k: unknown, v: unknown) => unknown): PyIterator {
    return new DictIterator(this, this.#map.values(), what, pair);
  }
}

class DictIterator extends PyIterator {
  readonly #dict: PyDict;
  readonly #source: Iterator<Entry>;
  readonly #what: 'keys' | 'values' | 'items';
  readonly #pair: (k: unknown, v: unknown) => unknown;
  readonly #size: number;
  #changes: number;
  #done = false;

  constructor(
    dict: PyDict,
    source: Iterator<Entry>,
    what: 'keys' | 'values' | 'items',
    pair: (k: unknown, v: unknown) => unknown,
  ) {
    super();
    this.#dict = dict;
    this.#source = source;
    this.#what = what;
    this.#pair = pair;
    this.#size = dict.size;
    this.#changes = dict.changes;
  }
  next(): unknown {
    if (this.#done) return undefined;
    if (this.#changes !== this.#dict.changes) {
      this.#changes = this.#dict.changes;
      this.#done = true;
      throw error(
        'RuntimeError',
        this.#dict.size !== this.#size
          ? 'dictionary changed size during iteration'
          : 'dictionary keys changed during iteration',
      );
    }
    const step = this.#source.next();
    if (step.done) {
      this.#done = true;
      return undefined;
    }
    const { key, value } = step.value;
    return this.#what === 'keys' ? key : this.#what === 'values' ? value : this.#pair(key, value);
  }
  override get kind(): string {
    return this.#what === 'items'
      ? 'dict_itemiterator'
      : this.#what === 'keys'
        ? 'dict_keyiterator'
        : 'dict_valueiterator';
  }
}

Object.defineProperty(PyDict.prototype, '$unhashable', { value: true });

/** A live view of a dict: `d.keys()`, `d.values()`, `d.items()`. */
export class DictView {
  readonly dict: PyDict;
  readonly what: 'keys' | 'values' | 'items';
  constructor(dict: PyDict, what: 'keys' | 'values' | 'items') {
    this.dict = dict;
    this.what = what;
  }
}
