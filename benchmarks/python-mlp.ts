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

for i in range(${steps}):
    loss = step()
print(f'{loss:.9f}')
`;

/** The same in TypeScript. */
function typescript(steps: number): string {
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
  for (let i = 0; i < steps; i++) loss = step();
  return loss.toFixed(9);
}

function python(steps: number): string {
  const { output, error } = runPythonSync(program(steps));
  if (error !== undefined) throw new Error(error.traceback);
  return output.trim();
}

/** The seconds of processor time that a run takes, which other programs on the machine lengthen less than the clock's. */
function timed(run: () => string): { loss: string; seconds: number } {
  const before = process.cpuUsage();
  const loss = run();
  const { user, system } = process.cpuUsage(before);
  return { loss, seconds: (user + system) / 1e6 };
}

export const title = `Python: the training step of an MLP ${inputs}-${hidden}-${classes}, batch ${batch}, beside the same in TypeScript`;

/** Steps per second of processor time of both, in turn, making the model and reading the program included; the same seed must give the same loss. */
export async function main(given: z.input<typeof settings> = {}): Promise<void> {
  const { steps, rounds } = settings.parse(given);
  await loadParser();
  const rates: { ts: number[]; py: number[] } = { ts: [], py: [] };
  for (let round = -1; round < rounds; round++) {
    const [own, theirs] = [timed(() => typescript(steps)), timed(() => python(steps))];
    if (own.loss !== theirs.loss) throw new Error(`the losses differ: ${own.loss} and ${theirs.loss}`);
    // the first round only warms up
    if (round < 0) continue;
    rates.ts.push(steps / own.seconds);
    rates.py.push(steps / theirs.seconds);
  }
  const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!;
  const [ts, py] = [median(rates.ts), median(rates.py)];
  // of each round for itself: what slows the machine meets both
  const ratio = median(rates.ts.map((rate, i) => rate / rates.py[i]!));
  console.log(`${title}\n`);
  console.log(`TypeScript  ${ts.toFixed(0).padStart(6)} steps/s`);
  console.log(`stele run   ${py.toFixed(0).padStart(6)} steps/s`);
  console.log(`overhead    ${((ratio - 1) * 100).toFixed(1).padStart(6)} %`);
}
