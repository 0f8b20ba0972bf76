import { np } from '@stele/core/numpy';
import * as tf from '@stele/tflow';
import { nn } from '@stele/torchlike';
import { printed } from '../testing';
import * as keraslike from './keraslike';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

const lengths = [5, 3, 4];
const near = (got: { tolist(): unknown }, wanted: readonly number[]): void => {
  const values = (got.tolist() as (number | number[])[]).flat();
  expect(values).toHaveLength(wanted.length);
  values.forEach((v, i) => {
    expect(v).toBeCloseTo(wanted[i]!, 6);
  });
};

describe('E07 in PyTorch', () => {
  it('packs, and gives each sequence its own last state', async () => {
    const { lines, result } = await printed(() => torchlike.main());
    expect(lines).toEqual(['Output shape: torch.Size([3, 1])']);
    // what PyTorch 2.13 gives for the seed
    near(result.output, [0.212478027, 0.277120233, 0.314499527]);

    const { model, x, seq_lengths } = result;
    const packed = nn.utils.rnn.pack_padded_sequence(x, seq_lengths, { batch_first: true, enforce_sorted: false });
    expect(packed.data.shape).toEqual([12, 10]);
    expect(packed.batch_sizes.tolist()).toEqual([3, 3, 3, 2, 1]);
    const [output, hidden] = model.rnn(packed);
    expect([(output as typeof packed).data.shape, hidden.shape]).toEqual([
      [12, 20],
      [1, 3, 20],
    ]);
    lengths.forEach((length, i) => {
      const [, alone] = model.rnn(x.narrow(0, i, 1).narrow(1, 0, length));
      near(hidden.select(0, -1).select(0, i), alone.reshape(20).tolist() as number[]);
    });
  });
});

describe('E07 in Keras and TensorFlow', () => {
  it('gives the same by a mask in Keras', async () => {
    const { lines, result } = await printed(() => keraslike.main());
    expect(lines).toEqual(['Output shape: (3, 1)']);
    // what Keras 3.15 on TensorFlow 2.21 gives for the seed
    near(result.output, [0.091305882, -0.009083316, -0.421110153]);
    const rows = np.array(result.x.numpy());
    lengths.forEach((length, i) => {
      const alone = result.model(tf.constant(rows.at(`${i}:${i + 1}`, `:${length}`))) as tf.Tensor;
      near(alone, [(result.output.tolist() as number[][])[i]![0]!]);
    });
  });
  it('gives the same written out', async () => {
    const { lines, result } = await printed(() => tflow.main());
    expect(lines).toEqual(['Output shape: (3, 1)']);
    const { model, x, output } = result;
    tf.unstack(x).forEach((row, i) => {
      const alone = tf.reshape(tf.stack(tf.unstack(row).slice(0, lengths[i])), [1, lengths[i]!, 10]);
      near(model.call(alone, tf.constant([lengths[i]!])), [(output.tolist() as number[][])[i]![0]!]);
    });
  });
});
