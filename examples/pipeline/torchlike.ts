import { loadDataset } from '@stele/core/node';
import * as torch from '@stele/torchlike';
import { transforms } from '@stele/torchlike/vision';
import { datasets } from '@stele/torchlike/vision/datasets';
import { announcer, type Outcome, report, type Settings, settings } from './settings';

export { settings };

const { nn, optim } = torch;
const { DataLoader } = torch.utils.data;

export async function main(given: Settings = {}): Promise<Outcome> {
  const { data, epochs, batch_size, learning_rate, seed } = settings.parse(given);
  torch.manual_seed(seed);
  const step = announcer();

  step();
  const { train, test } = await loadDataset('mnist', data === undefined ? {} : { root: data });
  console.log(`   ${train.images.shape[0]} images for training, ${test.images.shape[0]} for the test`);

  step();
  const load = (train: boolean) =>
    datasets.MNIST.open(data ?? 'data', { train, download: true, transform: new transforms.ToTensor() });
  const train_loader = new DataLoader(await load(true), { batch_size, shuffle: true });
  const test_loader = new DataLoader(await load(false), { batch_size });

  step();
  const model = new nn.Sequential(
    new nn.Flatten(),
    new nn.Linear(28 * 28, 128),
    new nn.ReLU(),
    new nn.Dropout(0.2),
    new nn.Linear(128, 10),
  );
  const parameters = [...model.parameters()].reduce((sum, p) => sum + p.numel(), 0);
  console.log(`   ${parameters} parameters`);

  step();
  const loss_fn = new nn.CrossEntropyLoss();
  const optimizer = new optim.Adam(model.parameters(), { lr: learning_rate });

  step();
  const correct = (output: torch.Tensor, y: torch.Tensor): number => Number(output.argmax(1).eq(y).sum().item());

  step();
  for (let epoch = 1; epoch <= epochs; epoch++) {
    model.train();
    let [loss_sum, right, items] = [0, 0, 0];
    for (const [x, y] of train_loader) {
      const output = model(x);
      const loss = loss_fn(output, y);

      optimizer.zero_grad();
      loss.backward();
      optimizer.step();

      loss_sum += Number(loss.item()) * x.size(0);
      right += correct(output, y);
      items += x.size(0);
    }
    console.log(
      `   Epoch ${epoch}/${epochs} - accuracy: ${(right / items).toFixed(4)} - loss: ${(loss_sum / items).toFixed(4)}`,
    );
  }

  step();
  const measured = (loader: typeof test_loader) => {
    model.eval();
    using _ = torch.no_grad();
    let [loss_sum, right, items] = [0, 0, 0];
    for (const [x, y] of loader) {
      const output = model(x);
      loss_sum += Number(loss_fn(output, y).item()) * x.size(0);
      right += correct(output, y);
      items += x.size(0);
    }
    return { loss: loss_sum / items, accuracy: right / items };
  };
  const outcome = { train: measured(train_loader), test: measured(test_loader) };
  report(outcome);
  return outcome;
}
