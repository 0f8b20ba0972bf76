import { pyRepr } from '@stele/core/printing';
import { bind } from '../../../dispatch';
import { namedTuple } from '../../../nest';
import type { AnyMessage } from '../../../protos/config';
import type { Session } from '../session';
import type { Coordinator } from './coordinator';

const values = namedTuple('SessionRunValues', ['results', 'options', 'run_metadata']);
/** What a hook is given of a run: the values of what it asked for. */
export interface SessionRunValues {
  readonly results: any;
  readonly options: AnyMessage;
  readonly run_metadata: AnyMessage;
}
export const runValues = (results: unknown, options: unknown, metadata: unknown): SessionRunValues =>
  values(results, options, metadata) as unknown as SessionRunValues;

/**
 * What a hook adds to a run.
 * @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/train/SessionRunArgs
 */
export class SessionRunArgs {
  readonly fetches: unknown;
  readonly feed_dict: unknown;
  readonly options: unknown;
  constructor(...args: readonly unknown[]) {
    const o = bind('SessionRunArgs.__new__', ['fetches', 'feed_dict', 'options'], args);
    this.fetches = o.fetches ?? null;
    this.feed_dict = o.feed_dict ?? null;
    this.options = o.options ?? null;
  }
  // a tuple in Python
  private get parts(): readonly unknown[] {
    return [this.fetches, this.feed_dict, this.options];
  }
  __len__(): number {
    return 3;
  }
  __getitem__(index: number): unknown {
    return this.parts.at(Number(index));
  }
  [Symbol.iterator](): Iterator<unknown> {
    return this.parts[Symbol.iterator]();
  }
  __eq__(other: unknown): boolean {
    return other instanceof SessionRunArgs && this.parts.every((part, i) => Object.is(part, other.parts[i]));
  }
  toString(): string {
    const [fetches, feeds, options] = this.parts.map(pyRepr);
    return `SessionRunArgs(fetches=${fetches}, feed_dict=${feeds}, options=${options})`;
  }
  __repr__(): string {
    return this.toString();
  }
}
/** The run that a hook stands in: what was asked for, the session, and a way to ask for an end. */
export class SessionRunContext {
  readonly original_args: SessionRunArgs;
  readonly session: Session;
  private stopping = false;
  constructor(original_args: SessionRunArgs, session: Session) {
    this.original_args = original_args;
    this.session = session;
  }
  get stop_requested(): boolean {
    return this.stopping;
  }
  request_stop(): void {
    this.stopping = true;
  }
}

/**
 * What happens around the runs of a monitored session: a class that extends it has some of these methods.
 *
 * ```ts
 * const { train } = tf.compat.v1;
 * class Counts extends train.SessionRunHook {
 *   runs = 0;
 *   override after_run(): void {
 *     this.runs++;
 *   }
 * }
 * new Counts().runs; // 0
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/train/SessionRunHook
 */
export class SessionRunHook {
  /** Once, before the session is made: the last chance to add to the graph. */
  begin(): void {}
  after_create_session(_session: Session, _coord: Coordinator): void {}
  /** What the run is to compute beside what was asked for; null for nothing. */
  before_run(_run_context: SessionRunContext): SessionRunArgs | null {
    return null;
  }
  after_run(_run_context: SessionRunContext, _run_values: SessionRunValues): void {}
  /** Once, unless an error ended the session. */
  end(_session: Session): void {}
}
/** What happens around the saving of checkpoints; `after_save` may ask for an end by giving true. */
export class CheckpointSaverListener {
  begin(): void {}
  before_save(_session: Session, _global_step_value: number): void {}
  after_save(_session: Session, _global_step_value: number): boolean | null | undefined | void {}
  end(_session: Session, _global_step_value: number): void {}
}
