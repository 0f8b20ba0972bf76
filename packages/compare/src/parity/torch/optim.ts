import * as torch from '@stele/torchlike';
import type { CaseContext } from '../adapter';
import { exact, type Tolerance } from '../check';
import { readFormula } from '../formula';
import { isObject, type Json, type JsonObject } from '../json';
import { BrokenRow } from '../outcome';
import { callMethod, callPython, hasMember, resolve } from '../resolve';
import { isTensorRecord, scalarOf } from '../tensors';
import { entriesOf } from './modules';
import { compareResult, defaultTolerance, isTensor, keywords, roots, tensorOf } from './values';

type Loose = any;

/** Over 20 steps. */
const steps: Tolerance = { rtol: 1e-5, atol: 1e-6 };
/** Learning rates are doubles. */
const rates: Tolerance = { rtol: 1e-12, atol: 0 };
const stepTolerance = (dtype: string): Tolerance => (defaultTolerance(dtype) === exact ? exact : steps);

function construct(name: string, args: unknown[], kwargs: Record<string, unknown>): Loose {
  const { value, owner } = resolve(name, roots);
  return callPython(name, value, owner, args, kwargs);
}

export function runOptim(row: JsonObject, context: CaseContext): void {
  if (row.kind === 'scheduler') runScheduler(row, context);
  else runOptimizer(row, context);
}

function runOptimizer(row: JsonObject, { check }: CaseContext): void {
  if (!Array.isArray(row.initial) || !Array.isArray(row.grads)) throw new BrokenRow("no 'initial' or 'grads'");
  const params = row.initial.map((v) => new torch.nn.Parameter(tensorOf(v)));
  const own = scalarOf(row.second_param_in_its_own_group_with_lr);
  const groups = own === null ? params : [{ params: [params[0]] }, { params: [params[1]], lr: own }];
  const optimizer = construct(String(row.optimizer), [groups], keywords(row.kwargs));
  row.grads.forEach((grads, t) => {
    (grads as Json[]).forEach((g, i) => {
      params[i]!.grad = g === null ? null : tensorOf(g);
    });
    optimizer.step();
    ((row.params as Json[])[t] as Json[]).forEach((want, i) => {
      compareResult(check, `step ${t} parameter ${i}`, params[i]!.detach(), want, stepTolerance);
    });
  });
  if (isObject(row.state_dict)) compareState(optimizer.state_dict(), row.state_dict, check);
}

const field = (value: unknown, key: string): unknown => {
  if (value instanceof Map) return value.get(key) ?? value.get(Number(key));
  return hasMember(value, key) ? (value as Record<string, unknown>)[key] : undefined;
};

/** The optimizer's state at the end: every recorded entry, whatever else there is. */
function compareState(got: unknown, want: JsonObject, check: CaseContext['check']): void {
  for (const [index, entries] of Object.entries(want.state as JsonObject)) {
    const own = field(field(got, 'state'), index);
    for (const [key, value] of Object.entries(entries as JsonObject)) {
      const where = `state ${index}.${key}`;
      const found = field(own, key);
      if (found === undefined) check.differ({ where, expected: 'an entry', got: 'none' });
      compareResult(check, where, found, value, stepTolerance);
    }
  }
  (want.param_groups as JsonObject[]).forEach((group, g) => {
    const own = field(field(got, 'param_groups'), String(g));
    for (const [key, value] of Object.entries(group)) {
      const found = field(own, key);
      const where = `param_groups[${g}].${key}`;
      if (found === undefined) check.differ({ where, expected: value, got: 'none' });
      comparePlain(where, found, value, check);
    }
  });
}
function comparePlain(where: string, got: unknown, want: Json, check: CaseContext['check']): void {
  const number = typeof want === 'boolean' || want === null || typeof want === 'string' ? null : scalarOf(want);
  if (isTensorRecord(want) || isTensor(got)) compareResult(check, where, got, want, stepTolerance);
  else if (Array.isArray(want)) {
    const list = [...(got as Iterable<unknown>)];
    if (list.length !== want.length) check.differ({ where, expected: want.length, got: list.length });
    want.forEach((w, i) => {
      comparePlain(`${where}[${i}]`, list[i], w, check);
    });
  } else if (number !== null) check.number(where, Number(got), number, rates);
  else check.same(where, got, want);
}

/** A formula of the epoch, or a constant factor. */
function lambdaOf(text: Json | undefined): (epoch: number) => number {
  if (typeof text === 'string') {
    const formula = readFormula(text);
    return (epoch) => formula({ epoch: Number(epoch) });
  }
  const factor = scalarOf(text);
  if (factor === null) throw new BrokenRow('an lr_lambda that is neither a formula nor a number');
  return () => factor;
}

const schedulerNames = 'optim.lr_scheduler.';

function buildScheduler(name: string, kwargs: JsonObject, optimizer: Loose): Loose {
  const given: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(kwargs)) {
    if (key === 'lr_lambda') given[key] = lambdaOf(value);
    else if (key === 'schedulers')
      given[key] = (value as Json[]).map((part) => {
        const [kind, options] = part as [string, JsonObject];
        return buildScheduler(schedulerNames + kind, options, optimizer);
      });
    else given[key] = keywords({ [key]: value })[key];
  }
  const args = name.endsWith('.ChainedScheduler') ? [given.schedulers] : [optimizer];
  if (name.endsWith('.ChainedScheduler')) {
    delete given.schedulers;
    if (hasMember(given, 'optimizer')) delete given.optimizer;
  }
  return construct(name, args, given);
}

function runScheduler(row: JsonObject, { check }: CaseContext): void {
  const rows = row.lr_at_step;
  if (!Array.isArray(rows)) throw new BrokenRow("no 'lr_at_step'");
  const parameter = (): torch.Tensor => new torch.nn.Parameter(torch.zeros(2));
  const second = scalarOf(row.second_param_group_lr);
  const groups = second === null ? [parameter()] : [{ params: [parameter()] }, { params: [parameter()], lr: second }];
  const optimizer = construct(String(row.optimizer), [groups], keywords(row.optimizer_kwargs));
  const scheduler = buildScheduler(String(row.scheduler), row.kwargs as JsonObject, optimizer);
  const metrics = Array.isArray(row.metrics) ? row.metrics : null;
  const momenta = Array.isArray(row.momentum_or_beta1_at_step) ? row.momentum_or_beta1_at_step : null;
  rows.forEach((want, t) => {
    const own = entriesOf(optimizer.param_groups).map(([, group]) => group as Loose);
    (want as Json[]).forEach((rate, g) => {
      check.number(`lr of group ${g} at step ${t}`, Number(field(own[g], 'lr')), scalarOf(rate)!, rates);
    });
    ((momenta?.[t] as Json[] | undefined) ?? []).forEach((m, g) => {
      const got = field(own[g], 'momentum') ?? (field(own[g], 'betas') as number[] | undefined)?.[0];
      check.number(`momentum of group ${g} at step ${t}`, Number(got), scalarOf(m)!, rates);
    });
    optimizer.step();
    callMethod(scheduler, 'step', metrics === null ? [] : [metrics[t]], {}, String(row.scheduler));
  });
}
