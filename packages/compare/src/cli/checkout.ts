import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type OptionsSchema, parseOptions } from '@stele/core';

/** A folder of the checkout (`examples`, `benchmarks`) at or above the working folder, known by one of its files. */
export function checkoutFolder(name: string, file: string, from = process.cwd()): string {
  for (let at = resolve(from); ; at = dirname(at)) {
    if (existsSync(join(at, name, file))) return join(at, name);
    if (dirname(at) === at) throw new Error(`no folder ${name} at or above ${from}: run this in a checkout of Stele`);
  }
}

/** `--epochs 2 --out plots --quiet` as an object; numbers are read as numbers. */
export function readSettings(args: readonly string[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (let i = 0; i < args.length; i++) {
    const [, name, given] = /^--([\w-]+)(?:=(.*))?$/.exec(args[i]!) ?? [];
    if (name === undefined) throw new Error(`expected --name value, received ${args[i]}`);
    const value = given ?? (args[i + 1]?.startsWith('--') === false ? args[++i] : 'true');
    out[name] =
      value === 'true'
        ? true
        : value === 'false'
          ? false
          : value !== '' && !Number.isNaN(Number(value))
            ? Number(value)
            : value;
  }
  return out;
}

/** What a program's `main` gets: its own settings, checked; none where it declares none. */
export function settingsFor(
  name: string,
  schema: OptionsSchema<object> | undefined,
  given: Record<string, unknown>,
): object {
  if (schema !== undefined) return parseOptions(name, schema, given);
  const first = Object.keys(given)[0];
  if (first !== undefined) throw new Error(`${name} takes no settings, received --${first}`);
  return {};
}
