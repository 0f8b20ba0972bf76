import type { Lesson } from '../lessons/lesson';
import type { LockstepResult, PairDifference } from '../lockstep/lockstep';

/** A difference as people read it: 0 for none. */
export const showDifference = (d: number): string => (d === 0 ? '0' : d.toExponential(1));

/** Rows with their columns padded to one width. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((r) => r[c]!.length)));
  return rows.map((row) =>
    row
      .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)))
      .join('  ')
      .trimEnd(),
  );
}

const largest = (p: PairDifference): number =>
  Math.max(p.outputs, p.loss, ...p.gradients.values(), ...p.parameters.values());

/** The tables that `stele compare` prints, and why idioms differ where they do. */
export function compareTables(result: LockstepResult, lesson: Pick<Lesson, 'score' | 'reasons'>): string {
  const names = [...result.pairs[0]!.gradients.keys()];
  const differences = [
    ['largest difference', ...result.pairs.map((p) => p.pair.join(' - '))],
    ['outputs', ...result.pairs.map((p) => showDifference(p.outputs))],
    ['loss', ...result.pairs.map((p) => showDifference(p.loss))],
    ...names.map((n) => [`gradient of ${n}`, ...result.pairs.map((p) => showDifference(p.gradients.get(n)!))]),
    ...names.map((n) => [`${n} after the step`, ...result.pairs.map((p) => showDifference(p.parameters.get(n)!))]),
  ];
  const idioms = Object.keys(result.finalLoss);
  const summary = [
    ['idiom', 'final loss', lesson.score.name, 'steps/s'],
    ...idioms.map((i) => [
      i,
      result.finalLoss[i]!.toFixed(6),
      lesson.score.percent ? `${(result.score[i]! * 100).toFixed(1)}%` : result.score[i]!.toFixed(6),
      result.stepsPerSecond[i]!.toFixed(0),
    ]),
  ];
  const differs = result.pairs.some((p) => largest(p) > 0);
  const why = differs && lesson.reasons.length > 0 ? ['', ...lesson.reasons.map((r) => `Why not 0: ${r}`)] : [];
  return [...alignColumns(differences), '', ...alignColumns(summary), ...why].join('\n');
}

/** The same as JSON, differences per pair. */
export function compareJson(result: LockstepResult, lesson: Pick<Lesson, 'score' | 'reasons'>): object {
  return {
    steps: result.steps,
    pairs: result.pairs.map((p) => ({
      pair: p.pair,
      outputs: p.outputs,
      loss: p.loss,
      gradients: Object.fromEntries(p.gradients),
      parameters: Object.fromEntries(p.parameters),
    })),
    finalLoss: result.finalLoss,
    score: { name: lesson.score.name, ...result.score },
    reasons: lesson.reasons,
    stepsPerSecond: result.stepsPerSecond,
  };
}
