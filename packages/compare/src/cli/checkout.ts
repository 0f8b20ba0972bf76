import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A folder of the checkout (`examples`, `benchmarks`) at or above the working folder, known by one of its files. */
export function checkoutFolder(name: string, file: string, from = process.cwd()): string {
  for (let at = resolve(from); ; at = dirname(at)) {
    if (existsSync(join(at, name, file))) return join(at, name);
    if (dirname(at) === at) throw new Error(`no folder ${name} at or above ${from}: run this in a checkout of Stele`);
  }
}
