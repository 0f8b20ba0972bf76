import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OptionsSchema } from '@stele/core';
import { checkoutFolder, readSettings, settingsFor } from './checkout';
import { unknownName } from './names';

interface Benchmark {
  readonly title: string;
  main(settings: object): unknown;
  /** A zod object of its settings, each with a default. */
  readonly settings?: OptionsSchema<object>;
}

/** Runs one benchmark of the checkout against its peers, or lists them. */
export async function bench(
  name: string | undefined,
  args: readonly string[],
  print: (line: string) => void = console.log,
): Promise<void> {
  const folder = checkoutFolder('benchmarks', 'race.ts');
  const helpers = new Set(['race']);
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -3))
    .filter((known) => !helpers.has(known));
  if (name === undefined) {
    print(`stele bench <name>; there are: ${names.join(', ')}`);
    return;
  }
  if (!names.includes(name)) throw unknownName('benchmark', name, names);
  const benchmark = (await import(pathToFileURL(join(folder, `${name}.ts`)).href)) as Benchmark;
  await benchmark.main(settingsFor(name, benchmark.settings, readSettings(args)));
}
