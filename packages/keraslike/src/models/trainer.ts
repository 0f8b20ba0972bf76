import {
  coreFamily,
  declareSignatures,
  floatsAreMarked,
  fromArray,
  isKeywords,
  nn,
  ops,
  Tape,
  Tensor,
  toNumbers,
  warn,
  withGrad,
} from '@stele/core';
import type { NDArray } from '@stele/core/numpy';
import { type Call, givenTo, type Keywords, read } from '../arguments';
import { type Callback, type History, hearsBatches, type Logs } from '../callbacks/callback';
import { CallbackList, pythonify } from '../callbacks/list';
import { attributeError, show, unboundLocal, valueError } from '../errors';
import { Layer } from '../layers/layer';
import { hideAttributes, Remembered, steadily, unsteadily } from '../layers/parts';
import { mapTensors } from '../layers/structure';
import type * as losses from '../losses/index';
import * as metrics from '../metrics/index';
import * as optimizers from '../optimizers/index';
import { deserialize_keras_object, plainConfig, serialize_keras_object } from '../saving/objects';
import { asTraced, tensorFamily, toArray } from '../tensors';
import { CompileLoss, CompileMetrics, numberOf } from './compiled';
import { type Batch, type Feed, packed, requireArrays, weightsOfClasses } from './data';
import { finish, finishAsync } from './drivers';
import { continued, feedOf, feedsOf, limited, oneBatch, unpacked } from './feeds';
import { asGraphStep } from './graphSteps';
import type { Model } from './model';
import type { CompileOptions } from './signatures';
import * as signatures from './signatures';
import { flatten, isNested, mapStructure } from './structure';

/** What `compile` made; in one object, so that a model's metrics are not taken for attributes of the program's. */
interface Compiled {
  readonly loss: CompileLoss | null;
  readonly metrics: CompileMetrics | null;
  readonly tracker: metrics.Mean;
}
/** A batch as steps get it: x alone, or (x, y), or (x, y, sample_weight). */
type StepData = any;

/** What `compile` binds and the loops that use it. @see https://keras.io/api/models/model_training_apis/ */
export class Trainer extends Layer {
  optimizer: optimizers.Optimizer | null = null;
  stop_training = false;
  history: History | null = null;
  compiled = false;
  /** What `compile` got as the loss. */
  loss: unknown = null;
  run_eagerly = false;
  steps_per_execution = 1;
  /** Set by callbacks that take training up again. */
  initial_epoch: number | null = null;
  private bound: Compiled | null = null;
  private compileConfig: CompileConfig | null = null;
  private warned = false;

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
        loss: losses.LossIdentifier | readonly unknown[] | Readonly<Record<string, unknown>> | null,
        loss_weights: number | readonly number[] | Readonly<Record<string, number>> | null,
        metrics: signatures.MetricsOption | null,
      ],
      CompileOptions
    >
  ): void {
    if (Array.isArray(args[2]) && args[2].some((v) => typeof v === 'string' || v instanceof metrics.Metric))
      throw valueError(
        `Model.compile(): the third positional argument is \`loss_weights\` in Keras 3 and got ${show(args[2])}: pass metrics by name, { metrics: [...] }`,
      );
    const o = read('Trainer.compile()', signatures.compileSignature, args);
    this.optimizer = optimizers.get(o.optimizer as optimizers.OptimizerIdentifier);
    const names = (this as unknown as { output_names?: readonly string[] }).output_names ?? null;
    const given = [o.metrics, o.weighted_metrics];
    const before = this.bound;
    // what is not given stays as it was compiled before
    if (o.loss !== null) this.loss = o.loss;
    this.run_eagerly = o.run_eagerly;
    this.bound = {
      loss: o.loss === null ? (before?.loss ?? null) : new CompileLoss(o.loss, o.loss_weights, names, !this.graphs),
      metrics: given.every((m) => m === null)
        ? (before?.metrics ?? null)
        : new CompileMetrics(o.metrics, o.weighted_metrics, names),
      tracker: new metrics.Mean('loss'),
    };
    this.steps_per_execution = o.steps_per_execution;
    this.stop_training = false;
    this.compiled = true;
    const jit_compile = o.jit_compile === 'auto' ? false : o.jit_compile;
    this.compileConfig = { ...o, optimizer: this.optimizer, jit_compile } as unknown as CompileConfig;
  }

  override __refuse_attribute__(name: string): Error | null {
    const absent =
      (name === 'optimizer' && !this.compiled) ||
      (name === 'history' && this.history === null) ||
      (name === 'stop_training' && !this.compiled);
    return absent
      ? attributeError(`'${this.constructor.name}' object has no attribute '${name}'`)
      : super.__refuse_attribute__(name);
  }
  /** What `compile` got, to be written into a file; empty before it, null where only the program knows it. */
  get_compile_config(): Record<string, unknown> | null {
    if (this.compileConfig === null) return {};
    const { optimizer, loss, loss_weights, metrics, weighted_metrics, run_eagerly, steps_per_execution, jit_compile } =
      this.compileConfig;
    try {
      return serialize_keras_object({
        optimizer,
        loss,
        loss_weights,
        metrics,
        weighted_metrics,
        run_eagerly,
        steps_per_execution,
        jit_compile,
      });
    } catch {
      // functions of the program without a name that files could know
      return null;
    }
  }
  compile_from_config(config: unknown): void {
    if (this.compile !== Trainer.prototype.compile) {
      warn(
        "`compile()` was not called as part of model loading because the model's `compile()` method is custom. All subclassed Models that have `compile()` overridden should also override `get_compile_config()` and `compile_from_config(config)`. Alternatively, you can call `compile()` manually after loading.",
        'UserWarning',
      );
      return;
    }
    const plain = plainConfig(config);
    if (Object.keys(plain).length === 0) return;
    // the optimizer makes its state when it is loaded, if there is any
    this.compile(deserialize_keras_object(plain));
  }
  private requireCompiled(_method: string): void {
    if (!this.compiled) throw valueError('You must call `compile()` before using the model.');
  }

  /** The metrics that `compile` made of what it got. */
  get compile_metrics(): CompileMetrics | null {
    return this.bound?.metrics ?? null;
  }
  /** The loss' mean, the compiled metrics, the means of the outputs' losses, then the model's own and its layers'. */
  get metrics(): (metrics.Metric | CompileMetrics)[] {
    return [...this.all_metrics.of(() => this.metricsNow())];
  }
  private readonly all_metrics = new Remembered<readonly (metrics.Metric | CompileMetrics)[]>();
  private metricsNow(): (metrics.Metric | CompileMetrics)[] {
    const { bound } = this;
    const own = bound === null ? [] : [bound.tracker, ...(bound.metrics === null ? [] : [bound.metrics])];
    return [...own, ...(bound?.loss?.metrics ?? []), ...metricsOf(this)];
  }
  get metrics_names(): string[] {
    return this.metrics.map((m) => m.name);
  }
  get metrics_variables(): any[] {
    return this.metrics.flatMap((m) => m.variables);
  }
  reset_metrics(): void {
    for (const m of this.metrics) m.reset_state();
  }

  /** The loss of a batch, with what layers and regularizers add to it; override it for another. */
  compute_loss(
    _x: unknown = null,
    y: any = null,
    y_pred: any = null,
    sample_weight: any = null,
    _training = true,
  ): Tensor {
    const own = this.bound?.loss?.call(y, y_pred, sample_weight) ?? null;
    const all = [...(own === null ? [] : [own]), ...this.losses.map((l) => ops.sum(l))];
    if (all.length === 0) throw valueError('No loss to compute. Provide a `loss` argument in `compile()`.');
    return all.reduce((a, b) => ops.add(a, b));
  }
  private lossOf(x: unknown, y: any, y_pred: any, sample_weight: any, training: boolean): Tensor {
    if (y === null && this.bound?.loss && this.compute_loss === Trainer.prototype.compute_loss)
      throw valueError(
        `None values not supported. Model '${this.name}' was compiled with a loss and got no targets: pass \`y\`, or compile without \`loss\``,
      );
    // methods of the program may leave the last parameter out
    return this.compute_loss === Trainer.prototype.compute_loss
      ? this.compute_loss(x, y, y_pred, sample_weight, training)
      : unsteadily(() => this.compute_loss(x, y, y_pred, sample_weight));
  }
  /** Adds a batch to the metrics; gives all their results. */
  compute_metrics(_x: unknown, y: any, y_pred: any, sample_weight: any = null): Logs {
    this.bound?.metrics?.update_state(y, y_pred, sample_weight);
    return this.get_metrics_result();
  }
  get_metrics_result(): Logs {
    const found: Logs = {};
    for (const m of this.metrics) {
      const result = m.result() as unknown;
      if (isNested(result) && !Array.isArray(result)) Object.assign(found, result);
      else found[m.name] = result;
    }
    return found;
  }
  /** The same as numbers, without making tensors of them first. */
  private logs(): Logs {
    const found: Logs = {};
    for (const m of this.metrics)
      if (m instanceof CompileMetrics) for (const [name, one] of m.named()) found[name] = numberOf(one);
      else {
        const value = numberOf(m) as unknown;
        if (isNested(value) && !Array.isArray(value)) Object.assign(found, value);
        else found[m.name] = value;
      }
    return found;
  }
  /** What a step gave, or the metrics' results if they have the same names. */
  private logsAfter(step: Logs | null): Logs {
    const own = this.logs();
    if (step === null) return own;
    const given = plainConfig(step) as Logs;
    if (!isKeywords(given) && floatsAreMarked())
      throw attributeError("'tensorflow.python.framework.ops.EagerTensor' object has no attribute 'items'");
    const same = Object.keys(own).length === Object.keys(given).length && Object.keys(own).every((k) => k in given);
    return same ? own : given;
  }

  /** Runs the model and changes its weights by one batch; override it for another way. */
  train_step(data: StepData): any {
    this.trainOn(unpacked(data));
    return this.get_metrics_result();
  }
  /** Runs the model on one batch and counts losses and metrics. */
  test_step(data: StepData): any {
    this.testOn(unpacked(data));
    return this.get_metrics_result();
  }
  predict_step(data: StepData): any {
    return this.__call__(unpacked(data).x, { training: false });
  }
  /** Whether steps are graphs, as on TensorFlow unless `run_eagerly`. */
  private get graphs(): boolean {
    return !this.run_eagerly && tensorFamily() !== coreFamily;
  }
  private track(loss: Tensor, batch: Batch): void {
    this.bound?.tracker.add(Math.fround(toNumbers(loss)[0]! * batch.size), batch.size);
  }
  private trainOn(batch: Batch): void {
    const tape = new Tape(false, true);
    tape.start();
    let loss: Tensor;
    let scaled: Tensor;
    let pred: any;
    try {
      pred = this.__call__(batch.x, { training: true });
      if (batch.y !== null) this.bound?.metrics?.prepare(batch.y, pred);
      loss = this.lossOf(batch.x, batch.y, pred, batch.weight, true);
      scaled = this.optimizer?.scale_loss(loss) ?? loss;
    } finally {
      tape.stop();
    }
    this.track(loss, batch);
    const targets = this.trainable_weights;
    if (targets.length > 0) {
      const found = nn.gradientsByRows([scaled], [ones(scaled)], targets, { tape, keepSaved: false });
      const grads = found.map((g, i) => (g === null || g instanceof Tensor ? g : nn.sumOfRows(g, targets[i]!.sizes)));
      this.optimizer!.apply(grads, targets);
    } else if (!this.warned) {
      this.warned = true;
      warn('The model does not have any trainable weights.', 'UserWarning');
    }
    this.count(batch, pred);
  }
  private testOn(batch: Batch): void {
    const pred = this.__call__(batch.x, { training: false });
    this.track(this.lossOf(batch.x, batch.y, pred, batch.weight, false), batch);
    this.count(batch, pred);
  }
  private count(batch: Batch, pred: any): void {
    if (this.compute_metrics !== Trainer.prototype.compute_metrics)
      unsteadily(() => this.compute_metrics(batch.x, batch.y, pred, batch.weight));
    else this.bound?.metrics?.update_state(batch.y, pred, batch.weight);
  }
  /** One step by the program's own method if it has one; its logs, or null for the metrics' results. */
  private step(batch: Batch, training: boolean): Logs | null {
    if (training) {
      if (this.train_step !== Trainer.prototype.train_step)
        return unsteadily(() => this.train_step(packed(batch))) ?? null;
      steadily(() => this.trainOn(batch));
    } else {
      if (this.test_step !== Trainer.prototype.test_step)
        return withGrad(false, () => unsteadily(() => this.test_step(packed(batch)))) ?? null;
      withGrad(false, () => steadily(() => this.testOn(batch)));
    }
    return null;
  }

  /** One step on one batch; gives the loss, or the loss and the metrics. */
  train_on_batch(
    ...args: Call<
      [x: signatures.Data],
      [y: signatures.Data | null, sample_weight: signatures.Data | null],
      Keywords<typeof signatures.trainBatchSignature>
    >
  ): any {
    this.requireCompiled('train_on_batch');
    const o = read('TensorFlowTrainer.train_on_batch()', signatures.trainBatchSignature, args);
    const batch = oneBatch(o.x, o.y ?? null, o.sample_weight);
    if (o.class_weight !== null && batch.weight !== null)
      throw valueError(
        `Arguments \`sample_weight\` and \`class_weight\` cannot be specified at the same time. Received: sample_weight=${show(o.sample_weight)}, class_weight=${show(o.class_weight)}`,
      );
    const weight =
      o.class_weight === null || batch.y === null
        ? batch.weight
        : weightsOfClasses(batch.y as Tensor, o.class_weight as Record<number, number>);
    return this.onBatch({ ...batch, weight }, true, o.return_dict);
  }
  test_on_batch(
    ...args: Call<
      [x: signatures.Data],
      [y: signatures.Data | null, sample_weight: signatures.Data | null],
      Keywords<typeof signatures.testBatchSignature>
    >
  ): any {
    this.requireCompiled('test_on_batch');
    const o = read('TensorFlowTrainer.test_on_batch()', signatures.testBatchSignature, args);
    const batch = oneBatch(o.x, o.y ?? null, o.sample_weight);
    return this.onBatch(batch, false, o.return_dict);
  }
  predict_on_batch(x: signatures.Data): any {
    const { x: given } = oneBatch(x, null, null);
    return mapTensors(this.predicted({ x: given, y: null, weight: null, size: 0 }), toArray);
  }
  private predicted(batch: Batch): any {
    return withGrad(false, () =>
      this.predict_step === Trainer.prototype.predict_step
        ? this.__call__(batch.x, { training: false })
        : this.predict_step(packed({ ...batch, y: null, weight: null })),
    );
  }
  private onBatch(batch: Batch, training: boolean, asDict: boolean): any {
    return steadily(() => {
      this.reset_metrics();
      const logs = asGraphStep(this.graphs, batch, (b) => this.step(b, training), false);
      return this.outcome(pythonify(this.logsAfter(logs)), asDict);
    });
  }
  /** Logs as they are, or their values in the order of the metrics. */
  private outcome(logs: Logs, asDict: boolean): any {
    if (asDict) return logs;
    const names = this.metrics.flatMap((m) => (m instanceof CompileMetrics ? m.metrics.map((s) => s.name) : [m.name]));
    const first = names.filter((n) => n in logs).map((n) => logs[n]);
    const others = Object.keys(logs).filter((k) => !names.includes(k));
    const list = [...first, ...others.sort().map((k) => logs[k])];
    return list.length === 1 ? list[0] : list;
  }

  /**
   * Trains for some epochs and gives the history; the promise leaves time for other work. An aborted `signal` ends it
   * after the batch under way, as `stop_training` does.
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
    const o = read('TensorFlowTrainer.fit()', signatures.fitSignature, args);
    requireArrays(args, ['x', 'y', 'sample_weight']);
    const size = o.batch_size || 32;
    const { feed, validation } = feedsOf(o, size, givenTo(args, 'validation_split', 6));
    const steps = o.steps_per_epoch ?? feed.steps;
    const verbose = o.verbose === 'auto' ? 1 : Number(o.verbose);
    const callbacks =
      o.callbacks instanceof CallbackList
        ? o.callbacks
        : new CallbackList(o.callbacks as readonly Callback[] | null, {
            add_history: true,
            add_progbar: verbose !== 0,
          });
    callbacks.set_model(this as unknown as Model);
    callbacks.set_params({ verbose, epochs: o.epochs, steps: Number.isFinite(steps) ? steps : null });
    if (this.built && this.optimizer !== null && !this.optimizer.built) this.optimizer.build(this.trainable_variables);
    this.stop_training = false;
    callbacks.on_train_begin();
    const { signal } = o;
    let epochLogs: Logs = {};
    const first = this.initial_epoch ?? o.initial_epoch;
    const heard = hearsBatches(callbacks.callbacks, 'train');
    const source =
      o.steps_per_epoch === null ? () => limited(feed.batches(), steps) : continued(feed, o.steps_per_epoch);
    for (let epoch = first; epoch < o.epochs; epoch++) {
      this.reset_metrics();
      callbacks.on_epoch_begin(epoch);
      const last = { logs: null as Logs | null };
      let step = 0;
      for (const batch of source()) {
        const begins = step % this.steps_per_execution === 0;
        const ends = (step + 1) % this.steps_per_execution === 0 || step + 1 === steps;
        if (begins) callbacks.on_train_batch_begin(step);
        last.logs = asGraphStep(this.graphs, batch, (b) => this.step(b, true));
        if (ends) callbacks.on_train_batch_end(step, heard ? this.logsAfter(last.logs) : {});
        step++;
        yield;
        if (signal?.aborted) this.stop_training = true;
        if (this.stop_training) break;
      }
      epochLogs = this.logsAfter(last.logs);
      if (validation !== null && !signal?.aborted && shouldValidate(epoch, o.validation_freq)) {
        const found: Logs = yield* this.evaluating(validation, callbacks, o.validation_steps);
        for (const [key, value] of Object.entries(found)) epochLogs[`val_${key}`] = value;
      }
      callbacks.on_epoch_end(epoch, epochLogs);
      if (this.stop_training) break;
    }
    if (o.epochs > 0) this.optimizer?.finalize_variable_values(this.trainable_weights);
    callbacks.on_train_end(epochLogs);
    this.initial_epoch = null;
    return this.history!;
  }
  private *evaluating(feed: Feed, callbacks: CallbackList, limit: number | null): Generator<void, Logs> {
    const steps = Math.min(feed.steps, limit ?? Number.POSITIVE_INFINITY);
    this.reset_metrics();
    callbacks.on_test_begin();
    const heard = hearsBatches(callbacks.callbacks, 'test');
    let step = 0;
    let last: Logs | null = null;
    for (const batch of limited(feed.batches(), steps)) {
      const begins = step % this.steps_per_execution === 0;
      const ends = (step + 1) % this.steps_per_execution === 0 || step + 1 === steps;
      if (begins) callbacks.on_test_batch_begin(step);
      last = asGraphStep(this.graphs, batch, (b) => this.step(b, false));
      if (ends) callbacks.on_test_batch_end(step, heard ? this.logsAfter(last) : {});
      step++;
      yield;
      if (this.stop_training && callbacks.history === null) break;
    }
    const logs = pythonify(this.logsAfter(last));
    callbacks.on_test_end(logs);
    return logs;
  }

  /** Loss and metrics in inference mode: one number, or a list that begins with the loss. */
  evaluate(...args: EvaluateArguments): Promise<any> {
    return finishAsync(this.evaluation(args));
  }
  evaluate_sync(...args: EvaluateArguments): any {
    return finish(this.evaluation(args));
  }
  private *evaluation(args: EvaluateArguments): Generator<void, any> {
    this.requireCompiled('evaluate');
    const o = read('TensorFlowTrainer.evaluate()', signatures.evaluateSignature, args);
    requireArrays(args, ['x', 'y', 'sample_weight']);
    const feed = feedOf(o.x, o.y, o.sample_weight, o.batch_size || 32);
    const callbacks = this.listFor(o.callbacks, o.verbose, Math.min(feed.steps, o.steps ?? Number.POSITIVE_INFINITY));
    this.stop_training = false;
    const logs = yield* this.evaluating(feed, callbacks, o.steps);
    return this.outcome(logs, o.return_dict);
  }
  private listFor(given: unknown, verbose: number | 'auto', steps: number): CallbackList {
    const level = verbose === 'auto' ? 1 : Number(verbose);
    const callbacks =
      given instanceof CallbackList
        ? given
        : new CallbackList(given as readonly Callback[] | null, { add_progbar: level !== 0 });
    callbacks.set_model(this as unknown as Model);
    callbacks.set_params({ verbose: level, epochs: 1, steps: Number.isFinite(steps) ? steps : null });
    return callbacks;
  }

  /** The outputs for all samples, in inference mode, as arrays. */
  predict(...args: PredictArguments): Promise<NDArray> {
    return finishAsync(this.predicting(args));
  }
  predict_sync(...args: PredictArguments): NDArray {
    return finish(this.predicting(args));
  }
  private *predicting(args: PredictArguments): Generator<void, NDArray> {
    const o = read('TensorFlowTrainer.predict()', signatures.predictSignature, args);
    requireArrays(args, ['x']);
    const feed = feedOf(o.x, null, null, o.batch_size || 32);
    const steps = Math.min(feed.steps, o.steps ?? Number.POSITIVE_INFINITY);
    const callbacks = this.listFor(o.callbacks, o.verbose, steps);
    this.stop_training = false;
    callbacks.on_predict_begin();
    const parts: any[] = [];
    for (const batch of limited(feed.batches(), steps)) {
      const step = parts.length;
      callbacks.on_predict_batch_begin(step);
      const outputs = asTraced(this.graphs && 'fixed', () => this.predicted(batch));
      parts.push(outputs);
      callbacks.on_predict_batch_end(step, { outputs });
      yield;
      if (this.stop_training) break;
    }
    callbacks.on_predict_end();
    if (parts.length === 0)
      throw unboundLocal("cannot access local variable 'batch_outputs' where it is not associated with a value");
    const leaves = parts.map((p) => flatten(p) as Tensor[]);
    let next = 0;
    const joined = leaves[0]!.map((_, i) =>
      toArray(
        ops.concat(
          leaves.map((p) => p[i]!),
          0,
        ),
      ),
    );
    // arrays in the structure of the outputs, leaf by leaf in their order
    const order = new Map((flatten(parts[0]) as Tensor[]).map((t) => [t, joined[next++]!]));
    return mapStructure(parts[0], (t: Tensor) => order.get(t)!);
  }
}

hideAttributes(['bound', 'compileConfig', 'history']);

/** What `compile` got. */
export type CompileConfig = Readonly<Record<string, unknown>>;
type FitArguments = Call<
  [x: signatures.Data],
  [
    y: signatures.Data | null,
    batch_size: number | null,
    epochs: number,
    verbose: number | 'auto',
    callbacks: readonly Callback[] | null,
    validation_split: number,
  ],
  Keywords<typeof signatures.fitSignature>
>;
type EvaluateArguments = Call<
  [x: signatures.Data],
  [y: signatures.Data | null, batch_size: number | null, verbose: number | 'auto'],
  Keywords<typeof signatures.evaluateSignature>
>;
type PredictArguments = Call<
  [x: signatures.Data],
  [batch_size: number | null, verbose: number | 'auto'],
  Keywords<typeof signatures.predictSignature>
>;

/** Metrics that are attributes of a layer, or of those in it that are no models. */
function metricsOf(layer: Layer): metrics.Metric[] {
  const found = layer.attributesOf(metrics.Metric);
  for (const inner of layer.sublayers()) if (!(inner instanceof Trainer)) found.push(...metricsOf(inner));
  return found;
}
const shouldValidate = (epoch: number, freq: number | readonly number[]): boolean =>
  typeof freq === 'number' ? (epoch + 1) % freq === 0 : freq.includes(epoch + 1);
const ones = (loss: Tensor): Tensor =>
  fromArray(loss.family, new Float32Array(loss.elementCount).fill(1), [...loss.sizes], 'float32');
declareSignatures('keras.Model', Trainer.prototype, {
  compute_loss: 'x=None, y=None, y_pred=None, sample_weight=None, training=True',
  compute_metrics: 'x, y, y_pred, sample_weight=None',
});
