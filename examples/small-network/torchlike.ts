import { nn, torch } from '@stele/torchlike';
import { z } from 'zod';

export const settings = z.strictObject({ seed: z.int().default(42) });

// define a simple neural network
class SimpleNN extends nn.Module {
  fc1 = new nn.Linear(10, 5);
  fc2 = new nn.Linear(5, 1);
  relu = new nn.ReLU();
  sigmoid = new nn.Sigmoid();

  forward(x: torch.Tensor): torch.Tensor {
    x = this.relu(this.fc1(x));
    x = this.sigmoid(this.fc2(x));
    return x;
  }
}

export function main(given: z.input<typeof settings> = {}) {
  // the article sets no seed; with one, the numbers are PyTorch's own
  torch.manual_seed(settings.parse(given).seed);

  // create model instance
  const model = new SimpleNN();
  const input_data = torch.randn(3, 10); // batch of 3, 10 features each
  const output = model(input_data);
  console.log(`Model output shape: ${output.shape}`);
  console.log(`Sample output: ${output}`);
  return { model, output };
}
