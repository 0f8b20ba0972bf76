import { withGrad } from '@stele/core';
import * as torch from '@stele/torchlike';
import type { CaseContext } from '../adapter';
import { times } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { BrokenRow } from '../outcome';
import { callMethod, callPython, resolve } from '../resolve';
import { moduleScale } from './tolerances';
import { argument, compareResult, defaultTolerance, isTensor, keywords, partAt, roots, tensorOf } from './values';

type Loose = any;

/** Makes the module that a row, or an argument of one, describes. */
export function buildModule(spec: JsonObject): Loose {
  if (typeof spec.module !== 'string') throw new BrokenRow("no 'module' to make");
  const { value, owner } = resolve(spec.module, roots);
  const args = Array.isArray(spec.args) ? spec.args : [];
  return callPython(spec.module, value, owner, args.map(moduleArgument), keywords(spec.kwargs));
}
const moduleArgument = (value: Json): unknown =>
  isObject(value) && typeof value.module === 'string' ? buildModule(value) : argument(value, 'args');

/** A state_dict as recorded. */
export const stateOf = (value: Json): Map<string, torch.Tensor> =>
  new Map(Object.entries(isObject(value) ? value : {}).map(([key, v]) => [key, tensorOf(v)]));

/** The entries of a state_dict: a Map or a plain object. */
export const entriesOf = (state: unknown): [string, unknown][] =>
  state instanceof Map ? [...state] : Object.entries(state as object);

export function runModule(row: JsonObject, { check, file }: CaseContext): void {
  const module = buildModule(row);
  const scale = moduleScale(row, file.folder);
  const out = (dtype: string) => times(defaultTolerance(dtype), scale.out);
  const grad = (dtype: string) => times(defaultTolerance(dtype), scale.grad);
  if (isObject(row.state_dict) && Object.keys(row.state_dict).length > 0)
    callMethod(module, 'load_state_dict', [stateOf(row.state_dict)], {}, 'nn.Module');
  const kwargs = keywords(row.forward_kwargs, 'forward_kwargs');
  const run = (inputs: unknown[]): unknown =>
    Object.keys(kwargs).length === 0 ? module(...inputs) : callForward(module, inputs, kwargs);
  const compareState = (where: string, want: Json | undefined): void => {
    if (!isObject(want)) return;
    const state = new Map(entriesOf(module.state_dict()));
    for (const [key, value] of Object.entries(want))
      compareResult(check, `${where}.${key}`, state.get(key), value, out);
  };
  if (Array.isArray(row.warmup_inputs)) {
    callMethod(module, 'train', [true], {}, 'nn.Module');
    for (const inputs of row.warmup_inputs) withGrad(false, () => module(...[argument(inputs, 'warmup')].flat()));
    compareState('state after warmup', row.state_dict_after_warmup);
  }
  callMethod(module, 'train', [row.training === true], {}, 'nn.Module');
  const tensors = new Map<string, torch.Tensor>();
  const inputs = (row.inputs as Json[]).map((v, i) => argument(v, `${i}`, (path, t) => tensors.set(path, t)));
  const wanted = Array.isArray(row.input_grads) ? row.input_grads.filter(isObject) : [];
  for (const { path } of wanted) tensors.get(String(path))?.requires_grad_(true);
  const result = isObject(row.pack_padded_sequence)
    ? runPacked(row, row.pack_padded_sequence, inputs, run, check, out)
    : run(inputs);
  compareResult(check, 'output', result, row.output!, out);
  compareState('state after', row.state_dict_after);
  const cotangents = Array.isArray(row.cotangents) ? row.cotangents.filter(isObject) : [];
  if (cotangents.length === 0) return;
  const names = isObject(row.param_grads) ? Object.keys(row.param_grads) : [];
  const parameters = new Map<string, torch.Tensor>([...module.named_parameters()] as [string, torch.Tensor][]);
  for (const name of names)
    if (!parameters.has(name))
      check.differ({ where: 'parameters', expected: name, got: [...parameters.keys()].join(', ') });
  const found = torch.autograd.grad(
    cotangents.map((c) => partAt(result, String(c.out)) as torch.Tensor),
    [...wanted.map((w) => tensors.get(String(w.path))!), ...names.map((name) => parameters.get(name)!)],
    { grad_outputs: cotangents.map((c) => tensorOf(c.value!)), allow_unused: true },
  );
  wanted.forEach((w, i) => {
    compareResult(check, `grad of input ${String(w.path)}`, found[i] ?? null, w.value ?? null, grad);
  });
  names.forEach((name, i) => {
    const want = (row.param_grads as JsonObject)[name] ?? null;
    compareResult(check, `grad of ${name}`, found[wanted.length + i] ?? null, want, grad);
  });
}

/** forward by keyword, bound as Python binds it. */
const callForward = (module: Loose, inputs: unknown[], kwargs: Record<string, unknown>): unknown =>
  callMethod(module, 'forward', inputs, kwargs, 'nn.Module');

function runPacked(
  row: JsonObject,
  pack: JsonObject,
  inputs: unknown[],
  run: (inputs: unknown[]) => unknown,
  check: CaseContext['check'],
  tolerance: Parameters<typeof compareResult>[4],
): unknown {
  const call = (name: string, args: unknown[], kwargs: Record<string, unknown>): unknown => {
    const { value, owner } = resolve(`nn.utils.rnn.${name}`, roots);
    return callPython(name, value, owner, args, kwargs);
  };
  const { lengths, batch_first, enforce_sorted } = pack;
  const packed: Loose = call('pack_padded_sequence', [inputs[0], lengths], { batch_first, enforce_sorted });
  if (isObject(row.packed)) {
    for (const [key, want] of Object.entries(row.packed)) {
      const got: unknown = packed[key];
      if (Array.isArray(want) && isTensor(got)) check.same(`packed.${key}`, got.tolist(), want);
      else compareResult(check, `packed.${key}`, got ?? null, want, tolerance);
    }
  }
  const [output, state] = run([packed, ...inputs.slice(1)]) as [unknown, unknown];
  const [padded, sizes] = call('pad_packed_sequence', [output], { batch_first }) as [unknown, torch.Tensor];
  if (row.output_lengths !== undefined) check.same('output_lengths', sizes.tolist(), row.output_lengths);
  return [padded, state];
}
