import type { Tensor } from '@stele/core';
import type { CaseContext } from '../adapter';
import { isObject, type Json, type JsonObject } from '../json';
import { hasMember } from '../resolve';
import { scalarOf, valuesOf } from '../tensors';
import { withGradients } from './gradient';
import {
  call,
  compareConfig,
  compareTensor,
  compareWeights,
  deserialize,
  type Loose,
  need,
  needObject,
  plainArgument,
  rows,
  tensorOf,
  within,
} from './objects';

const values = within(1e-5);
const grads = within(1e-4);

/** The call's arguments: `layer(x)`, `layer([x, y])` or `layer(x, y)`, and keywords. */
function applied(
  layer: Loose,
  structure: Json | undefined,
  inputs: readonly unknown[],
  kwargs: Record<string, unknown>,
): Loose {
  const args = structure === 'list' ? [inputs] : structure === 'args' ? [...inputs] : [inputs[0]];
  return Object.keys(kwargs).length === 0 ? layer(...args) : layer(...args, kwargs);
}
const outputsOf = (result: Loose): Loose[] => (Array.isArray(result) ? result.flatMap(outputsOf) : [result]);

/** Builds a layer for the recorded shapes, so that it has its weights. */
function build(layer: Loose, row: JsonObject, inputs: readonly Tensor[]): void {
  const config = (row.serialized as JsonObject).build_config;
  if (layer.built === true) return;
  if (isObject(config) && hasMember(layer, 'build_from_config')) {
    layer.build_from_config(plainArgument(config));
    return;
  }
  const shapes = inputs.map((t) => [...t.sizes]);
  if (hasMember(layer, 'ensureBuilt')) layer.ensureBuilt(row.input_structure === 'single' ? shapes[0] : shapes);
  else if (row.input_structure === 'args') layer.build(...shapes);
  else layer.build(row.input_structure === 'single' ? shapes[0] : shapes);
}

const compareValues = (
  check: CaseContext['check'],
  where: string,
  got: readonly Loose[],
  want: readonly JsonObject[],
): void =>
  want.forEach((w, i) => {
    compareTensor(check, `${where}: ${String(w.path ?? w.name)}`, got[i], w.value ?? w, values);
  });

export function runLayer(row: JsonObject, { check }: CaseContext): void {
  const serialized = needObject(row, 'serialized');
  const layer = deserialize(serialized);
  if (row.statistics_only === true) {
    runStatistics(row, layer, check);
    return;
  }
  if (row.adapt_data !== undefined) {
    layer.adapt(tensorOf(row.adapt_data));
    compareTensor(check, 'mean', layer.mean, need(row, 'mean'), values);
    compareTensor(check, 'variance', layer.variance, need(row, 'variance'), values);
  }
  const inputs = rows(row.inputs).map(tensorOf);
  const recorded = rows(row.weights);
  build(layer, row, inputs);
  compareWeights(check, 'weights', layer.weights, recorded);
  if (recorded.length > 0) layer.set_weights(recorded.map((w) => tensorOf(w.value!)));
  check.same('count_params', layer.count_params(), Number(scalarOf(row.params) ?? 0));
  if (isObject(row.steps)) runSteps(layer, row, row.steps, check);
  if (isObject(row.steps) && recorded.length > 0) layer.set_weights(recorded.map((w) => tensorOf(w.value!)));
  const kwargs = {
    ...(plainArgument(row.call_kwargs ?? {}) as Record<string, unknown>),
    ...(plainArgument(row.tensor_kwargs ?? {}) as Record<string, unknown>),
  };
  const floats = inputs.filter((t) => t.scalarType.startsWith('float'));
  const taped = withGradients(floats, () => applied(layer, row.input_structure, inputs, kwargs));
  const outputs = outputsOf(taped.result);
  const specific = typeof row.backend_specific === 'string' && !Array.isArray(row.grad_inputs);
  const wanted = rows(row.outputs);
  check.same('number of outputs', outputs.length, wanted.length);
  if (!specific)
    wanted.forEach((w, i) => {
      compareTensor(check, wanted.length === 1 ? 'output' : `output ${i}`, outputs[i], w, values);
    });
  if (Array.isArray(row.losses)) {
    const losses = [...layer.losses] as Loose[];
    check.same('number of losses', losses.length, row.losses.length);
    row.losses.forEach((w, i) => {
      const want = isObject(w) ? w : ({ dtype: 'float32', shape: [], data: [w] } as JsonObject);
      compareTensor(check, `loss ${i}`, losses[i], want, values);
    });
  }
  if (Array.isArray(row.weights_after)) compareValues(check, 'weights after', layer.weights, rows(row.weights_after));
  if (Array.isArray(row.cotangents)) compareGradients(row, layer, inputs, outputs, taped, check);
  if (row.computed_mask !== undefined) compareMask(row, layer, inputs, outputs, check);
  if (Array.isArray(row.symbolic_output_shapes)) compareSymbolic(row, serialized, check);
  compareConfig(check, 'config', layer.get_config(), serialized.config!);
}

function compareGradients(
  row: JsonObject,
  layer: Loose,
  inputs: readonly Tensor[],
  outputs: readonly Loose[],
  taped: ReturnType<typeof withGradients>,
  check: CaseContext['check'],
): void {
  const cotangents = row.cotangents as Json[];
  const seeded = outputs.filter((_, i) => cotangents[i] !== null);
  const seeds = cotangents.filter((c) => c !== null).map((c) => tensorOf(c));
  const trainable = layer.trainable_weights as Tensor[];
  const found = taped.of(seeded, seeds, [...inputs, ...trainable]);
  const compare = (where: string, got: Tensor | null, want: Json): void => {
    if (want === null || got === null) {
      if (want !== got)
        check.differ({
          where,
          expected: want === null ? 'None' : 'a gradient',
          got: got === null ? 'None' : 'a gradient',
        });
      return;
    }
    compareTensor(check, where, got, want, grads);
  };
  if (Array.isArray(row.grad_inputs))
    row.grad_inputs.forEach((want, i) => {
      compare(`grad of input ${i}`, found[i] ?? null, want);
    });
  if (Array.isArray(row.grad_weights))
    row.grad_weights.forEach((want, i) => {
      const weight = trainable[i] as Loose;
      compare(`grad of ${String(weight?.path ?? i)}`, found[inputs.length + i] ?? null, want);
    });
}

/** Three training calls and one of inference. */
function runSteps(layer: Loose, row: JsonObject, steps: JsonObject, check: CaseContext['check']): void {
  rows(steps.inputs).forEach((input, t) => {
    const out = layer(tensorOf(input), plainArgument(row.call_kwargs ?? {}));
    compareTensor(check, `step ${t} output`, out, (steps.outputs as Json[])[t]!, values);
    rows((steps.weights_after_step as Json[])[t]).forEach((w, i) => {
      compareTensor(check, `step ${t} ${String(layer.weights[i]?.path)}`, layer.weights[i], w, values);
    });
  });
  if (steps.inference_input === undefined) return;
  const out = layer(tensorOf(steps.inference_input), { training: false });
  compareTensor(check, 'inference output', out, need(steps, 'inference_output'), values);
}

function compareMask(
  row: JsonObject,
  layer: Loose,
  inputs: readonly Tensor[],
  outputs: readonly Loose[],
  check: CaseContext['check'],
): void {
  const got: Tensor | null = layer.compute_mask(inputs[0], null) ?? outputs[0]?._keras_mask ?? null;
  if (row.computed_mask === null) check.same('mask', got === null ? null : valuesOf(got).shape, null);
  else compareTensor(check, 'mask', got, row.computed_mask!, values);
}

/** A fresh layer of the same configuration on symbolic inputs. */
function compareSymbolic(row: JsonObject, serialized: JsonObject, check: CaseContext['check']): void {
  const shapes = row.symbolic_input_shapes as Json[];
  const inputs = shapes.map((shape, i) => {
    const dtype = rows(row.inputs)[i]?.dtype;
    const options = { batch_shape: plainArgument(shape), ...(typeof dtype === 'string' ? { dtype } : {}) };
    return call('keras.Input', [], options);
  });
  const result = applied(deserialize(serialized), row.input_structure, inputs, {});
  const got = outputsOf(result).map((o) => [...o.shape]);
  check.same('symbolic output shapes', got, row.symbolic_output_shapes);
}

/** Dropout on ones: which values come out, and how often. */
function runStatistics(row: JsonObject, layer: Loose, check: CaseContext['check']): void {
  const shape = row.input_shape as number[];
  const n = shape.reduce((a, b) => a * b, 1);
  const data = Array<number>(n).fill(1);
  const ones = tensorOf({ dtype: 'float32', shape, data });
  const out = valuesOf(layer(ones, plainArgument(row.call_kwargs ?? {}))).data as Float32Array;
  const mean = out.reduce((a, b) => a + b, 0) / n;
  const std = Math.sqrt(out.reduce((a, b) => a + (b - mean) ** 2, 0) / n);
  const wantedStd = scalarOf(row.output_std)!;
  // layers that drop whole channels draw once a channel; both sides are draws, hence twice the variance
  const draws = (String(row.class_name).startsWith('Spatial') ? shape[0]! * shape.at(-1)! : n) / 2;
  check.number('mean', mean, scalarOf(row.output_mean)!, { rtol: 0, atol: (5 * wantedStd) / Math.sqrt(draws) });
  check.number('std', std, wantedStd, { rtol: 0.02, atol: 0 });
  if (!Array.isArray(row.output_values)) return;
  const seen = [...new Set(out)].sort((a, b) => a - b);
  check.same('number of values', seen.length, row.output_values.length);
  row.output_values.forEach((v, i) => {
    check.number(`value ${i}`, seen[i]!, scalarOf(v)!, values);
    const p = scalarOf((row.output_value_fractions as Json[])[i])!;
    const share = out.filter((x) => x === seen[i]).length / n;
    check.number(`fraction of value ${i}`, share, p, { rtol: 0, atol: 5 * Math.sqrt((p * (1 - p)) / draws) });
  });
}
