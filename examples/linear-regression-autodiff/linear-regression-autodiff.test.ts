import { printed } from '../testing';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

/** What PyTorch 2.13 and TensorFlow 2.21 give for the same program and seeds. */
const real = {
  torchlike: { first: 0.4185298979282379, last: 0.030719375237822533, w: 0.09851493686437607, b: 0.21511022746562958 },
  tflow: { first: 0.7736720442771912, last: 0.03423195704817772, w: 0.09836473, b: 0.19927925 },
};

it.each([
  ['torchlike', torchlike.main, real.torchlike],
  ['tflow', tflow.main, real.tflow],
] as const)('prints a loss every 20 epochs and ends where the real %s ends', async (_, main, expected) => {
  const { lines, result } = await printed(() => main());
  expect(lines).toHaveLength(25);
  lines.forEach((line, i) => {
    expect(line).toMatch(new RegExp(`^Epoch ${i * 20} : Loss 0\\.\\d+$`));
  });
  expect(result.losses[0]).toBeCloseTo(expected.first, 6);
  expect(result.losses[480]).toBeCloseTo(expected.last, 6);
  expect(result.w).toBeCloseTo(expected.w, 6);
  expect(result.b).toBeCloseTo(expected.b, 6);
});

it('holds two parameters in each idiom, of the shapes that the article gives them', () => {
  const shapes = (list: Iterable<{ shape: unknown }>) => [...list].map((p) => String(p.shape));
  expect(shapes(new torchlike.LinearRegression().parameters())).toEqual(['torch.Size([1, 1])', 'torch.Size([1])']);
  expect(shapes(new tflow.LinearRegression().trainable_variables)).toEqual(['(1,)', '(1,)']);
});

it('broadcasts a column against a row without an error', async () => {
  const { result } = await printed(torchlike.broadcast);
  expect(result.wrong).toBeCloseTo(0.7768373489379883, 5);
  expect(result.right).toBeCloseTo(0.08868128061294556, 6);
  expect([...result.shape]).toEqual([200, 200]);
});

it('diverges where the loss is one number a point', async () => {
  const { result } = await printed(() => tflow.perPointLoss());
  expect(result.shape).toBe('(200,)');
  expect(result.w / -2.2029365e21).toBeCloseTo(1, 4);
});
