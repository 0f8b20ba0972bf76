import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Storage } from '@stele/core';
import * as torch from '@stele/torchlike';
import type { CaseContext } from '../adapter';
import { type Check, exact } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { BrokenRow } from '../outcome';
import { internalError } from '../thrown';
import { call } from './rng';
import { compareResult, describe, isTensor } from './values';

/** The bytes of an artefact, which lies relative to the file of recordings. */
export function artefact(row: JsonObject, context: CaseContext): Uint8Array {
  if (typeof row.file !== 'string') throw new BrokenRow("the row has no 'file'");
  const path = join(context.file.folder, row.file);
  if (!existsSync(path)) throw new BrokenRow(`there is no ${row.file} beside the recordings`);
  return new Uint8Array(readFileSync(path));
}

const load = (row: JsonObject, bytes: Uint8Array): unknown =>
  row.format === 'safetensors'
    ? call('torch.load_safetensors', [bytes])
    : call('torch.load', [bytes], { weights_only: true });

export function runFile(row: JsonObject, context: CaseContext): void {
  const { check } = context;
  const bytes = artefact(row, context);
  const began = Date.now();
  let loaded: unknown;
  let error: unknown = null;
  try {
    loaded = load(row, bytes);
  } catch (thrown) {
    error = thrown;
  }
  const internal = error === null ? null : internalError(error);
  if (internal !== null) check.differ({ where: 'error', expected: 'an ordinary error', got: internal });
  const marker = row.must_not_exist_afterwards;
  if (typeof marker === 'string' && existsSync(marker))
    check.differ({ where: 'harm', expected: `no ${marker}`, got: 'the file was made' });
  if (row.expect === 'refuse') {
    if (error === null)
      check.differ({ where: 'load', expected: `an error (${String(row.why)})`, got: describe(loaded) });
  } else if (row.expect === 'harmless') {
    const seconds = (Date.now() - began) / 1000;
    if (seconds > 2) check.differ({ where: 'time', expected: 'at most 2 s', got: `${seconds} s` });
  } else if (error !== null) {
    if (row.optional === undefined) throw error;
  } else if (row.format === 'safetensors') compareTensors(check, loaded as Map<string, unknown>, row);
  else compareContent(check, 'content', loaded, row.content!, new Map());
}

function compareTensors(check: Check, got: Map<string, unknown>, row: JsonObject): void {
  check.same('order', [...got.keys()], row.header_order);
  for (const [name, want] of Object.entries(row.tensors as JsonObject))
    compareResult(check, name, got.get(name), want, () => exact);
}

/** Checks a value that came out of a checkpoint; equal numbers of storages share memory. */
function compareContent(check: Check, where: string, got: unknown, want: Json, storages: Map<number, Storage>): void {
  if (!isObject(want)) {
    comparePlain(check, where, got, want);
    return;
  }
  if (want.tensor !== undefined) compareTensor(check, where, got, want, storages);
  else if (Array.isArray(want.dict)) {
    if (!(got instanceof Map)) check.differ({ where, expected: 'a dict', got: describe(got) });
    const entries = [...got];
    check.same(`size of ${where}`, entries.length, want.dict.length);
    want.dict.forEach((pair, i) => {
      const [key, value] = pair as [Json, Json];
      compareContent(check, `key ${i} of ${where}`, entries[i]![0], key, storages);
      compareContent(check, `${where}[${String(key)}]`, entries[i]![1], value, storages);
    });
  } else if (want.list !== undefined || want.tuple !== undefined) {
    const items = (want.list ?? want.tuple) as Json[];
    if (!Array.isArray(got)) check.differ({ where, expected: 'a list', got: describe(got) });
    check.same(`length of ${where}`, got.length, items.length);
    items.forEach((item, i) => {
      compareContent(check, `${where}[${i}]`, got[i], item, storages);
    });
  } else if (Array.isArray(want.set)) {
    const text = (values: Iterable<unknown>): string => [...values].map(String).sort().join(', ');
    check.same(where, text(got as Set<unknown>), text(want.set));
  } else if (Array.isArray(want.size)) check.same(where, [...(got as Iterable<number>)], want.size);
  else if (Array.isArray(want.bytes)) check.same(where, [...(got as Uint8Array)], want.bytes);
  else if (typeof want.bigint === 'string') check.same(where, String(got), want.bigint);
  else if (typeof want.torch_dtype === 'string') {
    const named = (got as { name?: unknown } | null)?.name;
    const name = got instanceof torch.dtype ? got.toString().replace('torch.', '') : String(named ?? got);
    check.same(where, name, want.torch_dtype);
  } else throw new BrokenRow(`unknown content at ${where}: ${Object.keys(want).join(', ')}`);
}

function comparePlain(check: Check, where: string, got: unknown, want: Json): void {
  const number = want === 'NaN' || want === 'Infinity' || want === '-Infinity' ? Number(want) : null;
  if (number !== null && typeof got === 'number') check.number(where, got, number, exact);
  else check.same(where, got, want);
}

function compareTensor(
  check: Check,
  where: string,
  got: unknown,
  want: JsonObject,
  storages: Map<number, Storage>,
): void {
  if (!isTensor(got)) check.differ({ where, expected: 'a tensor', got: describe(got) });
  compareResult(check, where, got.detach(), want.tensor!, () => exact);
  check.same(`stride of ${where}`, [...got.strides], want.stride);
  check.same(`storage_offset of ${where}`, got.offset, want.storage_offset);
  check.same(`storage_elements of ${where}`, got.storage.length, want.storage_elements);
  check.same(`requires_grad of ${where}`, got.requires_grad, want.requires_grad ?? false);
  check.same(`parameter ${where}`, got instanceof torch.Parameter, want.parameter ?? false);
  const number = Number(want.storage);
  const known = storages.get(number);
  if (known === undefined) {
    if ([...storages.values()].includes(got.storage))
      check.differ({ where: `storage of ${where}`, expected: 'memory of its own', got: 'shared memory' });
    storages.set(number, got.storage);
  } else if (known !== got.storage)
    check.differ({ where: `storage of ${where}`, expected: 'shared memory', got: 'memory of its own' });
}
