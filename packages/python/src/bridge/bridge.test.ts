import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryFiles } from '../memoryFiles';
import { loadParser, runPythonSync } from '../node';

const folder = join(__dirname, '../../tests/bridge');
beforeAll(() => loadParser());

describe('programs print what the real frameworks print', () => {
  it.each(readdirSync(folder).filter((file) => file.endsWith('.py')))('%s', (file) => {
    const { output, error } = runPythonSync(readFileSync(join(folder, file), 'utf8'), {
      fileName: file,
      files: memoryFiles(),
    });
    expect(error?.traceback).toBeUndefined();
    expect(output).toBe(readFileSync(join(folder, file.replace('.py', '.out')), 'utf8'));
  });
});

describe('errors of a framework', () => {
  it.each<[string, string]>([
    ['torch.ones(2, 3) @ torch.ones(4, 5)', 'RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)'],
    ['torch.ones(2).foo', "AttributeError: 'Tensor' object has no attribute 'foo'"],
    ['torch.ones(2) + "a"', "TypeError: unsupported operand type(s) for +: 'Tensor' and 'str'"],
    ['bool(torch.ones(2))', 'RuntimeError: Boolean value of Tensor with more than one value is ambiguous'],
    ['torch.sum(torch.ones(2), dims=1)', "got an unexpected keyword argument 'dims'. Did you mean 'dim'?"],
    ['np.ones(2) + "a"', "TypeError: unsupported operand type(s) for +: 'numpy.ndarray' and 'str'"],
    ['tf.constant([1]) + 1.5', 'InvalidArgumentError: cannot compute AddV2'],
  ])('%s', (code, message) => {
    const { error } = runPythonSync(`import torch\nimport numpy as np\nimport tensorflow as tf\n${code}\n`);
    expect(error?.traceback).toContain(message);
    expect(error?.line).toBe(4);
  });
});

it('catches them by name', () => {
  const { output } = runPythonSync(`
import torch
import tensorflow as tf
for f in (lambda: torch.ones(2)[5], lambda: tf.matmul(tf.ones((2, 3)), tf.ones((2, 3)))):
    try:
        f()
    except IndexError as e:
        print('IndexError', e)
    except tf.errors.InvalidArgumentError as e:
        print('Invalid', type(e).__name__)
`);
  expect(output).toBe(
    'IndexError index 5 is out of bounds for dimension 0 with size 2\nInvalid InvalidArgumentError\n',
  );
});

it('keeps what the frameworks write in the folder of the script', () => {
  const files = memoryFiles();
  const source = `
import torch, matplotlib.pyplot as plt
torch.save({'w': torch.ones(2)}, 'w.pt')
print(torch.load('w.pt')['w'])
plt.plot([1, 2, 3], label='a'); plt.legend(); plt.savefig('p.svg')
fig, axes = plt.subplots(1, 2, figsize=(8, 3))
axes[0].scatter([1, 2], [3, 4]); axes[1].imshow([[0, 1], [1, 0]], cmap='gray'); axes[1].axis('off'); fig.savefig('q.svg')
`;
  const { output, error } = runPythonSync(source, { files });
  expect(error?.traceback).toBeUndefined();
  expect(output).toBe('tensor([1., 1.])\n');
  expect(files.names()).toEqual(['p.svg', 'q.svg', 'w.pt']);
  expect(new TextDecoder().decode(files.read('p.svg')!)).toMatch(/^<svg [\s\S]*a<\/text>/);
  expect(runPythonSync("import torch\ntorch.save(1, 'x.pt')").error?.traceback).toContain('this run has no folder');
});

it('gives each script a fresh process', () => {
  const first = runPythonSync(
    'import tensorflow as tf\nimport torch\ntf.compat.v1.disable_eager_execution()\ntorch.set_grad_enabled(False)',
  );
  expect(first.error).toBeUndefined();
  const { output } = runPythonSync(
    'import tensorflow as tf\nimport torch\nprint(tf.executing_eagerly() if hasattr(tf, "executing_eagerly") else tf.compat.v1.executing_eagerly(), torch.is_grad_enabled())',
  );
  expect(output).toBe('True True\n');
});
