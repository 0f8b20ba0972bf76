import { recorded } from '../shared';
import { printed } from '../testing';
import * as keraslike from './keraslike';
import { steps } from './settings';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

const mnist = recorded('mnist-10k');
mnist.it.each([
  ['torchlike', torchlike],
  ['keraslike', keraslike],
  ['tflow', tflow],
])(
  `%s goes through the seven steps and reports${mnist.why}`,
  async (_, { main }) => {
    const { lines, result } = await printed(() => main({ data: mnist.paths[0]!, epochs: 2, verbose: 0 }));
    expect(lines.filter((l) => /^\d\./.test(l))).toEqual(steps.map((text, i) => `${i + 1}. ${text}`));
    expect(lines).toContain('   101770 parameters');
    expect(lines.at(-1)).toBe(
      `   Test loss: ${result.test.loss.toFixed(4)}, test accuracy: ${(100 * result.test.accuracy).toFixed(1)}%`,
    );
    expect(result.test.accuracy).toBeGreaterThan(0.9);
    expect(result.train.accuracy).toBeGreaterThan(0.9);
    expect(result.train.loss).toBeLessThan(0.4);
  },
  30_000,
);
