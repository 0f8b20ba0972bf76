import { needsRepresentative, plainKey, Representatives } from './hashing';
import { PyIterator } from './iterator';
import { error } from './raise';

/** What sets and frozensets share; items in order of insertion. */
export class PySetBase {
  readonly #map = new Map<unknown, unknown>();
  #own: Representatives | null = null;
  changes = 0;

  constructor(items?: Iterable<unknown>) {
    if (items !== undefined) for (const item of items) this.add(item);
  }

  #key(x: unknown, add: boolean): unknown {
    if (x instanceof PySet && !add) x = new PyFrozenSet(x);
    const key = plainKey(x);
    if (!needsRepresentative(x, key)) return key;
    if (this.#own === null) {
      if (!add) return undefined;
      this.#own = new Representatives();
    }
    return this.#own.find(x, add);
  }
  get size(): number {
    return this.#map.size;
  }
  has(x: unknown): boolean {
    return this.#map.has(this.#key(x, false));
  }
  add(x: unknown): this {
    const key = this.#key(x, true);
    if (!this.#map.has(key)) {
      this.#map.set(key, x);
      this.changes++;
    }
    return this;
  }
  delete(x: unknown): boolean {
    const key = this.#key(x, false);
    if (!this.#map.delete(key)) return false;
    if (this.#own !== null && typeof key === 'object' && key !== null) this.#own.remove(key);
    this.changes++;
    return true;
  }
  clear(): void {
    this.#map.clear();
    this.#own?.clear();
    this.changes++;
  }
  values(): IterableIterator<unknown> {
    return this.#map.values();
  }
  [Symbol.iterator](): IterableIterator<unknown> {
    return this.#map.values();
  }
  walk(): PyIterator {
    return new SetIterator(this, this.#map.values());
  }
}

class SetIterator extends PyIterator {
  readonly #set: PySetBase;
  readonly #source: Iterator<unknown>;
  readonly #changes: number;
  constructor(set: PySetBase, source: Iterator<unknown>) {
    super();
    this.#set = set;
    this.#source = source;
    this.#changes = set.changes;
  }
  next(): unknown {
    if (this.#changes !== this.#set.changes) throw error('RuntimeError', 'Set changed size during iteration');
    const step = this.#source.next();
    return step.done ? undefined : step.value;
  }
  override get kind(): string {
    return 'set_iterator';
  }
}

/** Python's set. */
export class PySet extends PySetBase {}
/** Python's frozenset. */
export class PyFrozenSet extends PySetBase {}
Object.defineProperty(PySet.prototype, '$unhashable', { value: true });
