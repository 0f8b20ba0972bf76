import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeAtomically } from './atomicWrite';

/**
 * Writes a file whole or not at all: to a temporary name in the same folder (made if it is missing), flushed to disk,
 * then renamed. On failure the temporary file is removed and an earlier file of that name stays as it was.
 *
 * ```ts
 * writeFileAtomic('model.stele', new Uint8Array([1, 2, 3]));
 * ```
 */
export const writeFileAtomic = (target: string, bytes: Uint8Array | string): void =>
  writeAtomically({ fs, path }, target, bytes);
