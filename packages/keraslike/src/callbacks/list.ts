import { floatResult, isNumber, Tensor } from '@stele/core';
import { attributeError, typeName } from '../errors';
import { asNumber } from '../models/compiled';
import type { Model } from '../models/model';
import { Progbar } from '../utils/progbar';
import { print } from '../utils/progress';
import { Callback, History, type Logs } from './callback';

/** Prints the progress of `fit`, `evaluate` and `predict`. @see https://keras.io/api/callbacks/progbar_logger/ */
export class ProgbarLogger extends Callback {
  seen = 0;
  progbar: Progbar | null = null;
  target: number | null = null;
  verbose = 1;
  epochs = 1;
  private inFit = false;

  override wants_batch_logs(): boolean {
    return this.verbose === 1;
  }
  override set_params(params: Record<string, any>): void {
    this.params = params;
    const { verbose, epochs, steps } = params;
    this.verbose = verbose === 'auto' ? 1 : Number(verbose ?? 1);
    this.epochs = Number(epochs ?? 1);
    this.target = steps ?? null;
  }
  override on_train_begin(): void {
    // validation inside fit is silent
    this.inFit = true;
  }
  override on_test_begin(): void {
    if (!this.inFit) this.restart();
  }
  override on_predict_begin(): void {
    this.restart();
  }
  override on_epoch_begin(epoch: number): void {
    this.restart();
    if (this.verbose && this.epochs > 1) print(`Epoch ${epoch + 1}/${this.epochs}\n`);
  }
  override on_train_batch_end(batch: number, logs?: Logs): void {
    this.move(batch, logs);
  }
  override on_test_batch_end(batch: number, logs?: Logs): void {
    if (!this.inFit) this.move(batch, logs);
  }
  override on_predict_batch_end(batch: number): void {
    this.move(batch, {});
  }
  override on_epoch_end(_epoch: number, logs?: Logs): void {
    this.finish(logs);
  }
  override on_test_end(logs?: Logs): void {
    if (!this.inFit) this.finish(logs);
  }
  override on_predict_end(logs?: Logs): void {
    this.finish(logs);
  }
  private restart(): void {
    this.seen = 0;
    this.progbar = new Progbar(this.target, { verbose: this.verbose });
  }
  private move(batch: number, logs: Logs = {}): void {
    this.progbar ??= new Progbar(this.target, { verbose: this.verbose });
    this.seen = batch + 1;
    if (this.verbose === 1) this.progbar.update(this.seen, Object.entries(logs) as [string, number][], false);
  }
  private finish(logs: Logs = {}): void {
    const bar = this.progbar;
    if (bar === null) return;
    if (this.target === null) {
      this.target = this.seen;
      bar.target = this.seen;
    }
    bar.update(this.target, Object.entries(logs) as [string, number][], true);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Logs with their keys in order and their values as numbers. */
export function pythonify(logs: Readonly<Record<string, unknown>> | null | undefined): Logs {
  const entries = Object.entries(logs ?? {}).flatMap(([key, value]): [string, unknown][] => {
    // what several metrics give under one name counts by their own
    if (value instanceof Map) return Object.entries(pythonify(Object.fromEntries(value)));
    if (isRecord(value)) return Object.entries(pythonify(value));
    return [[key, value instanceof Tensor || isNumber(value) ? floatResult(asNumber(value) as number) : value]];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

interface ListOptions {
  add_history?: boolean;
  add_progbar?: boolean;
  model?: Model | null;
  [param: string]: unknown;
}
/** Callbacks in order, with what `fit` adds to them. @see https://keras.io/api/callbacks/ */
export class CallbackList extends Callback {
  readonly callbacks: Callback[];
  readonly history: History | null = null;
  constructor(callbacks: readonly Callback[] | Callback | null = null, options: ListOptions = {}) {
    super();
    const { add_history = false, add_progbar = false, model = null, ...params } = options;
    this.callbacks = callbacks === null ? [] : ([callbacks].flat(9) as Callback[]);
    this.history = this.callbacks.find((c): c is History => c instanceof History) ?? null;
    if (this.history === null && add_history) {
      this.history = new History();
      this.callbacks.push(this.history);
    }
    if (add_progbar && !this.callbacks.some((c) => c instanceof ProgbarLogger))
      this.callbacks.push(new ProgbarLogger());
    if (model !== null) this.set_model(model);
    this.set_params(params);
  }
  override set_model(model: Model): void {
    super.set_model(model);
    if (this.history !== null) model.history = this.history;
    for (const c of this.callbacks) {
      if (typeof (c as { set_model?: unknown } | null)?.set_model !== 'function')
        throw attributeError(`'${typeName(c)}' object has no attribute 'set_model'`);
      c.set_model(model);
    }
  }
  override set_params(params: Record<string, any>): void {
    this.params = params;
    if (Object.keys(params).length > 0) for (const c of this.callbacks) c.set_params(params);
  }
  override wants_batch_logs(): boolean {
    return true;
  }
}
const plainHooks = [
  'on_train_begin',
  'on_train_end',
  'on_test_begin',
  'on_test_end',
  'on_predict_begin',
  'on_predict_end',
] as const;
const numberedHooks = [
  'on_epoch_begin',
  'on_epoch_end',
  'on_batch_begin',
  'on_batch_end',
  'on_train_batch_begin',
  'on_train_batch_end',
  'on_test_batch_begin',
  'on_test_batch_end',
  'on_predict_batch_begin',
  'on_predict_batch_end',
] as const;
// every callback gets the same logs, so that one may add to them what the next ones see
for (const hook of plainHooks)
  CallbackList.prototype[hook] = function (this: CallbackList, logs?: Logs): void {
    const heard = pythonify(logs);
    for (const c of this.callbacks) c[hook](heard);
  };
for (const hook of numberedHooks)
  CallbackList.prototype[hook] = function (this: CallbackList, at: number, logs?: Logs): void {
    const heard = pythonify(logs);
    for (const c of this.callbacks) c[hook](at, heard);
  };
