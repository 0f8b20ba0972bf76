import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject, parseJson } from '../json';
import { scalarOf } from '../tensors';

export interface Scale {
  readonly out: number;
  readonly grad: number;
}

/**
 * By how much the recordings multiply both numbers of the default tolerance where PyTorch's own float32 is less
 * accurate: `[out, grad]`. A `tolerances.json` beside the recordings takes its place.
 */
const ops: Readonly<Record<string, readonly [number, number]>> = {
  __rdiv__: [1, 2],
  __rmatmul__: [3, 5],
  acos: [1, 5],
  addbmm: [5, 2],
  addmv: [2, 1],
  asin: [1, 5],
  atanh: [1, 9],
  baddbmm: [3, 2],
  bmm: [2, 1],
  cov: [1, 7],
  diff: [2, 1],
  digamma: [1, 6],
  erfinv: [1, 3],
  ldexp: [1, 4],
  'linalg.multi_dot': [1, 8],
  logsumexp: [1, 4],
  matmul: [3, 3],
  mm: [2, 1],
  'nn.functional.conv1d': [3, 1],
  'nn.functional.conv2d': [3, 2],
  'nn.functional.conv_transpose1d': [2, 1],
  'nn.functional.conv_transpose2d': [5, 4],
  'nn.functional.conv_transpose3d': [4, 4],
  'nn.functional.grid_sample': [1, 4],
  'nn.functional.group_norm': [1, 2],
  'nn.functional.layer_norm': [9, 13],
  'nn.functional.scaled_dot_product_attention': [1, 6],
  pow: [1, 10],
  'special.log_ndtr': [1, 3],
  xlogy: [1, 6],
};
const modules: Readonly<Record<string, readonly [number, number]>> = {
  'nn.Bilinear': [1, 3],
  'nn.Conv2d': [1, 2],
  'nn.Conv3d': [1, 6],
  'nn.ConvTranspose2d': [1, 2],
  'nn.ConvTranspose3d': [1, 11],
  'nn.GRU': [1, 3],
  'nn.InstanceNorm1d': [1, 2],
  'nn.MultiheadAttention': [1, 4],
  'nn.Transformer': [1, 2],
  'nn.TransformerDecoderLayer': [2, 16],
  'nn.TransformerEncoderLayer': [1, 3],
};

const given = new Map<string, JsonObject | null>();
function tableOf(folder: string): JsonObject | null {
  let table = given.get(folder);
  if (table === undefined) {
    const path = join(folder, 'tolerances.json');
    const parsed = existsSync(path) ? parseJson(readFileSync(path, 'utf8')) : null;
    table = isObject(parsed) ? parsed : null;
    given.set(folder, table);
  }
  return table;
}

function scale(
  folder: string,
  key: string,
  name: string,
  own: Readonly<Record<string, readonly [number, number]>>,
): Scale {
  const table = tableOf(folder)?.[key];
  if (isObject(table)) {
    const entry = table[name];
    if (!isObject(entry)) return { out: 1, grad: 1 };
    return { out: scalarOf(entry.out) ?? 1, grad: scalarOf(entry.grad) ?? 1 };
  }
  const [out, grad] = own[name] ?? [1, 1];
  return { out, grad };
}

export const opScale = (row: JsonObject, folder: string): Scale =>
  scale(folder, 'multiply_both_by', String(row.op), ops);
export const moduleScale = (row: JsonObject, folder: string): Scale =>
  scale(folder, 'modules_multiply_both_by', String(row.module), modules);
