import torch, torch.nn as nn, torch.nn.functional as F, torch.optim as optim
from torch.utils.data import DataLoader, TensorDataset, random_split
import numpy as np
torch.manual_seed(0)
class Block(nn.Module):
    def __init__(self, c, p=0.1, *, act=None):
        super().__init__()
        self.conv = nn.Conv2d(1, c, kernel_size=3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(c)
        self.act = act or nn.ReLU()
        self.drop = nn.Dropout(p=p)
        self.register_buffer('steps', torch.zeros(1))
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(2)])
        self.cfg = {'a': 1}
    def forward(self, x, scale=1.0, *, mask=None):
        self.steps += 1
        x = self.drop(self.act(self.bn(self.conv(x))))
        if mask is not None: x = x * mask
        for l in self.layers: x = l(x)
        return x * scale
net = Block(2)
x = torch.randn(2, 1, 4, 4)
out = net(x, scale=2.0, mask=torch.ones(1)); print(out.shape, net.steps, net.cfg, len(net.layers), net.layers[0])
net.cfg['b'] = 2; print(net.cfg, sorted(n for n, _ in net.named_parameters()), net.training)
net.eval(); print(net.training, [type(m).__name__ for m in net.children()])
out.sum().backward(); print(net.conv.weight.grad is not None, [tuple(p.shape) for p in net.parameters()])
model = nn.Sequential(nn.Flatten(), nn.Linear(16, 3)); print(model[1], model[-1].weight.shape, len(model))
crit = nn.CrossEntropyLoss(label_smoothing=0.1); opt = optim.Adam(model.parameters(), lr=1e-2, betas=(0.9, 0.99), weight_decay=0.01)
sched = optim.lr_scheduler.StepLR(opt, step_size=1, gamma=0.5)
for i in range(2):
    opt.zero_grad(); loss = crit(model(x), torch.tensor([0, 2])); loss.backward(); nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0); opt.step(); sched.step()
    print(f'{loss.item():.4f}', sched.get_last_lr(), opt.param_groups[0]['lr'])
sd = model.state_dict(); model.load_state_dict(sd); print({k: tuple(v.shape) for k, v in sd.items()}, model.load_state_dict(sd))
h = model[1].register_forward_hook(lambda m, i, o: print('hook', o.shape)); model(x); h.remove(); model(x)
w = torch.tensor([1., 2., 3.], requires_grad=True); (g,) = torch.autograd.grad((w ** 2).sum(), w); print(g)
print(torch.cat([torch.ones(1, 2), torch.zeros(1, 2)], dim=0), torch.stack([torch.ones(2)] * 2), torch.where(w > 1.5, w, torch.zeros(3)), w.detach().numpy(), torch.topk(w, 2))
a, b = random_split(TensorDataset(torch.arange(10).float()), [7, 3], generator=torch.Generator().manual_seed(1)); print(len(a), len(b), a.indices)
print(torch.from_numpy(np.arange(3)), torch.tensor(np.float32(1.5)), torch.as_tensor([1, 2]), torch.randn(2, 2).mean().item() is not None, torch.eye(2), torch.linspace(0, 1, 3))
q = torch.zeros(3); q[1] = 5; q[0:1] += 2; q *= 2; print(q, q.max(), q.argmax().item(), int(q[1]), q.tolist(), bool(q[0] > 1), q.size(0), q.view(3, 1).shape, q.unsqueeze(0).shape)
print(F.one_hot(torch.tensor([0, 2]), num_classes=3), F.softmax(torch.ones(2), dim=0), torch.sum(torch.ones(2, 3), dim=1, keepdim=True).shape, torch.max(torch.tensor([[1, 5], [7, 2]]), 1)[0])
try: model(torch.ones(2, 5))
except RuntimeError as e: print(e)
try: nn.Linear(2)
except TypeError as e: print('TypeError')
print(isinstance(model, nn.Module), isinstance(w, torch.Tensor), w.dtype == torch.float32, w.device, torch.cuda.is_available(), model)
def grad_mode(): return torch.is_grad_enabled()
with torch.no_grad(): print(grad_mode())
with torch.enable_grad(): print(grad_mode())
for name, p in model.named_parameters(): print(name, p.requires_grad, p.data.shape)
for p in model.parameters(): p.requires_grad = False
print(sum(p.numel() for p in model.parameters() if p.requires_grad), [p.grad is None for p in model.parameters()])
