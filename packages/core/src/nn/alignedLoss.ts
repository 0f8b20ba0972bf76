import { alignmentLoss } from '../ops/alignment';
import { permute } from '../ops/shape';
import { logSoftmax } from '../ops/softmax';
import { toNumbers } from '../tensor/access';
import type { Tensor } from '../tensor/tensor';

/** -log of the summed probability of all alignments of each sample's labels with its steps of logits (batch, time, classes). */
export function alignedLoss(
  labels: Tensor,
  logits: Tensor,
  labelLengths: Tensor,
  lengths: Tensor,
  blank: number,
): Tensor {
  const width = labels.sizes[1]!;
  const all = toNumbers(labels).map(Number);
  const targets = toNumbers(labelLengths).map((n, i) => all.slice(i * width, i * width + Number(n)));
  const steps = permute(logSoftmax(logits, -1), [1, 0, 2]);
  return alignmentLoss(steps, { targets, lengths: toNumbers(lengths).map(Number), blank, zeroInfinity: false });
}
