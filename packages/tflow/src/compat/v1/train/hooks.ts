import { floatResult } from '@stele/core';
import { pyStr } from '@stele/core/printing';
import { bind } from '../../../dispatch';
import { runtimeError, valueError } from '../../../errors';
import { toPath } from '../../../io/strings';
import { entriesOf } from '../../../nest';
import { logging } from '../../../platform';
import { FileWriter, Summary, Value } from '../../../summary/v1';
import { type GraphTensor, isNode, tensorNamed } from '../graph';
import { get_default_graph } from '../mode';
import type { Session } from '../session';
import type { GraphVariable } from '../variables';
import { get_global_step } from './globalStep';
import {
  type CheckpointSaverListener,
  SessionRunArgs,
  type SessionRunContext,
  SessionRunHook,
  type SessionRunValues as Values,
} from './hookBase';
import type { Saver } from './saver';

/** What has savers and summaries for hooks. */
export interface Holds {
  readonly saver: Saver | null;
  readonly summary_op: unknown;
}
const none = (value: unknown): value is null | undefined => value === null || value === undefined;
const numberIn = (value: unknown): number => Number((value as { item(): unknown }).item());
const stepIn = (session: Session, step: GraphVariable): number => numberIn(session.run(step));
function stepFor(hook: string): GraphVariable {
  const found = get_global_step();
  if (found === null) throw runtimeError(`Global step should be created to use ${hook}.`);
  return found;
}

/** Says after how many steps, or seconds, it is time again. */
export class SecondOrStepTimer {
  private readonly secs: number | null;
  private readonly steps: number | null;
  private step: number | null = null;
  private time: number | null = null;
  constructor(...args: readonly unknown[]) {
    const o = bind('SecondOrStepTimer.__init__', ['every_secs', 'every_steps'], args);
    if (none(o.every_secs) && none(o.every_steps))
      throw valueError('Either every_secs or every_steps should be provided.');
    if (!none(o.every_secs) && !none(o.every_steps))
      throw valueError('Can not provide both every_secs and every_steps.');
    this.secs = none(o.every_secs) ? null : Number(o.every_secs);
    this.steps = none(o.every_steps) ? null : Number(o.every_steps);
  }
  reset(): void {
    this.step = null;
    this.time = null;
  }
  should_trigger_for_step(step: unknown): boolean {
    const at = Number(step);
    if (this.step === null) return true;
    if (this.step === at) return false;
    if (this.secs !== null && Date.now() / 1000 >= this.time! + this.secs) return true;
    return this.steps !== null && at >= this.step + this.steps;
  }
  /** Seconds and steps since the last time; null for the first. */
  update_last_triggered_step(step: unknown): [number | null, number | null] {
    const [now, at] = [Date.now() / 1000, Number(step)];
    const since: [number | null, number | null] =
      this.time === null ? [null, null] : [floatResult(now - this.time) as number, at - this.step!];
    this.time = now;
    this.step = at;
    return since;
  }
  last_triggered_step(): number | null {
    return this.step;
  }
}

/** Asks for an end after a number of steps, or at one. */
export class StopAtStepHook extends SessionRunHook {
  private readonly steps: number | null;
  private last: number | null;
  private step: GraphVariable | null = null;
  constructor(...args: readonly unknown[]) {
    super();
    const o = bind('StopAtStepHook.__init__', ['num_steps', 'last_step'], args);
    if (none(o.num_steps) && none(o.last_step)) throw valueError('One of num_steps or last_step must be specified.');
    if (!none(o.num_steps) && !none(o.last_step))
      throw valueError('Only one of num_steps or last_step can be specified.');
    this.steps = none(o.num_steps) ? null : Number(o.num_steps);
    this.last = none(o.last_step) ? null : Number(o.last_step);
  }
  override begin(): void {
    this.step = stepFor('StopAtStepHook');
  }
  override after_create_session(session: Session): void {
    this.last ??= stepIn(session, this.step!) + this.steps!;
  }
  override before_run(): SessionRunArgs {
    return new SessionRunArgs(this.step);
  }
  override after_run(context: SessionRunContext, values: Values): void {
    if (numberIn(values.results) + 1 >= this.last! && stepIn(context.session, this.step!) >= this.last!)
      context.request_stop();
  }
}

function element(given: unknown): GraphTensor {
  const graph = get_default_graph();
  if (typeof given === 'string') return tensorNamed(graph, given);
  if (!isNode(given) || given.graph !== graph)
    throw valueError(
      `Passed ${String(given)} should have graph attribute that is equal to current graph ${String(graph)}.`,
    );
  return given;
}
/** Logs the values of tensors every so many runs, or seconds, or at the end. */
export class LoggingTensorHook extends SessionRunHook {
  private readonly tensors: readonly (readonly [unknown, unknown])[];
  private readonly formatter: ((values: Map<unknown, unknown>) => unknown) | null;
  private readonly timer: SecondOrStepTimer | null;
  private readonly atEnd: boolean;
  private current: readonly (readonly [unknown, GraphTensor])[] = [];
  private runs = 0;
  private due = false;
  constructor(...args: readonly unknown[]) {
    super();
    const names = ['tensors', 'every_n_iter', 'every_n_secs', 'at_end', 'formatter'];
    const o = bind('LoggingTensorHook.__init__', names, args);
    const { every_n_iter: runs, every_n_secs: secs } = o;
    this.atEnd = Boolean(o.at_end ?? false);
    const only = this.atEnd && none(runs) && none(secs);
    if (!only && none(runs) === none(secs))
      throw valueError('either at_end and/or exactly one of every_n_iter and every_n_secs must be provided.');
    if (!none(runs) && Number(runs) <= 0) throw valueError(`invalid every_n_iter=${pyStr(runs)}.`);
    const given = o.tensors as unknown;
    const entries = entriesOf(given);
    this.tensors =
      entries === null
        ? [...(given as Iterable<unknown>)].map((t) => [t, t] as const)
        : [...entries].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    this.formatter = (o.formatter as ((values: Map<unknown, unknown>) => unknown) | null | undefined) ?? null;
    this.timer = only ? null : new SecondOrStepTimer(secs ?? null, runs ?? null);
  }
  override begin(): void {
    this.timer?.reset();
    this.runs = 0;
    this.current = this.tensors.map(([tag, t]) => [tag, element(t)] as const);
  }
  override before_run(): SessionRunArgs | null {
    this.due = this.timer?.should_trigger_for_step(this.runs) ?? false;
    return this.due ? new SessionRunArgs(this.current.map(([, t]) => t)) : null;
  }
  private log(values: readonly unknown[]): void {
    const [elapsed] = this.timer?.update_last_triggered_step(this.runs) ?? [null];
    const tagged = this.current.map(([tag], i) => [tag, values[i]] as const);
    if (this.formatter !== null) {
      logging.info(this.formatter(new Map(tagged)));
      return;
    }
    const text = tagged.map(([tag, value]) => `${pyStr(tag)} = ${pyStr(value)}`).join(', ');
    logging.info(elapsed === null ? text : `${text} (${Number(elapsed).toFixed(3)} sec)`);
  }
  override after_run(_context: SessionRunContext, values: Values): void {
    if (this.due) this.log(values.results as readonly unknown[]);
    this.runs++;
  }
  override end(session: Session): void {
    if (this.atEnd) this.log(session.run(this.current.map(([, t]) => t)));
  }
}

/** The error of a loss that is no number. */
export class NanLossDuringTrainingError extends Error {
  constructor() {
    super('NaN loss during training.');
    this.name = 'NanLossDuringTrainingError';
  }
}
/** Ends a session whose loss is NaN: by an error, unless that is not wished. */
export class NanTensorHook extends SessionRunHook {
  private readonly loss: unknown;
  private readonly fails: boolean;
  constructor(...args: readonly unknown[]) {
    super();
    const o = bind('NanTensorHook.__init__', ['loss_tensor', 'fail_on_nan_loss'], args);
    this.loss = o.loss_tensor;
    this.fails = Boolean(o.fail_on_nan_loss ?? true);
  }
  override before_run(): SessionRunArgs {
    return new SessionRunArgs(this.loss);
  }
  override after_run(context: SessionRunContext, values: Values): void {
    if (!Number.isNaN(numberIn(values.results))) return;
    if (this.fails) {
      logging.error('Model diverged with loss = NaN.');
      throw new NanLossDuringTrainingError();
    }
    logging.warning('Model diverged with loss = NaN.');
    context.request_stop();
  }
}

/** Saves checkpoints every so many steps or seconds, at the beginning and at the end. */
export class CheckpointSaverHook extends SessionRunHook {
  private readonly path: string;
  private readonly timer: SecondOrStepTimer;
  private readonly listeners: readonly CheckpointSaverListener[];
  private readonly given: Saver | null;
  private readonly scaffold: Holds | null;
  private step: GraphVariable | null = null;
  constructor(...args: readonly unknown[]) {
    super();
    const names = ['checkpoint_dir', 'save_secs', 'save_steps', 'saver', 'checkpoint_basename', 'scaffold'];
    const o = bind('CheckpointSaverHook.__init__', [...names, 'listeners', 'save_graph_def'], args);
    if (!none(o.saver) && !none(o.scaffold)) throw valueError('You cannot provide both saver and scaffold.');
    this.given = (o.saver as Saver | null | undefined) ?? null;
    this.scaffold = (o.scaffold as Holds | null | undefined) ?? null;
    this.path = `${toPath('CheckpointSaverHook()', o.checkpoint_dir).replace(/\/$/, '')}/${o.checkpoint_basename ?? 'model.ckpt'}`;
    this.timer = new SecondOrStepTimer(o.save_secs ?? null, o.save_steps ?? null);
    this.listeners = [...((o.listeners as Iterable<CheckpointSaverListener> | null | undefined) ?? [])];
  }
  override begin(): void {
    this.step = stepFor('CheckpointSaverHook');
    for (const l of this.listeners) l.begin();
  }
  override after_create_session(session: Session): void {
    const step = stepIn(session, this.step!);
    this.save(session, step);
    this.timer.update_last_triggered_step(step);
  }
  override before_run(): SessionRunArgs {
    return new SessionRunArgs(this.step);
  }
  override after_run(context: SessionRunContext): void {
    const step = stepIn(context.session, this.step!);
    if (!this.timer.should_trigger_for_step(step)) return;
    this.timer.update_last_triggered_step(step);
    if (this.save(context.session, step)) context.request_stop();
  }
  override end(session: Session): void {
    const step = stepIn(session, this.step!);
    if (step !== this.timer.last_triggered_step()) this.save(session, step);
    for (const l of this.listeners) l.end(session, step);
  }
  private save(session: Session, step: number): boolean {
    for (const l of this.listeners) l.before_save(session, step);
    const saver = this.given ?? this.scaffold?.saver;
    if (none(saver))
      throw runtimeError(
        'No items in collection savers. Please add a saver to the collection or provide a saver or scaffold.',
      );
    logging.info(`Saving checkpoints for ${step} into ${this.path}.`);
    saver.save(session, this.path, { global_step: step });
    return this.listeners.map((l) => Boolean(l.after_save(session, step))).some(Boolean);
  }
}

/** The writers of folders: hooks of one folder write into one file. */
const writers = new Map<string, FileWriter>();
export function writerOf(folder: unknown): FileWriter {
  const path = toPath('FileWriter()', folder);
  const had = writers.get(path) ?? new FileWriter(path);
  writers.set(path, had);
  return had;
}
/** Writes summaries every so many steps or seconds. */
export class SummarySaverHook extends SessionRunHook {
  private readonly timer: SecondOrStepTimer;
  private readonly op: unknown;
  private readonly scaffold: Holds | null;
  private readonly folder: unknown;
  private writer: FileWriter | null;
  private step: GraphVariable | null = null;
  private next: number | null = null;
  private due = false;
  constructor(...args: readonly unknown[]) {
    super();
    const names = ['save_steps', 'save_secs', 'output_dir', 'summary_writer', 'scaffold', 'summary_op'];
    const o = bind('SummarySaverHook.__init__', names, args);
    if (none(o.scaffold) === none(o.summary_op))
      throw valueError('Exactly one of scaffold or summary_op must be provided.');
    this.op = o.summary_op ?? null;
    this.scaffold = (o.scaffold as Holds | null | undefined) ?? null;
    this.folder = o.output_dir ?? null;
    this.writer = (o.summary_writer as FileWriter | null | undefined) ?? null;
    this.timer = new SecondOrStepTimer(o.save_secs ?? null, o.save_steps ?? null);
  }
  override begin(): void {
    if (this.writer === null && this.folder !== null) this.writer = writerOf(this.folder);
    this.next = null;
    this.step = stepFor('SummarySaverHook');
  }
  override before_run(): SessionRunArgs | null {
    this.due = this.next === null || this.timer.should_trigger_for_step(this.next);
    const op = this.op ?? this.scaffold?.summary_op ?? null;
    return this.due && op !== null ? new SessionRunArgs(Array.isArray(op) ? op : [op]) : null;
  }
  override after_run(context: SessionRunContext, values: Values): void {
    if (this.writer === null) return;
    const step = stepIn(context.session, this.step!);
    if (this.due) {
      this.timer.update_last_triggered_step(step);
      for (const found of (values.results as readonly Uint8Array[] | null) ?? []) this.writer.add_summary(found, step);
    }
    this.next = step + 1;
  }
  override end(): void {
    this.writer?.flush();
  }
}
/** Logs and writes how many steps a second there are. */
export class StepCounterHook extends SessionRunHook {
  private readonly timer: SecondOrStepTimer;
  private readonly folder: unknown;
  private writer: FileWriter | null;
  private step: GraphVariable | null = null;
  constructor(...args: readonly unknown[]) {
    super();
    const names = ['every_n_steps', 'every_n_secs', 'output_dir', 'summary_writer'];
    const o = bind('StepCounterHook.__init__', names, args);
    const steps = Object.hasOwn(o, 'every_n_steps') ? o.every_n_steps : 100;
    if (none(steps) === none(o.every_n_secs))
      throw valueError('exactly one of every_n_steps and every_n_secs should be provided.');
    this.timer = new SecondOrStepTimer(o.every_n_secs ?? null, steps ?? null);
    this.folder = o.output_dir ?? null;
    this.writer = (o.summary_writer as FileWriter | null | undefined) ?? null;
  }
  override begin(): void {
    if (this.writer === null && this.folder !== null) this.writer = writerOf(this.folder);
    this.step = stepFor('StepCounterHook');
  }
  override after_run(context: SessionRunContext): void {
    const step = stepIn(context.session, this.step!);
    if (!this.timer.should_trigger_for_step(step)) return;
    const [secs, steps] = this.timer.update_last_triggered_step(step);
    if (secs === null) return;
    const tag = `${this.step!.op_name}/sec`;
    const rate = Number(steps) / Number(secs);
    this.writer?.add_summary(new Summary({ value: [new Value({ tag, simple_value: rate })] }), step);
    logging.info(`${tag}: ${Number(rate.toPrecision(6))}`);
  }
}
/** Computes something at the end. */
export class FinalOpsHook extends SessionRunHook {
  private readonly ops: unknown;
  private readonly feeds: unknown;
  private values: unknown = null;
  constructor(...args: readonly unknown[]) {
    super();
    const o = bind('FinalOpsHook.__init__', ['final_ops', 'final_ops_feed_dict'], args);
    this.ops = o.final_ops ?? null;
    this.feeds = o.final_ops_feed_dict ?? null;
  }
  get final_ops_values(): unknown {
    return this.values;
  }
  override end(session: Session): void {
    if (this.ops !== null) this.values = session.run(this.ops, this.feeds);
  }
}
/** Feeds every run with what a function gives. */
export class FeedFnHook extends SessionRunHook {
  readonly feed_fn: () => unknown;
  constructor(feed_fn: () => unknown) {
    super();
    this.feed_fn = feed_fn;
  }
  override before_run(): SessionRunArgs {
    return new SessionRunArgs({ feed_dict: this.feed_fn() });
  }
}
