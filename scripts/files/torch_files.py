"""Writes checkpoints with torch, or prints what it reads from them: python torch_files.py write|read."""
import sys

import torch
from torch import nn


def write():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(18, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    x = torch.linspace(-1, 1, 50).reshape(2, 1, 5, 5)
    for _ in range(3):
        optimizer.zero_grad()
        loss = model(x).pow(2).mean()
        loss.backward()
        optimizer.step()
    torch.save(model.state_dict(), 'state.pth')
    base = torch.arange(6, dtype=torch.float64)
    torch.save(
        {
            'epoch': 3,
            'loss': 0.25,
            'done': True,
            'nothing': None,
            'name': 'día',
            'sizes': (1, [2, 3]),
            'model': model.state_dict(),
            'optimizer': optimizer.state_dict(),
            'shared': [base, base[2:], base.reshape(2, 3).t()],
        },
        'checkpoint.pt',
    )
    kinds = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool]
    torch.save([torch.tensor([0, 1, 3], dtype=kind) for kind in kinds], 'kinds.pt')
    torch.save({'old': torch.tensor([[1.5, -2.0]])}, 'legacy.pt', _use_new_zipfile_serialization=False)


def show(name, value):
    if isinstance(value, torch.Tensor):
        print(name, value.dtype, tuple(value.shape), value.stride(), value.tolist())
    elif isinstance(value, dict):
        print(name, type(value).__name__, len(value))
        for key, item in value.items():
            show(f'{name}.{key}', item)
    elif isinstance(value, (list, tuple)):
        print(name, type(value).__name__, len(value))
        for index, item in enumerate(value):
            show(f'{name}[{index}]', item)
    else:
        print(name, repr(value))


def read():
    for name in ['state.pth', 'checkpoint.pt', 'kinds.pt', 'legacy.pt']:
        show(name, torch.load(name, weights_only=True))
    shared = torch.load('checkpoint.pt', weights_only=True)['shared']
    shared[0][3] = 100.0
    print('one storage', shared[1][1].item(), shared[2][0, 1].item())


if sys.argv[1] == 'write':
    write()
else:
    read()
