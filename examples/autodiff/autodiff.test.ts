import { f } from '@stele/core/printing';
import { printed } from '../testing';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

it('E01 gives 11, 4 and 3', async () => {
  const { lines, result } = await printed(() => torchlike.main());
  expect(result.z.item()).toBe(11);
  expect(lines).toEqual(['Gradient of z with respect to x: tensor(4.)', 'Gradient of z with respect to y: tensor(3.)']);
  expect(f`${result.x.grad}`).toBe('4.0');
});

it('E03 gives 11, 4 and 3 in both forms', async () => {
  const { lines } = await printed(() => tflow.main());
  expect(lines).toEqual([
    'Result: tf.Tensor(11.0, shape=(), dtype=float32)',
    'Gradient of c with respect to x: tf.Tensor(4.0, shape=(), dtype=float32)',
    'Gradient of c with respect to y: tf.Tensor(3.0, shape=(), dtype=float32)',
    'Result: 11.0',
    'Gradient of c with respect to x: 4.0',
    'Gradient of c with respect to y: 3.0',
  ]);
});
