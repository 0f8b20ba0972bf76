import { again, isException, type PyException, raised, toException } from './exceptions';
import { iterate, list } from './iteration';
import { PyIterator } from './iterator';
import { error } from './raise';
import { Stopped } from './state';
import { isPlain } from './values';

/** What a generator is called in tracebacks and by `__name__`. */
export interface GeneratorMeta {
  readonly file: string;
  readonly name: string;
  readonly qualname: string;
}

/** A Python generator over a JavaScript one. */
export class PyGenerator extends PyIterator {
  readonly #source: Generator<unknown, unknown, unknown>;
  readonly meta: GeneratorMeta;
  #started = false;
  #done = false;
  /** What the generator returned. */
  result: unknown = null;

  constructor(source: Generator<unknown, unknown, unknown>, meta: GeneratorMeta) {
    super();
    this.#source = source;
    this.meta = meta;
  }

  #take(step: IteratorResult<unknown, unknown>): unknown {
    if (!step.done) return step.value === undefined ? null : step.value;
    this.#done = true;
    this.result = step.value === undefined ? null : step.value;
    return undefined;
  }
  #run(resume: () => IteratorResult<unknown, unknown>): unknown {
    this.#started = true;
    try {
      return this.#take(resume());
    } catch (e) {
      if (e instanceof TypeError && /already running/.test(e.message))
        throw error('ValueError', 'generator already executing');
      this.#done = true;
      throw e;
    }
  }
  next(): unknown {
    if (this.#done) {
      this.result = null;
      return undefined;
    }
    return this.#run(() => this.#source.next(null));
  }
  /** `gen.send(value)`: undefined at the end. */
  send(value: unknown): unknown {
    if (!this.#started && value !== null) {
      throw error('TypeError', "can't send non-None value to a just-started generator");
    }
    if (this.#done) return undefined;
    return this.#run(() => this.#source.next(value));
  }
  /** `gen.throw(exception)`. */
  throw(e: PyException): unknown {
    if (this.#done || !this.#started) {
      this.#done = true;
      throw e;
    }
    return this.#run(() => this.#source.throw(e));
  }
  /** `gen.close()`. */
  close(): void {
    if (this.#done) return;
    if (!this.#started) {
      this.#done = true;
      return;
    }
    try {
      const value = this.throw(raised(error('GeneratorExit')));
      if (value !== undefined) throw error('RuntimeError', 'generator ignored GeneratorExit');
    } catch (e) {
      const name = isException(e) ? e.name : '';
      if (name !== 'GeneratorExit' && name !== 'StopIteration') throw e;
    } finally {
      this.#done = true;
    }
  }
  override get kind(): string {
    return 'generator';
  }
  /** The JavaScript generator, for `yield from`. */
  get source(): Generator<unknown, unknown, unknown> {
    this.#started = true;
    return this.#source;
  }
}

/** What `yield from x` delegates to. */
export function delegate(x: unknown): Iterable<unknown> {
  const it = iterate(x);
  if (it instanceof PyGenerator) {
    return {
      [Symbol.iterator]: () => ({
        next: (value?: unknown) => finish(it, value === undefined || value === null ? it.next() : it.send(value)),
        throw: (e: unknown) => {
          const exception = toException(e);
          if (exception.name === 'GeneratorExit') it.close();
          return finish(it, it.throw(exception));
        },
      }),
    } as Iterable<unknown>;
  }
  return {
    [Symbol.iterator]: () => ({
      next: () => {
        const value = it.next();
        return value === undefined ? { done: true, value: null } : { done: false, value };
      },
      throw: (e: unknown) => {
        throw e;
      },
    }),
  } as Iterable<unknown>;
}
const finish = (it: PyGenerator, value: unknown): IteratorResult<unknown, unknown> =>
  value === undefined ? { done: true, value: it.result } : { done: false, value };

/** What leaves a generator's body: a StopIteration from inside is a mistake of the program. */
export function leaveGenerator(e: unknown): unknown {
  if (e instanceof Stopped) return e;
  const exception = toException(e);
  if (exception.name !== 'StopIteration') return exception;
  const made = error('RuntimeError', 'generator raised StopIteration') as PyException;
  made.$cause = exception;
  made.$context = exception;
  made.$suppress = true;
  return made;
}

export { again, isPlain, list };
