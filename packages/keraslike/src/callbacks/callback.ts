import { typeError } from '../errors';
import type { Model } from '../models/model';

export type Logs = Record<string, any>;
/**
 * Methods that `fit`, `evaluate` and `predict` call on their way; all of them get the logs so far.
 *
 * ```ts
 * class Note extends keras.callbacks.Callback {
 *   override on_epoch_end(epoch: number, logs: Logs = {}) { console.log(epoch, logs.loss); }
 * }
 * ```
 * @see https://keras.io/api/callbacks/base_callback/
 */
export class Callback {
  declare model: Model;
  params: Record<string, any> = {};
  set_model(model: Model): void {
    this.model = model;
  }
  set_params(params: Record<string, any>): void {
    this.params = params;
  }
  /** Whether the ends of batches concern this callback, which replaces their hooks or not. */
  wants_batch_logs(replaced: boolean): boolean {
    return replaced;
  }
  on_batch_begin(_batch: number, _logs?: Logs): void {}
  on_batch_end(_batch: number, _logs?: Logs): void {}
  on_train_begin(_logs?: Logs): void {}
  on_train_end(_logs?: Logs): void {}
  on_epoch_begin(_epoch: number, _logs?: Logs): void {}
  on_epoch_end(_epoch: number, _logs?: Logs): void {}
  on_train_batch_begin(batch: number, logs?: Logs): void {
    byKeyword(() => this.on_batch_begin(batch, logs));
  }
  on_train_batch_end(batch: number, logs?: Logs): void {
    byKeyword(() => this.on_batch_end(batch, logs));
  }
  on_test_begin(_logs?: Logs): void {}
  on_test_end(_logs?: Logs): void {}
  on_test_batch_begin(_batch: number, _logs?: Logs): void {}
  on_test_batch_end(_batch: number, _logs?: Logs): void {}
  on_predict_begin(_logs?: Logs): void {}
  on_predict_end(_logs?: Logs): void {}
  on_predict_batch_begin(_batch: number, _logs?: Logs): void {}
  on_predict_batch_end(_batch: number, _logs?: Logs): void {}
}
type Hook = Exclude<keyof Callback, 'model' | 'params' | 'set_model' | 'set_params' | 'wants_batch_logs'>;

/** What `fit` returns: one number per epoch for each name in `history`. */
export class History extends Callback {
  history: Record<string, any[]> = {};
  epoch: number[] = [];
  override on_train_begin(): void {
    this.epoch = [];
  }
  override on_epoch_end(epoch: number, logs: Logs = {}): void {
    this.epoch.push(epoch);
    for (const [key, value] of Object.entries(logs)) (this.history[key] ??= []).push(value);
    this.model.history = this;
  }
}

const replaces = (c: Callback, hook: Hook): boolean => c[hook] !== Callback.prototype[hook];
/** Whether anybody listens to the ends of batches: logs are not worth making otherwise. */
export const hearsBatches = (list: readonly Callback[], kind: 'train' | 'test'): boolean =>
  list.some((c) => c.wants_batch_logs(replaces(c, `on_${kind}_batch_end`) || replaces(c, 'on_batch_end')));

/** Keras passes `logs` to these by its name, which a method without it refuses in other words. */
function byKeyword(call: () => void): void {
  try {
    call();
  } catch (error) {
    const found = /^([\w.]+\.on_batch_(?:begin|end)\(\)) takes .* but 3 were given$/.exec(
      (error as Error)?.message ?? '',
    );
    throw found === null ? error : typeError(`${found[1]} got an unexpected keyword argument 'logs'`);
  }
}
