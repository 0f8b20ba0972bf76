import type { Tensor } from '@stele/core';
import { printed } from '../testing';
import * as keraslike from './keraslike';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

const inside = (values: readonly number[]): boolean => values.every((v) => v > 0 && v < 1);
const flat = (t: { tolist(): unknown }): number[] => (t.tolist() as number[][]).flat();
const parameters = (list: Iterable<Tensor>): number => [...list].reduce((n, p) => n + p.elementCount, 0);

it('E05 in PyTorch prints its shape and the function that made it', async () => {
  const { lines, result } = await printed(() => torchlike.main());
  // what PyTorch 2.13 prints for the seed
  expect(lines).toEqual([
    'Model output shape: torch.Size([3, 1])',
    'Sample output: tensor([[0.5477],',
    '        [0.4978],',
    '        [0.5406]], grad_fn=<SigmoidBackward0>)',
  ]);
  expect(inside(flat(result.output))).toBe(true);
  expect(parameters(result.model.parameters())).toBe(61);
});

it('E05 in Keras has the same parts', async () => {
  const { lines, result } = await printed(() => keraslike.main());
  expect(lines[0]).toBe('Model output shape: (3, 1)');
  // what Keras 3.15 on TensorFlow 2.21 gives for the seed
  const expected = [0.751278162, 0.849711716, 0.608294785];
  flat(result.output).forEach((v, i) => {
    expect(v).toBeCloseTo(expected[i]!, 6);
  });
  expect(result.model.count_params()).toBe(61);
});

it('E05 in low-level TensorFlow has them written out', async () => {
  const { lines, result } = await printed(() => tflow.main());
  expect(lines[0]).toBe('Model output shape: (3, 1)');
  expect(inside(flat(result.output))).toBe(true);
  expect(parameters(result.model.trainable_variables)).toBe(61);
});
