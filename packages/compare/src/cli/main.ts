import { Command } from 'commander';
import { bench } from './bench';
import { compare, lessons } from './compare';
import { example } from './example';

/** The words before the first setting, and the settings. */
function splitWords(args: readonly string[]): { names: readonly string[]; rest: readonly string[] } {
  const first = args.findIndex((word) => word.startsWith('-'));
  return first < 0 ? { names: args, rest: [] } : { names: args.slice(0, first), rest: args.slice(first) };
}

const program = new Command('stele').description('One model in three idioms: run it, compare it').showHelpAfterError();

program
  .command('compare')
  .description('run a lesson in every idiom in lock-step and compare every step')
  .argument('[lesson]', `one of: ${lessons.join(', ')}`, 'fashion-mnist')
  .option('--steps <n>', 'how many training steps', Number, 200)
  .option('--data <dir>', 'folder with the four IDX files, or torchvision’s layout')
  .option('--json', 'print JSON')
  .action((lesson: string, options: { steps: number; data?: string; json?: boolean }) => compare(lesson, options));

program
  .command('example')
  .description('list the articles’ programs, or run one lesson')
  .argument('[lesson]', 'a lesson; none lists them')
  .argument('[idiom]', 'one idiom; none runs all')
  .allowUnknownOption()
  .allowExcessArguments()
  .action((_lesson: string | undefined, _idiom: string | undefined, _options: object, command: Command) => {
    const { names, rest } = splitWords(command.args);
    return example(names[0], names[1], rest);
  });

program
  .command('bench')
  .description('measure against peers, in one run')
  .argument('[name]', 'a benchmark; none lists them')
  .allowUnknownOption()
  .allowExcessArguments()
  .action((_name: string | undefined, _options: object, command: Command) => {
    const { names, rest } = splitWords(command.args);
    return bench(names[0], rest);
  });

program.parseAsync().catch((error: unknown) => {
  console.error(`stele: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
