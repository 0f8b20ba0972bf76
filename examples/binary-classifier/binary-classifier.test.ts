import { printed } from '../testing';
import * as keraslike from './keraslike';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

const near = (got: readonly number[], wanted: readonly number[], digits: number): void => {
  expect(got).toHaveLength(wanted.length);
  got.forEach((v, i) => {
    expect(v).toBeCloseTo(wanted[i]!, digits);
  });
};

describe('E06 in PyTorch', () => {
  it('creeps towards ln 2 on random labels', async () => {
    const { lines, result } = await printed(() => torchlike.main());
    // what PyTorch 2.13 prints for the seed
    expect(lines).toEqual(
      ['0.7179', '0.7098', '0.7019', '0.7003', '0.6956'].map((v, i) => `Epoch ${i + 1}, Loss: ${v}`),
    );
    near(result.losses, [0.71788402, 0.7098363, 0.70191106, 0.70026066, 0.69559589], 6);
    expect(result.batches).toBe(32);
    expect(result.sizes.slice(0, 32)).toEqual([...Array(31).fill(32), 8]);
    expect(result.accuracy).toBeCloseTo(0.512, 6);
  });
  it('learns a rule', async () => {
    const { result } = await printed(() => torchlike.main({ labels: 'rule' }));
    near(result.losses, [0.66349712, 0.63411026, 0.60476141, 0.57604322, 0.54803205], 6);
    expect(result.accuracy).toBeCloseTo(0.764, 6);
    const more = await printed(() => torchlike.main({ labels: 'rule', epochs: 40 }));
    expect(more.result.accuracy).toBeGreaterThan(0.95);
  });
});

describe('E06 in Keras', () => {
  it('creeps towards ln 2 on random labels', async () => {
    const { lines, result } = await printed(() => keraslike.main({ verbose: 0 }));
    expect(lines[0]).toMatch(/^Epoch 1, Loss: \d\.\d{4}, Accuracy: \d\.\d{4}$/);
    // what Keras 3.15 on TensorFlow 2.21 gives for the seed
    near(result.losses, [0.90378892, 0.85885775, 0.82328659, 0.79519927, 0.77322155], 5);
    near(result.accuracies, [0.503, 0.509, 0.513, 0.516, 0.52], 6);
  });
  it('learns a rule', async () => {
    const { result } = await printed(() => keraslike.main({ verbose: 0, labels: 'rule' }));
    near(result.losses, [1.06157458, 0.97996175, 0.91454655, 0.86151838, 0.81799352], 5);
    const more = await printed(() => keraslike.main({ verbose: 0, labels: 'rule', epochs: 60 }));
    expect(more.result.accuracies.at(-1)).toBeGreaterThan(0.9);
  });
});

describe('E06 in low-level TensorFlow', () => {
  it('creeps towards ln 2 on random labels, and learns a rule', async () => {
    const { result } = await printed(() => tflow.main());
    expect(result.losses.at(-1)).toBeLessThan(result.losses[0]!);
    expect(result.losses.at(-1)).toBeGreaterThan(0.68);
    const rule = await printed(() => tflow.main({ labels: 'rule', epochs: 40 }));
    expect(rule.result.losses.at(-1)).toBeLessThan(0.4);
  });
});
