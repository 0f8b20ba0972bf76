import type { ArrayData } from '@stele/core';
import { carry, normalize, type WeightMap } from './layout';
import type { Batch, Participant } from './record';

/** The largest absolute differences between two idioms over a run. */
export interface PairDifference {
  readonly pair: readonly [string, string];
  outputs: number;
  loss: number;
  readonly gradients: Map<string, number>;
  readonly parameters: Map<string, number>;
}

export interface LockstepResult {
  readonly steps: number;
  readonly pairs: readonly PairDifference[];
  readonly finalLoss: Readonly<Record<string, number>>;
  /** What each participant's `score` gave on the test data. */
  readonly score: Readonly<Record<string, number>>;
  readonly stepsPerSecond: Readonly<Record<string, number>>;
}

export interface LockstepOptions {
  readonly steps: number;
  readonly batches: (step: number) => Batch;
  readonly test: Batch;
  readonly weights: readonly WeightMap[];
  readonly onStep?: (step: number, loss: number) => void;
  readonly signal?: AbortSignal;
}

/** max |a - b|; NaN on one side only counts as infinite. */
export function largestDifference(a: ArrayData, b: ArrayData): number {
  if (a.data.length !== b.data.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.data.length; i++) {
    const x = Number(a.data[i]);
    const y = Number(b.data[i]);
    if (Object.is(x, y)) continue;
    const d = Math.abs(x - y);
    worst = Math.max(worst, Number.isNaN(d) ? Number.POSITIVE_INFINITY : d);
  }
  return worst;
}

/**
 * Runs one model in several idioms side by side: the first participant's weights are carried into the others,
 * all take the same batches, and every step is compared in the common layout.
 */
export function runLockstep(participants: readonly Participant[], options: LockstepOptions): LockstepResult {
  const [first, ...others] = participants as [Participant, ...Participant[]];
  const start = normalize(first.weights, options.weights, first.idiom);
  for (const other of others) other.load(carry(start, options.weights, other.idiom, other.weights));
  const pairs: PairDifference[] = participants.flatMap((a, i) =>
    participants.slice(i + 1).map((b) => ({
      pair: [a.idiom, b.idiom] as const,
      outputs: 0,
      loss: 0,
      gradients: new Map(),
      parameters: new Map(),
    })),
  );
  const seconds = new Map(participants.map((p) => [p.idiom, 0]));
  const finalLoss: Record<string, number> = {};
  let done = 0;
  for (let step = 0; step < options.steps && !options.signal?.aborted; step++) {
    const batch = options.batches(step);
    const records = new Map(
      participants.map((p) => {
        const began = performance.now();
        const record = p.step(batch);
        seconds.set(p.idiom, seconds.get(p.idiom)! + (performance.now() - began) / 1000);
        finalLoss[p.idiom] = record.loss;
        return [
          p.idiom,
          {
            ...record,
            gradients: normalize(record.gradients, options.weights, p.idiom),
            parameters: normalize(record.parameters, options.weights, p.idiom),
          },
        ];
      }),
    );
    for (const difference of pairs) {
      const [a, b] = difference.pair.map((idiom) => records.get(idiom)!) as [
        NonNullable<ReturnType<typeof records.get>>,
        NonNullable<ReturnType<typeof records.get>>,
      ];
      difference.outputs = Math.max(difference.outputs, largestDifference(a.outputs, b.outputs));
      difference.loss = Math.max(difference.loss, Object.is(a.loss, b.loss) ? 0 : Math.abs(a.loss - b.loss));
      for (const kind of ['gradients', 'parameters'] as const) {
        for (const [name, value] of a[kind]) {
          difference[kind].set(
            name,
            Math.max(difference[kind].get(name) ?? 0, largestDifference(value, b[kind].get(name)!)),
          );
        }
      }
    }
    done++;
    options.onStep?.(step, finalLoss[first.idiom]!);
  }
  return {
    steps: done,
    pairs,
    finalLoss,
    score: Object.fromEntries(participants.map((p) => [p.idiom, p.score(options.test)])),
    stepsPerSecond: Object.fromEntries(
      participants.map((p) => [p.idiom, done / Math.max(seconds.get(p.idiom)!, 1e-9)]),
    ),
  };
}
