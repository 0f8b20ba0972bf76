// helpers for the tests of this folder: public recordings lie beside the repository, if they are there at all
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

declare const it: { skip(name: string, body: () => void): void };

const shared = join(__dirname, '../../../../../shared');

export const sharedPath = (...parts: string[]): string => join(shared, ...parts);
export const haveShared = (...parts: string[]): boolean => existsSync(sharedPath(...parts));
export const readShared = (...parts: string[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(sharedPath(...parts)));

export const readRows = (...parts: string[]): Record<string, any>[] =>
  gunzipSync(readShared(...parts))
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** A table of tests over a file beside the repository, or one skipped test that says what is missing. */
export function whenShared(parts: string[], tests: () => void): void {
  if (haveShared(...parts)) tests();
  else it.skip(`needs ${parts.join('/')} beside the repository`, () => {});
}
