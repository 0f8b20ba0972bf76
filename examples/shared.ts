import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const shared = resolve(__dirname, '../../shared/data');

/** A folder of recorded data beside the checkout, and a test that runs where it is there and says so where not. */
export function recorded(...names: readonly string[]): { paths: string[]; it: jest.It; why: string } {
  const paths = names.map((name) => join(shared, name));
  const here = paths.every((path) => existsSync(path));
  return {
    paths,
    it: here ? it : it.skip,
    why: here ? '' : ` (skipped: ${names.join(' and ')} are not beside this checkout)`,
  };
}
