import type { CaseContext } from '../adapter';
import { isObject, type Json, type JsonObject } from '../json';
import {
  compareConfig,
  compareGets,
  compareTensor,
  deserialize,
  type Loose,
  need,
  needObject,
  optionalTensor,
  rows,
  within,
} from './objects';

const values = within(1e-5);

export function runMetric(row: JsonObject, { check }: CaseContext): void {
  if (isObject(row.get)) {
    compareGets(check, 'metrics', row.get, (where, got, want) => {
      check.same(where, { class: got.constructor.name, name: got.name }, want);
    });
    return;
  }
  const serialized = needObject(row, 'serialized');
  const metric = deserialize(serialized);
  check.same('name', metric.name, row.name);
  rows(row.batches).forEach((batch, t) => {
    const weight = optionalTensor(batch.sample_weight);
    const weights = weight === null ? [] : [weight];
    if (batch.values !== null && batch.values !== undefined)
      metric.update_state(optionalTensor(batch.values), ...weights);
    else metric.update_state(optionalTensor(batch.y_true), optionalTensor(batch.y_pred), ...weights);
    compareResult(check, `result ${t}`, metric.result(), need(batch, 'result'));
  });
  const wanted = rows(row.variables);
  const variables: Loose[] = [...(metric.variables ?? [])];
  check.same(
    'names of variables',
    variables.map((v) => String(v.name)),
    wanted.map((v) => v.name),
  );
  wanted.forEach((v, i) => {
    check.same('path', String(variables[i].path), v.path);
    compareTensor(check, `variable ${String(v.name)}`, variables[i], v.value!, values);
  });
  metric.reset_state();
  if (row.result_after_reset !== undefined && row.result_after_reset !== null)
    compareResult(check, 'result after reset', metric.result(), row.result_after_reset);
  compareConfig(check, 'config', metric.get_config(), serialized.config!);
}

/** A result: a tensor, or a record of tensors. */
function compareResult(check: CaseContext['check'], where: string, got: Loose, want: Json): void {
  if (isObject(want) && !('shape' in want)) {
    for (const [key, value] of Object.entries(want))
      compareResult(check, `${where}.${key}`, got instanceof Map ? got.get(key) : got[key], value);
  } else compareTensor(check, where, got, want, values);
}
