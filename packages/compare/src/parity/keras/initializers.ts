import type { CaseContext } from '../adapter';
import { isObject, type JsonObject } from '../json';
import { scalarOf, valuesOf } from '../tensors';
import { withGradients } from './gradient';
import {
  call,
  compareConfig,
  compareGets,
  compareTensor,
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

export function runInitializer(row: JsonObject, { check }: CaseContext): void {
  if (typeof row.function === 'string') runActivation(row, row.function, check);
  else if (isObject(row.get)) {
    compareGets(check, 'initializers', row.get, (where, got, want) => {
      check.same(`class of ${where}`, got.constructor.name, (want as JsonObject).class_name);
      compareConfig(check, where, got.get_config(), (want as JsonObject).config!);
    });
  } else if (Array.isArray(row.fans)) {
    for (const entry of rows(row.fans)) {
      const got = call('keras.src.initializers.random_initializers.compute_fans', [plainArgument(entry.shape!)]);
      check.same(`fans of [${String(entry.shape)}]`, [...got].map(Number), [entry.fan_in, entry.fan_out].map(Number));
    }
  } else {
    const serialized = needObject(row, 'serialized');
    const initializer = deserialize(serialized);
    if (row.value !== undefined) {
      compareTensor(check, 'value', initializer(plainArgument(need(row, 'shape')), 'float32'), row.value, values);
    } else if (row.gain !== undefined) {
      for (const item of rows(row.items)) compareGram(initializer, item, scalarOf(row.gain)!, check);
    } else for (const item of rows(row.items)) compareStatistics(serialized, item, check);
    compareConfig(check, 'config', initializer.get_config(), serialized.config!);
  }
}

function runActivation(row: JsonObject, name: string, check: CaseContext['check']): void {
  const x = tensorOf(need(row, 'input'));
  const kwargs = plainArgument(row.kwargs ?? {}) as Record<string, unknown>;
  const taped = withGradients([x], () => call(`keras.activations.${name}`, [x], kwargs));
  compareTensor(check, 'output', taped.result, need(row, 'output'), values);
  if (row.grad === undefined || row.grad === null || row.backend_specific === 'grad') return;
  const [g] = taped.of([taped.result as Loose], [tensorOf(need(row, 'cotangent'))], [x]);
  compareTensor(check, 'grad', g, row.grad, grads);
}

/** Many draws with different seeds: mean within 5 std/sqrt(n), std within 2 %, bounds exact. */
function compareStatistics(serialized: JsonObject, item: JsonObject, check: CaseContext['check']): void {
  const expected = item.expected as JsonObject;
  const shape = item.shape as number[];
  const config = serialized.config as JsonObject;
  let [n, sum, squares, low, high] = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const draws: number[] = [];
  for (let draw = 0; draw < 20; draw++) {
    const own = deserialize({ ...serialized, config: { ...config, seed: 1000 + draw } });
    for (const v of valuesOf(own(shape, 'float32')).data as Float32Array) draws.push(v);
  }
  for (const v of draws) {
    n++;
    sum += v;
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  const mean = sum / n;
  for (const v of draws) squares += (v - mean) ** 2;
  const std = scalarOf(expected.std)!;
  const where = `of shape [${shape.join(', ')}]`;
  check.number(`mean ${where}`, mean, scalarOf(expected.mean)!, { rtol: 0, atol: (5 * std) / Math.sqrt(n) });
  check.number(`std ${where}`, Math.sqrt(squares / n), std, { rtol: 0.02, atol: 0 });
  const [floor, ceiling] = [scalarOf(expected.low), scalarOf(expected.high)];
  if (expected.distribution !== 'uniform' || floor === null || ceiling === null) return;
  if (low < Math.fround(floor))
    check.differ({ where: `least value ${where}`, expected: `at least ${floor}`, got: low });
  if (high > Math.fround(ceiling))
    check.differ({ where: `largest value ${where}`, expected: `at most ${ceiling}`, got: high });
}

/** Orthogonal: the Gram matrix of the shorter side is gain^2 times the identity. */
function compareGram(initializer: Loose, item: JsonObject, gain: number, check: CaseContext['check']): void {
  const shape = item.shape as number[];
  const columns = shape.at(-1)!;
  const rowCount = shape.slice(0, -1).reduce((a: number, b: number) => a * b, 1);
  const data = valuesOf(initializer(shape, 'float32')).data as Float32Array;
  const side = item.gram_side === 'rows' ? rowCount : columns;
  const at = (line: number, k: number): number =>
    item.gram_side === 'rows' ? data[line * columns + k]! : data[k * columns + line]!;
  for (let i = 0; i < side; i++)
    for (let j = 0; j < side; j++) {
      let dot = 0;
      for (let k = 0; k < (item.gram_side === 'rows' ? columns : rowCount); k++) dot += at(i, k) * at(j, k);
      check.number(`Gram matrix of [${shape.join(', ')}]`, dot, i === j ? gain * gain : 0, values, [i, j]);
    }
}
