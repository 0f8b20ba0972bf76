import { NDArray } from '@stele/core/numpy';
import { torch } from '../../index';
import { Image, transforms } from '../index';

const bytes = (shape: number[], step: number, modulo: number): NDArray => {
  const n = shape.reduce((a, b) => a * b, 1);
  return new NDArray({ dtype: 'uint8', shape, data: Uint8Array.from({ length: n }, (_, i) => (i * step) % modulo) });
};
const array = bytes([7, 5], 37, 251);
const grey = Image.fromarray(array);
const colours = Image.fromarray(bytes([2, 3, 3], 29, 256));
const tensor = torch.from_numpy(array).unsqueeze(0);
const near = (t: torch.Tensor, wanted: readonly number[], digits: number): void => {
  const got = t.flatten().tolist() as number[];
  expect(got).toHaveLength(wanted.length);
  got.forEach((v, i) => {
    expect(v).toBeCloseTo(wanted[i]!, digits);
  });
};

// what torchvision 0.28 with Pillow 12.3 gives
describe('Resize', () => {
  it.each<[number | number[], number[][]]>([
    [
      [3, 2],
      [
        [113, 96],
        [119, 135],
        [158, 113],
      ],
    ],
    [
      [4, 5],
      [
        [85, 122, 51, 88, 113],
        [114, 151, 138, 175, 81],
        [173, 79, 116, 103, 140],
        [141, 166, 203, 132, 38],
      ],
    ],
    [
      4,
      [
        [71, 79, 74, 117],
        [157, 154, 133, 71],
        [96, 105, 149, 158],
        [183, 121, 100, 97],
        [137, 180, 175, 58],
      ],
    ],
    [[7, 5], array.tolist() as number[][]],
  ])('to %j rounds images to 8 bits after each axis, as PIL does', (size, wanted) => {
    expect(new transforms.Resize(size)(grey).toArray().tolist()).toEqual(wanted);
  });
  it('enlarges as PIL does', () => {
    const rows = new transforms.Resize([9, 11])(grey).toArray().tolist();
    expect(rows[1]).toEqual([123, 130, 147, 149, 89, 30, 47, 64, 80, 97, 104]);
    expect(rows[8]).toEqual([106, 113, 130, 146, 163, 180, 197, 214, 139, 42, 3]);
    expect(new transforms.Resize([1, 2])(colours).toArray().tolist()).toEqual([
      [
        [36, 65, 94],
        [144, 173, 202],
      ],
    ]);
    expect(new transforms.Resize(4, { max_size: 5 })(grey).size).toEqual([4, 5]);
  });
  it('computes tensors in floats', () => {
    const small = torch.arange(16).float().reshape(1, 4, 4);
    near(new transforms.Resize([2, 2])(small), [3.5714, 5.1429, 9.8571, 11.4286], 4);
    near(new transforms.Resize([3, 2])(tensor.float()), [112.4481, 95.9902, 118.8583, 135.1417, 158.0098, 113.0292], 3);
    expect(new transforms.Resize([3, 2])(tensor).tolist()).toEqual([
      [
        [112, 96],
        [119, 135],
        [158, 113],
      ],
    ]);
    const plain = new transforms.Resize([3, 2], { antialias: false })(tensor.float());
    near(plain, [151.083328, 76.250008, 80.75, 173.25, 177.750031, 81.999962], 3);
  });
  it('has a gradient', () => {
    const x = torch.ones(1, 4, 4, { requires_grad: true });
    new transforms.Resize([2, 2])(x).sum().backward();
    near(x.grad!.sum(), [4], 5);
  });
});

describe('ToTensor, Normalize and back', () => {
  it('scales bytes, leaves floats', () => {
    const t = new transforms.ToTensor()(grey);
    expect([`${t.shape}`, `${t.dtype}`]).toEqual(['torch.Size([1, 7, 5])', 'torch.float32']);
    expect(t.select(0, 0).select(0, 0).tolist()).toEqual(
      [0, 37, 74, 111, 148].map((v) => Math.fround(Math.fround(v) / 255)),
    );
    expect(`${new transforms.ToTensor()(array.astype('float64')).dtype}`).toBe('torch.float64');
    expect(new transforms.ToTensor()(bytes([4, 5, 3], 1, 256)).shape).toEqual([3, 4, 5]);
  });
  it('normalises 0 to -0.4242 and 1 to 2.8215', () => {
    const normalize = new transforms.Normalize([0.1307], [0.3081]);
    near(normalize(torch.tensor([[[0, 1]]], { dtype: torch.float32 })), [-0.4242, 2.8215], 4);
    expect(normalize(torch.ones(3, 2, 2)).shape).toEqual([3, 2, 2]);
  });
  it('gives images back', () => {
    const image = new transforms.ToPILImage()(torch.tensor([[[0.1, 0.5, 0.999, 1]]]));
    expect([image.mode, image.toArray().tolist()]).toEqual(['L', [[25, 127, 254, 255]]]);
    const modes = [1, 2, 3, 4].map((c) => new transforms.ToPILImage()(torch.rand(c, 2, 3)).mode);
    expect(modes).toEqual(['L', 'LA', 'RGB', 'RGBA']);
  });
});

describe('crops, pads and flips', () => {
  const rows = (x: Image): number[][] => x.toArray().tolist() as number[][];
  it('crops the middle, halves rounded to even, and fills up', () => {
    expect(rows(new transforms.CenterCrop([3, 2])(grey))).toEqual([
      [193, 230],
      [127, 164],
      [61, 98],
    ]);
    expect(new transforms.CenterCrop([4, 2])(tensor).tolist()).toEqual([
      [
        [193, 230],
        [127, 164],
        [61, 98],
        [246, 32],
      ],
    ]);
    expect(rows(new transforms.CenterCrop([2, 8])(grey))).toEqual([
      [0, 119, 156, 193, 230, 16, 0, 0],
      [0, 53, 90, 127, 164, 201, 0, 0],
    ]);
  });
  it.each([
    ['constant', [0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['edge', [0, 0, 37, 74, 111, 148, 148, 148, 148]],
    ['reflect', [156, 119, 156, 193, 230, 16, 230, 193, 156]],
    ['symmetric', [185, 185, 222, 8, 45, 82, 82, 45, 8]],
  ] as const)('pads by %s', (padding_mode, first) => {
    const pad = new transforms.Pad([1, 2, 3, 1], { padding_mode });
    expect(rows(pad(grey))[0]).toEqual(first);
    expect(pad(tensor).select(0, 0).select(0, 0).tolist()).toEqual(first);
  });
  it("draws places and flips from torch's stream", () => {
    torch.manual_seed(0);
    const crop = new transforms.RandomCrop([3, 2]);
    expect([0, 1, 2].map(() => crop(tensor).select(0, 0).select(0, 0).tolist())).toEqual([
      [98, 135],
      [53, 90],
      [164, 201],
    ]);
    const flip = new transforms.RandomHorizontalFlip();
    expect([0, 1, 2, 3, 4, 5].map(() => rows(flip(grey))[0]![0])).toEqual([148, 0, 148, 0, 148, 148]);
    torch.manual_seed(0);
    const padded = new transforms.RandomCrop([7, 5], { padding: 1 });
    expect([0, 1, 2].map(() => rows(padded(grey))[0])).toEqual([
      [0, 185, 222, 8, 45],
      [0, 185, 222, 8, 45],
      [0, 0, 37, 74, 111],
    ]);
  });
  it('turns colours to grey', () => {
    expect(rows(new transforms.Grayscale()(colours))).toEqual([
      [24, 111, 198],
      [29, 116, 203],
    ]);
    expect(new transforms.Grayscale(3)(colours).mode).toBe('RGB');
    const planes = new transforms.PILToTensor()(colours);
    expect(new transforms.Grayscale()(planes).tolist()).toEqual([
      [
        [23, 110, 197],
        [28, 115, 202],
      ],
    ]);
  });
});

it('prints as torchvision does', () => {
  const all = new transforms.Compose([
    new transforms.Resize([8, 8]),
    new transforms.CenterCrop(3),
    new transforms.RandomHorizontalFlip(),
    new transforms.RandomVerticalFlip(0.3),
    new transforms.RandomCrop([3, 2], { padding: 1 }),
    new transforms.Pad([1, 2], { fill: 3 }),
    new transforms.Grayscale(3),
    new transforms.Lambda((x) => x),
    new transforms.ToTensor(),
    new transforms.Normalize([0.1307], [0.3081]),
    new transforms.ToPILImage(),
  ]);
  expect(`${all}`).toBe(`Compose(
    Resize(size=(8, 8), interpolation=bilinear, max_size=None, antialias=True)
    CenterCrop(size=(3, 3))
    RandomHorizontalFlip(p=0.5)
    RandomVerticalFlip(p=0.3)
    RandomCrop(size=(3, 2), padding=1)
    Pad(padding=(1, 2), fill=3, padding_mode=constant)
    Grayscale(num_output_channels=3)
    Lambda()
    ToTensor()
    Normalize(mean=(0.1307,), std=(0.3081,))
    ToPILImage()
)`);
});

it.each<[string, () => unknown]>([
  [
    "img should be Tensor Image. Got <class 'PIL.Image.Image'>",
    () => new transforms.Normalize([0.5], [0.5])(grey as never),
  ],
  ['Input tensor should be a float tensor. Got torch.uint8.', () => new transforms.Normalize([0.5], [0.5])(tensor)],
  [
    'Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = torch.Size([2, 2])',
    () => new transforms.Normalize([0.5], [0.5])(torch.zeros(2, 2)),
  ],
  [
    'std evaluated to zero after conversion to torch.float32, leading to division by zero.',
    () => new transforms.Normalize([0.5], [0])(torch.zeros(1, 2, 2)),
  ],
  [
    'The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 0',
    () => new transforms.Normalize([0.5, 0.5], [0.5, 0.5])(torch.ones(3, 2, 2)),
  ],
  ["pic should be PIL Image or ndarray. Got <class 'torch.Tensor'>", () => new transforms.ToTensor()(tensor as never)],
  ['pic should be 2/3 dimensional. Got 4 dimensions.', () => new transforms.ToTensor()(bytes([2, 2, 2, 2], 1, 9))],
  ['Padding must be an int or a 1, 2, or 4 element tuple, not a 3 element tuple', () => new transforms.Pad([1, 2, 3])],
  [
    'Padding mode should be either constant, edge, reflect or symmetric',
    () => new transforms.Pad(1, { padding_mode: 'foo' as 'edge' }),
  ],
  ['Required crop size (9, 9) is larger than input image size (7, 5)', () => new transforms.RandomCrop(9)(grey)],
  ['If size is a sequence, it should have 1 or 2 values', () => new transforms.Resize([1, 2, 3])],
  ['Please provide only two dimensions (h, w) for size.', () => new transforms.CenterCrop([1, 2, 3])],
  ['pic should not have > 4 channels. Got 5 channels.', () => new transforms.ToPILImage()(torch.rand(5, 2, 3))],
  ['Input type int64 is not supported', () => new transforms.ToPILImage()(torch.zeros(1, 2, 3).long())],
  ["Argument lambd should be callable, got 'int'", () => new transforms.Lambda(3 as never)],
  [
    'Input image tensor permitted channel values are [1, 3], but found 2',
    () => new transforms.Grayscale()(torch.rand(2, 3, 3)),
  ],
  [
    "Resize.__init__() got an unexpected keyword argument 'antialis'. Did you mean 'antialias'?",
    () => new transforms.Resize(4, { antialis: true } as object),
  ],
  ["module 'torchvision.transforms' has no attribute 'RandomRotation'", () => (transforms as any).RandomRotation],
])('%s', (message, body) => expect(body).toThrow(message));
