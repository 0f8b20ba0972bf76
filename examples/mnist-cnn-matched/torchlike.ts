import * as torch from '@stele/torchlike';
import {
  flat,
  loadData,
  type Outcome,
  plotLosses,
  report,
  type Settings,
  settings,
  startWeights,
  toTorch,
} from './matched';

export { settings };

const { nn, optim } = torch;
const { functional: F } = nn;
const { DataLoader, TensorDataset } = torch.utils.data;

class CNNModel extends nn.Module {
  conv1 = new nn.Conv2d(1, 32, 3);
  conv2 = new nn.Conv2d(32, 64, 3);
  fc1: InstanceType<typeof nn.Linear>;
  fc2: InstanceType<typeof nn.Linear>;

  constructor(hidden: number) {
    super();
    this.fc1 = new nn.Linear(flat, hidden);
    this.fc2 = new nn.Linear(hidden, 10);
  }
  forward(x: torch.Tensor): torch.Tensor {
    x = F.relu(this.conv1(x));
    x = F.relu(this.conv2(x));
    x = F.max_pool2d(x, 2);
    x = torch.flatten(x, 1);
    x = F.relu(this.fc1(x));
    return this.fc2(x);
  }
}

export async function main(given: Settings = {}): Promise<Outcome> {
  const parsed = settings.parse(given);
  const { epochs, batch_size, learning_rate, hidden, out } = parsed;
  const { x_train, y_train, x_val, y_val } = await loadData(parsed);
  // channels in front
  const images = (x: typeof x_train) => torch.from_numpy(x).unsqueeze(1);
  const labels = (y: typeof y_train) => torch.from_numpy(y).long();

  const model = new CNNModel(hidden);
  const start = toTorch(startWeights(parsed));
  const names = ['conv1', 'conv2', 'fc1', 'fc2'].flatMap((name) => [`${name}.weight`, `${name}.bias`]);
  model.load_state_dict(new Map(names.map((name, i) => [name, torch.from_numpy(start[i]!)])));
  const optimizer = new optim.SGD(model.parameters(), { lr: learning_rate });
  const criterion = new nn.CrossEntropyLoss();
  const train_loader = new DataLoader(new TensorDataset(images(x_train), labels(y_train)), { batch_size });
  const val_loader = new DataLoader(new TensorDataset(images(x_val), labels(y_val)), { batch_size });

  const outputs = (): number[] => {
    using _ = torch.no_grad();
    return model(images(x_val.at({ stop: 8 })))
      .flatten()
      .tolist() as number[];
  };
  /** The mean loss over a loader, taking a step with each batch if asked to. */
  const run = (loader: typeof train_loader, learn: boolean): number => {
    let [sum, items] = [0, 0];
    for (const [x, y] of loader) {
      const loss = criterion(model(x), y);
      if (learn) {
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
      }
      sum += Number(loss.item()) * x.size(0);
      items += x.size(0);
    }
    return sum / items;
  };

  const before = outputs();
  const [loss, val_loss]: [number[], number[]] = [[], []];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    loss.push(run(train_loader, true));
    using _ = torch.no_grad();
    val_loss.push(run(val_loader, false));
    report(epoch, epochs, loss.at(-1)!, val_loss.at(-1)!);
  }
  const file = plotLosses('PyTorch, everything equal', { loss, val_loss }, out, 'torchlike.svg');
  return { loss, val_loss, before, after: outputs(), file };
}
