import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { coreFamily, fromArray, type Tensor } from '@stele/core';
import { readIdx } from '@stele/core/data';
import { dataSet, Unsupported } from './outcome';

const subfolders = (folder: string): string[] => {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
};

/**
 * A file or folder that recordings name without holding it: beside them, in a folder `data` beside them or a few levels
 * up, or in that of a neighbouring suite.
 */
export function findNear(folder: string, name: string): string {
  let at = folder;
  for (let up = 0; up < 4; up++, at = dirname(at)) {
    const data = join(at, 'data');
    const places = [at, data, ...subfolders(data), ...subfolders(at).map((f) => join(f, 'data'))];
    for (const place of places)
      for (const ending of ['', '.gz']) if (existsSync(join(place, name + ending))) return join(place, name + ending);
  }
  throw new Unsupported(dataSet(name), `${name} is neither beside the recordings nor in a folder 'data' near them`);
}

const read = new Map<string, Uint8Array>();
/** The bytes of such a file, unpacked. */
export function dataFile(folder: string, name: string): Uint8Array {
  const path = findNear(folder, name.replace(/\.gz$/, ''));
  let bytes = read.get(path);
  if (bytes === undefined) {
    const raw = readFileSync(path);
    bytes = new Uint8Array(path.endsWith('.gz') ? gunzipSync(raw) : raw);
    read.set(path, bytes);
  }
  return bytes;
}

/** The images and labels of an IDX pair, as bytes. */
export const idxBytes = (folder: string, name: string): Uint8Array =>
  readIdx(dataFile(folder, name)).data as Uint8Array;

/** A slice of the MNIST test set: pixels/255 as float32 and labels as int32, or one-hot float32. */
export function mnist(
  folder: string,
  start: number,
  count: number,
  shape: readonly number[],
  oneHot: boolean,
): { x: Tensor; y: Tensor } {
  const pixels = idxBytes(folder, 't10k-images-idx3-ubyte');
  const labels = idxBytes(folder, 't10k-labels-idx1-ubyte');
  const x = Float32Array.from(pixels.subarray(start * 784, (start + count) * 784), (v) => v / 255);
  const own = labels.subarray(start, start + count);
  const rows = new Float32Array(count * 10);
  own.forEach((label, i) => {
    rows[i * 10 + label] = 1;
  });
  return {
    x: fromArray(coreFamily, x, [count, ...shape], 'float32'),
    y: oneHot
      ? fromArray(coreFamily, rows, [count, 10], 'float32')
      : fromArray(coreFamily, Int32Array.from(own), [count], 'int32'),
  };
}
