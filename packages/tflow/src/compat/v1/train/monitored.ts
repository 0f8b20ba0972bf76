import { bind } from '../../../dispatch';
import { runtimeError } from '../../../errors';
import { toPath } from '../../../io/strings';
import { RunMetadata, RunOptions } from '../../../protos/config';
import { get_checkpoint_state } from '../../../train/state';
import { global_variables, local_variables, variables_initializer } from '../collections';
import { feedsOf } from '../feeds';
import type { Graph } from '../graph';
import { get_default_graph, sessions } from '../mode';
import { runSettings } from '../runLog';
import { Session } from '../session';
import { merge_all } from '../summaries';
import { Coordinator } from './coordinator';
import { runValues, SessionRunArgs, SessionRunContext, type SessionRunHook } from './hookBase';
import { CheckpointSaverHook, StepCounterHook, SummarySaverHook } from './hooks';
import { Saver } from './saver';

const none = (value: unknown): value is null | undefined => value === null || value === undefined;
const initNames = ['init_op', 'init_feed_dict', 'init_fn', 'ready_op', 'ready_for_local_init_op', 'local_init_op'];

/** What a session is begun with; what is not given is made for the graph as it is then. */
export class Scaffold {
  init_op: unknown;
  readonly init_feed_dict: unknown;
  readonly init_fn: ((session: Session) => unknown) | null;
  local_init_op: unknown;
  summary_op: unknown;
  saver: Saver | null;
  constructor(...args: readonly unknown[]) {
    const o = bind('Scaffold.__init__', [...initNames, 'summary_op', 'saver'], args);
    const given = o.init_fn as ((scaffold: Scaffold, session: Session) => unknown) | null | undefined;
    this.init_op = o.init_op ?? null;
    this.init_feed_dict = o.init_feed_dict ?? null;
    this.init_fn = none(given) ? null : (session) => given(this, session);
    this.local_init_op = o.local_init_op ?? null;
    this.summary_op = o.summary_op ?? null;
    this.saver = (o.saver as Saver | null | undefined) ?? null;
  }
  finalize(): this {
    this.init_op ??= variables_initializer(global_variables(), 'init');
    this.local_init_op ??= variables_initializer(local_variables(), 'init_local');
    this.summary_op ??= merge_all();
    if (this.saver === null && global_variables().length > 0) this.saver = new Saver({ defer_build: true });
    this.saver?.build();
    get_default_graph().finalize();
    return this;
  }
}

/** Makes the session of a monitored one: from a checkpoint where there is one, else by the graph's initial values. */
export class ChiefSessionCreator {
  private readonly scaffold: Scaffold;
  private readonly config: unknown;
  private readonly folder: unknown;
  constructor(...args: readonly unknown[]) {
    const o = bind('ChiefSessionCreator.__init__', ['scaffold', 'master', 'config', 'checkpoint_dir'], args);
    this.scaffold = (o.scaffold as Scaffold | null | undefined) ?? new Scaffold();
    this.config = o.config ?? null;
    this.folder = o.checkpoint_dir ?? null;
  }
  create_session(): Session {
    const { init_op, init_feed_dict, init_fn, local_init_op, saver } = this.scaffold.finalize();
    const session = new Session({ config: this.config });
    // a monitored session is nobody's default
    const at = sessions.lastIndexOf(session);
    if (at >= 0) sessions.splice(at, 1);
    const state = this.folder === null ? null : get_checkpoint_state(toPath('MonitoredSession()', this.folder));
    if (saver !== null && !none(state)) {
      saver.restore(session, state.model_checkpoint_path);
      saver.recover_last_checkpoints(state.all_model_checkpoint_paths);
    } else {
      session.run(init_op, init_feed_dict);
      init_fn?.(session);
    }
    session.run(local_init_op);
    const missing = global_variables().filter((v) => !session.state.has(v));
    if (missing.length > 0)
      throw runtimeError(
        `Init operations did not make model ready.  Init op: ${(init_op as { name?: string }).name?.replace(/:0$/, '')}, init fn: ${init_fn === null ? 'None' : 'given'}, local_init_op: ${(local_init_op as { name?: string }).name?.replace(/:0$/, '')}, error: Variables not initialized: ${missing.map((v) => v.op_name).join(', ')}`,
      );
    return session;
  }
}

/**
 * A session whose runs hooks watch and add to. It is begun by itself: variables have their initial values, or those of the
 * latest checkpoint.
 *
 * ```ts
 * const { v1 } = tf.compat;
 * using _ = new v1.Graph().as_default();
 * const step = v1.train.get_or_create_global_step();
 * const next = v1.assign_add(step, 1);
 * using session = new v1.train.MonitoredSession({ hooks: [new v1.train.StopAtStepHook({ last_step: 3 })] });
 * while (!session.should_stop()) session.run(next);
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/train/MonitoredSession
 */
export class MonitoredSession {
  private readonly hooks: readonly SessionRunHook[];
  private readonly home: Graph;
  private readonly wasFinal: boolean;
  private readonly coord = new Coordinator([]);
  private session: Session | null;
  private stopping = false;

  constructor(...args: readonly unknown[]) {
    const o = bind('MonitoredSession.__init__', ['session_creator', 'hooks', 'stop_grace_period_secs'], args);
    this.home = get_default_graph();
    this.wasFinal = this.home.finalized;
    this.hooks = [...((o.hooks as Iterable<SessionRunHook> | null | undefined) ?? [])];
    for (const hook of this.hooks) hook.begin();
    this.session = (
      (o.session_creator as ChiefSessionCreator | null | undefined) ?? new ChiefSessionCreator()
    ).create_session();
    for (const hook of this.hooks) hook.after_create_session(this.session, this.coord);
  }
  get graph(): Graph | null {
    return this.session?.graph ?? null;
  }
  should_stop(): boolean {
    return this.session === null || this.stopping || this.coord.should_stop();
  }
  run(fetches: unknown, feed_dict: unknown = null, ...rest: readonly unknown[]): any {
    const { session } = this;
    if (session === null)
      throw Object.assign(new Error("'NoneType' object has no attribute 'run'"), { name: 'AttributeError' });
    if (this.stopping) throw runtimeError('Run called even after should_stop requested.');
    const given = runSettings([feed_dict, ...rest]);
    const options = given.options ?? new RunOptions();
    const metadata = given.run_metadata ?? new RunMetadata();
    const context = new SessionRunContext(new SessionRunArgs(fetches, given.feed_dict ?? null, null), session);
    const feeds = new Map(feedsOf(given.feed_dict ?? null));
    const fromHooks = new Map<unknown, unknown>();
    const asked = this.hooks.map((hook) => {
      const request = hook.before_run(context);
      if (none(request)) return null;
      for (const [key, value] of feedsOf(request.feed_dict)) {
        if (fromHooks.has(key)) throw conflict('Same tensor is fed by two hooks.', key);
        if (feeds.has(key)) throw conflict('Same tensor is fed by a SessionRunHook and user.', key);
        fromHooks.set(key, value);
      }
      if (!none(request.options)) options.MergeFrom(request.options);
      return request.fetches;
    });
    const extra = asked.filter((f) => !none(f));
    const outputs: unknown[] = session.run([fetches, ...extra], new Map([...feeds, ...fromHooks]), options, metadata);
    let next = 1;
    this.hooks.forEach((hook, i) => {
      hook.after_run(context, runValues(none(asked[i]) ? null : outputs[next++], options, metadata));
    });
    this.stopping ||= context.stop_requested;
    return outputs[0];
  }
  /** The session itself, without its hooks. */
  protected get inner(): Session | null {
    return this.session;
  }
  close(): void {
    this.leave(false);
  }
  private leave(failed: boolean): void {
    const { session } = this;
    try {
      if (!failed && session !== null) for (const hook of this.hooks) hook.end(session);
    } finally {
      this.session = null;
      if (!this.wasFinal) this.home.finalized = false;
      this.coord.request_stop();
      session?.close();
    }
    if (session === null) throw runtimeError('Session is already closed.');
  }
  __enter__(): this {
    return this;
  }
  /** The end of the data ends the session, and is no error. */
  __exit__(_type: unknown = null, error: unknown = null): boolean {
    const ended = error === null || /^(OutOfRangeError|StopIteration)$/.test(errorName(error));
    this.leave(!ended);
    return ended && error !== null;
  }
  [Symbol.dispose](): void {
    if (this.session !== null) this.close();
  }
}
const errorName = (error: unknown): string => String((error as { name?: unknown }).name ?? '');
const conflict = (message: string, key: unknown): Error => runtimeError(`${message} Conflict(s): [${String(key)}]`);

/** A monitored session of which one has the session itself. */
export class SingularMonitoredSession extends MonitoredSession {
  constructor(...args: readonly unknown[]) {
    const names = ['hooks', 'scaffold', 'master', 'config', 'checkpoint_dir'];
    const o = bind('SingularMonitoredSession.__init__', names, args);
    const { scaffold = null, config = null, checkpoint_dir = null } = o;
    super({ session_creator: new ChiefSessionCreator({ scaffold, config, checkpoint_dir }), hooks: o.hooks ?? [] });
  }
  raw_session(): Session | null {
    return this.inner;
  }
}

/** How often something is saved: neither said is so many, one said is that alone, null is never. */
function often(steps: unknown, secs: unknown, otherwise: { steps?: number; secs?: number }): [unknown, unknown] {
  if (steps === undefined && secs === undefined) return [otherwise.steps ?? null, otherwise.secs ?? null];
  return [steps ?? null, secs ?? null];
}
const positive = (value: unknown): boolean => !none(value) && Number(value) > 0;
/**
 * A monitored session that saves checkpoints and summaries into a folder, and goes on from the latest checkpoint there.
 * @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/train/MonitoredTrainingSession
 */
export function MonitoredTrainingSession(...args: readonly unknown[]): MonitoredSession {
  const o = bind(
    'MonitoredTrainingSession',
    [
      'master',
      'is_chief',
      'checkpoint_dir',
      'scaffold',
      'hooks',
      'chief_only_hooks',
      'save_checkpoint_secs',
      'save_summaries_steps',
      'save_summaries_secs',
      'config',
      'stop_grace_period_secs',
      'log_step_count_steps',
      'max_wait_secs',
      'save_checkpoint_steps',
      'summary_dir',
      'save_graph_def',
    ],
    args,
  );
  const scaffold = (o.scaffold as Scaffold | null | undefined) ?? new Scaffold();
  const { checkpoint_dir = null } = o;
  const hooks: SessionRunHook[] = [...((o.chief_only_hooks as Iterable<SessionRunHook> | null | undefined) ?? [])];
  const [summarySteps, summarySecs] = often(o.save_summaries_steps, o.save_summaries_secs, { steps: 100 });
  const [steps, secs] = often(o.save_checkpoint_steps, o.save_checkpoint_secs, { secs: 600 });
  const output_dir = o.summary_dir ?? checkpoint_dir;
  if (output_dir) {
    const every = Object.hasOwn(o, 'log_step_count_steps') ? o.log_step_count_steps : 100;
    if (positive(every)) hooks.push(new StepCounterHook({ output_dir, every_n_steps: every }));
    if (positive(summarySteps) || positive(summarySecs))
      hooks.push(new SummarySaverHook({ scaffold, save_steps: summarySteps, save_secs: summarySecs, output_dir }));
  }
  if (checkpoint_dir && (positive(secs) || positive(steps)))
    hooks.push(new CheckpointSaverHook(checkpoint_dir, { save_steps: steps, save_secs: secs, scaffold }));
  hooks.push(...((o.hooks as Iterable<SessionRunHook> | null | undefined) ?? []));
  const session_creator = new ChiefSessionCreator({ scaffold, config: o.config ?? null, checkpoint_dir });
  return new MonitoredSession({ session_creator, hooks });
}
