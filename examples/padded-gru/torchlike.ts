import { nn, torch } from '@stele/torchlike';
import { z } from 'zod';

export const settings = z.strictObject({ seed: z.int().default(42) });

class DynamicRNN extends nn.Module {
  rnn = new nn.GRU({ input_size: 10, hidden_size: 20, batch_first: true });
  fc = new nn.Linear(20, 1);

  forward(x: torch.Tensor, seq_lengths: torch.Tensor): torch.Tensor {
    // pack the sequence
    const packed = nn.utils.rnn.pack_padded_sequence(x, seq_lengths, { batch_first: true, enforce_sorted: false });

    // forward through RNN
    const [_output, hidden] = this.rnn(packed);

    // use the final hidden state
    return this.fc(hidden.select(0, -1));
  }
}

export function main(given: z.input<typeof settings> = {}) {
  // the article sets no seed; with one, the numbers are PyTorch's own
  torch.manual_seed(settings.parse(given).seed);

  // example with variable length sequences
  const batch_size = 3;
  const max_seq_len = 5;
  const feature_dim = 10;

  // create sequences of different lengths
  const seq_lengths = torch.tensor([5, 3, 4]);
  const x = torch.randn(batch_size, max_seq_len, feature_dim);

  const model = new DynamicRNN();
  const output = model(x, seq_lengths);
  console.log(`Output shape: ${output.shape}`);
  return { model, x, seq_lengths, output };
}
