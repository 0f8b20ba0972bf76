import { PyDict } from '../runtime/dict';

/** A facade's record as a dict: what Python writes into it, the facade sees (`optimizer.param_groups[0]['lr'] = 0.1`). */
export class LiveDict extends PyDict {
  readonly #record: Record<string, unknown>;
  readonly #enter: (value: unknown) => unknown;
  #ready = false;

  constructor(record: Record<string, unknown>, leave: (value: unknown) => unknown, enter: (value: unknown) => unknown) {
    super();
    this.#record = record;
    this.#enter = enter;
    for (const key of Object.keys(record)) super.set(key, leave(record[key]));
    this.#ready = true;
  }
  override set(key: unknown, value: unknown): this {
    if (this.#ready && typeof key === 'string') {
      Object.defineProperty(this.#record, key, {
        value: this.#enter(value),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return super.set(key, value);
  }
  override delete(key: unknown): boolean {
    if (typeof key === 'string' && Object.hasOwn(this.#record, key)) delete this.#record[key];
    return super.delete(key);
  }
}
