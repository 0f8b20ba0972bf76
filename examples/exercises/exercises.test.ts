import { printed } from '../testing';
import * as keraslike from './keraslike';
import * as tflow from './tflow';
import { main as timing } from './together-timing';
import * as torchlike from './torchlike';

it('times every idiom in one table', async () => {
  const { lines, result } = await printed(() => timing({ steps: 3, batch_size: 4 }));
  const names = ['torchlike', 'keraslike (train_on_batch)', 'tflow (eager)', 'tflow (tf.function)'];
  expect(result.map((row) => row.name)).toEqual(names);
  for (const { training, inference } of result) expect(Math.min(training, inference)).toBeGreaterThan(0);
  expect(lines[2]).toMatch(/^ {28} +training +inference$/);
  names.forEach((name, i) => {
    expect(lines[3 + i]).toMatch(/^.{28} +\d+\/s +\d+\/s$/);
    expect(lines[3 + i]!.startsWith(name)).toBe(true);
  });
});

it('shows PyTorch’s graphs, made anew by each run, through hooks', async () => {
  const { lines, result } = await printed(torchlike.main);
  const middle = 'middle torch.Size([3, 8])';
  const [first, last] = ['first torch.Size([3, 8])', 'last torch.Size([3, 1])'];
  expect(result.runs.map((run) => run.calls)).toEqual([
    [first, last],
    [first, middle, last],
    [first, middle, middle, middle, last],
  ]);
  expect(result.runs[0]!.grad).toBeNull();
  expect(result.runs[1]!.grad).toBeGreaterThan(0);
  expect(lines[1]).toBe('         gradient of middle: None');
  expect(result.afterRemoval).toBe(0);
});

it('shows Keras’ callbacks: training stops early and the best weights are put back', async () => {
  const { result } = await printed(() => keraslike.main());
  expect(result.ran).toBeLessThan(200);
  // five epochs without a better one
  expect(result.losses.indexOf(result.best)).toBe(result.ran - 6);
  expect(result.restored).toBeCloseTo(result.best, 6);
});

it('shows TensorFlow’s traces: five calls make four, and the body runs in those only', async () => {
  const { lines, result } = await printed(tflow.main);
  expect(result).toEqual({ traces: 4, bodies: 4, derivatives: [3, 6] });
  expect(lines.filter((line) => line.startsWith('tracing'))).toHaveLength(4);
  expect(lines).toContain('5 calls, 4 traces');
});
