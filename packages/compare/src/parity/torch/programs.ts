import { createHash } from 'node:crypto';
import { type DType, fromArray } from '@stele/core';
import { readIdx } from '@stele/core/data';
import * as torch from '@stele/torchlike';
import type { CaseContext } from '../adapter';
import type { Check, Tolerance } from '../check';
import { exact } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { dataFile } from '../near';
import { BrokenRow } from '../outcome';
import { missingName, unexpectedEnd } from '../program/missing';
import { importsFor, runProgram } from '../program/python';
import { compareNoted, type Noted, note, show } from '../program/values';
import { readValues, scalarOf, type Values } from '../tensors';
import { defaultTolerance, family } from './values';

type Loose = any;

/** What the recordings' programs find imported. */
const globals = {
  io: 'import io',
  math: 'import math',
  os: 'import os',
  pickle: 'import pickle',
  np: 'import numpy as np',
  torch: 'import torch',
  nn: 'from torch import nn',
  F: 'import torch.nn.functional as F',
  DataLoader: 'from torch.utils.data import DataLoader',
  TensorDataset: 'from torch.utils.data import TensorDataset',
  Dataset: 'from torch.utils.data import Dataset',
};

const text = (row: JsonObject, key: string): string => {
  const value = row[key];
  if (typeof value !== 'string') throw new BrokenRow(`the row has no '${key}'`);
  return value;
};
const seeded = (row: JsonObject): void => {
  const seed = isObject(row.seed) ? BigInt(String(row.seed.bigint)) : row.seed;
  if (seed !== undefined && seed !== null) torch.manual_seed(seed as number);
};

/** A short program and what it showed, or how it ended. */
export async function runShown(row: JsonObject, context: CaseContext): Promise<void> {
  const check: Check = context.check;
  seeded(row);
  const shown: Noted[] = [];
  const program = text(row, 'program');
  const ended = await runProgram(importsFor(program, globals), program, {
    'show(*values)': (values: Loose[]) => {
      shown.push(...values.map(note));
    },
  });
  const wanted = (row.raises === undefined ? row.shown : row.shown_before) as Json[];
  wanted.forEach((want, i) => {
    const got = shown[i];
    if (got === undefined) {
      if (ended.raises !== null) unexpectedEnd(ended);
      check.differ({ where: `shown[${i}]`, expected: 'a value', got: 'the end of the program' });
    }
    compareNoted(check, `shown[${i}]`, got, want, { tolerance: (_, dtype) => defaultTolerance(dtype), kinds: true });
  });
  if (row.raises === undefined) {
    if (ended.raises !== null) unexpectedEnd(ended);
    check.same('number of values shown', shown.length, wanted.length);
    return;
  }
  if (ended.raises === null)
    check.differ({ where: 'end', expected: `${String(row.raises)}: ${String(row.message)}`, got: 'no exception' });
  if (ended.raises !== row.raises && missingName(ended.raises, ended.message) !== null) unexpectedEnd(ended);
  if (ended.raises !== row.raises)
    check.differ({
      where: 'end',
      expected: `${String(row.raises)}: ${String(row.message)}`,
      got: `${ended.raises}: ${ended.message}`,
    });
  // recorded texts are cut at 300 characters
  const want = String(row.message);
  const got = want.length >= 300 ? ended.message.slice(0, want.length) : ended.message;
  check.same('message', got, want);
}

/** An expression that makes a module, and how it prints or what its state is called. */
export async function runModuleText(row: JsonObject, { check }: CaseContext): Promise<void> {
  let printed = '';
  const lists: Record<string, Noted> = {};
  const source =
    row.kind === 'module_repr'
      ? `found('text', repr(${text(row, 'module')}))`
      : [
          `m = ${text(row, 'module')}`,
          "found('keys', [[k, str(v.dtype).replace('torch.', ''), list(v.shape)] for k, v in m.state_dict().items()])",
          "found('parameters', [n for n, _ in m.named_parameters()])",
          "found('buffers', [n for n, _ in m.named_buffers()])",
        ].join('\n');
  const ended = await runProgram(importsFor(source, globals), source, {
    'found(name, value)': (name: string, value: Loose) => {
      if (name === 'text') printed = String(value);
      else lists[name] = note(value);
    },
  });
  if (ended.raises !== null) unexpectedEnd(ended);
  if (row.kind === 'module_repr') check.same('text', printed, row.text);
  else
    for (const [key, got] of Object.entries(lists))
      compareNoted(check, key, got, row[key]!, { tolerance: () => exact, kinds: true });
}

interface Snapshot {
  readonly name: string;
  readonly entries: ReadonlyMap<string, Noted>;
}

/** A whole training script: its losses, notes and snapshots. */
export async function runScript(row: JsonObject, context: CaseContext): Promise<void> {
  const check: Check = context.check;
  const { file } = context;
  const losses: number[] = [];
  const notes = new Map<string, Noted[]>();
  const snapshots: Snapshot[] = [];
  const number = (x: Loose): number => Number(typeof x === 'object' && x !== null && 'item' in x ? x.item() : x);
  const script = text(row, 'script');
  const ended = await runProgram(importsFor(script, globals), script, {
    'log(loss, first=None)': (loss: Loose, first: Loose) => {
      if (first === undefined || first === null || losses.length < Number(first)) losses.push(number(loss));
    },
    'note(name, value)': (name: string, value: Loose) => {
      notes.set(name, [...(notes.get(name) ?? []), note(value)]);
    },
    'snapshot(name, tensors)': (name: string, tensors: Loose) => {
      const noted = note(tensors);
      const entries: (readonly [string, Noted])[] =
        noted.kind === 'dict'
          ? noted.entries.map(([k, v]) => [k.kind === 'plain' ? String(k.value) : show(k), v])
          : noted.kind === 'list' || noted.kind === 'tuple'
            ? noted.items.map((v, i) => [String(i), v])
            : [];
      snapshots.push({ name, entries: new Map(entries) });
    },
    'idx(path)': (path: string) => {
      const { dtype, shape, data } = readIdx(dataFile(file.folder, path));
      return fromArray(family, data as Values['data'], shape, dtype as DType);
    },
  });
  if (ended.raises !== null) unexpectedEnd(ended);
  compareLosses(check, losses, row.losses as Json[]);
  const near = { rtol: 1e-5, atol: 1e-6 };
  for (const [name, values] of Object.entries(isObject(row.notes) ? row.notes : {})) {
    const got = notes.get(name) ?? [];
    check.same(`length of notes ${name}`, got.length, (values as Json[]).length);
    (values as Json[]).forEach((want, i) => {
      compareNoted(check, `${name}[${i}]`, got[i]!, want, { tolerance: () => near, kinds: true });
    });
  }
  for (const [name, tensors] of Object.entries(isObject(row.snapshots) ? row.snapshots : {})) {
    const got = snapshots.find((s) => s.name === name);
    if (got === undefined) check.differ({ where: `snapshot ${name}`, expected: 'a snapshot', got: 'none' });
    const wanted = Array.isArray(tensors)
      ? Object.fromEntries(tensors.map((t, i) => [String(i), t]))
      : (tensors as JsonObject);
    for (const [key, want] of Object.entries(wanted))
      compareSnapshot(check, row, name, key, got.entries.get(key), want as JsonObject);
  }
}

function compareLosses(check: Check, got: readonly number[], want: readonly Json[]): void {
  check.same('number of losses', got.length, want.length);
  want.forEach((loss, i) => {
    const tolerance = i === 0 ? { rtol: 1e-6, atol: 0 } : { rtol: 1e-5, atol: 1e-6 };
    check.number(`loss ${i}`, got[i]!, scalarOf(loss)!, tolerance);
  });
}

/** Starting values are exact; final parameters rtol 1e-4, atol 1e-5. */
function compareSnapshot(
  check: Check,
  row: JsonObject,
  name: string,
  key: string,
  got: Noted | undefined,
  want: JsonObject,
): void {
  const where = `${name} ${key}`;
  if (got?.kind !== 'tensor' && got?.kind !== 'Variable')
    check.differ({ where, expected: 'a tensor', got: got === undefined ? 'nothing' : show(got) });
  const start = name === 'initial' || name === 'input';
  const tolerance: Tolerance = start ? exact : { rtol: 1e-4, atol: 1e-5 };
  const { values } = got;
  check.same(`shape of ${where}`, [...values.shape], want.shape);
  if (isObject(want.value)) {
    const expected = readValues(want.value);
    if (!start && row.kind === 'transformer_tokens' && key.endsWith('in_proj_bias'))
      compareOuterThirds(check, where, values, expected, tolerance);
    else check.values(where, values, expected, tolerance);
    return;
  }
  if (start) check.same(`sha256 of ${where}`, sha256(values), want.sha256);
  const list = Array.from({ length: values.data.length }, (_, i) => Number(values.data[i]));
  const sums = { rtol: tolerance.rtol, atol: tolerance.atol * list.length + 1e-9 };
  check.number(
    `sum of ${where}`,
    list.reduce((a, b) => a + b, 0),
    scalarOf(want.sum)!,
    sums,
  );
  check.number(
    `sum of absolute values of ${where}`,
    list.reduce((a, b) => a + Math.abs(b), 0),
    scalarOf(want.abs_sum)!,
    sums,
  );
  (want.first as Json[]).forEach((v, i) => {
    check.number(where, list[i]!, Math.fround(scalarOf(v)!), tolerance, [i]);
  });
}

const sha256 = ({ data }: Values): string =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');

/** The key bias has a true gradient of zero: AdamW makes steps of rounding noise there. */
function compareOuterThirds(check: Check, where: string, got: Values, want: Values, tolerance: Tolerance): void {
  const third = want.data.length / 3;
  for (let i = 0; i < want.data.length; i++)
    if (i < third || i >= 2 * third) check.number(where, Number(got.data[i]), Number(want.data[i]), tolerance, [i]);
}
