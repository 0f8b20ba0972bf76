import { loadDataset } from '@stele/core/node';
import { SingleBar } from 'cli-progress';
import { classifierParticipants, classifierWeights, imageBatch } from '../lessons/classifier';
import { runLockstep } from '../lockstep/lockstep';
import { lessons } from './lessons';
import { unknownName } from './names';
import { compareJson, compareTables } from './table';

export interface CompareOptions {
  readonly steps: number;
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Runs a lesson in every idiom in lock-step and prints the tables. */
export async function compare(
  lesson: string,
  options: CompareOptions,
  print: (line: string) => void = console.log,
): Promise<void> {
  if (!lessons.includes(lesson as (typeof lessons)[number])) throw unknownName('lesson to compare', lesson, lessons);
  if (!Number.isInteger(options.steps) || options.steps < 1) throw new Error('--steps takes a whole number from 1 on');
  const data = await loadDataset('fashion-mnist', options.data === undefined ? {} : { root: options.data });
  if (data.notice !== undefined && !options.json) print(data.notice);
  const { train, test } = data;
  const count = train.images.shape[0]!;
  const batchSize = Math.min(64, count);
  const all = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  const bar =
    options.json || !process.stderr.isTTY
      ? null
      : new SingleBar({ format: 'comparing {bar} {value}/{total} loss {loss}', stream: process.stderr });
  bar?.start(options.steps, 0, { loss: '-' });
  const result = runLockstep(classifierParticipants(0.1, 0), {
    steps: options.steps,
    batches: (step) =>
      imageBatch(
        train.images,
        train.labels,
        all(batchSize).map((i) => (step * batchSize + i) % count),
      ),
    test: imageBatch(test.images, test.labels, all(test.images.shape[0]!)),
    weights: classifierWeights,
    onStep: (step, loss) => bar?.update(step + 1, { loss: loss.toFixed(4) }),
  });
  bar?.stop();
  if (options.json) print(JSON.stringify({ lesson, source: data.source, ...compareJson(result) }, null, 2));
  else
    print(
      `${lesson}: ${result.steps} steps, batches of ${batchSize}, data from ${data.source}\n\n${compareTables(result)}`,
    );
}
