import { codecs } from '@stele/core';
import * as torch from '@stele/torchlike';
import type { CaseContext } from '../adapter';
import { times } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { BrokenRow, Unsupported } from '../outcome';
import { callPython, hasMember, type Member, resolve } from '../resolve';
import { isTensorRecord, readValues, scalarOf } from '../tensors';
import { internalError } from '../thrown';
import { opScale } from './tolerances';
import {
  argument,
  compareResult,
  defaultTolerance,
  isTensor,
  keywords,
  partAt,
  roots,
  Tuple,
  tensorOf,
} from './values';

interface Prepared {
  readonly name: string;
  readonly target: Member;
  readonly args: unknown[];
  readonly kwargs: Record<string, unknown>;
  readonly tensors: ReadonlyMap<string, torch.Tensor>;
}

const attributeError = (type: string, name: string): Error =>
  Object.assign(new Error(`'${type}' object has no attribute '${name}'`), { name: 'AttributeError' });

/** The arguments of a recorded call, and the function that it names. */
function prepare(row: JsonObject): Prepared {
  if (typeof row.call !== 'string' || !Array.isArray(row.args)) throw new BrokenRow("the row has no 'call' or 'args'");
  const tensors = new Map<string, torch.Tensor>();
  const keep = (path: string, t: torch.Tensor): void => {
    tensors.set(path, t);
  };
  const args = row.args.map((a, i) => argument(a, `args.${i}`, keep));
  const kwargs = keywords(row.kwargs, 'kwargs', keep);
  const name = row.call;
  if (!name.startsWith('tensor.')) return { name, target: resolve(name, roots), args, kwargs, tensors };
  const method = name.slice(7);
  const self = args.shift();
  if (typeof self !== 'number' && (!isTensor(self) || !hasMember(self, method)))
    throw new Unsupported(`Tensor.${method}`);
  if (method === '__getitem__' && Array.isArray(args[0])) args[0] = Tuple.from(args[0]);
  // read when it is called: T, mT and the like are attributes
  const member = {
    name,
    owner: self,
    get value() {
      // what Python's own numbers do not have is no matter of the facade
      if (typeof self === 'number') throw attributeError(Number.isInteger(self) ? 'int' : 'float', method);
      return (self as unknown as Record<string, unknown>)[method];
    },
  };
  return { name, target: member, args, kwargs, tensors };
}

function call({ name, target, args, kwargs }: Prepared): unknown {
  const { value } = target;
  if (typeof value !== 'function' && args.length === 0) return value;
  return callPython(name, value, target.owner, args, kwargs);
}

/** A call that gives something, and its gradients. */
export function runOp(row: JsonObject, { check, file }: CaseContext): void {
  const prepared = prepare(row);
  if (row.out === undefined) throw new BrokenRow("the row has no 'out'");
  const grad = isObject(row.grad) ? row.grad : null;
  const wrt = grad === null ? [] : list(grad.wrt);
  for (const { path } of wrt) {
    const t = prepared.tensors.get(path);
    if (t === undefined) throw new BrokenRow(`no tensor at ${path}`);
    t.requires_grad_(true);
  }
  const result = call(prepared);
  const scale = opScale(row, file.folder);
  const outTolerance = (dtype: string) => times(defaultTolerance(dtype), scale.out);
  if (row.ties === true) {
    compareTied(row, result, outTolerance, check);
    return;
  }
  compareResult(check, 'out', result, row.out, outTolerance);
  if (grad === null || wrt.length === 0) return;
  const cotangents = Array.isArray(grad.cotangents) ? grad.cotangents.filter(isObject) : [];
  const outputs = cotangents.map((c) => partAt(result, String(c.out)) as torch.Tensor);
  const found = torch.autograd.grad(
    outputs,
    wrt.map(({ path }) => prepared.tensors.get(path)!),
    { grad_outputs: cotangents.map((c) => tensorOf(c.value!)), allow_unused: true },
  ) as (torch.Tensor | null)[];
  const gradTolerance = (dtype: string) => times(defaultTolerance(dtype), scale.grad);
  wrt.forEach(({ path, value }, i) => {
    const g = found[i] ?? null;
    if (row.null_or_zero_grad === true && (g === null || isZero(g)) && (value === null || recordedZero(value))) return;
    compareResult(check, `grad of ${path}`, g, value, gradTolerance);
  });
}

const list = (value: Json | undefined): { path: string; value: Json }[] =>
  Array.isArray(value)
    ? value.filter(isObject).map((entry) => ({ path: String(entry.path), value: entry.value ?? null }))
    : [];
const isZero = (t: torch.Tensor): boolean => Number(t.abs().sum().item()) === 0;
const recordedZero = (value: Json): boolean => {
  const { data } = readValues(value);
  return (data as Float64Array).every((v) => Number(v) === 0);
};

/**
 * Equal values compete: the values are compared, and for each index that the input has the right value there. A call
 * that gives indices alone (argsort) is right if the input, read in their order, has the recorded one's values.
 */
function compareTied(
  row: JsonObject,
  result: unknown,
  tolerance: Parameters<typeof compareResult>[4],
  check: CaseContext['check'],
): void {
  const input = tensorOf((row.args as Json[])[0]!);
  const pairs = Array.isArray(row.out);
  const want = pairs ? (row.out as Json[]) : [row.out!];
  const parts = want.length === 1 ? [result] : [partAt(result, '0'), partAt(result, '1')];
  const dim = tiedDim(row);
  const pick = (indices: torch.Tensor): torch.Tensor => {
    const same = indices.ndim === input.ndim;
    const at = same ? indices : indices.unsqueeze(dim);
    const values = torch.gather(input, dim, at);
    return same ? values : values.squeeze(dim);
  };
  want.forEach((w, i) => {
    const got = parts[i];
    const recorded = tensorOf(w);
    const where = pairs ? `out[${i}]` : 'out';
    const isIndex = isTensorRecord(w) && (w as JsonObject).dtype === 'int64' && (i === 1 || /arg/.test(String(row.op)));
    if (!isIndex || !isTensor(got)) compareResult(check, where, got, w, tolerance);
    else {
      const values = readBack(pick(got));
      const expected = readBack(pick(recorded));
      expected.forEach((e, k) => {
        check.number(`the input at ${where}`, values[k]!, e, { rtol: 0, atol: 0 }, [k]);
      });
    }
  });
}
const readBack = (t: torch.Tensor): number[] => {
  const c = t.detach().contiguous();
  return Array.from({ length: c.elementCount }, (_, i) => codecs[c.scalarType].get(c.storage.array, c.offset + i));
};
/** The dimension along which a call with ties works: by keyword, or its place in the call. */
function tiedDim(row: JsonObject): number {
  const named = isObject(row.kwargs) ? row.kwargs.dim : undefined;
  const place = /topk|kthvalue/.test(String(row.op)) ? 2 : 1;
  return scalarOf(named ?? (row.args as Json[])[place]) ?? -1;
}

/** A call that must raise. */
export function runError(row: JsonObject, { check }: CaseContext): void {
  const prepared = prepare(row);
  const expected = `${String(row.raises)}: ${String(row.message)}`;
  let result: unknown;
  try {
    result = call(prepared);
  } catch (error) {
    if (error instanceof Unsupported) throw error;
    const internal = internalError(error);
    if (internal !== null) check.differ({ where: 'error', expected, got: internal });
    return;
  }
  const got = isTensor(result) ? `a result of shape [${result.sizes.join(', ')}]` : 'a result';
  check.differ({ where: 'error', expected, got });
}
