import { notImplemented } from '../errors';

interface FileSystem {
  readFileSync(path: string): Uint8Array;
  writeFileSync(path: string, data: Uint8Array): void;
  existsSync(path: string): boolean;
  renameSync(from: string, to: string): void;
}
/** Node's file system where there is one: browsers have none. */
export function fileSystem(call: string): FileSystem {
  const host = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  const fs = host?.getBuiltinModule?.('node:fs') as FileSystem | undefined;
  if (fs === undefined)
    throw notImplemented(`${call} needs a file system, and there is none here: use get_weights() and set_weights()`);
  return fs;
}
