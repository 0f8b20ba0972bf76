import type { Adapter } from './adapter';
import { isObject, type JsonObject } from './json';

/** A suite that the runner knows; its facade is loaded when a file of it turns up. */
export interface Suite {
  readonly name: string;
  readonly categories: readonly string[];
  /** Whether a row is of this suite. */
  is(row: JsonObject, stem: string): boolean;
  load(): Promise<Adapter>;
}

const has = (row: JsonObject, ...keys: string[]): boolean => keys.every((key) => key in row);

const torch: Suite = {
  name: 'torch',
  categories: ['ops', 'errors', 'modules', 'optim', 'rng', 'traces', 'files', 'semantics'],
  is: (row) =>
    (has(row, 'call', 'args') && Array.isArray(row.args)) ||
    (has(row, 'module', 'inputs') && !has(row, 'category')) ||
    (row.kind === 'optimizer' && has(row, 'grads')) ||
    (row.kind === 'scheduler' && has(row, 'lr_at_step')) ||
    (has(row, 'steps') && typeof row.id === 'string' && row.id.startsWith('rng/')) ||
    (has(row, 'script') && has(row, 'losses')) ||
    row.kind === 'fashion_weights' ||
    (has(row, 'file', 'expect') && has(row, 'id')) ||
    (typeof row.kind === 'string' && /^(repr|module_repr|types|state_dict_keys)$/.test(row.kind)) ||
    (row.kind === 'program' && has(row, 'seed')),
  load: async () => (await import('./torch/index')).torchAdapter,
};

const keras: Suite = {
  name: 'keras',
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
  is: (row) => typeof row.category === 'string' && has(row, 'kind', 'variant'),
  load: async () => (await import('./keras/index')).kerasAdapter,
};

const tf: Suite = {
  name: 'tf',
  categories: ['ops', 'tape', 'function', 'data', 'v1', 'messages', 'random', 'traces', 'quirks', 'fashion', 'files'],
  is: (row) =>
    (typeof row.op === 'string' && isObject(row.args)) ||
    has(row, 'program', 'outputs') ||
    has(row, 'steps', 'group') ||
    has(row, 'raw_logits') ||
    (has(row, 'file', 'kind') && !has(row, 'category')),
  load: async () => (await import('./tf/index')).tfAdapter,
};

export const suites: readonly Suite[] = [torch, keras, tf];
