import { floatResult, fromArray, gradients, ops, Tape, Tensor, toNumbers, withGrad } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { type Call, type Keywords, type Parameters, read } from '../arguments';
import { type Callback, History, type Logs } from '../callbacks/index';
import { show, valueError } from '../errors';
import { Layer } from '../layers/layer';
import * as losses from '../losses/index';
import { Loss, LossFunctionWrapper } from '../losses/loss';
import * as metrics from '../metrics/index';
import * as optimizers from '../optimizers/index';
import { asInput, type TensorLike, toArray } from '../tensors';
import { ProgressBar, print } from '../utils/progress';
import { adapt, arrayFeed, type Batch, type Feed, isFeedLike, iterableFeed, weightsOfClasses } from './data';
import type { Model } from './model';
import type { CompileOptions } from './signatures';
import * as signatures from './signatures';

type Data = TensorLike | readonly TensorLike[] | Iterable<unknown>;

/** The slow loops are written once, as generators; this runs one to its end. */
function finish<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
/** The same, letting the event loop run now and then. */
async function finishAsync<T>(steps: Generator<void, T>): Promise<T> {
  let last = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - last > 40) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      last = performance.now();
    }
  }
}

/** What `compile` binds and the loops that use it. @see https://keras.io/api/models/model_training_apis/ */
export class Trainer extends Layer {
  optimizer: optimizers.Optimizer | null = null;
  stop_training = false;
  history: History | null = null;
  compiled = false;
  private lossOf: Loss | null = null;
  private lossWeight = 1;
  private wanted: { plain: readonly metrics.MetricIdentifier[]; weighted: readonly metrics.MetricIdentifier[] } = {
    plain: [],
    weighted: [],
  };
  private compileConfig: CompileConfig | null = null;
  private warned = false;
  private readonly lossMean = new metrics.Mean('loss');
  private made: { metric: metrics.Metric; weighted: boolean }[] | null = null;

  /**
   * Binds optimizer, loss and metrics; by name or in one object.
   *
   * In Keras 3 the third positional argument is `loss_weights`, no longer `metrics`.
   */
  compile(
    ...args: Call<
      [],
      [
        optimizer: optimizers.OptimizerIdentifier,
        loss: losses.LossIdentifier | null,
        loss_weights: number | null,
        metrics: readonly metrics.MetricIdentifier[] | null,
      ],
      CompileOptions
    >
  ): void {
    if (Array.isArray(args[2]))
      throw valueError(
        `Model.compile(): the third positional argument is \`loss_weights\` in Keras 3 and got ${show(args[2])}: pass metrics by name, { metrics: [...] }`,
      );
    const o = read('Trainer.compile()', signatures.compileSignature, args);
    this.optimizer = optimizers.get(o.optimizer);
    const fn = o.loss === null ? null : losses.get(o.loss);
    this.lossOf =
      fn === null || fn instanceof Loss
        ? fn
        : new LossFunctionWrapper(fn, { name: typeof o.loss === 'string' ? o.loss : fn.name });
    this.lossWeight = o.loss_weights ?? 1;
    this.wanted = { plain: o.metrics ?? [], weighted: o.weighted_metrics ?? [] };
    this.made = null;
    this.compiled = true;
    this.compileConfig = configOf(o, this.optimizer);
  }

  /** What `compile` got, to be written into a file; null where only the program knows it. */
  get_compile_config(): CompileConfig | null {
    return this.compileConfig;
  }
  private requireCompiled(method: string): void {
    if (!this.compiled) throw valueError(`You must call \`compile()\` before calling \`${method}()\`.`);
  }

  /** The loss of a batch; override it for another. */
  compute_loss(_x: unknown, y: Tensor | null, y_pred: Tensor, sample_weight: Tensor | null = null): Tensor {
    if (this.lossOf === null || y === null)
      throw valueError('No loss to compute. Provide a `loss` argument in `compile()`.');
    const loss = this.lossOf.__call__(y, y_pred, sample_weight);
    return this.lossWeight === 1 ? loss : ops.mul(loss, this.lossWeight);
  }

  private reset(): void {
    this.lossMean.reset_state();
    for (const { metric } of this.made ?? []) metric.reset_state();
  }
  private record(loss: Tensor, y: Tensor, p: Tensor, batch: Batch): void {
    this.lossMean.add(Math.fround(toNumbers(loss)[0]! * batch.size), batch.size);
    this.made ??= [
      ...this.wanted.plain.map((m) => ({ metric: metrics.resolve(m, y, p), weighted: false })),
      ...this.wanted.weighted.map((m) => ({ metric: metrics.resolve(m, y, p), weighted: true })),
    ];
    for (const { metric, weighted } of this.made) metric.update_state(y, p, weighted ? batch.weight : null);
  }
  private logs(): Logs {
    const all: [string, number][] = [['loss', this.lossMean.number()]];
    for (const { metric } of this.made ?? []) all.push([metric.name, numberOf(metric)]);
    return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }
  get metrics_names(): string[] {
    return ['loss', ...(this.made ?? []).map(({ metric }) => metric.name)];
  }

  private trainStep(batch: Batch): void {
    const tape = new Tape(false, true);
    tape.start();
    let loss: Tensor;
    let pred: Tensor;
    try {
      pred = this.__call__(batch.x, { training: true }) as Tensor;
      loss = this.compute_loss(batch.x, batch.y, pred, batch.weight);
    } finally {
      tape.stop();
    }
    const targets = this.trainable_weights;
    if (targets.length > 0) {
      const grads = gradients([loss], [ones(loss)], targets, { tape, keepSaved: false });
      this.optimizer!.apply(grads, targets);
    } else if (!this.warned) {
      this.warned = true;
      console.warn('The model does not have any trainable weights.');
    }
    this.record(loss, batch.y!, pred, batch);
  }
  private testStep(batch: Batch): void {
    const pred = this.__call__(batch.x, { training: false }) as Tensor;
    this.record(this.compute_loss(batch.x, batch.y, pred, batch.weight), batch.y!, pred, batch);
  }

  /** One step on one batch; gives the loss, or the loss and the metrics. */
  train_on_batch(
    ...args: Call<
      [x: TensorLike],
      [y: TensorLike | null, sample_weight: TensorLike | null],
      Keywords<typeof signatures.trainBatchSignature>
    >
  ): any {
    this.requireCompiled('train_on_batch');
    const o = read('Trainer.train_on_batch()', signatures.trainBatchSignature, args);
    const batch = oneBatch(o.x, o.y ?? null, o.sample_weight);
    if (o.class_weight !== null && batch.weight !== null)
      throw valueError(
        `Arguments \`sample_weight\` and \`class_weight\` cannot be specified at the same time. Received: sample_weight=${show(o.sample_weight)}, class_weight=${show(o.class_weight)}`,
      );
    const weight =
      o.class_weight === null || batch.y === null ? batch.weight : weightsOfClasses(batch.y, o.class_weight);
    this.reset();
    this.trainStep({ ...batch, weight });
    return this.outcome(o.return_dict);
  }
  test_on_batch(
    ...args: Call<
      [x: TensorLike],
      [y: TensorLike | null, sample_weight: TensorLike | null],
      Keywords<typeof signatures.testBatchSignature>
    >
  ): any {
    this.requireCompiled('test_on_batch');
    const o = read('Trainer.test_on_batch()', signatures.testBatchSignature, args);
    this.reset();
    withGrad(false, () => this.testStep(oneBatch(o.x, o.y ?? null, o.sample_weight)));
    return this.outcome(o.return_dict);
  }
  predict_on_batch(x: TensorLike): NDArray {
    return toArray(this.__call__(adapt(x), { training: false }) as Tensor);
  }
  private outcome(asDict: boolean): number | number[] | Logs {
    const logs = asFloats(this.logs());
    if (asDict) return logs;
    const list = this.metrics_names.map((n) => logs[n]!);
    return list.length === 1 ? list[0]! : list;
  }

  /**
   * Trains for some epochs and gives the history; the promise leaves time for other work.
   * @throws ValueError before `compile`, or if x and y differ in length.
   */
  fit(...args: FitArguments): Promise<History> {
    return finishAsync(this.fitting(args));
  }
  /** The same, running to the end before it returns. */
  fit_sync(...args: FitArguments): History {
    return finish(this.fitting(args));
  }
  private *fitting(args: FitArguments): Generator<void, History> {
    this.requireCompiled('fit');
    const o = read('Trainer.fit()', signatures.fitSignature, args);
    const data = o.x as Data;
    const target = (o.y ?? null) as TensorLike | null;
    const size = o.batch_size ?? 32;
    let feed: Feed;
    let validation: Feed | null = null;
    if (isFeedLike(data)) {
      if (o.validation_split > 0)
        throw valueError('`validation_split` is only supported for Tensors or NumPy arrays. Found a dataset.');
      feed = iterableFeed(data);
    } else {
      let x = adaptAll(data as TensorLike);
      let y = target === null ? null : adapt(target);
      let weight = o.sample_weight === null ? null : adapt(o.sample_weight);
      if (o.validation_split > 0) {
        arrayFeed(x, y, weight, size, false);
        const n = [x].flat()[0]!.sizes[0]!;
        const cut = Math.floor(n * (1 - o.validation_split));
        if (cut === 0 || cut === n)
          throw valueError(
            `Training data contains ${n} samples, which is not sufficient to split it into a validation and training set as specified by \`validation_split=${o.validation_split}\`. Either provide more data, or a different value for the \`validation_split\` argument.`,
          );
        const part = <T extends Tensor | null>(t: T, a: number, b: number): T =>
          t === null ? t : (ops.slice(t, 0, a, b) as T);
        const each = (t: typeof x, a: number, b: number): typeof x =>
          t instanceof Tensor ? part(t, a, b) : t.map((v) => part(v, a, b));
        validation = arrayFeed(
          each(x, cut, n),
          part(y, cut, n),
          part(weight, cut, n),
          o.validation_batch_size ?? size,
          false,
        );
        [x, y, weight] = [each(x, 0, cut), part(y, 0, cut), part(weight, 0, cut)];
      }
      if (o.class_weight !== null && y !== null) {
        if (weight !== null) throw valueError('You cannot `class_weight` and `sample_weight` at the same time.');
        weight = weightsOfClasses(y, o.class_weight as Record<number, number>);
      }
      feed = arrayFeed(x, y, weight, size, o.shuffle);
    }
    if (o.validation_data !== null) validation = validationFeed(o.validation_data, o.validation_batch_size ?? size);
    const steps = Math.min(feed.steps, o.steps_per_epoch ?? Number.POSITIVE_INFINITY);
    const level = o.verbose === 'auto' ? 1 : o.verbose;
    const history = new History();
    const list = [history, ...(o.callbacks ?? [])];
    this.history = history;
    for (const c of list) {
      c.set_params({ verbose: level, epochs: o.epochs, steps });
      c.set_model(this as unknown as Model);
    }
    this.stop_training = false;
    for (const c of list) c.on_train_begin({});
    let logs: Logs = {};
    for (let epoch = o.initial_epoch; epoch < o.epochs; epoch++) {
      this.reset();
      for (const c of list) c.on_epoch_begin(epoch, {});
      const bar = new ProgressBar(steps, level);
      if (level > 0 && o.epochs > 1) print(`Epoch ${epoch + 1}/${o.epochs}\n`);
      let step = 0;
      for (const batch of feed.batches()) {
        if (step >= steps) break;
        for (const c of list) c.on_train_batch_begin(step, {});
        this.trainStep(batch);
        const running = this.logs();
        const heard = asFloats(running);
        for (const c of list) c.on_train_batch_end(step, heard);
        step++;
        if (level > 0 && step < steps && Number.isFinite(steps)) bar.update(step, running, false);
        yield;
        if (this.stop_training) break;
      }
      logs = this.logs();
      if (validation !== null && (epoch + 1) % o.validation_freq === 0) {
        const found: Logs = yield* this.evaluating(validation, list, null, o.validation_steps);
        for (const [key, value] of Object.entries(found)) logs[`val_${key}`] = value;
      }
      if (level > 0) {
        const whole = Number.isFinite(steps) ? bar : new ProgressBar(step, level);
        whole.update(step, logs, true);
      }
      const heard = asFloats(logs);
      for (const c of list) c.on_epoch_end(epoch, heard);
      if (this.stop_training) break;
    }
    const last = asFloats(logs);
    for (const c of list) c.on_train_end(last);
    return history;
  }

  private *evaluating(
    feed: Feed,
    list: readonly Callback[],
    level: number | null,
    limit: number | null,
  ): Generator<void, Logs> {
    const steps = Math.min(feed.steps, limit ?? Number.POSITIVE_INFINITY);
    this.reset();
    for (const c of list) c.on_test_begin({});
    const bar = level === null || level === 0 ? null : new ProgressBar(steps, level);
    let step = 0;
    for (const batch of feed.batches()) {
      if (step >= steps) break;
      for (const c of list) c.on_test_batch_begin(step, {});
      withGrad(false, () => this.testStep(batch));
      const running = this.logs();
      for (const c of list) c.on_test_batch_end(step, running);
      step++;
      if (step < steps && Number.isFinite(steps)) bar?.update(step, running, false);
      yield;
    }
    const logs = this.logs();
    if (Number.isFinite(steps)) bar?.update(step, logs, true);
    else if (level !== null && level > 0) new ProgressBar(step, level).update(step, logs, true);
    for (const c of list) c.on_test_end(logs);
    return logs;
  }

  /** Loss and metrics in inference mode: one number, or a list that begins with the loss. */
  evaluate(...args: EvaluateArguments): Promise<any> {
    return finishAsync(this.evaluation(args));
  }
  evaluate_sync(...args: EvaluateArguments): any {
    return finish(this.evaluation(args));
  }
  private *evaluation(args: EvaluateArguments): Generator<void, number | number[] | Logs> {
    this.requireCompiled('evaluate');
    const o = read('Trainer.evaluate()', signatures.evaluateSignature, args);
    const data = o.x as Data;
    const target = (o.y ?? null) as TensorLike | null;
    const feed = isFeedLike(data)
      ? iterableFeed(data)
      : arrayFeed(
          adaptAll(data as TensorLike),
          target === null ? null : adapt(target),
          o.sample_weight === null ? null : adapt(o.sample_weight),
          o.batch_size ?? 32,
          false,
        );
    const list = o.callbacks ?? [];
    for (const c of list) c.set_model(this as unknown as Model);
    yield* this.evaluating(feed, list, o.verbose === 'auto' ? 1 : o.verbose, o.steps);
    return this.outcome(o.return_dict);
  }

  /** The outputs for all samples, in inference mode, as an array. */
  predict(...args: PredictArguments): Promise<NDArray> {
    return finishAsync(this.predicting(args));
  }
  predict_sync(...args: PredictArguments): NDArray {
    return finish(this.predicting(args));
  }
  private *predicting(args: PredictArguments): Generator<void, NDArray> {
    const o = read('Trainer.predict()', signatures.predictSignature, args);
    const data = o.x as Data;
    const level = o.verbose === 'auto' ? 1 : o.verbose;
    const feed = isFeedLike(data)
      ? iterableFeed(data)
      : arrayFeed(adaptAll(data as TensorLike), null, null, o.batch_size ?? 32, false);
    const list = o.callbacks ?? [];
    for (const c of list) c.set_model(this as unknown as Model);
    for (const c of list) c.on_predict_begin({});
    const steps = Math.min(feed.steps, o.steps ?? Number.POSITIVE_INFINITY);
    const bar = level > 0 && Number.isFinite(steps) ? new ProgressBar(steps, level) : null;
    const parts: Tensor[][] = [];
    for (const batch of feed.batches()) {
      const step = parts.length;
      if (step >= steps) break;
      for (const c of list) c.on_predict_batch_begin(step, {});
      const out = withGrad(false, () => this.__call__(batch.x, { training: false })) as Tensor | Tensor[];
      parts.push([out].flat());
      for (const c of list) c.on_predict_batch_end(step, {});
      if (parts.length < steps) bar?.update(parts.length, {}, false);
      yield;
    }
    bar?.update(parts.length, {}, true);
    for (const c of list) c.on_predict_end({});
    if (parts.length === 0) throw valueError('Expected input data to be non-empty.');
    const joined = parts[0]!.map((_, i) =>
      toArray(
        ops.concat(
          parts.map((p) => p[i]!),
          0,
        ),
      ),
    );
    // several outputs come as a list, as in Keras
    return joined.length === 1 ? joined[0]! : (joined as unknown as NDArray);
  }
}

/** What `compile` got, in the form of a configuration. */
export interface CompileConfig {
  readonly optimizer: unknown;
  readonly loss: unknown;
  readonly loss_weights: number | null;
  readonly metrics: readonly unknown[] | null;
  readonly weighted_metrics: readonly unknown[] | null;
}
function configOf(
  o: Parameters<typeof signatures.compileSignature>,
  optimizer: optimizers.Optimizer,
): CompileConfig | null {
  const config = {
    optimizer: optimizers.serialize(optimizer),
    loss: o.loss === null || typeof o.loss === 'string' ? o.loss : losses.serialize(losses.get(o.loss)),
    loss_weights: o.loss_weights,
    metrics: o.metrics?.map(metrics.serialize) ?? null,
    weighted_metrics: o.weighted_metrics?.map(metrics.serialize) ?? null,
  };
  const unknown = [config.optimizer, ...(o.loss === null ? [] : [config.loss])];
  return [...unknown, ...(config.metrics ?? []), ...(config.weighted_metrics ?? [])].includes(null) ? null : config;
}

type FitArguments = Call<
  [x: Data],
  [
    y: TensorLike | null,
    batch_size: number | null,
    epochs: number,
    verbose: number | 'auto',
    callbacks: readonly Callback[] | null,
    validation_split: number,
  ],
  Keywords<typeof signatures.fitSignature>
>;
type EvaluateArguments = Call<
  [x: Data],
  [y: TensorLike | null, batch_size: number | null, verbose: number | 'auto'],
  Keywords<typeof signatures.evaluateSignature>
>;
type PredictArguments = Call<
  [x: Data],
  [batch_size: number | null, verbose: number | 'auto'],
  Keywords<typeof signatures.predictSignature>
>;

/** A metric's value so far; one without axes. */
function numberOf(metric: metrics.Metric): number {
  const value: unknown = metric.result();
  return value instanceof Tensor ? toNumbers(value)[0]! : Number(value);
}
/** The same values, whole ones marked as floats where that is asked for. */
const asFloats = (logs: Logs): Logs => Object.fromEntries(Object.entries(logs).map(([k, v]) => [k, floatResult(v)]));
const ones = (loss: Tensor): Tensor =>
  fromArray(loss.family, new Float32Array(loss.elementCount).fill(1), [...loss.sizes], 'float32');
const adaptAll = (x: TensorLike | readonly TensorLike[]): Tensor | Tensor[] =>
  Array.isArray(x) && x.length > 0 && x.every((v) => v instanceof Tensor || v instanceof NDArray)
    ? x.map((v) => adapt(v as TensorLike))
    : adapt(asInput(x as TensorLike, 'float32'));
function oneBatch(x: TensorLike, y: TensorLike | null, weight: TensorLike | null): Batch {
  const t = adapt(asInput(x, 'float32'));
  return { x: t, y: y === null ? null : adapt(y), weight: weight === null ? null : adapt(weight), size: t.sizes[0]! };
}
function validationFeed(data: readonly TensorLike[] | Iterable<unknown>, size: number): Feed {
  if (!Array.isArray(data)) return iterableFeed(data as Iterable<unknown>);
  const [x, y, weight] = data as TensorLike[];
  return arrayFeed(adaptAll(x!), adapt(y!), weight === undefined ? null : adapt(weight), size, false);
}
