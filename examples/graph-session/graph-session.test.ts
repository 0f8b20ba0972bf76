import * as tf from '@stele/tflow';
import { printed } from '../testing';
import { main } from './tflow';

it('E02 prints 11.0 and names the value that was not fed', async () => {
  const { lines } = await printed(() => main());
  expect(lines).toEqual([
    'Result: 11.0',
    "InvalidArgumentError: You must feed a value for placeholder tensor 'Placeholder_1' with dtype float",
  ]);
  expect(tf.compat.v1.executing_eagerly()).toBe(true);
});
