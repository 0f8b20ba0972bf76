# the second article's panes are lost: rebuilt from what it says of them
import torch

def compute(x, y):
    return (x + y) + x * y

# each call builds its graph anew
for a, b in [(2.0, 3.0), (1.0, 4.0)]:
    x = torch.tensor(a, requires_grad=True)
    y = torch.tensor(b, requires_grad=True)
    c = compute(x, y)
    c.backward()
    print(c, x.grad, y.grad)
