import { coreFamily, markFloats } from '@stele/core';
import { setTensorFamily } from '@stele/keraslike';
import type { Adapter, CaseContext } from '../adapter';
import type { JsonObject } from '../json';
import { Unsupported } from '../outcome';
import { runApi } from './api';
import { runFile } from './files';
import { runInitializer } from './initializers';
import { runLayer } from './layers';
import { runLoss } from './losses';
import { runMetric } from './metrics';
import { runModel } from './models';
import { freshSession } from './objects';
import { runOptimizer } from './optimizers';
import { runRegcon } from './regcon';
import { runTraining } from './training';

const runners: Readonly<Record<string, (row: JsonObject, context: CaseContext) => void | Promise<void>>> = {
  layers: runLayer,
  losses: runLoss,
  metrics: runMetric,
  optimizers: runOptimizer,
  initializers: runInitializer,
  regcon: runRegcon,
  training: runTraining,
  models: runModel,
  files: runFile,
  api: runApi,
};

/** Keras' recordings. */
export const kerasAdapter: Adapter = {
  suite: 'keras',
  categories: [
    'layers',
    'losses',
    'metrics',
    'optimizers',
    'initializers',
    'regcon',
    'training',
    'models',
    'files',
    'api',
  ],
  recognise: (row) => (typeof row.category === 'string' ? row.category : null),
  subject: (row, category) => (typeof row.kind === 'string' ? row.kind : category),
  async run(row, context) {
    const run = runners[context.category];
    if (run === undefined) throw new Unsupported(`the runner's part for keras ${context.category}`);
    freshSession();
    const before = markFloats(true);
    // these recordings are of Keras without TensorFlow, whatever else this process has loaded
    const family = setTensorFamily(coreFamily);
    try {
      await run(row, context);
    } finally {
      setTensorFamily(family);
      markFloats(before);
    }
  },
};
