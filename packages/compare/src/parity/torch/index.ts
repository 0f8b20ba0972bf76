import { markFloats } from '@stele/core';
import * as torch from '@stele/torchlike';
import type { Adapter, CaseContext } from '../adapter';
import type { JsonObject } from '../json';
import { Unsupported } from '../outcome';
import { runFile } from './files';
import { runModule } from './modules';
import { runError, runOp } from './ops';
import { runOptim } from './optim';
import { runRng } from './rng';
import { runSemantics } from './semantics';
import { runTrace } from './traces';

const runners: Readonly<Record<string, (row: JsonObject, context: CaseContext) => void | Promise<void>>> = {
  ops: runOp,
  errors: runError,
  modules: runModule,
  optim: runOptim,
  rng: runRng,
  files: runFile,
  semantics: runSemantics,
  traces: runTrace,
};

function recognise(row: JsonObject): string | null {
  if ('call' in row && 'args' in row) return 'raises' in row ? 'errors' : 'ops';
  if ('module' in row && 'inputs' in row) return 'modules';
  if (row.kind === 'optimizer' || row.kind === 'scheduler') return 'optim';
  if ('script' in row || row.kind === 'fashion_weights') return 'traces';
  if ('file' in row && 'expect' in row) return 'files';
  if (Array.isArray(row.steps) && 'seed' in row) return 'rng';
  if (typeof row.kind === 'string') return 'semantics';
  return null;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** PyTorch's recordings. */
export const torchAdapter: Adapter = {
  suite: 'torch',
  categories: ['ops', 'errors', 'modules', 'optim', 'rng', 'traces', 'files', 'semantics'],
  recognise,
  subject(row, category) {
    if (category === 'rng') {
      const steps = Array.isArray(row.steps) ? (row.steps as JsonObject[]) : [];
      return steps.map((s) => s.op).join(' ');
    }
    return (
      text(row.call) ?? text(row.scheduler) ?? text(row.module) ?? text(row.optimizer) ?? text(row.kind) ?? category
    );
  },
  async run(row, context) {
    const run = runners[context.category];
    if (run === undefined) throw new Unsupported(`the runner's part for torch ${context.category}`);
    torch.manual_seed(0);
    const before = markFloats(true);
    try {
      await run(row, context);
    } finally {
      markFloats(before);
      torch.set_grad_enabled(true);
      torch.set_default_dtype(torch.float32);
    }
  },
};
