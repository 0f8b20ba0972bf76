import { bind } from '../../../dispatch';
import { OutOfRangeError } from '../../../errors';
import { scopeOf } from '../mode';

interface Thread {
  readonly name?: string;
  is_alive?(): boolean;
}
/**
 * Tells the parts of a program when to end. Nothing in Stele runs beside the program, so that `join` has no one to wait
 * for.
 * @see https://www.tensorflow.org/api_docs/python/tf/train/Coordinator
 */
export class Coordinator {
  private readonly clean: readonly Function[];
  private stopping = false;
  private failure: unknown = null;
  private done = false;
  private threads: Thread[] = [];

  constructor(...args: readonly unknown[]) {
    const { clean_stop_exception_types: clean } = bind('Coordinator.__init__', ['clean_stop_exception_types'], args);
    this.clean = [...((clean as Iterable<Function> | null | undefined) ?? [OutOfRangeError])];
  }
  get joined(): boolean {
    return this.done;
  }
  request_stop(ex: unknown = null): void {
    const error = Array.isArray(ex) ? (ex[1] ?? null) : ex;
    const kept = error !== null && this.clean.some((c) => error instanceof (c as never)) ? null : error;
    if (this.done && kept !== null) throw kept;
    if (this.stopping) return;
    this.failure ??= kept;
    this.stopping = true;
  }
  clear_stop(): void {
    this.done = false;
    this.failure = null;
    this.stopping = false;
  }
  should_stop(): boolean {
    return this.stopping;
  }
  /** Errors within are those of the coordinator, and ask for an end. */
  stop_on_exception() {
    const scope = scopeOf(
      () => null,
      () => {},
    );
    return Object.assign(scope, {
      __exit__: (_type?: unknown, error?: unknown): boolean => {
        scope.__exit__();
        if (error !== null && error !== undefined) this.request_stop(error);
        return true;
      },
    });
  }
  wait_for_stop(_timeout: number | null = null): boolean {
    return this.stopping;
  }
  register_thread(thread: Thread): void {
    this.threads.push(thread);
  }
  join(..._args: readonly unknown[]): void {
    this.done = true;
    this.threads = [];
    this.raise_requested_exception();
  }
  raise_requested_exception(): void {
    if (this.failure !== null) throw this.failure;
  }
}
