import { nn } from '@stele/core';
import { define } from '../define';
import { kernelError, valueError } from '../errors';
import { whole } from '../places';
import { type Tensor, type TensorLike, toTensor } from '../tensor';

// Boxes kept when those that overlap a better one too much are dropped.

type Scores = readonly number[];
const numbers = (t: Tensor): number[] => (t.tolist() as number[]).map(Number);
const lowest = Number.NEGATIVE_INFINITY;

/** What the kernels refuse; the boxes and their scores otherwise. */
function candidates(kernel: string, boxes: TensorLike, scores: TensorLike, most: unknown, threshold: number) {
  const refuse = (what: string): Error => kernelError(kernel, what);
  const [rows, shares] = [toTensor(boxes), toTensor(scores)];
  if (threshold < 0 || threshold > 1) throw refuse('iou_threshold must be in [0, 1]');
  if (shares.sizes[0] !== rows.sizes[0])
    throw refuse(
      `scores has incompatible shape (Dimensions must be equal, but are ${rows.sizes[0]} and ${shares.sizes[0]})`,
    );
  if (whole(most) < 0) throw refuse('output size must be non-negative');
  return { list: rows.tolist() as unknown as nn.Box[], scores: numbers(shares) };
}

/** The places of boxes kept when those that overlap a better one too much are dropped. */
export const non_max_suppression = define(
  'tf.image.non_max_suppression',
  'boxes, scores, max_output_size, iou_threshold=0.5, score_threshold=-inf, name=None',
  (
    boxes: TensorLike,
    scores: TensorLike,
    max_output_size: unknown,
    iou_threshold?: number,
    score_threshold?: number,
  ): Tensor => {
    const overlap = Number(iou_threshold ?? 0.5);
    const { list, scores: own } = candidates('NonMaxSuppressionV3', boxes, scores, max_output_size, overlap);
    const least = Number(score_threshold ?? lowest);
    return toTensor(nn.separateBoxes(list, own, { most: whole(max_output_size), overlap, least }), 'int32');
  },
);
/** The same with the kept boxes' scores, which fade with their overlaps where a sigma is given. */
export const non_max_suppression_with_scores = define(
  'tf.image.non_max_suppression_with_scores',
  'boxes, scores, max_output_size, iou_threshold=0.5, score_threshold=-inf, soft_nms_sigma=0.0, name=None',
  (
    boxes: TensorLike,
    scores: TensorLike,
    max_output_size: unknown,
    iou_threshold?: number,
    score_threshold?: number,
    soft_nms_sigma?: number,
  ): [Tensor, Tensor] => {
    const overlap = Number(iou_threshold ?? 0.5);
    const { list, scores: own } = candidates('NonMaxSuppressionV5', boxes, scores, max_output_size, overlap);
    const found = nn.fadedChoices(own, (i, j) => nn.boxOverlap(list[i]!, list[j]!), {
      most: whole(max_output_size),
      overlap,
      least: Number(score_threshold ?? lowest),
      sigma: Number(soft_nms_sigma ?? 0),
    });
    return [toTensor(found.kept, 'int32'), toTensor(found.scores, 'float32')];
  },
);
/** The same of overlaps that are given for each pair. */
export const non_max_suppression_overlaps = define(
  'tf.image.non_max_suppression_overlaps',
  'overlaps, scores, max_output_size, overlap_threshold=0.5, score_threshold=-inf, name=None',
  (
    overlaps: TensorLike,
    scores: TensorLike,
    max_output_size: unknown,
    overlap_threshold?: number,
    score_threshold?: number,
  ): Tensor => {
    const table = toTensor(overlaps).tolist() as Scores[];
    const { kept } = nn.fadedChoices(numbers(toTensor(scores)), (i, j) => table[i]![j]!, {
      most: whole(max_output_size),
      overlap: Number(overlap_threshold ?? 0.5),
      least: Number(score_threshold ?? lowest),
      sigma: 0,
    });
    return toTensor(kept, 'int32');
  },
);
/** The same with a count of the kept ones, filled up with zeros where that is asked for; of batches too. */
export const non_max_suppression_padded = define(
  'tf.image.non_max_suppression_padded',
  'boxes, scores, max_output_size, iou_threshold=0.5, score_threshold=-inf, pad_to_max_output_size=False, name=None, sorted_input=False, canonicalized_coordinates=False, tile_size=512',
  (
    boxes: TensorLike,
    scores: TensorLike,
    max_output_size: unknown,
    iou_threshold?: number,
    score_threshold?: number,
    pad_to_max_output_size?: boolean,
  ): [Tensor, Tensor] => {
    const [rows, shares] = [toTensor(boxes), toTensor(scores)];
    if (!pad_to_max_output_size && rows.rank > 2)
      throw valueError(
        `'pad_to_max_output_size' (value ${pad_to_max_output_size ? 'True' : 'False'}) must be True for batched input`,
      );
    const settings = {
      most: whole(max_output_size),
      overlap: Number(iou_threshold ?? 0.5),
      least: Number(score_threshold ?? lowest),
    };
    const kept = (list: unknown, own: unknown): number[] =>
      nn.separateBoxes(list as nn.Box[], (own as number[]).map(Number), settings);
    if (rows.rank === 2) {
      const found = kept(rows.tolist(), shares.tolist());
      const filled = pad_to_max_output_size ? filledUp(found, settings.most) : found;
      return [toTensor(filled, 'int32'), toTensor(found.length, 'int32')];
    }
    const all = (rows.tolist() as unknown[]).map((list, b) => kept(list, (shares.tolist() as unknown[])[b]));
    return [
      toTensor(
        all.map((found) => filledUp(found, settings.most)),
        'int32',
      ),
      toTensor(
        all.map((found) => found.length),
        'int32',
      ),
    ];
  },
);
const filledUp = (list: readonly number[], n: number): number[] => [
  ...list,
  ...new Array<number>(n - list.length).fill(0),
];
