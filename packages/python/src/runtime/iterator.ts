import { state, tick } from './state';

/**
 * A Python iterator: `next()` gives the next value, or undefined at the end (undefined is never a Python value).
 * JavaScript may iterate it too.
 */
export abstract class PyIterator {
  abstract next(): unknown;

  /** What `type(x).__name__` says. */
  get kind(): string {
    return 'iterator';
  }

  [Symbol.iterator](): Iterator<unknown> {
    return {
      next: () => {
        const value = this.next();
        return value === undefined ? { done: true, value: undefined } : { done: false, value };
      },
    };
  }
}

/** Over a list or tuple that may change meanwhile. */
export class ListIterator extends PyIterator {
  private at = 0;
  private readonly items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    super();
    this.items = items;
  }
  next(): unknown {
    return this.at < this.items.length ? this.items[this.at++] : undefined;
  }
  override get kind(): string {
    return 'list_iterator';
  }
  /** How many are left, for `len`-like hints and `reversed`. */
  get left(): number {
    return Math.max(0, this.items.length - this.at);
  }
}

/** Over the numbers of a range. */
export class RangeIterator extends PyIterator {
  private at: number;
  private left: number;
  private readonly step: number;
  constructor(start: number, step: number, count: number) {
    super();
    this.at = start;
    this.step = step;
    this.left = count;
  }
  next(): unknown {
    if (this.left-- <= 0) return undefined;
    const value = this.at;
    this.at += this.step;
    return value;
  }
  override get kind(): string {
    return 'range_iterator';
  }
}

/** Over any JavaScript iterator; undefined among its values is None. */
export class JsIterator extends PyIterator {
  private readonly source: Iterator<unknown>;
  private readonly name: string;
  private done = false;
  constructor(source: Iterator<unknown>, name = 'iterator') {
    super();
    this.source = source;
    this.name = name;
  }
  next(): unknown {
    if (this.done) return undefined;
    const step = this.source.next();
    if (step.done) {
      this.done = true;
      return undefined;
    }
    return step.value === undefined ? null : step.value;
  }
  override get kind(): string {
    return this.name;
  }
}

/** Over what a function gives until it gives undefined. */
export class PullIterator extends PyIterator {
  private readonly pull: () => unknown;
  private readonly name: string;
  private done = false;
  constructor(pull: () => unknown, name = 'iterator') {
    super();
    this.pull = pull;
    this.name = name;
  }
  next(): unknown {
    if (this.done) return undefined;
    // some go on for ever, and nothing else may look at the clock
    if (--state.left < 0) tick();
    const value = this.pull();
    if (value === undefined) this.done = true;
    return value;
  }
  override get kind(): string {
    return this.name;
  }
}
