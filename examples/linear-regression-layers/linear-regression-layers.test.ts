import { printed } from '../testing';
import * as keraslike from './keraslike';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

/** What PyTorch 2.13 and TensorFlow 2.21 with Keras 3 give for the same program and seeds. */
const real = {
  torchlike: { first: 0.48450714349746704, last: 0.02113880217075348, w: 0.09952163696289062, b: 0.32121989130973816 },
  keraslike: { first: 0.3420764207839966, last: 0.11817947030067444, w: 0.09840021, b: 0.27611008 },
  tflow: { first: 0.1786763, last: 0.02125298, w: 0.09926699, b: 0.29438007 },
};
type Result = { losses: number[]; w: number; b: number };

const check = (result: Result, expected: (typeof real)['tflow']): void => {
  expect(result.losses[0]).toBeCloseTo(expected.first, 6);
  expect(result.losses.at(-1)).toBeCloseTo(expected.last, 6);
  expect(result.w).toBeCloseTo(expected.w, 6);
  expect(result.b).toBeCloseTo(expected.b, 6);
};

it.each([
  ['torchlike', torchlike.main, real.torchlike],
  ['tflow', tflow.main, real.tflow],
] as const)('loops 1500 epochs to where the real %s ends', async (_, main, expected) => {
  const { lines, result } = await printed<Result>(() => main());
  expect(lines).toHaveLength(75);
  expect(lines[1]).toMatch(/^Epoch 20 : Loss 0\.\d+$/);
  check(result, expected);
});

it('fits 500 epochs of one step to where the real Keras ends', async () => {
  const result = await keraslike.main({ verbose: 0 });
  expect(result.losses).toHaveLength(500);
  check(result, real.keraslike);
});

it('fits by MSE to the line that the loops find', async () => {
  const { result: loop } = await printed(() => tflow.main({ epochs: 500 }));
  const fitted = await keraslike.main({ loss: 'mean_squared_error', verbose: 0 });
  expect(fitted.w).toBeCloseTo(loop.w, 6);
  expect(fitted.b).toBeCloseTo(loop.b, 6);
});

it('has two parameters in each idiom', async () => {
  const models = [
    (await printed(() => torchlike.main({ epochs: 1 }))).result.model.parameters(),
    (await keraslike.main({ epochs: 1, verbose: 0 })).model.trainable_variables,
    (await printed(() => tflow.main({ epochs: 1 }))).result.model.trainable_variables,
  ];
  for (const parameters of models) expect([...parameters].map((p) => p.elementCount)).toEqual([1, 1]);
});
