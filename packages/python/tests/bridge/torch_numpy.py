import numpy as np
d = {0: 'a', 7: 'b'}
print(d[np.int64(7)], {np.int64(3): 1}[3], np.int64(7) in d, len({np.float64(1.0), 1}))
x = np.arange(6).reshape(2, 3)
print(x.shape, x.dtype, repr(x.dtype), x.dtype == np.int64, x[:, 1:], x[x > 2].sum(), isinstance(x, np.ndarray))
print(np.float32(1.5), repr(np.float32(1.5)), np.float32(1)/3, [np.float64(1.5)], x.mean(axis=0), x.astype(float), np.zeros((2,), dtype=int))
print(x.tolist(), x.max(), f"{x.mean():.2f}", x.T.shape, (x @ x.T), x.sum(axis=1, keepdims=True))
y = x.copy(); y[0] = 9; y += 1; print(y)
for r in x: print(r)
print([int(v) for v in x[0]], float(x[1, 2]), x[1, 2] + 1, 2 ** x[0], -x, abs(-x), x == 3, len(x), 3 in x, list(range(x[0, 2])))
a, b = np.unique([1, 1, 2], return_counts=True); print(a, b, np.where(x > 2), np.linspace(0, 1, 3), np.random.default_rng(0).random())
np.random.seed(0); print(np.random.rand(2), np.random.randn(), np.random.randint(0, 10, size=3), np.random.choice(5, 3, replace=False))
try:
    x[5]
except IndexError as e: print(e)
try:
    if x > 1: pass
except ValueError as e: print(e)
np.testing.assert_allclose(x, x)
import torch
t = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)
print(t[:, 0], t.shape, t.shape == (2, 2), tuple(t.shape), t.sum().item(), (t ** 2).mean(), t.max(dim=1), t.dtype, t.numpy if False else '')
(t * t).sum().backward(); print(t.grad)
print(torch.float32, torch.zeros(2, 3, dtype=torch.int64), torch.arange(0, 1, 0.25), torch.full((2,), 1.0), torch.tensor(3), t.detach().numpy())
with torch.no_grad():
    z = t * 2
print(z.requires_grad)
@torch.no_grad()
def f(x, k=2): return x * k
print(f(t, k=3).requires_grad, f.__name__)
m = torch.nn.Linear(2, 1); opt = torch.optim.SGD(m.parameters(), lr=0.1, momentum=0.9)
opt.param_groups[0]['lr'] = 0.5; print(opt.param_groups[0]['lr'], opt)
print(list(m.state_dict().keys()), sum(p.numel() for p in m.parameters()), m)
class Sq(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x); return x * x
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors; return 2 * x * g
u = torch.tensor([3.], requires_grad=True); Sq.apply(u).backward(); print(u.grad)
class DS(torch.utils.data.Dataset):
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
    def __getitem__(self, i): return torch.tensor([float(i)]), i
for xb, yb in torch.utils.data.DataLoader(DS(5), batch_size=2): print(xb.shape, yb)
