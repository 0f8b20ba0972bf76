import { Command } from 'commander';
import { bench } from './bench';
import { example } from './example';
import { lessonNames } from './lessons';
import type { ParityCommand } from './parity';

/** The words before the first setting, and the settings. */
function splitWords(args: readonly string[]): { names: readonly string[]; rest: readonly string[] } {
  const first = args.findIndex((word) => word.startsWith('-'));
  return first < 0 ? { names: args, rest: [] } : { names: args.slice(0, first), rest: args.slice(first) };
}

const program = new Command('stele')
  .description('One model in three idioms: run it, compare it')
  .showHelpAfterError()
  .enablePositionalOptions();

program
  .command('compare')
  .description('run a lesson in every idiom in lock-step and compare every step')
  .argument('[lesson]', `one of: ${lessonNames.join(', ')}`, lessonNames[0])
  .option('--steps <n>', 'how many training steps', Number, 200)
  .option('--data <dir>', 'folder with the four IDX files, or torchvision’s layout')
  .option('--json', 'print JSON')
  .action(async (lesson: string, options: { steps: number; data?: string; json?: boolean }) => {
    // a command loads the facades that it needs, no other
    const { compare } = await import('./compare');
    return compare(lesson, options);
  });

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

program
  .command('run')
  .description('run a Python script: PyTorch, Keras and TensorFlow on Stele’s engine')
  .argument('<script>', 'a .py file')
  .argument('[args...]', 'what the script finds in sys.argv')
  .option('--time-limit <seconds>', 'stop the script after so long', Number)
  .option('--folder <dir>', 'the one folder that the script reaches; its own by default')
  .option('--show <language>', 'print what the script means in this language (ts) and run nothing')
  .passThroughOptions()
  .action(async (script: string, args: string[], options: { timeLimit?: number; folder?: string; show?: string }) => {
    const { run } = await import('./run');
    process.exitCode = await run(script, args, options);
  });

program
  .command('parity')
  .description('replay recordings of the real frameworks and compare every result')
  .argument('<folder...>', 'folders (or files) of recordings')
  .option('--only <categories>', 'only these categories, separated by commas')
  .option('--filter <text>', 'only cases whose id or call holds this text')
  .option('--json <file>', 'write the results as JSON')
  .option('--report <file>', 'write a page: a bar per category, failures with a filter')
  .option('--summary', 'print no line per failing case')
  .option('--ratchet <file>', 'fail only where a case that this file lists as passing does not pass')
  .option('--update-ratchet <file>', 'add the cases that pass to this file')
  .option('--replace', 'with --update-ratchet: take away cases that were replayed and did not pass')
  .action(async (folders: string[], options: ParityCommand) => {
    const { parity } = await import('./parity');
    process.exitCode = await parity(folders, options);
  });

program.parseAsync().catch((error: unknown) => {
  console.error(`stele: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
