import { loadParser, runPythonSync } from './node';

beforeAll(() => loadParser());

describe('no JavaScript is in sight through the frameworks', () => {
  it.each([
    'import torch\ntorch.constructor',
    'import torch\ntorch.tensor([1.0]).constructor',
    'import torch\ntorch.tensor([1.0]).__proto__',
    "import torch\ngetattr(torch.nn.Linear, 'prototype')",
    "import torch\ngetattr(torch.nn.Linear, 'constructor')",
    "import torch\ngetattr(torch.relu, 'constructor')",
    "import torch\ngetattr(torch.relu, 'call')",
    'import numpy as np\nnp.array([1]).constructor',
  ])('%s', (source) => {
    expect(runPythonSync(source).error).toMatchObject({ name: expect.stringMatching(/AttributeError|TypeError/) });
  });
});
