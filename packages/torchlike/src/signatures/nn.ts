import { declareSignatures } from '@stele/core';
import * as activation from '../nn/modules/activation';
import { AdaptiveLogSoftmaxWithLoss } from '../nn/modules/adaptive';
import { MultiheadAttention } from '../nn/modules/attention';
import * as batchnorm from '../nn/modules/batchnorm';
import * as cells from '../nn/modules/cells';
import * as conv from '../nn/modules/conv';
import * as distance from '../nn/modules/distance';
import * as dropout from '../nn/modules/dropout';
import * as linear from '../nn/modules/linear';
import { LinearCrossEntropyLoss } from '../nn/modules/linearEntropy';
import * as loss from '../nn/modules/loss';
import * as normalization from '../nn/modules/normalization';
import * as padding from '../nn/modules/padding';
import { DataParallel } from '../nn/modules/parallel';
import * as pooling from '../nn/modules/pooling';
import * as reshaping from '../nn/modules/reshaping';
import * as rnn from '../nn/modules/rnn';
import * as sparse from '../nn/modules/sparse';
import * as transformer from '../nn/modules/transformer';
import { Parameter } from '../tensor';

declareSignatures(
  'torch.nn',
  { DataParallel, Parameter },
  {
    DataParallel: 'module, device_ids=None, output_device=None, dim=0',
    Parameter: 'data=None, requires_grad=True',
  },
);

// most modules take one tensor; those that take others, or call it otherwise, are told below
const pair = 'input, target';
const pool = 'input, indices, output_size=None';
const step = 'input, hx=None -> tuple';
const forwards: Readonly<Record<string, string>> = {
  AdaptiveLogSoftmaxWithLoss: 'input_, target_',
  Bilinear: 'input1, input2',
  ConvTranspose1d: 'input, output_size=None',
  ConvTranspose2d: 'input, output_size=None',
  ConvTranspose3d: 'input, output_size=None',
  CosineEmbeddingLoss: 'input1, input2, target',
  CosineSimilarity: 'x1, x2',
  CTCLoss: 'log_probs, targets, input_lengths, target_lengths',
  EmbeddingBag: 'input, offsets=None, per_sample_weights=None',
  GaussianNLLLoss: 'input, target, var',
  GRU: step,
  GRUCell: 'input, hx=None',
  LSTM: step,
  LSTMCell: step,
  MarginRankingLoss: 'input1, input2, target',
  MaxUnpool1d: pool,
  MaxUnpool2d: pool,
  MaxUnpool3d: pool,
  MultiheadAttention:
    'query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True, is_causal=False -> tuple',
  PairwiseDistance: 'x1, x2',
  PoissonNLLLoss: 'log_input, target',
  RMSNorm: 'x',
  RNN: step,
  RNNCell: 'input, hx=None',
  Transformer:
    'src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, src_is_causal=None, tgt_is_causal=None, memory_is_causal=False',
  TransformerDecoder:
    'tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, tgt_is_causal=None, memory_is_causal=False',
  TransformerDecoderLayer:
    'tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, tgt_is_causal=False, memory_is_causal=False',
  TransformerEncoder: 'src, mask=None, src_key_padding_mask=None, is_causal=None',
  TransformerEncoderLayer: 'src, src_mask=None, src_key_padding_mask=None, is_causal=False',
  TripletMarginLoss: 'anchor, positive, negative',
  TripletMarginWithDistanceLoss: 'anchor, positive, negative',
};
const families = [
  activation,
  batchnorm,
  cells,
  conv,
  distance,
  dropout,
  linear,
  normalization,
  padding,
  pooling,
  reshaping,
  rnn,
  sparse,
  transformer,
  { AdaptiveLogSoftmaxWithLoss, MultiheadAttention },
];
const isClass = (x: unknown): x is { name: string; prototype: object } =>
  typeof x === 'function' && /^class\b/.test(Function.prototype.toString.call(x));

/** The class in a chain that says what forward does. */
function ownerOf(prototype: object): object | null {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at))
    if (Object.hasOwn(at, 'forward')) return at;
  return null;
}
for (const [members, usual] of [
  ...families.map((f) => [f, 'input'] as const),
  [{ ...loss, LinearCrossEntropyLoss }, pair] as const,
])
  for (const [name, made] of Object.entries(members)) {
    const owner = isClass(made) ? ownerOf(made.prototype) : null;
    if (owner !== null) declareSignatures(`torch.nn.${name}`, owner, { forward: forwards[name] ?? usual });
  }
