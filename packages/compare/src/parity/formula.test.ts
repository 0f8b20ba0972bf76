import { readFormula } from './formula';

it.each([
  ['min((epoch+1)/5,1)', { epoch: 2 }, 0.6],
  ['0.5**(epoch//2)', { epoch: 5 }, 0.25],
  ['1 if epoch < 3 else 0.1', { epoch: 3 }, 0.1],
  ['lr * 0.9 if epoch >= 2 else lr', { epoch: 2, lr: 10 }, 9],
  ['-2**2 + epoch % 3', { epoch: 5 }, -2],
  ['math.cos(math.pi * epoch)', { epoch: 1 }, -1],
  ['1e-3 * 2', {}, 0.002],
] as const)('%s', (text, names, value) => {
  expect(readFormula(text)(names)).toBeCloseTo(value, 12);
});
it.each(['', '1 +', 'epoch; x', 'open("x")', '(1', 'exec(1)'])('refuses %p', (text) => {
  expect(() => readFormula(text)({})).toThrow('cannot read the formula');
});
