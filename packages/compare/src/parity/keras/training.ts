import type { CaseContext } from '../adapter';
import type { Check, Tolerance } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { mnist } from '../near';
import { BrokenRow } from '../outcome';
import { hasMember } from '../resolve';
import { readValues, scalarOf } from '../tensors';
import { runCallback } from './callbacks';
import { compareOutputs, compileAs, ensureBuilt, inputsOf, modelOf, setWeights } from './models';
import { compareTensor, type Loose, need, needObject, plainArgument, rows, within } from './objects';
import { printed, printedLines } from './printing';
import { noteLogs } from './spies';

/** Histories 1e-4; with batch normalization 2e-3, and weights are not compared there. */
const historyTolerance = (row: JsonObject): Tolerance => within(row.kind === 'cnn_batchnorm' ? 2e-3 : 1e-4);

export function runTraining(row: JsonObject, context: CaseContext): void {
  if (typeof row.kind === 'string' && row.kind.startsWith('callback:')) runCallback(row, context);
  else if (row.kind === 'on_batch') runOnBatch(row, context.check);
  else if (row.kind === 'printed') runPrinted(row, context.check);
  else runFit(row, context);
}

function modelFor(row: JsonObject): Loose {
  const serialized = needObject(row, 'model');
  const model = modelOf(serialized);
  ensureBuilt(model, serialized);
  setWeights(model, rows(row.initial_weights));
  const config = isObject(row.compile_config) ? row.compile_config : serialized.compile_config;
  if (isObject(config)) compileAs(model, config);
  return model;
}

/** Accuracies may differ by one sample; everything else is within the tolerance. */
function compareLogs(check: Check, where: string, got: Loose, want: JsonObject, t: Tolerance, samples: number): void {
  for (const [key, value] of Object.entries(want)) {
    const own = got instanceof Map ? got.get(key) : got[key];
    if (own === undefined || own === null) check.differ({ where: `${where} ${key}`, expected: value, got: 'nothing' });
    const allowed = /acc/.test(key) ? { rtol: t.rtol, atol: t.atol + 1 / samples } : t;
    check.number(`${where} ${key}`, Number(own), scalarOf(value)!, allowed);
  }
}

const countOf = (x: Json): number =>
  Array.isArray(x)
    ? countOf(x[0]!)
    : isObject(x) && !('shape' in x)
      ? countOf(Object.values(x)[0]!)
      : readValues(x).shape[0]!;

interface Data {
  readonly x: Loose;
  readonly y: Loose;
  readonly count: number;
}
function dataOf(row: JsonObject, context: CaseContext): Data {
  if (!isObject(row.data)) {
    const x = need(row, 'x');
    return { x: inputsOf(x), y: inputsOf(need(row, 'y')), count: countOf(x) };
  }
  const { start, count } = row.data;
  const flat = /\[count, 28, 28, 1\]/.test(String(row.data.x)) ? [28, 28, 1] : [28, 28];
  const oneHot = String(row.data.y).startsWith('one-hot');
  return { ...mnist(context.file.folder, Number(start), Number(count), flat, oneHot), count: Number(count) };
}

function runFit(row: JsonObject, context: CaseContext): void {
  const { check } = context;
  const specific = String(row.backend_specific ?? '').startsWith('all');
  const t = historyTolerance(row);
  const model = modelFor(row);
  const { x, y, count } = dataOf(row, context);
  const { validation_data, ...fitArgs } = plainArgument(need(row, 'fit_args')) as Record<string, Loose>;
  const extra = isObject(row.fit_tensors) ? inputsOf(row.fit_tensors) : {};
  const validation =
    isObject(row.validation_data) || Array.isArray(row.validation_data)
      ? { validation_data: inputsOf(row.validation_data as Json) }
      : {};
  const notes = noteLogs('on_train_batch_end', 12);
  const wantsText = Array.isArray(row.printed);
  const ran = printed(() =>
    model.fit_sync(x, y, {
      ...fitArgs,
      ...extra,
      ...validation,
      ...(validation_data === undefined ? {} : { validation_data }),
      ...(fitArgs.class_weight === undefined ? {} : { class_weight: numbered(fitArgs.class_weight) }),
      shuffle: row.shuffle === true,
      verbose: wantsText ? 2 : 0,
      callbacks: [notes.callback],
    }),
  );
  if (specific) return;
  compareHistory(check, ran.result, needObject(row, 'history'), t, count, Number(fitArgs.validation_split ?? 0));
  rows(row.first_batches_logs).forEach((want, i) => {
    const batch = Number(fitArgs.batch_size ?? 32);
    const steps = Math.ceil((count * (1 - Number(fitArgs.validation_split ?? 0))) / batch);
    compareLogs(check, `batch ${i}`, notes.logs[i] ?? {}, want, t, batch * ((i % steps) + 1));
  });
  if (Array.isArray(row.metrics_names)) check.same('metrics_names', [...model.metrics_names], row.metrics_names);
  if (isObject(row.evaluate_after))
    compareLogs(
      check,
      'evaluate',
      // what the samples weighed in training they weigh here
      model.evaluate_sync(x, y, { ...extra, verbose: 0, return_dict: true }),
      row.evaluate_after,
      t,
      count,
    );
  if (row.predict_first5 !== undefined)
    compareOutputs(check, 'predict', firstRows(model.predict_sync(x, { verbose: 0 }), 5), row.predict_first5!, t);
  if (Array.isArray(row.final_weights) && row.kind !== 'cnn_batchnorm')
    rows(row.final_weights).forEach((want, i) => {
      compareTensor(
        check,
        `final ${String(model.weights[i]?.path)}`,
        model.weights[i],
        want.value ?? want,
        within(1e-4),
      );
    });
  if (wantsText) comparePrinted(check, 'printed', printedLines(ran.text), row.printed as Json[], t);
}

/** Lines word for word; the numbers in them are roundings of a history's, and as near as these. */
function comparePrinted(
  check: Check,
  where: string,
  got: readonly string[],
  want: readonly Json[],
  t: Tolerance,
): void {
  const lines = want.map(String);
  const number = /(?<= - [\w.]+: )-?\d+\.\d{4}(?:e[+-]\d+)?/g;
  const words = (list: readonly string[]): string[] => list.map((l) => l.replace(number, '#'));
  check.same(where, words(got), words(lines));
  lines.forEach((line, i) => {
    const own = got[i]!.match(number) ?? [];
    (line.match(number) ?? []).forEach((w, k) => {
      const [mantissa, exponent = '0'] = w.split('e');
      const lastDigit = 10 ** (Number(exponent) - mantissa!.split('.')[1]!.length);
      check.number(`${where}: line ${i}`, Number(own[k]), Number(w), { rtol: t.rtol, atol: t.atol + lastDigit });
    });
  });
}

/** class_weight has integer keys. */
const numbered = (value: Loose): Map<number, number> =>
  new Map(Object.entries(value as object).map(([k, v]) => [Number(k), Number(v)]));

/** The first rows of predictions, whatever their structure. */
function firstRows(value: Loose, n: number): Loose {
  if (Array.isArray(value)) return value.map((v) => firstRows(v, n));
  if (hasMember(value, 'data') && hasMember(value, 'shape') && hasMember(value, 'dtype')) {
    const shape = [Math.min(n, value.shape[0]), ...value.shape.slice(1)];
    const size = shape.reduce((a: number, b: number) => a * b, 1);
    return { dtype: value.dtype, shape, data: value.data.slice(0, size) };
  }
  const entries: [string, Loose][] = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.map(([k, v]) => [k, firstRows(v, n)]));
}

function compareHistory(check: Check, got: Loose, want: JsonObject, t: Tolerance, count: number, split: number): void {
  check.same(
    'epochs',
    [...got.epoch].map(Number),
    (want.epoch as Json[]).map((e) => Number(e)),
  );
  const own = got.history instanceof Map ? Object.fromEntries(got.history) : got.history;
  check.same('keys of history', Object.keys(own).sort(), Object.keys(want.history as JsonObject).sort());
  for (const [key, values] of Object.entries(want.history as JsonObject)) {
    const samples = Math.max(
      1,
      key.startsWith('val_') ? Math.round(count * split) || count : Math.round(count * (1 - split)),
    );
    check.same(`length of ${key}`, own[key].length, (values as Json[]).length);
    (values as Json[]).forEach((v, i) => {
      compareLogs(check, `epoch ${i}`, { [key]: own[key][i] }, { [key]: v }, t, samples);
    });
  }
}

function runOnBatch(row: JsonObject, check: Check): void {
  const model = modelFor(row);
  let last: Loose = null;
  rows(row.steps).forEach((step, i) => {
    const resets = String(step.op).startsWith('reset_metrics');
    if (resets) model.reset_metrics();
    const method = resets ? 'test_on_batch' : String(step.op);
    const x = inputsOf(need(step, 'x'));
    last = x;
    const weight = step.sample_weight === undefined ? {} : { sample_weight: inputsOf(step.sample_weight) };
    const listed = Array.isArray(step.logs);
    const logs = model[method](x, inputsOf(need(step, 'y')), { ...weight, return_dict: !listed });
    if (listed) {
      (step.logs as Json[]).forEach((want, k) => {
        check.number(`step ${i} ${method}[${k}]`, Number(logs[k]), scalarOf(want)!, within(1e-4));
      });
      return;
    }
    compareLogs(check, `step ${i} ${method}`, logs, needObject(step, 'logs'), within(1e-4), countOf(step.x!));
  });
  if (row.predict_on_batch !== undefined && last !== null)
    compareOutputs(check, 'predict_on_batch', model.predict_on_batch(last), row.predict_on_batch!, within(1e-4));
  rows(row.final_weights).forEach((want, i) => {
    compareTensor(check, `final ${String(model.weights[i]?.path)}`, model.weights[i], want.value ?? want, within(1e-4));
  });
}

function runPrinted(row: JsonObject, check: Check): void {
  const model = modelFor(row);
  const x = inputsOf(need(row, 'x'));
  const y = inputsOf(need(row, 'y'));
  const verbose = Number(row.verbose);
  const args = plainArgument(need(row, 'fit_args')) as Record<string, Loose>;
  const text: Record<string, () => unknown> = {
    fit: () => model.fit_sync(x, y, { ...args, verbose }),
    evaluate: () => model.evaluate_sync(x, y, { verbose }),
    predict: () => model.predict_sync(x, { verbose }),
  };
  for (const [name, run] of Object.entries(text)) {
    const ran = printed(run);
    if (name === 'fit')
      compareHistory(
        check,
        ran.result,
        needObject(row, 'history'),
        within(1e-4),
        countOf(row.x!),
        Number(args.validation_split ?? 0),
      );
    const want = row[`${name}_lines`];
    if (!Array.isArray(want)) throw new BrokenRow(`the row has no '${name}_lines'`);
    comparePrinted(check, `${name} prints`, printedLines(ran.text), want, within(1e-4));
  }
}
