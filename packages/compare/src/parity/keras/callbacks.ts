import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coreFamily, fromArray, type Tensor } from '@stele/core';
import * as keras from '@stele/keraslike';
import type { CaseContext } from '../adapter';
import type { Check } from '../check';
import { readFormula } from '../formula';
import { isObject, type Json, type JsonObject } from '../json';
import { Unsupported } from '../outcome';
import { scalarOf } from '../tensors';
import { call, type Loose, plainArgument, rows, tensorOf, within } from './objects';
import { printed } from './printing';
import { hooks } from './spies';

const values = within(1e-6);

export function runCallback(row: JsonObject, { check }: CaseContext): void {
  const run = kinds[String(row.kind)] ?? runMonitor;
  run(row, check);
}

const column = (n: number, value = 1): Tensor =>
  fromArray(coreFamily, new Float32Array(n).fill(value), [n, 1], 'float32');

/** One Dense(1, use_bias=False) on an input of one number. */
function tinyModel(row: JsonObject): Loose {
  const model = new keras.Sequential([
    keras.Input({ shape: [1] }),
    new keras.layers.Dense(1, { use_bias: false }),
  ] as never) as Loose;
  const rate = scalarOf(row.initial_learning_rate) ?? 0.01;
  const metrics = Array.isArray(row.compiled_metrics) ? row.compiled_metrics : [];
  model.compile({
    optimizer: new keras.optimizers.SGD({ learning_rate: rate }),
    loss: 'mse',
    ...(metrics.length === 0 ? {} : { metrics }),
  });
  return model;
}
const kernelOf = (model: Loose): Loose => model.layers.at(-1).kernel;

const lines = (text: string, folder: string): string[] => text.replaceAll(folder, '<dir>').split('\n');

function inFolder<T>(body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'stele-parity-'));
  try {
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Callbacks that watch a value which another callback sets at each epoch's end. */
function runMonitor(row: JsonObject, check: Check): void {
  inFolder((folder) => {
    const kind = String(row.callback);
    const model = tinyModel(row);
    const monitor = String(row.monitor);
    const recorded = row.values as Json[];
    const filepath = typeof row.filepath === 'string' ? [join(folder, row.filepath)] : [];
    const options = plainArgument(row.kwargs ?? {}) as Record<string, unknown>;
    const callback = call(
      `keras.callbacks.${kind}`,
      filepath,
      filepath.length > 0 ? { monitor, ...options } : { monitor, ...options },
    );
    const inject = hooks({
      on_epoch_end(epoch: number, logs: Loose) {
        const value = recorded[epoch];
        const set = (v: unknown): void => {
          if (logs instanceof Map) logs.set(monitor, v);
          else logs[monitor] = v;
        };
        if (value === null || value === undefined) {
          if (logs instanceof Map) logs.delete(monitor);
          else delete logs[monitor];
        } else set(scalarOf(value));
        kernelOf(model).assign(column(1, Number(epoch) + 1));
      },
    });
    const trace: Record<string, unknown>[] = [];
    const saves: { epoch: number; written: string[]; best: unknown }[] = [];
    let before = new Map<string, bigint>();
    const record = hooks({
      on_epoch_end(epoch: number, logs: Loose) {
        trace.push({
          epoch: Number(epoch),
          lr: Number(model.optimizer.learning_rate),
          stop_training: model.stop_training,
          logged_learning_rate: logs instanceof Map ? logs.get('learning_rate') : logs.learning_rate,
          ...Object.fromEntries(
            ['wait', 'best', 'best_epoch', 'stopped_epoch', 'cooldown_counter'].map((k) => [k, callback[k]]),
          ),
        });
        const now = new Map(readdirSync(folder).map((f) => [f, statSync(join(folder, f), { bigint: true }).mtimeNs]));
        const written = [...now].filter(([f, time]) => before.get(f) !== time).map(([f]) => f);
        saves.push({ epoch: Number(epoch), written: written.sort(), best: callback.best ?? null });
        before = now;
      },
    });
    const n = 4;
    const ran = printed(() =>
      model.fit_sync(column(n), column(n), {
        epochs: recorded.length,
        verbose: 0,
        callbacks: [inject, callback, record],
      }),
    );
    compareTrace(check, trace, rows(row.trace));
    check.same('epochs_run', trace.length, Number(row.epochs_run));
    check.number('kernel_after', Number(kernelOf(model).numpy().data[0]), scalarOf(row.kernel_after)!, values);
    const history = ran.result.history;
    const keys = history instanceof Map ? [...history.keys()] : Object.keys(history);
    check.same('keys of history', keys, row.history_keys);
    for (const key of ['stopped_epoch', 'best_epoch', 'best'])
      if (row[key] !== undefined) compareState(check, key, callback[key], row[key]!);
    if (Array.isArray(row.saves)) compareSaves(check, saves, rows(row.saves));
    if (Array.isArray(row.files_at_end))
      check.same('files_at_end', readdirSync(folder).sort(), [...row.files_at_end].map(String).sort());
    if (Array.isArray(row.printed)) check.same('printed', lines(ran.text, folder), row.printed.map(String));
  });
}

function compareState(check: Check, where: string, got: unknown, want: Json): void {
  const number = typeof want === 'boolean' ? null : scalarOf(want);
  if (number === null) check.same(where, got ?? null, want);
  else check.number(where, got === null || got === undefined ? Number.NaN : Number(got), number, values);
}
function compareTrace(check: Check, got: readonly Record<string, unknown>[], want: readonly JsonObject[]): void {
  want.forEach((entry, i) => {
    for (const [key, value] of Object.entries(entry)) compareState(check, `epoch ${i}: ${key}`, got[i]?.[key], value);
  });
}
function compareSaves(
  check: Check,
  got: readonly { epoch: number; written: string[]; best: unknown }[],
  want: readonly JsonObject[],
): void {
  want.forEach((entry, i) => {
    check.same(`epoch ${i}: files written`, got[i]?.written ?? [], (entry.written as Json[]).map(String).sort());
    compareState(check, `epoch ${i}: best`, got[i]?.best, entry.best ?? null);
  });
}

function runSchedule(row: JsonObject, check: Check): void {
  const formula = readFormula(String(row.schedule));
  const rates = row.history_learning_rate as Json[];
  const model = tinyModel(row);
  const callback = call(
    'keras.callbacks.LearningRateScheduler',
    [(epoch: number, lr: number) => formula({ epoch: Number(epoch), lr: Number(lr) })],
    { verbose: 1 },
  );
  const ran = printed(() =>
    model.fit_sync(column(4), column(4), { epochs: rates.length, verbose: 0, callbacks: [callback] }),
  );
  const history = ran.result.history instanceof Map ? Object.fromEntries(ran.result.history) : ran.result.history;
  rates.forEach((rate, i) => {
    check.number(`learning rate of epoch ${i}`, Number(history.learning_rate?.[i]), scalarOf(rate)!, values);
  });
  check.same('keys of history', Object.keys(history), row.history_keys);
  check.same('printed', ran.text.split('\n'), (row.printed as Json[]).map(String));
}

/** All hooks with their index and the keys of their logs. */
function runHooks(row: JsonObject, check: Check): void {
  const seen: unknown[][] = [];
  const note =
    (name: string): ((...args: Loose[]) => void) =>
    (...args) => {
      const logs = args.at(-1);
      const at = args.length > 1 ? Number(args[0]) : null;
      const keys = logs instanceof Map ? [...logs.keys()] : Object.keys(logs ?? {});
      seen.push([name, at, keys.sort()]);
    };
  const names = ['train', 'test', 'predict'].flatMap((mode) =>
    ['begin', 'end'].flatMap((when) => [`on_${mode}_${when}`, `on_${mode}_batch_${when}`]),
  );
  const callback = hooks(
    Object.fromEntries([...names, 'on_epoch_begin', 'on_epoch_end'].map((name) => [name, note(name)])),
  );
  const n = Number(row.n);
  const batch_size = Number(row.batch_size);
  const model = tinyModel({ ...row, compiled_metrics: ['accuracy'] });
  const take = (key: string, run: () => unknown): void => {
    seen.length = 0;
    run();
    check.same(key, seen, row[key]);
  };
  const common = { verbose: 0, callbacks: [callback] };
  take('fit', () =>
    model.fit_sync(column(n), column(n), {
      ...common,
      batch_size,
      epochs: Number(row.epochs),
      validation_split: scalarOf(row.validation_split),
    }),
  );
  take('evaluate', () => model.evaluate_sync(column(n), column(n), { ...common, batch_size }));
  take('predict', () => model.predict_sync(column(n), { ...common, batch_size }));
}

/** Driven by the recorded logs. */
function runCsv(row: JsonObject, check: Check): void {
  if (!isObject(row.history)) throw new Unsupported('CSVLogger without a history');
  inFolder((folder) => {
    const path = join(folder, 'log.csv');
    const callback = call('keras.callbacks.CSVLogger', [path]);
    const model = tinyModel(row);
    callback.set_model(model);
    callback.on_train_begin({});
    const { epoch, history } = row.history as { epoch: Json[]; history: JsonObject };
    epoch.forEach((e, i) => {
      const logs = Object.fromEntries(
        Object.entries(history).map(([key, list]) => [key, plainArgument((list as Json[])[i]!)]),
      );
      callback.on_epoch_end(Number(e), logs);
    });
    callback.on_train_end({});
    check.same('csv', readFileSync(path, 'utf8').replaceAll('\r\n', '\n'), String(row.csv).replaceAll('\r\n', '\n'));
  });
}

function runNaN(row: JsonObject, check: Check): void {
  const x = tensorOf(row.x!);
  const model = tinyModel(row);
  const callback = call('keras.callbacks.TerminateOnNaN', []);
  const ran = printed(() =>
    model.fit_sync(x, column(x.sizes[0]!), {
      epochs: 3,
      batch_size: Number(row.batch_size),
      shuffle: false,
      verbose: 0,
      callbacks: [callback],
    }),
  );
  check.same('epochs_run', ran.result.epoch.length, Number(row.epochs_run));
  check.same('printed', ran.text.split('\n'), (row.printed as Json[]).map(String));
}

const kinds: Readonly<Record<string, (row: JsonObject, check: Check) => void>> = {
  'callback:hooks': runHooks,
  'callback:CSVLogger': runCsv,
  'callback:TerminateOnNaN': runNaN,
  'callback:LearningRateScheduler': runSchedule,
};
