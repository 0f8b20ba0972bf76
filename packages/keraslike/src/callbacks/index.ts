import type { NDArray } from '@stele/core/numpy';
import { z } from 'zod';
import { type Call, type Keywords, type Parameters, read, signature } from '../arguments';
import { valueError } from '../errors';
import type { Model } from '../models/model';
import { print } from '../utils/progress';

export type Logs = Record<string, number>;
/** Methods that `fit`, `evaluate` and `predict` call on their way. @see https://keras.io/api/callbacks/base_callback/ */
export class Callback {
  declare model: Model;
  params: Record<string, unknown> = {};
  set_model(model: Model): void {
    this.model = model;
  }
  set_params(params: Record<string, unknown>): void {
    this.params = params;
  }
  on_train_begin(_logs?: Logs): void {}
  on_train_end(_logs?: Logs): void {}
  on_epoch_begin(_epoch: number, _logs?: Logs): void {}
  on_epoch_end(_epoch: number, _logs?: Logs): void {}
  on_train_batch_begin(_batch: number, _logs?: Logs): void {}
  on_train_batch_end(_batch: number, _logs?: Logs): void {}
  on_test_begin(_logs?: Logs): void {}
  on_test_end(_logs?: Logs): void {}
  on_test_batch_begin(_batch: number, _logs?: Logs): void {}
  on_test_batch_end(_batch: number, _logs?: Logs): void {}
  on_predict_begin(_logs?: Logs): void {}
  on_predict_end(_logs?: Logs): void {}
  on_predict_batch_begin(_batch: number, _logs?: Logs): void {}
  on_predict_batch_end(_batch: number, _logs?: Logs): void {}
}

/** What `fit` returns: one number per epoch for each name in `history`. */
export class History extends Callback {
  history: Record<string, number[]> = {};
  epoch: number[] = [];
  override on_train_begin(): void {
    this.epoch = [];
    this.history = {};
  }
  override on_epoch_end(epoch: number, logs: Logs = {}): void {
    this.epoch.push(epoch);
    for (const [key, value] of Object.entries(logs)) (this.history[key] ??= []).push(value);
  }
}

const earlyStopping = signature(0, {
  monitor: z.string().default('val_loss'),
  min_delta: z.number().default(0),
  patience: z.int().default(0),
  verbose: z.int().default(0),
  mode: z.string().default('auto'),
  baseline: z.number().nullable().default(null),
  restore_best_weights: z.boolean().default(false),
  start_from_epoch: z.int().default(0),
});
/** Ends training when a value has not improved for `patience` epochs. @see https://keras.io/api/callbacks/early_stopping/ */
export class EarlyStopping extends Callback {
  private readonly settings: Parameters<typeof earlyStopping>;
  private wait = 0;
  stopped_epoch = 0;
  best: number | null = null;
  best_epoch = 0;
  private best_weights: NDArray[] | null = null;
  private readonly higher: boolean;

  constructor(
    ...args: Call<
      [],
      [monitor: string, min_delta: number, patience: number, verbose: number, mode: 'auto' | 'min' | 'max'],
      Keywords<typeof earlyStopping>
    >
  ) {
    super();
    this.settings = read('EarlyStopping.__init__()', earlyStopping, args);
    const { mode, monitor } = this.settings;
    if (!['auto', 'min', 'max'].includes(mode))
      throw valueError(`EarlyStopping mode ${mode} is unknown: use auto, min or max.`);
    this.higher = mode === 'max' || (mode === 'auto' && /acc|auc|precision|recall|f1/i.test(monitor));
  }
  private improves(value: number, than: number | null): boolean {
    if (than === null) return true;
    const delta = Math.abs(this.settings.min_delta);
    return this.higher ? value - delta > than : value + delta < than;
  }
  override on_train_begin(): void {
    this.wait = 0;
    this.stopped_epoch = 0;
    this.best = null;
    this.best_weights = null;
    this.best_epoch = 0;
  }
  override on_epoch_end(epoch: number, logs: Logs = {}): void {
    const value = logs[this.settings.monitor];
    if (value === undefined) {
      console.warn(
        `Early stopping conditioned on metric \`${this.settings.monitor}\` which is not available. Available metrics are: ${Object.keys(logs).join(',')}`,
      );
      return;
    }
    if (epoch < this.settings.start_from_epoch) return;
    const { restore_best_weights: restore, baseline, patience } = this.settings;
    if (restore && this.best_weights === null) {
      this.best_weights = this.model.get_weights();
      this.best_epoch = epoch;
    }
    this.wait++;
    if (this.improves(value, this.best)) {
      this.best = value;
      this.best_epoch = epoch;
      if (restore) this.best_weights = this.model.get_weights();
      if (this.improves(value, baseline)) this.wait = 0;
      return;
    }
    if (this.wait >= patience && epoch > 0) {
      this.stopped_epoch = epoch;
      this.model.stop_training = true;
    }
  }
  override on_train_end(): void {
    const { verbose, restore_best_weights } = this.settings;
    if (this.stopped_epoch > 0 && verbose > 0) print(`Epoch ${this.stopped_epoch + 1}: early stopping\n`);
    if (!restore_best_weights || this.best_weights === null) return;
    if (verbose > 0) print(`Restoring model weights from the end of the best epoch: ${this.best_epoch + 1}.\n`);
    this.model.set_weights(this.best_weights);
  }
}
