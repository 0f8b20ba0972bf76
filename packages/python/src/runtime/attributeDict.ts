import { PyDict } from './dict';
import type { PyIterator } from './iterator';

const isOwn = (object: object, key: string): boolean =>
  (!key.includes('$') || key === '__proto__$') && !(Array.isArray(object) && /^\d+$/.test(key));

/** The attributes of an object as its `__dict__`: what is written here is an attribute, and the other way round. */
export class AttributeDict extends PyDict {
  readonly #object: Record<string, unknown>;

  constructor(object: object) {
    super();
    this.#object = object as Record<string, unknown>;
  }
  #names(): string[] {
    return Object.keys(this.#object).filter((k) => isOwn(this.#object, k));
  }
  static #stored(key: unknown): string | null {
    if (typeof key !== 'string' || key.includes('$')) return null;
    return key === '__proto__' ? '__proto__$' : key;
  }
  override get size(): number {
    return this.#names().length;
  }
  override get(k: unknown): unknown {
    const key = AttributeDict.#stored(k);
    return key !== null && this.has(k) ? this.#object[key] : undefined;
  }
  override has(k: unknown): boolean {
    const key = AttributeDict.#stored(k);
    return key !== null && Object.prototype.propertyIsEnumerable.call(this.#object, key) && isOwn(this.#object, key);
  }
  override set(k: unknown, value: unknown): this {
    const key = AttributeDict.#stored(k);
    if (key !== null) {
      Object.defineProperty(this.#object, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return this;
  }
  override delete(k: unknown): boolean {
    const key = AttributeDict.#stored(k);
    if (key === null || !this.has(k)) return false;
    return delete this.#object[key];
  }
  override clear(): void {
    for (const key of this.#names()) delete this.#object[key];
  }
  override *keys(): Generator<unknown> {
    for (const key of this.#names()) yield key === '__proto__$' ? '__proto__' : key;
  }
  override *values(): Generator<unknown> {
    for (const key of this.#names()) yield this.#object[key];
  }
  override *entries(): Generator<[unknown, unknown]> {
    for (const key of this.#names()) yield [key === '__proto__$' ? '__proto__' : key, this.#object[key]];
  }
  override forEach(visit: (value: unknown, key: unknown) => void): void {
    for (const [k, v] of this.entries()) visit(v, k);
  }
  override storedKey(k: unknown): unknown {
    return this.has(k) ? k : undefined;
  }
  override last(): [unknown, unknown] | undefined {
    return [...this.entries()].pop();
  }
  override copy(): PyDict {
    return new PyDict(this.entries());
  }
  override walk(what: 'keys' | 'values' | 'items', pair: (k: unknown, v: unknown) => unknown): PyIterator {
    return this.copy().walk(what, pair);
  }
}
