import torch

# Dynamic graph example
def compute_z(x, y):
    a = x + y
    b = x * y
    c = a + b
    return c

# These operations build the graph during runtime
x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(3.0, requires_grad=True)
z = compute_z(x, y)
z.backward() # Backpropagation
print(f"Gradient of z with respect to x: {x.grad}")
print(f"Gradient of z with respect to y: {y.grad}")
