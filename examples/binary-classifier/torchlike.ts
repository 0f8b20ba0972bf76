import { f } from '@stele/core/printing';
import { nn, optim, torch, utils } from '@stele/torchlike';
import { z } from 'zod';

const { DataLoader, TensorDataset } = utils.data;

export const settings = z.strictObject({
  epochs: z.int().positive().default(5),
  seed: z.int().default(42),
  /** The article's labels are random: there is nothing to learn. `rule` labels by the sign of the sum. */
  labels: z.enum(['random', 'rule']).default('random'),
});

export function main(given: z.input<typeof settings> = {}) {
  const { epochs: num_epochs, seed, labels } = settings.parse(given);
  // the article sets no seed; with one, the numbers are PyTorch's own
  torch.manual_seed(seed);

  // create sample data
  const X = torch.randn(1000, 10);
  let y = torch.randint(0, 2, [1000, 1]).float();
  if (labels === 'rule') y = X.sum({ dim: 1, keepdim: true }).gt(0).float();

  // create dataset and data loader
  const dataset = new TensorDataset(X, y);
  const dataloader = new DataLoader(dataset, { batch_size: 32, shuffle: true });

  // define model
  const model = new nn.Sequential(new nn.Linear(10, 5), new nn.ReLU(), new nn.Linear(5, 1), new nn.Sigmoid());

  // define loss and optimizer
  const criterion = new nn.BCELoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.001 });

  // training loop
  const losses: number[] = [];
  const sizes: number[] = [];
  for (let epoch = 0; epoch < num_epochs; epoch++) {
    let running_loss = 0.0;
    for (const [batch_X, batch_y] of dataloader) {
      // zero the parameter gradients
      optimizer.zero_grad();

      // forward pass
      const outputs = model(batch_X);
      const loss = criterion(outputs, batch_y);

      // backward pass and optimize
      loss.backward();
      optimizer.step();

      running_loss += Number(loss.item());
      sizes.push(batch_X.length);
    }
    // the mean of batch means: the last batch, of 8, counts as much as one of 32
    const mean = running_loss / dataloader.length;
    losses.push(mean);
    console.log(`Epoch ${epoch + 1}, Loss: ${f(mean, '.4f')}`);
  }

  const predicted = torch
    .no_grad(() => model(X))
    .gt(0.5)
    .float();
  const accuracy = Number(predicted.eq(y).float().mean().item());
  return { losses, sizes, accuracy, batches: dataloader.length };
}
