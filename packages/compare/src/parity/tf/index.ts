import { markFloats } from '@stele/core';
import * as tf from '@stele/tflow';
import type { Adapter, CaseContext } from '../adapter';
import type { JsonObject } from '../json';
import { clearSession } from '../keras/objects';
import { Unsupported } from '../outcome';
import { runFashion } from './fashion';
import { runFile } from './files';
import { runOp } from './ops';
import { runFilling, runRecording } from './programs';
import { runRandom } from './random';

const runners: Readonly<Record<string, (row: JsonObject, context: CaseContext) => void | Promise<void>>> = {
  ops: runOp,
  random: runRandom,
  files: runFile,
  fashion: runFashion,
  tape: runRecording,
  function: runRecording,
  data: runRecording,
  v1: runRecording,
  messages: runRecording,
  traces: runFilling,
  quirks: runFilling,
};

const categories = [
  'ops',
  'tape',
  'function',
  'data',
  'v1',
  'messages',
  'random',
  'traces',
  'quirks',
  'fashion',
  'files',
] as const;
const isCategory = (name: string | undefined): name is string =>
  (categories as readonly (string | undefined)[]).includes(name);

function recognise(row: JsonObject, stem: string): string | null {
  if (typeof row.op === 'string' && 'args' in row) return 'ops';
  if (Array.isArray(row.steps) && 'group' in row) return 'random';
  if ('raw_logits' in row) return 'fashion';
  if ('file' in row && 'kind' in row) return 'files';
  if (!('program' in row)) return null;
  if ('area' in row) return 'messages';
  // programs say what they are in their ids, or in the name of their file
  const named = typeof row.id === 'string' ? row.id.split('/')[0] : undefined;
  return isCategory(named) ? named : isCategory(stem) ? stem : Array.isArray(row.outputs) ? 'tape' : 'traces';
}

/** TensorFlow's recordings. */
export const tfAdapter: Adapter = {
  suite: 'tf',
  categories,
  recognise,
  subject: (row, category) =>
    typeof row.op === 'string'
      ? row.op
      : typeof row.kind === 'string'
        ? row.kind
        : typeof row.name === 'string'
          ? row.name
          : category,
  async run(row, context) {
    const run = runners[context.category];
    if (run === undefined) throw new Unsupported(`the runner's part for tf ${context.category}`);
    clearSession();
    // every case begins as a fresh program does: without a global seed
    (tf.random.set_seed as (seed?: number) => void)(undefined);
    const before = markFloats(true);
    try {
      await run(row, context);
    } finally {
      markFloats(before);
    }
  },
};
