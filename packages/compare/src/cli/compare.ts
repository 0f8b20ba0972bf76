import { SingleBar } from 'cli-progress';
import { lessons } from '../lessons/index';
import { runLockstep } from '../lockstep/lockstep';
import { lessonNames } from './lessons';
import { unknownName } from './names';
import { compareJson, compareTables } from './table';

export interface CompareOptions {
  readonly steps: number;
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Runs a lesson in every idiom in lock-step and prints the tables. */
export async function compare(
  name: string,
  options: CompareOptions,
  print: (line: string) => void = console.log,
): Promise<void> {
  const lesson = lessons.find((known) => known.name === name);
  if (lesson === undefined) throw unknownName('lesson to compare', name, lessonNames);
  if (!Number.isInteger(options.steps) || options.steps < 1) throw new Error('--steps takes a whole number from 1 on');
  const data = await lesson.load(options.data);
  if (data.notice !== undefined && !options.json) print(data.notice);
  const bar =
    options.json || !process.stderr.isTTY
      ? null
      : new SingleBar({ format: 'comparing {bar} {value}/{total} loss {loss}', stream: process.stderr });
  bar?.start(options.steps, 0, { loss: '-' });
  const result = runLockstep(lesson.participants(), {
    steps: options.steps,
    batches: (step) => data.batch(step),
    test: data.test,
    weights: lesson.weights,
    onStep: (step, loss) => bar?.update(step + 1, { loss: loss.toFixed(4) }),
  });
  bar?.stop();
  if (options.json) {
    print(JSON.stringify({ lesson: name, source: data.source, ...compareJson(result, lesson) }, null, 2));
    return;
  }
  print(
    `${name}: ${lesson.title}\n${result.steps} steps, batches of ${data.batchSize}, data from ${data.source}\n\n${compareTables(result, lesson)}`,
  );
}
