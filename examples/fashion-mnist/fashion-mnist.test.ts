import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawGarments, writeIdx } from '@stele/core/data';
import * as keras from '@stele/keraslike';
import * as tf from '@stele/tflow';
import * as torch from '@stele/torchlike';
import { recorded } from '../shared';
import { printed } from '../testing';
import * as keraslike from './keraslike';
import { labels_map, type Outcome, type Settings } from './settings';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

const idioms = { torchlike, keraslike, tflow };
const names = Object.keys(idioms) as (keyof typeof idioms)[];

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'stele-'));
  const { images, labels } = drawGarments(200, 1);
  for (const part of ['train', 't10k']) {
    writeFileSync(join(out, `${part}-images-idx3-ubyte`), writeIdx(images));
    writeFileSync(join(out, `${part}-labels-idx1-ubyte`), writeIdx(labels));
  }
});
afterAll(() => rmSync(out, { recursive: true }));

const run = (idiom: keyof typeof idioms, given: Settings): Promise<{ lines: string[]; result: Outcome }> =>
  printed(() => idioms[idiom].main({ data: out, out: join(out, idiom), verbose: 0, ...given }));

describe('5 epochs on 8,000 digits', () => {
  const mnist = recorded('mnist-10k');
  const data = mnist.paths[0]!;
  /** The lines that PyTorch 2.13 and TensorFlow 2.21 print for the same program, seed and data. */
  const real = {
    torchlike: [
      'Train loss: 0.018975, train accuracy: 67.1% (mean loss: 1.214391)',
      'Train loss: 0.007348, train accuracy: 87.2% (mean loss: 0.470255)',
      'Train loss: 0.005721, train accuracy: 89.4% (mean loss: 0.366146)',
      'Train loss: 0.005081, train accuracy: 90.5% (mean loss: 0.325185)',
      'Train loss: 0.004607, train accuracy: 91.2% (mean loss: 0.294835)',
      'Test loss: 0.004007, test accuracy: 92.5% (mean loss: 0.250339)',
    ],
    tflow: [
      'Train loss: 0.016837, train accuracy: 69.3% (mean loss: 1.077549)',
      'Train loss: 0.007389, train accuracy: 86.7% (mean loss: 0.472886)',
      'Train loss: 0.005817, train accuracy: 89.5% (mean loss: 0.372258)',
      'Train loss: 0.005109, train accuracy: 90.5% (mean loss: 0.326976)',
      'Train loss: 0.004550, train accuracy: 91.7% (mean loss: 0.291231)',
      'Test loss: 0.003565, test accuracy: 93.7% (mean loss: 0.225599)',
    ],
  };

  mnist.it.each(['torchlike', 'tflow'] as const)(
    `%s learns as the real one does, number by number${mnist.why}`,
    async (idiom) => {
      const { lines, result } = await run(idiom, { data, phase: 'training' });
      expect(result.accuracy).toBeGreaterThanOrEqual(0.88);
      const numbers = (list: readonly string[]): number[] => list.flatMap((l) => l.match(/[\d.]+/g)!.map(Number));
      const summary = lines.filter((l) => /^(Train|Test) loss/.test(l));
      expect(summary.map((l) => l.replace(/[\d.]+/g, '#'))).toEqual(real[idiom].map((l) => l.replace(/[\d.]+/g, '#')));
      const [got, wanted] = [numbers(summary), numbers(real[idiom])];
      // losses are printed with six digits: the last one may differ by one
      got.forEach((v, i) => {
        expect(Math.abs(v - wanted[i]!)).toBeLessThan(2.5e-6);
      });
    },
    20_000,
  );

  mnist.it(
    `keraslike learns as the real one does, number by number${mnist.why}`,
    async () => {
      const { result } = await run('keraslike', { data, phase: 'training' });
      expect(result.accuracy).toBeGreaterThanOrEqual(0.88);
      expect(result.history!['loss']!.map((v) => v.toFixed(4))).toEqual([
        '0.9416',
        '0.4228',
        '0.3462',
        '0.3126',
        '0.2830',
      ]);
      expect(result.history!['accuracy']!.map((v) => v.toFixed(4))).toEqual([
        '0.7439',
        '0.8783',
        '0.9011',
        '0.9051',
        '0.9170',
      ]);
      expect(result.mean_loss).toBeCloseTo(0.2292986512184143, 5);
      expect(result.accuracy).toBeCloseTo(0.9294999837875366, 6);
    },
    20_000,
  );
});

describe('one epoch on 200 garments', () => {
  it.each(['torchlike', 'tflow'] as const)('%s prints the article’s lines', async (idiom) => {
    const { lines, result } = await run(idiom, { epochs: 1, batch_size: 2 });
    const time = idiom === 'tflow' ? ['', /^Time per epoch: \d+\.\d{3} sec$/] : [];
    const number = '\\d\\.\\d{6}';
    const expected = [
      '',
      /^\*\*\*Training\*\*\*$/,
      '',
      /^Epoch 1$/,
      /^-{31}$/,
      /^\[Batch 100 - {3}200 items\] loss: \d\.\d{6}, accuracy: \d+\.\d%$/,
      new RegExp(`^Train loss: ${number}, train accuracy: \\d+\\.\\d% \\(mean loss: ${number}\\)$`),
      ...time,
      '',
      /^\*\*\*Evaluating\*\*\*$/,
      new RegExp(`^Test loss: ${number}, test accuracy: \\d+\\.\\d% \\(mean loss: ${number}\\)$`),
      '',
      /^\*\*\*Predicting\*\*\*$/,
      /^Predicted class: [\w -]+$/,
    ];
    expect(lines).toHaveLength(expected.length);
    lines.forEach((line, i) => {
      const want = expected[i]!;
      if (typeof want === 'string') expect(line).toBe(want);
      else expect(line).toMatch(want);
    });
    // the article divides the sum of the batches' means by the items
    expect(result.mean_loss! / result.test_loss!).toBeCloseTo(2, 5);
  });

  it('keraslike prints the headings around its own progress', async () => {
    const { lines, result } = await run('keraslike', { epochs: 1 });
    expect(lines.filter((l) => l !== '')).toEqual([
      '***Training***',
      '***Evaluating***',
      expect.stringMatching(/^Test loss: \d\.\d{6}, test accuracy: \d+\.\d%$/),
      '***Predicting***',
      `Predicted class: ${result.predicted}`,
    ]);
  });

  it.each(names)('%s saves weights that predict as before', async (idiom) => {
    await run(idiom, { epochs: 1, phase: 'training' });
    expect(readdirSync(join(out, idiom))).toHaveLength(1);
    const { lines } = await run(idiom, { phase: 'inference' });
    expect(labels_map).toContain(lines.at(-1)!.replace('Predicted class: ', ''));
  });

  it.each(names)('%s leaves nothing behind where the data are damaged', async (idiom) => {
    const bad = join(out, `bad-${idiom}`);
    const damaged = mkdtempSync(join(tmpdir(), 'stele-'));
    for (const file of ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte'])
      writeFileSync(join(damaged, file), readFileSync(join(out, file)).subarray(0, 900));
    writeFileSync(join(damaged, 't10k-labels-idx1-ubyte'), readFileSync(join(out, 't10k-labels-idx1-ubyte')));
    await expect(run(idiom, { data: damaged, out: bad })).rejects.toThrow(/train-images-idx3-ubyte: truncated/);
    expect(existsSync(bad) ? readdirSync(bad) : []).toEqual([]);
    rmSync(damaged, { recursive: true });
  });
});

describe('the model', () => {
  it('has 15,910 parameters in each idiom', () => {
    const sizes = (list: Iterable<{ elementCount: number }>): number[] => [...list].map((p) => p.elementCount);
    const expected = [784 * 20, 20, 20 * 10, 10];
    expect(sizes(new torchlike.NeuralNetwork().parameters())).toEqual(expected);
    expect(sizes(new keraslike.NeuralNetwork().trainable_variables)).toEqual(expected);
    // tf.Module sorts by name: b1, b2, w1, w2
    expect(sizes(new tflow.NeuralNetwork().trainable_variables).sort((a, b) => a - b)).toEqual([10, 20, 200, 15680]);
    expect([...new torchlike.NeuralNetwork().state_dict().keys()]).toEqual([
      'sequence.1.weight',
      'sequence.1.bias',
      'sequence.3.weight',
      'sequence.3.bias',
    ]);
  });

  it('gives logits of (N, 10) from images of either shape', () => {
    expect([...new torchlike.NeuralNetwork()(torch.zeros(3, 1, 28, 28)).shape]).toEqual([3, 10]);
    expect([...new tflow.NeuralNetwork().call(tf.zeros([3, 28, 28]), { training: false }).shape]).toEqual([3, 10]);
    expect(new keraslike.NeuralNetwork()(tf.zeros([3, 28, 28])).sizes).toEqual([3, 10]);
  });

  it('needs the cast of a Keras model: matmul refuses the loop’s float64 against float32 weights', () => {
    const { w1 } = new tflow.NeuralNetwork();
    expect(() => tf.matmul(tf.zeros([1, 784], tf.float64), w1)).toThrow(
      'cannot compute MatMul as input #1(zero-based) was expected to be a double tensor but is a float tensor',
    );
  });

  it('refuses metrics in the third place, where Keras 3 has loss_weights', () => {
    const model = new keraslike.NeuralNetwork();
    expect(() => model.compile('sgd', 'mse', ['accuracy'] as never)).toThrow('`loss_weights` in Keras 3');
  });

  it('finds no variables that a keras.Model holds as plain tf.Variables', () => {
    class Plain extends keras.Model {
      w1 = new tf.Variable(tf.zeros([784, 20]));
    }
    expect(new Plain().trainable_variables).toEqual([]);
  });
});

describe('the data', () => {
  it('come in batches of the article’s shapes, values in [0, 1]', async () => {
    const [train] = await torchlike._get_data({ data: out, batch_size: 64 });
    expect(train.length).toBe(4);
    const [x, y] = [...train][0] as [torch.Tensor, torch.Tensor];
    expect([[...x.shape], [...y.shape], String(y.dtype)]).toEqual([[64, 1, 28, 28], [64], 'torch.int64']);
    expect([Number(x.min().item()), Number(x.max().item())]).toEqual([0, 1]);

    const [dataset] = await keraslike._get_data({ data: out, batch_size: 64 });
    expect(dataset.length).toBe(4);
    const sizes = [...dataset].map(([images]: [tf.Tensor]) => [...images.shape]);
    // whole batches are shuffled, so the short one may come anywhere
    expect(sizes.map((s) => s[0]).sort()).toEqual([64, 64, 64, 8]);
    expect(sizes[0]!.slice(1)).toEqual([28, 28]);
  });

  it('keep each item in its batch in the article’s order of calls, and mix them in the other', async () => {
    const members = async (shuffle_items: boolean): Promise<string[][]> => {
      tf.random.set_seed(0);
      const [train] = await keraslike._get_data({ data: out, batch_size: 64, shuffle_items });
      const epoch = (): string[] =>
        [...train].map(([, labels]: [unknown, tf.Tensor]) => (labels.tolist() as number[]).sort().join('')).sort();
      return [epoch(), epoch()];
    };
    const [first, second] = await members(false);
    expect(second).toEqual(first);
    const [mixed, other] = await members(true);
    expect(other).not.toEqual(mixed);
    expect(mixed).not.toEqual(first);
    expect([...mixed!.join('')].sort()).toEqual([...first!.join('')].sort());
  });
});

describe('the steps', () => {
  it('change no weight and record nothing in an evaluation', async () => {
    const [, test] = await torchlike._get_data({ data: out, batch_size: 50 });
    const model = new torchlike.NeuralNetwork();
    const before = [...model.parameters()].map((p) => p.tolist());
    const { loss } = torchlike._evaluate('cpu', test, model, new torch.nn.CrossEntropyLoss());
    expect(loss).toBeGreaterThan(0);
    expect([...model.parameters()].map((p) => p.tolist())).toEqual(before);
    expect([...model.parameters()].every((p) => p.grad === null)).toBe(true);
    expect(model.training).toBe(false);
    const [y_prime, one] = torchlike._evaluate_one_batch(
      torch.zeros(2, 28, 28),
      torch.tensor([1, 2]),
      model,
      new torch.nn.CrossEntropyLoss(),
    );
    expect([y_prime.requires_grad, one.requires_grad]).toEqual([false, false]);
  });

  it('give equal losses and weights in both loops from equal weights and batches', () => {
    const [one, other] = [new torchlike.NeuralNetwork(), new tflow.NeuralNetwork()];
    const p = [...one.parameters()];
    other.w1.assign(p[0]!.detach().numpy().T);
    other.b1.assign(p[1]!.detach().numpy());
    other.w2.assign(p[2]!.detach().numpy().T);
    other.b2.assign(p[3]!.detach().numpy());
    const images = torch.rand(8, 28, 28);
    const labels = torch.randint(0, 10, [8]);
    const optimizers = [new torch.optim.SGD(p, { lr: 0.1 }), new tf.optimizers.SGD(0.1)] as const;
    const lossFns = [
      new torch.nn.CrossEntropyLoss(),
      new tf.keras.losses.SparseCategoricalCrossentropy({ from_logits: true }),
    ] as const;
    for (let step = 0; step < 3; step++) {
      const [, a] = torchlike._fit_one_batch(images, labels, one, lossFns[0], optimizers[0]);
      const [, b] = tflow._fit_one_batch(
        tf.constant(images.numpy()),
        tf.constant(labels.numpy()),
        other,
        lossFns[1],
        optimizers[1],
      );
      expect(Number(b.item())).toBeCloseTo(Number(a.item()), 6);
    }
    const [w, v] = [p[0]!.detach().numpy().T.ravel(), other.w1.numpy().ravel()];
    expect(Number(w.sub(v).abs().max())).toBeLessThan(1e-7);
  });
});

describe('the article’s own weights', () => {
  const article = recorded('article');
  const folder = article.paths[0]!;
  const image = join(folder, 'predict-image.png');
  article.it.each([
    ['torchlike', 'weights.pth'],
    ['keraslike', 'weights.pth'],
    ['keraslike', 'tf-model'],
    ['tflow', 'weights.pth'],
    ['tflow', 'tf-model'],
  ] as const)(`see an ankle boot in %s by %s${article.why}`, async (idiom, weights) => {
    const { lines } = await run(idiom, { phase: 'inference', weights: join(folder, weights), image });
    expect(lines).toEqual(['', '***Predicting***', 'Predicted class: Ankle Boot']);
  });
});
