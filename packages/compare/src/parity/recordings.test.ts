import { join } from 'node:path';
import { readPassing, slipped } from './ratchet';
import { replay } from './runner';

const folder = join(__dirname, '../../recordings');

describe('the sample of recordings', () => {
  it.each(['torch', 'keras', 'tf'])(
    '%s: what passed once passes',
    async (suite) => {
      const passing = readPassing(join(folder, 'passing', `${suite}.json`));
      const results = await replay([join(folder, suite)]);
      expect(slipped(passing, results)).toEqual([]);
      // a ratchet that lists nothing of the sample would hold nothing
      const held = results.flatMap((r) => r.cases.filter((c) => passing[r.suite]?.[c.category]?.includes(c.id)));
      expect(held.length).toBeGreaterThan(100);
    },
    120_000,
  );
});
