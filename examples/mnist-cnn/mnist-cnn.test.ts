import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as torch from '@stele/torchlike';
import { recorded } from '../shared';
import { printed } from '../testing';
import * as keraslike from './keraslike';
import type { History, Settings } from './settings';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

const { nn } = torch;
const mnist = recorded('mnist-10k');
const data = mnist.paths[0]!;
const out = mkdtempSync(join(tmpdir(), 'stele-'));
afterAll(() => rmSync(out, { recursive: true }));

type Program = (given: Settings) => Promise<{ history: History; file: string }>;
/** What Keras 3.15, TensorFlow 2.21 and PyTorch 2.13 give for the same program, seed and data. */
const real: [string, Program, Settings, Record<keyof History, number[]>][] = [
  [
    'keraslike',
    keraslike.main,
    { samples: 160, epochs: 2 },
    {
      loss: [2.312087297439575, 2.290830135345459],
      accuracy: [0.0803571417927742, 0.1071428582072258],
      val_loss: [2.308527708053589, 2.2989397048950195],
      val_accuracy: [0.1041666641831398, 0.125],
    },
  ],
  [
    'tflow',
    tflow.main,
    { samples: 160, epochs: 2 },
    {
      loss: [2.309789316994803, 2.2938758986336842],
      accuracy: [0.07142857142857142, 0.08928571428571429],
      val_loss: [2.298905611038208, 2.2908272743225098],
      val_accuracy: [0.125, 0.20833333333333334],
    },
  ],
  [
    'torchlike',
    torchlike.main,
    { samples: 1200, epochs: 5 },
    {
      loss: [2.3142060534159343, 2.3060476112365724, 2.2980597019195557, 2.2901900100708006, 2.28240421295166],
      accuracy: [0.08, 0.10333333333333333, 0.12916666666666668, 0.1625, 0.18416666666666667],
      val_loss: [2.30950213432312, 2.3003618144989013, 2.2913715267181396, 2.282490889231364, 2.273672857284546],
      val_accuracy: [0.10083333333333333, 0.125, 0.14416666666666667, 0.16166666666666665, 0.18666666666666668],
    },
  ],
];

mnist.it.each(real)(
  `%s learns as the real one does, epoch by epoch, and draws two curves${mnist.why}`,
  async (_, main, given, wanted) => {
    const { result } = await printed(() => main({ data, out, verbose: 0, ...given }));
    for (const key of Object.keys(wanted) as (keyof History)[]) {
      expect(result.history[key]).toHaveLength(wanted[key].length);
      result.history[key].forEach((v, i) => {
        expect(Math.abs(v - wanted[key][i]!)).toBeLessThan(2e-6);
      });
    }
    const svg = readFileSync(result.file, 'utf8');
    for (const label of ['train', 'validation']) expect(svg).toContain(`>${label}</text>`);
    expect(svg.match(/<path d="M[\d. L-]+" fill="none"/g)).toHaveLength(2);
  },
  30_000,
);

describe('the network of the Keras part', () => {
  it('has 9,467,274 parameters and halves 24 to 12 by pooling', () => {
    const model = keraslike.build();
    expect(model.count_params()).toBe(9_467_274);
    expect(model.layers.map((layer) => layer.inbound_nodes[0]!.outputs[0]!.shape)).toEqual([
      [null, 26, 26, 32],
      [null, 24, 24, 64],
      [null, 12, 12, 64],
      [null, 9216],
      [null, 1024],
      [null, 10],
    ]);
  });
  it('has the same number in variables of one’s own', () => {
    expect(new tflow.CNNModel().trainable_variables.reduce((n, v) => n + v.elementCount, 0)).toBe(9_467_274);
  });
});

describe('the network of the PyTorch part', () => {
  const net = new torchlike.CNNModel();
  const parameters = [...net.parameters()].reduce((sum, p) => sum + p.numel(), 0);

  it('has 29,066 parameters: 8 x 8 becomes 4 x 4, which its last layer fits', () => {
    expect(parameters).toBe(29_066);
    expect(net.conv2(net.conv1(torch.zeros(1, 1, 8, 8))).shape).toEqual(torch.zeros(1, 64, 4, 4).shape);
    expect(net(torch.zeros(3, 1, 8, 8)).sizes).toEqual([3, 10]);
  });
  it('does not fit whole images', () => {
    expect(() => net(torch.zeros(1, 1, 28, 28))).toThrow(
      'mat1 and mat2 shapes cannot be multiplied (1x36864 and 1024x10)',
    );
  });
  it('pools nothing with a window of 1', () => {
    const x = torch.randn(2, 3, 4, 4);
    expect(nn.functional.max_pool2d(x, 1).tolist()).toEqual(x.tolist());
  });
  it('takes the logarithm of a softmax twice, with the same loss as once', () => {
    const logits = torch.randn(5, 10);
    const labels = torch.tensor([1, 0, 9, 3, 3]);
    const criterion = new nn.CrossEntropyLoss();
    const twice = criterion(nn.functional.log_softmax(logits, { dim: 1 }), labels).item();
    expect(Math.abs(Number(twice) - Number(criterion(logits, labels).item()))).toBeLessThan(1e-6);
  });
});

mnist.it(`normalises resized images to a deviation of about 0.65 in place of 1${mnist.why}`, async () => {
  const { datasets } = await import('@stele/torchlike/vision/datasets');
  const images = await datasets.MNIST.open(data, { train: true, download: true, transform: torchlike.transform });
  const some = torch.stack(Array.from({ length: 1200 }, (_, i) => images.get(i)[0]));
  expect(Number(some.std().item())).toBeCloseTo(0.6504, 3);
});
