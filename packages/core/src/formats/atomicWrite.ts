type Bytes = Uint8Array;
/** The parts of Node's modules that writing a file needs, however they were come by. */
export interface WritingModules {
  readonly fs: {
    mkdirSync(path: string, options: { recursive: true }): unknown;
    openSync(path: string, flags: string): number;
    writeSync(file: number, data: Bytes, at: number): number;
    fsyncSync(file: number): void;
    closeSync(file: number): void;
    renameSync(from: string, to: string): void;
    rmSync(path: string, options: { force: true }): void;
  };
  readonly path: { basename(path: string): string; dirname(path: string): string; join(...parts: string[]): string };
}

/**
 * Writes a file whole or not at all: to a temporary name in the same folder (made if it is missing), flushed to disk,
 * then renamed. On failure the temporary file is removed and an earlier file of that name stays as it was.
 */
export function writeAtomically({ fs, path }: WritingModules, target: string, bytes: Bytes | string): void {
  const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const folder = path.dirname(target);
  fs.mkdirSync(folder, { recursive: true });
  const unique = `${process.pid}.${Math.random().toString(36).slice(2, 10)}`;
  const temporary = path.join(folder, `.${path.basename(target)}.${unique}.tmp`);
  try {
    const file = fs.openSync(temporary, 'wx');
    try {
      for (let at = 0; at < data.length; ) at += fs.writeSync(file, data, at);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(temporary, target);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}
