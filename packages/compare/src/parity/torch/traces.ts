import { createHash } from 'node:crypto';
import { withGrad } from '@stele/core';
import * as torch from '@stele/torchlike';
import type { CaseContext } from '../adapter';
import type { JsonObject } from '../json';
import { dataFile, idxBytes } from '../near';
import { scalarOf, valuesOf } from '../tensors';
import { runScript } from './programs';
import { call } from './rng';
import { compareResult, defaultTolerance } from './values';

export function runTrace(row: JsonObject, context: CaseContext): void | Promise<void> {
  if (row.kind === 'fashion_weights') runFashion(row, context);
  else return runScript(row, context);
}

/** Published weights on the images that they were shown with. */
function runFashion(row: JsonObject, { check, file }: CaseContext): void {
  const state = call('torch.load', [dataFile(file.folder, 'fashion/weights.pth')], { weights_only: true }) as Map<
    string,
    torch.Tensor
  >;
  check.same('state_dict_keys', [...state.keys()], row.state_dict_keys);
  for (const [key, want] of Object.entries(row.shapes as JsonObject))
    check.same(`shape of ${key}`, [...state.get(key)!.shape], want);
  for (const [key, want] of Object.entries(row.sha256 as JsonObject)) {
    const { data } = valuesOf(state.get(key)!);
    check.same(`sha256 of ${key}`, createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex'), want);
  }
  const pixels = idxBytes(file.folder, 'fashion/images200-idx3-ubyte');
  const labels = idxBytes(file.folder, 'fashion/labels200-idx1-ubyte');
  const numbers = row.images as number[];
  const net = call('nn.Sequential', [
    call('nn.Flatten', []),
    call('nn.Linear', [784, 20]),
    call('nn.ReLU', []),
    call('nn.Linear', [20, 10]),
  ]);
  net.load_state_dict(new Map([...state].map(([key, t]) => [key.replace('sequence.', ''), t])));
  const logitsOf = (places: readonly number[]): torch.Tensor => {
    const x = Float32Array.from(places.flatMap((n) => [...pixels.subarray((n - 1) * 784, n * 784)]));
    const images = torch.tensor([...x]).reshape(places.length, 28, 28);
    return withGrad(false, () => net(call('torch.div', [images, 255])));
  };
  const classes = (logits: torch.Tensor): number[] => (logits.argmax(1) as torch.Tensor).tolist() as number[];
  const tolerance = defaultTolerance;
  const logits = logitsOf(numbers);
  compareResult(check, 'logits', logits, row.logits!, tolerance);
  compareResult(check, 'probabilities', call('torch.softmax', [logits, 1]), row.probabilities!, tolerance);
  check.same('predicted', classes(logits), row.predicted);
  const own = numbers.map((n) => labels[n - 1]!);
  check.same('labels', own, row.labels);
  const right = (places: readonly number[], got: readonly number[]): number =>
    got.filter((c, i) => c === labels[places[i]! - 1]).length / places.length;
  const exact = { rtol: 1e-12, atol: 0 };
  check.number('accuracy_on_these', right(numbers, classes(logits)), scalarOf(row.accuracy_on_these)!, exact);
  const all = Array.from({ length: labels.length }, (_, i) => i + 1);
  check.number('accuracy_on_all_200', right(all, classes(logitsOf(all))), scalarOf(row.accuracy_on_all_200)!, exact);
}
