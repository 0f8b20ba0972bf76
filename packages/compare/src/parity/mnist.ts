import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { coreFamily, fromArray, type Tensor } from '@stele/core';
import { readIdx } from '@stele/core/data';
import { Unsupported } from './outcome';

const found = new Map<string, Uint8Array>();

/**
 * A file of the MNIST test set, packed or not: beside the recordings, in a folder `data` beside them, or in that of a
 * neighbouring suite.
 */
export function dataFile(folder: string, name: string): Uint8Array {
  const known = found.get(name);
  if (known !== undefined) return known;
  const places: string[] = [];
  for (let at = folder, up = 0; up < 3; up++, at = dirname(at)) {
    places.push(at, join(at, 'data'));
    if (up === 2 && existsSync(at)) for (const neighbour of readdirSync(at)) places.push(join(at, neighbour, 'data'));
  }
  for (const place of places)
    for (const ending of ['', '.gz']) {
      const path = join(place, name.replace(/\.gz$/, '') + ending);
      if (!existsSync(path)) continue;
      const bytes = readFileSync(path);
      const unpacked = new Uint8Array(ending === '.gz' ? gunzipSync(bytes) : bytes);
      found.set(name, unpacked);
      return unpacked;
    }
  throw new Unsupported(name, `${name} is not beside the recordings, nor in a folder 'data' near them`);
}

/** A slice of the MNIST test set: pixels/255 as float32 and labels as int32, or one-hot float32. */
export function mnist(
  folder: string,
  start: number,
  count: number,
  shape: readonly number[],
  oneHot: boolean,
): { x: Tensor; y: Tensor } {
  const pixels = readIdx(dataFile(folder, 't10k-images-idx3-ubyte')).data as Uint8Array;
  const labels = readIdx(dataFile(folder, 't10k-labels-idx1-ubyte')).data as Uint8Array;
  const x = Float32Array.from(pixels.subarray(start * 784, (start + count) * 784), (v) => Math.fround(v) / 255);
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
