import { hostFiles } from '@stele/core';
import { bind } from '../dispatch';
import { valueError } from '../errors';
import { toPath } from '../io/strings';
import type { Variable } from '../variable';
import type { Checkpoint } from './checkpoint';
import { get_checkpoint_state, writeState } from './state';

/**
 * Keeps the latest checkpoints of a folder and removes older ones.
 *
 * ```ts
 * const step = new tf.Variable(0, { dtype: tf.int64 });
 * const manager = new tf.train.CheckpointManager(new tf.train.Checkpoint({ step }), 'folder', { max_to_keep: 3 });
 * manager.save(); // 'folder/ckpt-1'
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/train/CheckpointManager
 */
export class CheckpointManager {
  readonly checkpoint: Checkpoint;
  readonly directory: string;
  private readonly keep: number | null;
  private readonly every: number | null;
  private readonly label: string;
  private readonly step: Variable | null;
  private readonly interval: number | null;
  private readonly begin: (() => unknown) | null;
  private lastStep: number | null = null;
  private latest: string | null = null;
  private preserved = Date.now() / 1000;
  private readonly kept = new Map<string, number>();

  constructor(...args: readonly unknown[]) {
    const given = bind(
      'CheckpointManager.__init__',
      [
        'checkpoint',
        'directory',
        'max_to_keep',
        'keep_checkpoint_every_n_hours',
        'checkpoint_name',
        'step_counter',
        'checkpoint_interval',
        'init_fn',
      ],
      args,
    );
    this.checkpoint = given.checkpoint as Checkpoint;
    this.directory = toPath('CheckpointManager()', given.directory);
    this.keep = given.max_to_keep === null || given.max_to_keep === undefined ? null : Number(given.max_to_keep);
    if (this.keep !== null && this.keep <= 0)
      throw valueError(`Expected a positive integer or \`None\` for \`max_to_keep\`, got ${given.max_to_keep}.`);
    this.every = (given.keep_checkpoint_every_n_hours as number | null | undefined) ?? null;
    this.label = String(given.checkpoint_name ?? 'ckpt');
    this.step = (given.step_counter as Variable | undefined) ?? null;
    this.interval = (given.checkpoint_interval as number | undefined) ?? null;
    if (this.interval !== null && this.step === null)
      throw valueError('`step_counter` should be passed if `checkpoint_interval` is not None.');
    this.begin = (given.init_fn as (() => unknown) | undefined) ?? null;
    const state = get_checkpoint_state(this.directory);
    if (state === null) return;
    this.latest = state.model_checkpoint_path;
    if (state.last_preserved_timestamp > 0) this.preserved = state.last_preserved_timestamp;
    state.all_model_checkpoint_paths.forEach((path, i) => {
      this.kept.set(path, state.all_model_checkpoint_timestamps[i] ?? Date.now() / 1000);
    });
  }
  get latest_checkpoint(): string | null {
    return this.latest;
  }
  get checkpoints(): string[] {
    return [...this.kept.keys()];
  }
  get checkpoint_interval(): number | null {
    return this.interval;
  }
  /** Writes a checkpoint and gives its prefix; null where the interval has not passed. */
  save(...args: readonly unknown[]): string | null {
    const given = bind('save', ['checkpoint_number', 'check_interval', 'options'], args);
    if (this.interval !== null && (given.check_interval ?? true)) {
      const now = Number(this.step!.item());
      if (this.lastStep !== null && now < this.lastStep + this.interval) return null;
      this.lastStep = now;
    }
    const { save_counter } = this.checkpoint;
    const number = given.checkpoint_number;
    save_counter.assign_add(1);
    const n = number !== undefined && number !== null ? String(number) : String((this.step ?? save_counter).item());
    const path = this.checkpoint.write(`${this.directory.replace(/\/$/, '')}/${this.label}-${n}`);
    this.latest = path;
    this.kept.delete(path);
    this.kept.set(path, Date.now() / 1000);
    this.record();
    this.sweep();
    this.record();
    return path;
  }
  private record(): void {
    writeState(this.directory, {
      model_checkpoint_path: this.latest!,
      all_model_checkpoint_paths: [...this.kept.keys()],
      all_model_checkpoint_timestamps: [...this.kept.values()],
      last_preserved_timestamp: this.preserved,
    });
  }
  private sweep(): void {
    if (this.keep === null) return;
    const files = hostFiles('CheckpointManager', 'checkpoints are files');
    for (const [path, time] of [...this.kept]) {
      if (this.kept.size <= this.keep) return;
      this.kept.delete(path);
      if (this.every !== null && time - this.every * 3600 >= this.preserved) {
        this.preserved = time;
        continue;
      }
      // a host without removal keeps the files; the list no longer names them
      files.remove?.(`${path}.index`);
      files.remove?.(`${path}.data-00000-of-00001`);
    }
  }
  /** Restores the latest checkpoint if there is one, else runs `init_fn`. Gives the prefix restored, or null. */
  restore_or_initialize(): string | null {
    if (this.latest !== null) {
      this.checkpoint.restore(this.latest);
      return this.latest;
    }
    this.begin?.();
    return null;
  }
}
