import { pyRepr } from '@stele/core/printing';
import { indexError } from './errors';
import { TensorShape } from './shape';

/** Whether a value is an object literal. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The entries of a record or a Map: Python's dicts, whichever way they come. Null for anything else. */
export const entriesOf = (value: unknown): [unknown, unknown][] | null =>
  value instanceof Map ? [...value] : isRecord(value) ? Object.entries(value) : null;

/** A record or a Map with every value changed; the value itself where it is neither. */
export function mapEntries(value: unknown, f: (part: unknown) => unknown): unknown {
  if (value instanceof Map)
    return new (value.constructor as MapConstructor)([...value].map(([k, v]) => [k, f(v)] as const));
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, f(v)])) : value;
}

/** A structure of lists, tuples, records and Maps with every leaf changed; tuples stay tuples of their class. */
export function mapLeaves(value: unknown, f: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value) && !(value instanceof TensorShape)) {
    const out = Array.from(value, (part) => mapLeaves(part, f));
    const prototype = Object.getPrototypeOf(value);
    return prototype === Array.prototype ? out : Object.setPrototypeOf(out, prototype);
  }
  return entriesOf(value) === null ? f(value) : mapEntries(value, (part) => mapLeaves(part, f));
}
/** The leaves of a structure, in order. */
export function leavesOf(value: unknown): unknown[] {
  const out: unknown[] = [];
  mapLeaves(value, (leaf) => out.push(leaf));
  return out;
}

/**
 * Makes tuples of results that can also be read by name, as Python's named tuples.
 *
 * ```ts
 * const pair = namedTuple('Unique', ['y', 'idx']);
 * pair(1, 2).idx; // 2
 * ```
 */
export function namedTuple<K extends string>(name: string, keys: readonly K[]) {
  const Named = class extends Array<unknown> {
    // what makes arrays from this one gives plain ones
    static override get [Symbol.species](): ArrayConstructor {
      return Array;
    }
    __len__(): number {
      return this.length;
    }
    __getitem__(index: number): unknown {
      const found = this.at(Number(index));
      if (found === undefined) throw indexError('tuple index out of range');
      return found;
    }
    override toString(): string {
      return `${name}(${keys.map((key, i) => `${key}=${pyRepr(this[i])}`).join(', ')})`;
    }
    __repr__(): string {
      return this.toString();
    }
    __str__(): string {
      return this.toString();
    }
  };
  Object.defineProperty(Named, 'name', { value: name });
  keys.forEach((key, i) => {
    Object.defineProperty(Named.prototype, key, {
      get(this: readonly unknown[]) {
        return this[i];
      },
    });
  });
  return <T>(...parts: readonly T[]): T[] & Record<K, T> => {
    const out = new Named();
    out.push(...parts);
    return out as unknown as T[] & Record<K, T>;
  };
}
