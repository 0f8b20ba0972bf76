import * as torch from '@stele/torchlike';
import { z } from 'zod';
import { linearData } from '../linear-data/data';

const { nn, optim } = torch;

export const settings = z.strictObject({
  epochs: z.int().positive().default(1500),
  learning_rate: z.number().positive().default(0.001),
  seed: z.int().default(0),
});

/** The Linear layer makes the two Parameters that the first version declared. */
export class LinearRegression extends nn.Module {
  linear = new nn.Linear(1, 1);

  forward(x: torch.Tensor): torch.Tensor {
    return this.linear(x);
  }
}

export function main(given: z.input<typeof settings> = {}) {
  const { epochs, learning_rate, seed } = settings.parse(given);
  const points = linearData();
  const x = torch.from_numpy(points.x).reshape(-1, 1);
  const y = torch.from_numpy(points.y).reshape(-1, 1);

  torch.manual_seed(seed);
  const model = new LinearRegression();
  const criterion = new nn.MSELoss({ reduction: 'mean' });
  const optimizer = new optim.SGD(model.parameters(), { lr: learning_rate });
  const losses: number[] = [];

  for (let epoch = 0; epoch < epochs; epoch++) {
    const y_pred = model(x);
    const loss = criterion(y_pred, y);

    optimizer.zero_grad();
    loss.backward();
    optimizer.step();

    losses.push(Number(loss.item()));
    if (epoch % 20 === 0) console.log(`Epoch ${epoch} : Loss ${loss.item()}`);
  }
  return { w: Number(model.linear.weight.item()), b: Number(model.linear.bias!.item()), losses, model };
}
