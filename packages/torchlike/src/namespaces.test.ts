import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as all from './index';
import { nn, optim, torch, utils } from './index';

const loader: utils.data.DataLoader = new utils.data.DataLoader(new utils.data.TensorDataset(torch.ones(3)));
const layer: nn.Module = new nn.Linear(1, 1);
const whole: torch.Tensor = torch.ones(1);

describe('namespaces', () => {
  it.each<[string, () => unknown]>([
    ["module 'torch' has no attribute 'tensr' in Stele. Did you mean 'tensor'?", () => (torch as any).tensr],
    ["module 'torch.nn' has no attribute 'Linaer' in Stele. Did you mean 'Linear'?", () => (nn as any).Linaer],
    ["module 'torch.nn' has no attribute 'Linaer' in Stele", () => (torch.nn as any).Linaer],
    ["module 'torch.nn.functional' has no attribute 'rellu' in Stele", () => (all.nn.functional as any).rellu],
    ["module 'torch.optim' has no attribute 'Sgd' in Stele. Did you mean 'SGD'?", () => (optim as any).Sgd],
    ["module 'torch.utils' has no attribute 'dta' in Stele", () => (torch.utils as any).dta],
    ["module 'torch.utils.data' has no attribute 'DataLoder' in Stele", () => (utils.data as any).DataLoder],
    ["module 'torch.autograd' has no attribute 'Funktion' in Stele", () => (torch.autograd as any).Funktion],
    ["module 'torch.cuda' has no attribute 'synchronise' in Stele", () => (torch.cuda as any).synchronise],
  ])('%s', (message, body) => expect(body).toThrow(message));

  it('hold the same things, and their types', () => {
    expect(torch.nn.Linear).toBe(all.nn.Linear);
    expect(torch.tensor).toBe(all.tensor);
    expect([loader.length, whole.item(), layer instanceof nn.Module]).toEqual([3, 1, true]);
  });

  it('declare a type for every class of nn and optim', () => {
    const text = readFileSync(join(__dirname, 'namespaces.ts'), 'utf8');
    const isClass = (v: unknown): boolean => typeof v === 'function' && String(v).startsWith('class');
    const missing = [...Object.entries(nn), ...Object.entries(optim), ...Object.entries(utils.data)]
      .filter(([name, value]) => isClass(value) && !new RegExp(`export type ${name}\\b`).test(text))
      .map(([name]) => name);
    expect(missing).toEqual([]);
  });
});
