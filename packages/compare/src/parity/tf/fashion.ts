import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Tensor as CoreTensor, fromArray } from '@stele/core';
import * as tf from '@stele/tflow';
import type { CaseContext } from '../adapter';
import type { JsonObject } from '../json';
import { dataFile, findNear } from '../near';
import { Unsupported } from '../outcome';
import { callPython, hasMember, resolve } from '../resolve';
import { readValues, valuesOf } from '../tensors';
import { family } from './values';

type Loose = any;
const tolerance = { rtol: 1e-4, atol: 1e-3 };

/** The published SavedModel on its images, and its twin in the other framework. */
export async function runFashion(row: JsonObject, { check, file }: CaseContext): Promise<void> {
  const images = readValues(row.images_uint8!);
  const pixels = Float32Array.from(images.data as Uint8Array);
  const of = (scale: number): CoreTensor =>
    fromArray(
      family,
      Float32Array.from(pixels, (v) => v / scale),
      images.shape,
      'float32',
    );
  await compareTwin(row, file.folder, of(255), check);
  const path = findNear(file.folder, String(row.model).split('/').at(-1)!);
  if (!existsSync(join(path, 'saved_model.pb'))) throw new Unsupported(String(row.model));
  const { value, owner } = resolve('tf.saved_model.load', { tf });
  const loaded = callPython('tf.saved_model.load', value, owner, [path]) as Loose;
  const signature =
    loaded.signatures instanceof Map ? loaded.signatures.get('serving_default') : loaded.signatures.serving_default;
  const input = Object.keys(((row.signature as JsonObject).inputs as JsonObject) ?? {})[0]!;
  for (const [key, scale] of [
    ['raw', 1],
    ['scaled', 255],
  ] as const) {
    const outputs = signature({ [input]: of(scale) });
    const logits: CoreTensor = outputs instanceof Map ? [...outputs.values()][0] : Object.values(outputs)[0];
    check.values(`${key}_logits`, valuesOf(logits), readValues(row[`${key}_logits`]!), tolerance);
    const classes = [...valuesOf((tf as Loose).argmax(logits, 1)).data].map(Number);
    check.same(`${key}_class`, classes, row[`${key}_class`]);
  }
}

async function compareTwin(
  row: JsonObject,
  folder: string,
  images: CoreTensor,
  check: CaseContext['check'],
): Promise<void> {
  const torch: Loose = await import('@stele/torchlike');
  if (!hasMember(torch, 'load')) throw new Unsupported('torch.load');
  const state: Map<string, Loose> = torch.load(dataFile(folder, 'weights.pth'));
  const [w1, b1, w2, b2] = [...state.values()];
  const values = valuesOf(images);
  const x = fromArray(w1.family, values.data, [values.shape[0]!, 784], 'float32');
  const { linear, relu } = torch.nn.functional;
  const logits: CoreTensor = linear(relu(linear(x, w1, b1)), w2, b2);
  check.values('pytorch_twin_logits', valuesOf(logits), readValues(row.pytorch_twin_logits!), tolerance);
}
