import type { CaseContext } from '../adapter';
import { isObject, type Json, type JsonObject } from '../json';
import { BrokenRow } from '../outcome';
import { scalarOf } from '../tensors';
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

export function runOptimizer(row: JsonObject, { check }: CaseContext): void {
  if (isObject(row.get)) {
    compareGets(check, 'optimizers', row.get, (where, got, want) => {
      check.same(`class of ${where}`, got.constructor.name, (want as JsonObject).class_name);
      compareConfig(check, where, got.get_config(), (want as JsonObject).config!);
    });
    return;
  }
  const serialized = needObject(row, 'serialized');
  const made = deserialize(serialized);
  if (Array.isArray(row.schedule_steps)) {
    row.schedule_steps.forEach((step, i) => {
      const got = made(plainArgument(step));
      check.number(`value at step ${String(step)}`, Number(got), scalarOf((row.values as Json[])[i])!, values);
    });
    compareConfig(check, 'config', made.get_config(), serialized.config!);
    return;
  }
  runSteps(row, serialized, made, check);
}

function runSteps(row: JsonObject, serialized: JsonObject, optimizer: Loose, check: CaseContext['check']): void {
  if (!Array.isArray(row.grads) || !Array.isArray(row.params))
    throw new BrokenRow("the row has no 'grads' or 'params'");
  const specs = rows(row.variables);
  const variables: Loose[] = rows(row.initial).map((t, i) =>
    call('keras.Variable', [tensorOf(t)], { name: specs[i]?.name }),
  );
  // the recording's one case with a constraint: variable 0 has it
  if (row.kind === 'common:constraint' && row.variant === 'nonneg')
    variables[0].constraint = call('keras.constraints.NonNeg', []);
  if (Array.isArray(row.exclude_from_weight_decay))
    optimizer.exclude_from_weight_decay({ var_names: row.exclude_from_weight_decay });
  row.grads.forEach((grads, t) => {
    check.number(
      `learning rate at step ${t}`,
      Number(optimizer.learning_rate),
      scalarOf((row.learning_rates as Json[])[t])!,
      values,
    );
    optimizer.apply(
      (grads as Json[]).map((g) => (g === null ? null : tensorOf(g))),
      variables,
    );
    ((row.params as Json[])[t] as Json[]).forEach((want, i) => {
      compareTensor(check, `step ${t} ${String(specs[i]?.name)}`, variables[i], want, values);
    });
  });
  check.same('iterations', Number(optimizer.iterations), Number(need(row, 'iterations')));
  const wanted = rows(row.optimizer_variables);
  const own: Loose[] = [...optimizer.variables];
  check.same(
    'paths of optimizer variables',
    own.map((v) => String(v.path)),
    wanted.map((v) => v.path),
  );
  wanted.forEach((v, i) => {
    const want = isObject(v.value) ? v.value : ({ dtype: 'float32', shape: [], data: [v.value] } as JsonObject);
    compareTensor(check, String(v.path), own[i], want, values);
  });
  if (Array.isArray(row.params_after_finalize)) {
    optimizer.finalize_variable_values(variables);
    row.params_after_finalize.forEach((want, i) => {
      compareTensor(check, `after finalize ${String(specs[i]?.name)}`, variables[i], want, values);
    });
  }
  compareConfig(check, 'config', optimizer.get_config(), serialized.config!);
}
