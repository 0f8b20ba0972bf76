import { loadDataset } from '@stele/core/node';
import type { NDArray } from '@stele/core/numpy';
import { f } from '@stele/core/printing';
import * as torch from '@stele/torchlike';
import { transforms } from '@stele/torchlike/vision';
import { datasets } from '@stele/torchlike/vision/datasets';
import { outputFile } from '../output';
import { imageToPredict } from './image';
import { existing } from './ready';
import { labels_map, type Outcome, type Parsed, type Settings, settings } from './settings';

export { settings };

const { nn, optim } = torch;
const { DataLoader } = torch.utils.data;

/** Reads Fashion-MNIST, and returns two DataLoaders that wrap training and test data. */
export async function _get_data({ data, batch_size }: Pick<Parsed, 'data' | 'batch_size'>) {
  const transform = new transforms.ToTensor();
  // `download=True` fetches the files in the article's constructor, which cannot wait here: they are fetched before it
  await loadDataset('fashion-mnist', data === undefined ? {} : { root: data });
  const root = data ?? 'data';
  const training_data = new datasets.FashionMNIST(root, { train: true, download: true, transform });
  const test_data = new datasets.FashionMNIST(root, { train: false, download: true, transform });

  const train_dataloader = new DataLoader(training_data, { batch_size, shuffle: true });
  // the article shuffles here too: the result of an evaluation does not depend on it
  const test_dataloader = new DataLoader(test_data, { batch_size, shuffle: true });
  return [train_dataloader, test_dataloader] as const;
}
type Loader = Awaited<ReturnType<typeof _get_data>>[number];

/** Neural network that classifies Fashion-MNIST images. */
export class NeuralNetwork extends nn.Module {
  sequence = new nn.Sequential(new nn.Flatten(), new nn.Linear(28 * 28, 20), new nn.ReLU(), new nn.Linear(20, 10));

  forward(x: torch.Tensor): torch.Tensor {
    const y_prime = this.sequence(x);
    return y_prime;
  }
}

type LossFn = InstanceType<typeof nn.CrossEntropyLoss>;
type Optimizer = InstanceType<typeof optim.SGD>;

/** Trains on one minibatch (backpropagation). */
export function _fit_one_batch(
  x: torch.Tensor,
  y: torch.Tensor,
  model: NeuralNetwork,
  loss_fn: LossFn,
  optimizer: Optimizer,
): [torch.Tensor, torch.Tensor] {
  const y_prime = model(x);
  const loss = loss_fn(y_prime, y);

  optimizer.zero_grad();
  loss.backward();
  optimizer.step();

  return [y_prime, loss];
}

/** Running sums over an epoch. */
class Sums {
  loss = 0;
  mean = 0;
  correct = 0;
  items = 0;

  add(x: torch.Tensor, y: torch.Tensor, y_prime: torch.Tensor, loss: torch.Tensor): void {
    this.correct += Number(y_prime.argmax(1).eq(y).sum().item());
    this.loss += Number(loss.item());
    this.mean += Number(loss.item()) * x.size(0);
    this.items += x.size(0);
  }
  get accuracy(): number {
    return this.correct / this.items;
  }
  /** The article adds up the batches' means and divides by the items: about 1/64 of the mean loss, kept as printed. */
  get average_loss(): number {
    return this.loss / this.items;
  }
  get mean_loss(): number {
    return this.mean / this.items;
  }
}

/** Trains the model for one epoch. */
export function _fit(
  device: string,
  dataloader: Loader,
  model: NeuralNetwork,
  loss_fn: LossFn,
  optimizer: Optimizer,
): Sums {
  const sums = new Sums();

  // for printing only
  const batch_count = dataloader.length;
  const print_every = 100;

  model.to(device);
  model.train();

  let batch_index = 0;
  for (let [x, y] of dataloader) {
    x = x.float().to(device);
    y = y.long().to(device);

    const [y_prime, loss] = _fit_one_batch(x, y, model, loss_fn, optimizer);
    sums.add(x, y, y_prime, loss);

    batch_index++;
    if (batch_index % print_every === 0 || batch_index === batch_count)
      console.log(
        f`[Batch ${[batch_index, '>3d']} - ${[sums.items, '>5d']} items] loss: ${[sums.average_loss, '>7f']}, accuracy: ${[sums.accuracy * 100, '>0.1f']}%`,
      );
  }
  return sums;
}

/** Evaluates one minibatch. */
export function _evaluate_one_batch(
  x: torch.Tensor,
  y: torch.Tensor,
  model: NeuralNetwork,
  loss_fn: LossFn,
): [torch.Tensor, torch.Tensor] {
  using _ = torch.no_grad();
  const y_prime = model(x);
  const loss = loss_fn(y_prime, y);
  return [y_prime, loss];
}

/** Evaluates the model on the whole data set once. */
export function _evaluate(device: string, dataloader: Loader, model: NeuralNetwork, loss_fn: LossFn): Sums {
  const sums = new Sums();

  model.to(device);
  model.eval();

  using _ = torch.no_grad();
  for (let [x, y] of dataloader) {
    x = x.float().to(device);
    y = y.long().to(device);

    const [y_prime, loss] = _evaluate_one_batch(x, y, model, loss_fn);
    sums.add(x, y, y_prime, loss);
  }
  return sums;
}

export const weightsPath = (out: string | undefined): string => outputFile('fashion-mnist', out, 'weights.pth');

/** Trains the model for a number of epochs, and saves it. */
export async function training_phase(device: string, given: Parsed): Promise<Outcome> {
  const { learning_rate, epochs, seed } = given;
  const [train_dataloader, test_dataloader] = await _get_data(given);

  torch.manual_seed(seed);
  const model = new NeuralNetwork();

  const loss_fn = new nn.CrossEntropyLoss();
  const optimizer = new optim.SGD(model.parameters(), { lr: learning_rate });

  console.log('\n***Training***');
  for (let epoch = 0; epoch < epochs; epoch++) {
    console.log(`\nEpoch ${epoch + 1}\n-------------------------------`);
    const train = _fit(device, train_dataloader, model, loss_fn, optimizer);
    console.log(
      f`Train loss: ${[train.average_loss, '>8f']}, train accuracy: ${[train.accuracy * 100, '>0.1f']}% (mean loss: ${[train.mean_loss, '>8f']})`,
    );
  }

  console.log('\n***Evaluating***');
  const test = _evaluate(device, test_dataloader, model, loss_fn);
  console.log(
    f`Test loss: ${[test.average_loss, '>8f']}, test accuracy: ${[test.accuracy * 100, '>0.1f']}% (mean loss: ${[test.mean_loss, '>8f']})`,
  );

  torch.save(model.state_dict(), weightsPath(given.out));
  return { accuracy: test.accuracy, test_loss: test.average_loss, mean_loss: test.mean_loss };
}

/** Makes a prediction for input x. */
export function _predict(model: NeuralNetwork, x: NDArray, device: string): NDArray {
  model.to(device);
  model.eval();

  const images = torch.from_numpy(x).float().to(device);

  using _ = torch.no_grad();
  const y_prime = model(images);
  const probabilities = nn.functional.softmax(y_prime, { dim: 1 });
  const predicted_indices = probabilities.argmax(1);
  return predicted_indices.cpu().numpy();
}

/** The network with the weights that training saved, or those of a given file. */
export function load_network({ weights, out }: Pick<Parsed, 'weights' | 'out'>): NeuralNetwork {
  const model = new NeuralNetwork();
  model.load_state_dict(torch.load(existing(weights ?? weightsPath(out))));
  return model;
}

/** Makes a prediction for a local image. */
export async function inference_phase(device: string, given: Parsed): Promise<Outcome> {
  console.log('\n***Predicting***');

  const model = load_network(given);

  const image = await imageToPredict(given);
  const x = image.reshape([-1, 28, 28]).div(255.0);

  const predicted_index = Number(_predict(model, x, device).get(0));
  const predicted_class = labels_map[predicted_index]!;

  console.log(`Predicted class: ${predicted_class}`);
  return { predicted: predicted_class };
}

export async function main(given: Settings = {}): Promise<Outcome> {
  const parsed = settings.parse(given);
  const device = torch.cuda.is_available() ? 'cuda' : 'cpu';
  const trained = parsed.phase === 'inference' ? {} : await training_phase(device, parsed);
  const predicted = parsed.phase === 'training' ? {} : await inference_phase(device, parsed);
  return { ...trained, ...predicted };
}
