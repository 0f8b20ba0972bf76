import torch
import torch.nn as nn

# Define a simple neural network
class SimpleNN(nn.Module):
    def __init__(self):
        super(SimpleNN, self).__init__()
        self.fc1 = nn.Linear(10, 5)
        self.fc2 = nn.Linear(5, 1)
        self.relu = nn.ReLU()
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        x = self.relu(self.fc1(x))
        x = self.sigmoid(self.fc2(x))
        return x

# Create model instance
model = SimpleNN()
input_data = torch.randn(3, 10) # Batch of 3, 10 features each
output = model(input_data)
print(f"Model output shape: {output.shape}")
print(f"Sample output: {output}")
