import { readShared, whenShared } from '../testing';
import { readTflite, type TfliteModel, type TfliteTensor, writeTflite } from './index';

const f32 = (name: string, shape: number[], data?: Float32Array<ArrayBuffer>): TfliteTensor => ({
  name,
  dtype: 'float32',
  shape,
  ...(data ? { data } : {}),
});
const ramp = (n: number) => Float32Array.from({ length: n }, (_, i) => (i - n / 2) / 10);

const mlp: TfliteModel = {
  description: 'test',
  name: 'main',
  tensors: [
    { ...f32('x', [1, 4]), shapeSignature: [-1, 4] },
    f32('w1', [3, 4], ramp(12)),
    f32('b1', [3], ramp(3)),
    f32('h', [1, 3]),
    f32('w2', [2, 3], ramp(6)),
    f32('b2', [2], ramp(2)),
    f32('l', [1, 2]),
    f32('y', [1, 2]),
  ],
  operators: [
    {
      op: 'FULLY_CONNECTED',
      inputs: [0, 1, 2],
      outputs: [3],
      options: { fusedActivation: 'RELU', weightsFormat: 0, keepNumDims: false, asymmetricQuantizeInputs: false },
    },
    {
      op: 'FULLY_CONNECTED',
      inputs: [3, 4, 5],
      outputs: [6],
      options: { fusedActivation: 'NONE', weightsFormat: 0, keepNumDims: false, asymmetricQuantizeInputs: false },
    },
    { op: 'SOFTMAX', inputs: [6], outputs: [7], options: { beta: 1 } },
  ],
  inputs: [0],
  outputs: [7],
  signatures: [{ key: 'serving_default', inputs: { x: 0 }, outputs: { y: 7 } }],
};

const cnn: TfliteModel = {
  ...mlp,
  tensors: [
    f32('x', [1, 6, 6, 1]),
    f32('k', [2, 3, 3, 1], ramp(18)),
    f32('b', [2], ramp(2)),
    f32('c', [1, 6, 6, 2]),
    f32('dk', [1, 3, 3, 2], ramp(18)),
    f32('d', [1, 4, 4, 2]),
    f32('p', [1, 2, 2, 2]),
    { name: 'to', dtype: 'int32', shape: [2], data: Int32Array.of(1, 8) },
    f32('flat', [1, 8]),
    f32('s', [1, 8]),
    f32('sum', [1, 8]),
    f32('y', [1, 8]),
  ],
  operators: [
    {
      op: 'CONV_2D',
      inputs: [0, 1, 2],
      outputs: [3],
      options: { padding: 'SAME', strideW: 1, strideH: 1, fusedActivation: 'RELU6', dilationW: 1, dilationH: 1 },
    },
    {
      op: 'DEPTHWISE_CONV_2D',
      inputs: [3, 4, -1],
      outputs: [5],
      options: {
        padding: 'VALID',
        strideW: 1,
        strideH: 1,
        depthMultiplier: 1,
        fusedActivation: 'NONE',
        dilationW: 1,
        dilationH: 1,
      },
    },
    {
      op: 'MAX_POOL_2D',
      inputs: [5],
      outputs: [6],
      options: { padding: 'VALID', strideW: 2, strideH: 2, filterWidth: 2, filterHeight: 2, fusedActivation: 'NONE' },
    },
    { op: 'RESHAPE', inputs: [6, 7], outputs: [8], options: { newShape: [1, 8] } },
    { op: 'LOGISTIC', inputs: [8], outputs: [9] },
    { op: 'ADD', inputs: [8, 9], outputs: [10], options: { fusedActivation: 'RELU' } },
    { op: 'LEAKY_RELU', inputs: [10], outputs: [11], options: { alpha: 0.25 } },
  ],
  inputs: [0],
  outputs: [11],
  signatures: [],
};

it.each([
  ['an MLP', mlp],
  ['a CNN', cnn],
])('round-trips %s, the same bytes each time', (_, model) => {
  const bytes = writeTflite(model);
  expect(readTflite(bytes)).toEqual(model);
  expect(writeTflite(readTflite(bytes))).toEqual(bytes);
});

it('keeps weights at multiples of 16 bytes', () => {
  const bytes = writeTflite(mlp);
  const weights = new Uint8Array(ramp(12).buffer);
  const at = Array.from(bytes.keys()).find((i) => weights.every((byte, k) => bytes[i + k] === byte))!;
  expect(at % 16).toBe(0);
});

const operator = mlp.operators[2]!;
it.each([
  ['a position', { ...mlp, outputs: [9] }, 'the list of outputs refers to tensor 9 of 8'],
  ['an input', { ...mlp, operators: [{ ...operator, inputs: [8] }] }, 'operator 0 (SOFTMAX) refers to tensor 8 of 8'],
  ['an operator', { ...mlp, operators: [{ ...operator, op: 'LSTM' as 'ADD' }] }, 'the operator LSTM is not supported'],
  [
    'an option',
    { ...mlp, operators: [{ ...operator, options: { alpha: 1 } }] },
    'SOFTMAX has no option "alpha"; it knows beta',
  ],
  [
    'an activation',
    { ...mlp, operators: [{ ...mlp.operators[0]!, options: { fusedActivation: 'GELU' } }] },
    'there are NONE, RELU',
  ],
  [
    'a size',
    { ...mlp, tensors: mlp.tensors.map((t) => (t.name === 'b1' ? { ...t, shape: [4] } : t)) },
    '"b1" of shape [4] needs 16 bytes, but has 12',
  ],
])('does not write %s that is not possible', (_, model, message) => {
  expect(() => writeTflite(model)).toThrow(message);
});

it('survives truncation and damage', () => {
  const bytes = writeTflite(cnn);
  for (let n = 0; n < bytes.length; n += 11) expect(() => readTflite(bytes.slice(0, n))).toThrow(/TFLite/);
  for (let at = 0; at < bytes.length; at++) {
    const bad = bytes.slice();
    bad[at]! ^= 0x80;
    try {
      readTflite(bad);
    } catch (error) {
      expect((error as Error).name).toBe('FormatError');
    }
  }
  expect(() => readTflite(new Uint8Array(20))).toThrow('the mark TFL3 is missing');
});

describe('recorded models', () => {
  const where = ['oracle', 'tf', 'public', 'files'];
  whenShared([...where, 'index.json'], () => {
    const rows: Record<string, any>[] = JSON.parse(Buffer.from(readShared(...where, 'index.json')).toString('utf8'));
    it.each(rows.filter((r) => r['kind'] === 'tflite').map((r) => [r['file'], r] as const))(
      'reads and writes %s',
      (file, row) => {
        const model = readTflite(readShared(...where, file));
        expect(model.operators.map((o) => o.op)).toEqual(row['ops'].filter((name: string) => name !== 'DELEGATE'));
        const said = row['checker_says'];
        expect(model.inputs.map((i) => model.tensors[i]!.name)).toEqual(said.inputs.map((i: any) => i.name));
        const named = model.signatures!.map((s) => [
          s.key,
          { inputs: Object.keys(s.inputs), outputs: Object.keys(s.outputs) },
        ]);
        expect(Object.fromEntries(named)).toEqual(said.signatures);
        expect(readTflite(writeTflite(model))).toEqual(model);
      },
    );
  });
});
