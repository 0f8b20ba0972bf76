# PyTorch's dynamic nature makes it easy to work with variable-length sequences
import torch
import torch.nn as nn

class DynamicRNN(nn.Module):
    def __init__(self):
        super(DynamicRNN, self).__init__()
        self.rnn = nn.GRU(input_size=10, hidden_size=20, batch_first=True)
        self.fc = nn.Linear(20, 1)

    def forward(self, x, seq_lengths):
        # Pack the sequence
        packed = nn.utils.rnn.pack_padded_sequence(
            x, seq_lengths, batch_first=True, enforce_sorted=False
        )
        # Forward through RNN
        output, hidden = self.rnn(packed)
        # Use the final hidden state
        return self.fc(hidden[-1])

# Example with variable length sequences
batch_size = 3
max_seq_len = 5
feature_dim = 10

# Create sequences of different lengths
seq_lengths = torch.tensor([5, 3, 4])
x = torch.randn(batch_size, max_seq_len, feature_dim)

model = DynamicRNN()
output = model(x, seq_lengths)
print(f"Output shape: {output.shape}")
