import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsdown';

type Conditions = { '@stele/source': string; import: { default: string } };
const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, Conditions> };

export default defineConfig({
  // package.json says what there is; each subpath becomes one entry of the build
  entry: Object.fromEntries(
    Object.values(exports).map((e) => [
      e.import.default.replace('./dist/', '').replace('.js', ''),
      e['@stele/source'].replace('./', ''),
    ]),
  ),
  format: ['esm', 'cjs'],
  dts: true,
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
});
