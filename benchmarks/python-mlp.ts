import { loadParser, runPythonSync } from '@stele/python/node';
import { nn, optim, torch } from '@stele/torchlike';
import { z } from 'zod';

const inputs = 784;
const hidden = 20;
const classes = 10;
const batch = 64;

export const settings = z.strictObject({
  steps: z.int().positive().default(300),
  rounds: z.int().positive().default(7),
});

const program = (steps: number): string => `
import time
import torch
from torch import nn, optim

torch.manual_seed(0)
x = torch.rand(${batch}, ${inputs})
y = torch.randint(0, ${classes}, (${batch},))
model = nn.Sequential(nn.Linear(${inputs}, ${hidden}), nn.ReLU(), nn.Linear(${hidden}, ${classes}))
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=0.1)

def step():
    loss = criterion(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()

begun = time.perf_counter()
for i in range(${steps}):
    loss = step()
print(f'{loss:.9f}', time.perf_counter() - begun)
`;

/** The same in TypeScript. */
function typescript(steps: number): { loss: string; seconds: number } {
  torch.manual_seed(0);
  const x = torch.rand(batch, inputs);
  const y = torch.randint(0, classes, [batch]);
  const model = new nn.Sequential(new nn.Linear(inputs, hidden), new nn.ReLU(), new nn.Linear(hidden, classes));
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const step = (): number => {
    const loss = criterion(model(x), y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    return Number(loss.item());
  };
  let loss = 0;
  const begun = performance.now();
  for (let i = 0; i < steps; i++) loss = step();
  return { loss: loss.toFixed(9), seconds: (performance.now() - begun) / 1000 };
}

function python(steps: number): { loss: string; seconds: number } {
  const { output, error } = runPythonSync(program(steps));
  if (error !== undefined) throw new Error(error.traceback);
  const [loss = '', seconds] = output.trim().split(' ');
  return { loss, seconds: Number(seconds) };
}

export const title = `Python: the training step of an MLP ${inputs}-${hidden}-${classes}, batch ${batch}, beside the same in TypeScript`;

/** Steps per second of both, in turn; the same seed must give the same loss. */
export async function main(given: z.input<typeof settings> = {}): Promise<void> {
  const { steps, rounds } = settings.parse(given);
  await loadParser();
  const rates: { ts: number[]; py: number[] } = { ts: [], py: [] };
  for (let round = -1; round < rounds; round++) {
    const [own, theirs] = [typescript(steps), python(steps)];
    if (own.loss !== theirs.loss) throw new Error(`the losses differ: ${own.loss} and ${theirs.loss}`);
    // the first round only warms up
    if (round < 0) continue;
    rates.ts.push(steps / own.seconds);
    rates.py.push(steps / theirs.seconds);
  }
  const [ts, py] = [Math.max(...rates.ts), Math.max(...rates.py)];
  console.log(`${title}\n`);
  console.log(`TypeScript  ${ts.toFixed(0).padStart(6)} steps/s`);
  console.log(`stele run   ${py.toFixed(0).padStart(6)} steps/s`);
  console.log(`overhead    ${((ts / py - 1) * 100).toFixed(1).padStart(6)} %`);
}
