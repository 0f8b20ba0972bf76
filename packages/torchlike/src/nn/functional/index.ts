export {
  celu,
  celu_,
  elu,
  elu_,
  gelu,
  glu,
  gumbel_softmax,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  hardtanh_,
  leaky_relu,
  leaky_relu_,
  log_softmax,
  logsigmoid,
  mish,
  prelu,
  relu,
  relu_,
  relu6,
  rrelu,
  rrelu_,
  selu,
  selu_,
  sigmoid,
  silu,
  softmax,
  softmin,
  softplus,
  softshrink,
  softsign,
  tanh,
  tanhshrink,
  threshold,
  threshold_,
} from './activation';
export * from './attention';
export * from './classLoss';
export * from './convolution';
export * from './distance';
export * from './dropout';
export * from './fractional';
export * from './linearEntropy';
export * from './loss';
export * from './marginLoss';
export { multi_head_attention_forward } from './multihead';
export * from './normalization';
export * from './pooling';
export * from './resizing';
export * from './sparse';
