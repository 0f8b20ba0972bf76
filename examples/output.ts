import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The file a program writes: in the folder given as `--out`, else in `out/<lesson>` below the working folder. */
export function outputFile(lesson: string, out: string | undefined, name: string): string {
  const folder = out ?? join('out', lesson);
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}
