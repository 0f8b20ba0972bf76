import { join } from 'node:path';
import { example, lessonsIn } from '../packages/compare/src/cli/example';

// Runs every lesson in every idiom by the runner, with the settings that its about.json calls quick. The working folder,
// which must lie in the checkout, gets what the programs write.

async function main(): Promise<void> {
  for (const { name, quick } of lessonsIn(join(__dirname, '../examples'))) {
    const begin = performance.now();
    await example(name, undefined, quick ?? []);
    console.log(`--- ran ${name} in ${Math.round(performance.now() - begin)} ms`);
  }
}
main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
