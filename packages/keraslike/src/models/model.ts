import { fromArray, gradients, ops, parseOptions, Tape, Tensor, toNumbers, withGrad } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { z } from 'zod';
import { type Callback, History, type Logs } from '../callbacks/index';
import { show, valueError } from '../errors';
import { Layer, type LayerOptions } from '../layers/layer';
import { type CallNode, KerasTensor } from '../layers/symbolic';
import * as losses from '../losses/index';
import { Loss, LossFunctionWrapper } from '../losses/loss';
import * as metrics from '../metrics/index';
import * as optimizers from '../optimizers/index';
import { asInput, type Shape, type TensorLike, tensorFamily, toArray } from '../tensors';
import { ProgressBar, print } from '../utils/progress';
import { adapt, arrayFeed, type Batch, type Feed, isFeedLike, iterableFeed, weightsOfClasses } from './data';
import * as saving from './saving';
import { printSummary, type SummaryOptions } from './summary';

const compileSchema = z.strictObject({
  optimizer: z.custom<optimizers.OptimizerIdentifier>().default('rmsprop'),
  loss: z.custom<losses.LossIdentifier>().nullable().default(null),
  loss_weights: z.number().nullable().default(null),
  metrics: z
    .custom<readonly metrics.MetricIdentifier[]>((v) => Array.isArray(v), 'expected a list')
    .nullable()
    .default(null),
  weighted_metrics: z
    .custom<readonly metrics.MetricIdentifier[]>((v) => Array.isArray(v), 'expected a list')
    .nullable()
    .default(null),
  run_eagerly: z.boolean().default(false),
  steps_per_execution: z.int().default(1),
  jit_compile: z.union([z.boolean(), z.literal('auto')]).default('auto'),
  auto_scale_loss: z.boolean().default(true),
});
export type CompileOptions = z.input<typeof compileSchema>;

const verbose = z.union([z.literal('auto'), z.int().min(0).max(2)]).default('auto');
const callbacks = z
  .custom<readonly Callback[]>((v) => Array.isArray(v), 'expected a list of callbacks')
  .nullable()
  .default(null);
const weights = z.custom<TensorLike>().nullable().default(null);
const fitSchema = z.strictObject({
  batch_size: z.int().positive().nullable().default(null),
  epochs: z.int().default(1),
  verbose,
  callbacks,
  validation_split: z.number().min(0).max(1).default(0),
  validation_data: z.custom<readonly TensorLike[] | Iterable<unknown>>().nullable().default(null),
  shuffle: z.boolean().default(true),
  class_weight: z.record(z.string(), z.number()).nullable().default(null),
  sample_weight: weights,
  initial_epoch: z.int().default(0),
  steps_per_epoch: z.int().positive().nullable().default(null),
  validation_batch_size: z.int().positive().nullable().default(null),
  validation_freq: z.int().positive().default(1),
});
export type FitOptions = z.input<typeof fitSchema>;
const evaluateSchema = z.strictObject({
  batch_size: z.int().positive().nullable().default(null),
  verbose,
  sample_weight: weights,
  callbacks,
  return_dict: z.boolean().default(false),
});
export type EvaluateOptions = z.input<typeof evaluateSchema>;
const predictSchema = z.strictObject({ batch_size: z.int().positive().nullable().default(null), verbose, callbacks });
export type PredictOptions = z.input<typeof predictSchema>;

type Data = TensorLike | readonly TensorLike[] | Iterable<unknown>;
export interface ModelOptions extends LayerOptions {
  inputs?: KerasTensor | readonly KerasTensor[];
  outputs?: KerasTensor | readonly KerasTensor[];
}

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

/**
 * A layer that can be trained: a subclass with `call`, a Sequential, or what lies between symbolic inputs and outputs.
 *
 * ```ts
 * class Net extends Model { dense = new Dense(1); override call(x: Tensor) { return this.dense(x); } }
 * new Net()([[1, 2]]).sizes; // [1, 1]
 * ```
 * @see https://keras.io/api/models/model/
 */
export class Model extends Layer {
  optimizer: optimizers.Optimizer | null = null;
  stop_training = false;
  history: History | null = null;
  readonly inputs: readonly KerasTensor[] = [];
  readonly outputs: readonly KerasTensor[] = [];
  private readonly nodes: readonly CallNode[] = [];
  private readonly manyOutputs: boolean = false;
  private lossOf: Loss | null = null;
  private lossWeight = 1;
  private wanted: { plain: readonly metrics.MetricIdentifier[]; weighted: readonly metrics.MetricIdentifier[] } = {
    plain: [],
    weighted: [],
  };
  private readonly lossMean = new metrics.Mean('loss');
  private made: { metric: metrics.Metric; weighted: boolean }[] | null = null;
  compiled = false;

  constructor(
    options: ModelOptions | KerasTensor | readonly KerasTensor[] = {},
    outputs?: KerasTensor | readonly KerasTensor[],
  ) {
    const isTensors = options instanceof KerasTensor || Array.isArray(options);
    const given: ModelOptions = isTensors
      ? { inputs: options as KerasTensor, ...(outputs === undefined ? {} : { outputs }) }
      : (options as ModelOptions);
    const functional = given.inputs !== undefined;
    super({ ...given, name: given.name ?? undefined });
    if (!functional) return;
    if (given.outputs === undefined)
      throw valueError('Model() with `inputs` needs `outputs` too: pass the symbolic tensors that layers gave');
    this.inputs = [given.inputs!].flat() as KerasTensor[];
    this.outputs = [given.outputs].flat() as KerasTensor[];
    this.manyOutputs = Array.isArray(given.outputs);
    this.nodes = orderOf(this.inputs, this.outputs);
    this.built = true;
  }

  /** The layers, in order: attributes of a subclass, or those between inputs and outputs. */
  get layers(): Layer[] {
    return this.nodes.length > 0 ? [...new Set(this.nodes.map((n) => n.layer))] : this.sublayers();
  }
  override sublayers(): Layer[] {
    return this.nodes.length > 0 ? this.layers : super.sublayers();
  }
  get_layer(options: { name?: string; index?: number } | string): Layer {
    const { name, index } = typeof options === 'string' ? { name: options, index: undefined } : options;
    const found = index === undefined ? this.layers.find((l) => l.name === name) : this.layers[index];
    if (found === undefined)
      throw valueError(
        `No such layer: ${name ?? index}. Existing layers are: ${show(this.layers.map((l) => l.name))}.`,
      );
    return found;
  }
  get input_shape(): Shape {
    return this.inputs[0]?.shape ?? (this.build_shape as Shape);
  }
  get output_shape(): Shape {
    return this.outputs[0]?.shape ?? (this.compute_output_shape(this.input_shape) as Shape);
  }

  override call(inputs: any, options: any = {}): any {
    if (this.nodes.length === 0) return super.call(inputs, options);
    const values = new Map<KerasTensor, Tensor>();
    const given = [inputs].flat() as Tensor[];
    this.inputs.forEach((k, i) => {
      values.set(k, given[i]!);
    });
    for (const node of this.nodes) {
      const args = node.inputs.map((k) => values.get(k)!);
      if (node.inputs.length === 0) continue;
      const out = node.layer.__call__(node.single ? args[0]! : args, { training: options.training, ...node.options });
      [out].flat().forEach((t: Tensor, i) => {
        values.set(node.outputs[i]!, t);
      });
    }
    const results = this.outputs.map((k) => values.get(k)!);
    return this.manyOutputs ? results : results[0]!;
  }
  override compute_output_shape(input_shape: any): any {
    if (this.nodes.length === 0) return super.compute_output_shape(input_shape);
    const shapes = this.outputs.map((o) => [input_shape[0], ...o.shape.slice(1)]);
    return this.manyOutputs ? shapes : shapes[0]!;
  }

  /** Builds from a shape by running the model on zeros. */
  override build(input_shape: any): void {
    if (this.built || this.nodes.length > 0) return;
    const shape = (input_shape as Shape).map((d) => d ?? 1);
    const zeros = fromArray(tensorFamily(), new Float32Array(shape.reduce((a, b) => a * b, 1)), shape, 'float32');
    this.built = true;
    withGrad(false, () => this.call(zeros, { training: false }));
  }
  override ensureBuilt(shapes: Shape | readonly Shape[]): void {
    // a subclass builds its layers in its own first call
    if (!this.built) this.build_shape = shapes;
    this.built = true;
  }

  /**
   * Binds optimizer, loss and metrics; by name or in one object.
   *
   * In Keras 3 the third positional argument is `loss_weights`, no longer `metrics`.
   */
  compile(
    optimizer: optimizers.OptimizerIdentifier | CompileOptions = {},
    loss?: losses.LossIdentifier | CompileOptions,
    loss_weights?: number | CompileOptions,
    rest?: CompileOptions,
  ): void {
    if (Array.isArray(loss_weights))
      throw valueError(
        `Model.compile(): the third positional argument is \`loss_weights\` in Keras 3 and got ${show(loss_weights)}: pass metrics by name, { metrics: [...] }`,
      );
    const given: Record<string, unknown> = {};
    const isOptions = (v: unknown): v is CompileOptions =>
      typeof v === 'object' && v !== null && Object.getPrototypeOf(v) === Object.prototype && !('class_name' in v);
    const names = ['optimizer', 'loss', 'loss_weights'];
    [optimizer, loss, loss_weights, rest].forEach((value, i) => {
      if (isOptions(value)) Object.assign(given, value);
      else if (value !== undefined) given[names[i]!] = value;
    });
    const o = parseOptions('Trainer.compile()', compileSchema, given);
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
    const all: [string, number][] = [['loss', this.lossMean.result()]];
    for (const { metric } of this.made ?? []) all.push([metric.name, metric.result()]);
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
    if (targets.length === 0) throw valueError(`The model ${this.name} has no trainable weights to fit.`);
    const grads = gradients([loss], [ones(loss)], targets, { tape, keepSaved: false });
    this.optimizer!.apply(grads, targets);
    this.record(loss, batch.y!, pred, batch);
  }
  private testStep(batch: Batch): void {
    const pred = this.__call__(batch.x, { training: false }) as Tensor;
    this.record(this.compute_loss(batch.x, batch.y, pred, batch.weight), batch.y!, pred, batch);
  }

  /** One step on one batch; gives the loss, or the loss and the metrics. */
  train_on_batch(
    x: TensorLike,
    y: TensorLike,
    options: { sample_weight?: TensorLike | null; return_dict?: boolean } = {},
  ): number | number[] | Logs {
    this.requireCompiled('train_on_batch');
    this.reset();
    this.trainStep(oneBatch(x, y, options.sample_weight ?? null));
    return this.outcome(options.return_dict ?? false);
  }
  test_on_batch(
    x: TensorLike,
    y: TensorLike,
    options: { sample_weight?: TensorLike | null; return_dict?: boolean } = {},
  ): number | number[] | Logs {
    this.requireCompiled('test_on_batch');
    this.reset();
    this.testStep(oneBatch(x, y, options.sample_weight ?? null));
    return this.outcome(options.return_dict ?? false);
  }
  predict_on_batch(x: TensorLike): NDArray {
    return toArray(this.__call__(adapt(x), { training: false }) as Tensor);
  }
  private outcome(asDict: boolean): number | number[] | Logs {
    if (asDict) return this.logs();
    const logs = this.logs();
    const list = this.metrics_names.map((n) => logs[n]!);
    return list.length === 1 ? list[0]! : list;
  }

  /**
   * Trains for some epochs and gives the history; the promise leaves time for other work.
   * @throws ValueError before `compile`, or if x and y differ in length.
   */
  fit(x: Data, y?: TensorLike | FitOptions | null, options?: FitOptions): Promise<History> {
    return finishAsync(this.fitting(x, y, options));
  }
  /** The same, running to the end before it returns. */
  fit_sync(x: Data, y?: TensorLike | FitOptions | null, options?: FitOptions): History {
    return finish(this.fitting(x, y, options));
  }
  private *fitting(data: Data, second?: TensorLike | FitOptions | null, third?: FitOptions): Generator<void, History> {
    this.requireCompiled('fit');
    const [target, given] = splitTarget(second, third);
    const o = parseOptions('Trainer.fit()', fitSchema, given);
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
      c.set_model(this);
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
        for (const c of list) c.on_train_batch_end(step, running);
        step++;
        if (level > 0 && step < steps && Number.isFinite(steps)) bar.update(step, running, false);
        yield;
        if (this.stop_training) break;
      }
      logs = this.logs();
      if (validation !== null && (epoch + 1) % o.validation_freq === 0) {
        const found: Logs = yield* this.evaluating(validation, list, null);
        for (const [key, value] of Object.entries(found)) logs[`val_${key}`] = value;
      }
      if (level > 0) {
        const whole = Number.isFinite(steps) ? bar : new ProgressBar(step, level);
        whole.update(step, logs, true);
      }
      for (const c of list) c.on_epoch_end(epoch, logs);
      if (this.stop_training) break;
    }
    for (const c of list) c.on_train_end(logs);
    return history;
  }

  private *evaluating(feed: Feed, list: readonly Callback[], level: number | null): Generator<void, Logs> {
    this.reset();
    for (const c of list) c.on_test_begin({});
    const bar = level === null || level === 0 ? null : new ProgressBar(feed.steps, level);
    let step = 0;
    for (const batch of feed.batches()) {
      for (const c of list) c.on_test_batch_begin(step, {});
      withGrad(false, () => this.testStep(batch));
      const running = this.logs();
      for (const c of list) c.on_test_batch_end(step, running);
      step++;
      if (step < feed.steps && Number.isFinite(feed.steps)) bar?.update(step, running, false);
      yield;
    }
    const logs = this.logs();
    if (Number.isFinite(feed.steps)) bar?.update(step, logs, true);
    else if (level !== null && level > 0) new ProgressBar(step, level).update(step, logs, true);
    for (const c of list) c.on_test_end(logs);
    return logs;
  }

  /** Loss and metrics in inference mode: one number, or a list that begins with the loss. */
  evaluate(x: Data, y?: TensorLike | EvaluateOptions | null, options?: EvaluateOptions): Promise<any> {
    return finishAsync(this.evaluation(x, y, options));
  }
  evaluate_sync(x: Data, y?: TensorLike | EvaluateOptions | null, options?: EvaluateOptions): any {
    return finish(this.evaluation(x, y, options));
  }
  private *evaluation(
    data: Data,
    second?: TensorLike | EvaluateOptions | null,
    third?: EvaluateOptions,
  ): Generator<void, number | number[] | Logs> {
    this.requireCompiled('evaluate');
    const [target, given] = splitTarget(second, third);
    const o = parseOptions('Trainer.evaluate()', evaluateSchema, given);
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
    for (const c of list) c.set_model(this);
    yield* this.evaluating(feed, list, o.verbose === 'auto' ? 1 : o.verbose);
    return this.outcome(o.return_dict);
  }

  /** The outputs for all samples, in inference mode, as an array. */
  predict(x: Data, options?: PredictOptions): Promise<NDArray> {
    return finishAsync(this.predicting(x, options));
  }
  predict_sync(x: Data, options?: PredictOptions): NDArray {
    return finish(this.predicting(x, options));
  }
  private *predicting(data: Data, options?: PredictOptions): Generator<void, NDArray> {
    const o = parseOptions('Trainer.predict()', predictSchema, options);
    const level = o.verbose === 'auto' ? 1 : o.verbose;
    const feed = isFeedLike(data)
      ? iterableFeed(data)
      : arrayFeed(adaptAll(data as TensorLike), null, null, o.batch_size ?? 32, false);
    const list = o.callbacks ?? [];
    for (const c of list) c.set_model(this);
    for (const c of list) c.on_predict_begin({});
    const bar = level > 0 && Number.isFinite(feed.steps) ? new ProgressBar(feed.steps, level) : null;
    const parts: Tensor[][] = [];
    for (const batch of feed.batches()) {
      const step = parts.length;
      for (const c of list) c.on_predict_batch_begin(step, {});
      const out = withGrad(false, () => this.__call__(batch.x, { training: false })) as Tensor | Tensor[];
      parts.push([out].flat());
      for (const c of list) c.on_predict_batch_end(step, {});
      if (parts.length < feed.steps) bar?.update(parts.length, {}, false);
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

  summary(options: SummaryOptions = {}): void {
    if (!this.built && this.layers.length === 0 && this.nodes.length === 0)
      throw valueError(
        'This model has not yet been built. Build the model first by calling `build()` or by calling the model on a batch of data.',
      );
    printSummary(this, options);
  }

  /** Writes the model in Stele's form; the path ends in `.keras`. @throws ValueError for another ending. */
  save(filepath: string, options: { overwrite?: boolean } = {}): void {
    saving.saveModel(this, filepath, options);
  }
  /** Writes the weights in Stele's form; the path ends in `.weights.h5`. @throws ValueError for another ending. */
  save_weights(filepath: string, options: { overwrite?: boolean } = {}): void {
    saving.saveWeights(this, filepath, options);
  }
  load_weights(filepath: string): void {
    saving.loadWeights(this, filepath);
  }
}

const ones = (loss: Tensor): Tensor =>
  fromArray(loss.family, new Float32Array(loss.elementCount).fill(1), [...loss.sizes], 'float32');
const adaptAll = (x: TensorLike | readonly TensorLike[]): Tensor | Tensor[] =>
  Array.isArray(x) && x.length > 0 && x.every((v) => v instanceof Tensor || v instanceof NDArray)
    ? x.map((v) => adapt(v as TensorLike))
    : adapt(asInput(x as TensorLike, 'float32'));
function oneBatch(x: TensorLike, y: TensorLike, weight: TensorLike | null): Batch {
  const t = adapt(asInput(x, 'float32'));
  return { x: t, y: adapt(y), weight: weight === null ? null : adapt(weight), size: t.sizes[0]! };
}
/** Labels and options where either may come second. */
function splitTarget<O extends object>(
  second: TensorLike | O | null | undefined,
  third: O | undefined,
): [TensorLike | null, O | undefined] {
  const isOptions =
    typeof second === 'object' &&
    second !== null &&
    Object.getPrototypeOf(second) === Object.prototype &&
    !('data' in second && 'dtype' in second);
  return isOptions ? [null, second as O] : [(second ?? null) as TensorLike | null, third];
}
function validationFeed(data: readonly TensorLike[] | Iterable<unknown>, size: number): Feed {
  if (!Array.isArray(data)) return iterableFeed(data as Iterable<unknown>);
  const [x, y, weight] = data as TensorLike[];
  return arrayFeed(adaptAll(x!), adapt(y!), weight === undefined ? null : adapt(weight), size, false);
}

/** The calls between inputs and outputs, each after those it needs. */
function orderOf(inputs: readonly KerasTensor[], outputs: readonly KerasTensor[]): CallNode[] {
  const order: CallNode[] = [];
  const visit = (t: KerasTensor): void => {
    const node = t.node;
    if (node === null || order.includes(node)) return;
    if (inputs.includes(t)) {
      order.push(node);
      return;
    }
    if (node.inputs.length === 0)
      throw valueError(
        `\`inputs\` not connected to \`outputs\`: ${t.toString()} is an input that the model was not given`,
      );
    node.inputs.forEach(visit);
    order.push(node);
  };
  outputs.forEach(visit);
  return order;
}
