import { Command } from 'commander';
import { compare, lessons } from './compare';

const program = new Command('stele').description('One model in three idioms: run it, compare it').showHelpAfterError();

program
  .command('compare')
  .description('run a lesson in every idiom in lock-step and compare every step')
  .argument('[lesson]', `one of: ${lessons.join(', ')}`, 'fashion-mnist')
  .option('--steps <n>', 'how many training steps', Number, 200)
  .option('--data <dir>', 'folder with the four IDX files, or torchvision’s layout')
  .option('--json', 'print JSON')
  .action((lesson: string, options: { steps: number; data?: string; json?: boolean }) => compare(lesson, options));

program.parseAsync().catch((error: unknown) => {
  console.error(`stele: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
