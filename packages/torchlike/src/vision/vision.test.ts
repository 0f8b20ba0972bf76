import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeIdx } from '@stele/core/data';
import { torch, utils } from '../index';
import { datasets, FashionMNIST } from './datasets';
import { Image, transforms } from './index';

const folder = mkdtempSync(join(tmpdir(), 'stele-vision-'));
const saved = { ...process.env };
beforeAll(() => {
  const raw = join(folder, 'data', 'FashionMNIST', 'raw');
  mkdirSync(raw, { recursive: true });
  const put = (part: string, n: number): void => {
    const pixels = Uint8Array.from({ length: n * 784 }, (_, i) => i % 253);
    const labels = Uint8Array.from({ length: n }, (_, i) => 9 - i);
    writeFileSync(
      join(raw, `${part}-images-idx3-ubyte`),
      writeIdx({ dtype: 'uint8', shape: [n, 28, 28], data: pixels }),
    );
    writeFileSync(join(raw, `${part}-labels-idx1-ubyte`), writeIdx({ dtype: 'uint8', shape: [n], data: labels }));
  };
  put('train', 6);
  put('t10k', 3);
});
beforeEach(() => {
  delete process.env['STELE_DATA'];
  process.env['STELE_CACHE'] = join(folder, 'cache');
});
afterAll(() => {
  process.env = saved;
  rmSync(folder, { recursive: true });
});
const root = join(folder, 'data');

describe('FashionMNIST', () => {
  it("reads torchvision's layout at once", () => {
    const data = new datasets.FashionMNIST(root, { train: true, download: true, transform: new transforms.ToTensor() });
    expect([data.length, data.data.shape, `${data.data.dtype}`, data.targets.tolist()]).toEqual([
      6,
      [6, 28, 28],
      'torch.uint8',
      [9, 8, 7, 6, 5, 4],
    ]);
    expect([data.classes[9], data.class_to_idx['Sandal']]).toEqual(['Ankle boot', 5]);
    const [image, label] = data.get(1);
    expect([image.shape, label, image.max().item()]).toEqual([[1, 28, 28], 8, Math.fround(252 / 255)]);
    expect(data.get(-1)[1]).toBe(4);
    expect(() => data.get(6)).toThrow('index 6 is out of bounds for dimension 0 with size 6');
    const [x, y] = [...new utils.data.DataLoader(data, { batch_size: 4 })][1];
    expect([`${x.shape}`, y.tolist(), `${y.dtype}`]).toEqual(['torch.Size([2, 1, 28, 28])', [5, 4], 'torch.int64']);
    expect(`${data}`).toBe(
      `Dataset FashionMNIST\n    Number of datapoints: 6\n    Root location: ${root}\n    Split: Train\n    StandardTransform\nTransform: ToTensor()`,
    );
  });
  it('gives images where there is no transform, and saves them as PNG', () => {
    const data = new FashionMNIST(root, { train: false, target_transform: (label: number) => label + 1 });
    const [image, label] = data.get(0);
    expect([`${image}`, label, data.length]).toEqual(['<PIL.Image.Image image mode=L size=28x28>', 10, 3]);
    const path = join(folder, 'png', 'one.png');
    image.save(path);
    expect(Image.open(path).toArray().tolist()).toEqual(image.toArray().tolist());
    expect(Image.open(readFileSync(path)).getpixel([3, 1])).toBe(31);
    expect(() => image.save(join(folder, 'one.jpg'))).toThrow('Stele writes PNG only');
    expect(existsSync(join(folder, 'one.jpg'))).toBe(false);
  });
  it('says what to do where there is nothing, and uses the embedded data if allowed', () => {
    const nowhere = join(folder, 'nowhere');
    expect(() => new datasets.MNIST(nowhere)).toThrow('Dataset not found. You can use download=True to download it');
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const data = new datasets.MNIST(nowhere, { train: false, download: true });
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^MNIST is not at hand .*embedded digits[^\n]*$/)]]);
    warn.mockRestore();
    expect([data.length, data.classes[3]]).toEqual([1000, '3 - three']);
    process.env['STELE_DATA'] = root;
    expect(new datasets.FashionMNIST(nowhere).length).toBe(6);
    expect(() => (datasets as any).CIFAR10).toThrow("module 'torchvision.datasets' has no attribute 'CIFAR10'");
  });
});

it('opens after a download', async () => {
  const there = await datasets.FashionMNIST.open(root, { train: false });
  expect([there.length, there.train]).toEqual([3, false]);
  expect((await datasets.FashionMNIST.open({ root, download: true })).length).toBe(6);
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  const options = { download: true, mirrors: ['http://127.0.0.1:9/'] };
  expect((await datasets.MNIST.open(join(folder, 'nowhere'), options)).length).toBe(6000);
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});

it('converts between modes', () => {
  const image = new Image('RGBA', [1, 1], Uint8Array.of(10, 20, 30, 40));
  expect(image.convert('RGB').getpixel([0, 0])).toEqual([10, 20, 30]);
  expect(image.convert('LA').getpixel([0, 0])).toEqual([18, 40]);
  expect(new Image('L', [1, 1], Uint8Array.of(7)).convert('RGBA').getpixel([0, 0])).toEqual([7, 7, 7, 255]);
  expect(() => new Image('L', [2, 2], new Uint8Array(3))).toThrow('2 x 2 pixels of mode L need 4 bytes, got 3');
});

it('saves and loads by path', () => {
  const path = join(folder, 'models', 'weights.pth');
  const model = new torch.nn.Linear(2, 1);
  torch.save(model.state_dict(), path);
  expect(
    new torch.nn.Linear(2, 1).load_state_dict(torch.load(path, { map_location: 'cpu', weights_only: true }))
      .missing_keys,
  ).toEqual([]);
  expect(torch.load(readFileSync(path)).get('bias').equal(model.bias!)).toBe(true);
  for (const load of [
    () => torch.load(path, { weights_only: false }),
    () => torch.load(path, 'cpu', { weights_only: false }),
  ])
    expect(load).toThrow('would run code from the file');
  expect(() => torch.load(join(folder, 'none.pth'))).toThrow('ENOENT');
  torch.save_safetensors(model.state_dict(), join(folder, 'w.safetensors'));
  expect([...torch.load_safetensors(join(folder, 'w.safetensors')).keys()].sort()).toEqual(['bias', 'weight']);
});
