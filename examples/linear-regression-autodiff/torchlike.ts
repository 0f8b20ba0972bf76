import * as torch from '@stele/torchlike';
import { linearData } from '../linear-data/data';
import { type Settings, settings } from './settings';

export { settings };

const { nn } = torch;

/** y = x w + b. A Parameter registers itself; a plain tensor would not be among `parameters()`. */
export class LinearRegression extends nn.Module {
  // the article fills torch.Tensor(1, 1), which is memory that nothing was written to: torch.empty today
  w = new nn.Parameter(torch.empty(1, 1).uniform_(-0.1, 0.1));
  b = new nn.Parameter(torch.empty(1).uniform_(-0.1, 0.1));

  forward(x: torch.Tensor): torch.Tensor {
    return x.matmul(this.w).add(this.b);
  }
}

export function squared_error(y_pred: torch.Tensor, y_true: torch.Tensor): torch.Tensor {
  return torch.mean(torch.square(y_pred.sub(y_true)));
}

export function main(given: Settings = {}) {
  const { epochs, learning_rate, seed } = settings.parse(given);
  const points = linearData();
  // both are columns: see `broadcast` for what a label of shape (200,) does
  const x = torch.from_numpy(points.x).reshape(-1, 1);
  const y = torch.from_numpy(points.y).reshape(-1, 1);

  torch.manual_seed(seed);
  const model = new LinearRegression();
  const [w, b] = [...model.parameters()] as [torch.Parameter, torch.Parameter];
  const losses: number[] = [];

  for (let epoch = 0; epoch < epochs; epoch++) {
    const y_pred = model(x);
    const loss = squared_error(y_pred, y);

    loss.backward();

    // parameter minus rate times gradient; recorded it would be part of the next graph
    {
      using _ = torch.no_grad();
      w.sub_(w.grad!.mul(learning_rate));
      b.sub_(b.grad!.mul(learning_rate));
      w.grad!.zero_();
      b.grad!.zero_();
    }

    losses.push(Number(loss.item()));
    if (epoch % 20 === 0) console.log(`Epoch ${epoch} : Loss ${loss.item()}`);
  }
  return { w: Number(w.item()), b: Number(b.item()), losses, model };
}

/** A column minus a row is a matrix: the same line, loss 0.78 in place of 0.09, and no error. */
export function broadcast() {
  const points = linearData();
  const x = torch.from_numpy(points.x).reshape(-1, 1);
  const row = torch.from_numpy(points.y);
  const y_pred = x.mul(0.1).add(0.05);
  const [wrong, right] = [squared_error(y_pred, row), squared_error(y_pred, row.reshape(-1, 1))];
  console.log(`${y_pred.shape} against ${row.shape}: ${wrong.item()}, against a column: ${right.item()}`);
  return { wrong: Number(wrong.item()), right: Number(right.item()), shape: y_pred.sub(row).shape };
}
