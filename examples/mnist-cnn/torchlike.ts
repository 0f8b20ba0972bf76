import * as torch from '@stele/torchlike';
import { transforms } from '@stele/torchlike/vision';
import { datasets } from '@stele/torchlike/vision/datasets';
import { type History, plotLosses, type Settings, settings } from './settings';

export { settings };

const { nn, optim } = torch;
const { functional: F } = nn;
const { DataLoader, Subset } = torch.utils.data;

// pre-processor
// 0.1307 and 0.3081 are the mean and spread of whole images; of resized ones the spread is smaller, so that what comes
// out has a deviation of about 0.7 in place of 1
export const transform = new transforms.Compose([
  new transforms.Resize([8, 8]),
  new transforms.ToTensor(),
  new transforms.Normalize([0.1307], [0.3081]),
]);

// Build a model
export class CNNModel extends nn.Module {
  conv1 = new nn.Conv2d(1, 32, 3, 1);
  conv2 = new nn.Conv2d(32, 64, 3, 1);
  // 64 channels of 4 x 4: fits images of 8 x 8 only
  fc = new nn.Linear(1024, 10);

  forward(x: torch.Tensor): torch.Tensor {
    x = F.relu(this.conv1(x));
    x = F.relu(this.conv2(x));
    // a window of 1 takes each value for itself: nothing is pooled
    x = F.max_pool2d(x, 1);
    x = torch.flatten(x, 1);
    x = this.fc(x);
    // the loss below takes the logarithm of a softmax once more, which changes nothing
    const output = F.log_softmax(x, { dim: 1 });
    return output;
  }
}
type Loader = InstanceType<typeof DataLoader>;
type Criterion = InstanceType<typeof nn.CrossEntropyLoss>;

/** Mean loss and accuracy over a loader; with an optimizer each batch is a step. */
function run(net: CNNModel, loader: Loader, criterion: Criterion, optimizer?: InstanceType<typeof optim.SGD>) {
  let [loss_sum, correct, items] = [0, 0, 0];
  for (const [images, labels] of loader as Iterable<[torch.Tensor, torch.Tensor]>) {
    const outputs = net(images);
    const loss = criterion(outputs, labels);
    if (optimizer !== undefined) {
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
    }
    loss_sum += Number(loss.item()) * images.size(0);
    correct += Number(outputs.argmax(1).eq(labels).sum().item());
    items += images.size(0);
  }
  return { loss: loss_sum / items, accuracy: correct / items };
}

export async function main(given: Settings = {}) {
  const { data, epochs, samples, seed, out } = settings.parse(given);
  torch.manual_seed(seed);

  // load the data
  const root = data ?? 'data';
  const train_dataset = await datasets.MNIST.open(root, { train: true, download: true, transform });
  const test_dataset = await datasets.MNIST.open(root, { train: false, download: true, transform });
  const part = (dataset: typeof train_dataset) => {
    if (samples === undefined) return dataset;
    return new Subset(
      dataset,
      Array.from({ length: Math.min(samples, dataset.length) }, (_, i) => i),
    );
  };
  const train_loader = new DataLoader(part(train_dataset), { batch_size: 512 });
  const test_loader = new DataLoader(part(test_dataset), { batch_size: 512 });

  const net = new CNNModel();
  // compiling
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.01 });
  const criterion = new nn.CrossEntropyLoss();

  // the article describes this loop and prints none of it; it shows a validation loss but makes no validation data, so
  // that the test images serve for it
  const history = { loss: [], accuracy: [], val_loss: [], val_accuracy: [] } as Record<keyof History, number[]>;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    net.train();
    const train = run(net, train_loader, criterion, optimizer);
    net.eval();
    using _ = torch.no_grad();
    const test = run(net, test_loader, criterion);
    history.loss.push(train.loss);
    history.accuracy.push(train.accuracy);
    history.val_loss.push(test.loss);
    history.val_accuracy.push(test.accuracy);
    console.log(
      `Epoch ${epoch}/${epochs} - loss: ${train.loss.toFixed(4)} - accuracy: ${train.accuracy.toFixed(4)} - val_loss: ${test.loss.toFixed(4)} - val_accuracy: ${test.accuracy.toFixed(4)}`,
    );
  }

  const file = plotLosses("PyTorch model's loss curve", history, out, 'torchlike.svg');
  return { model: net, history: history as History, file };
}
