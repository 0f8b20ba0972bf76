import { declareSignatures } from '@stele/core';
import * as functional from '../nn/functional';
import * as init from '../nn/init';
import { Module } from '../nn/modules/module';
import * as rnn from '../nn/utils/rnn';
import { random_split } from '../utils/data/dataset';

declareSignatures('torch.nn.functional', functional, {
  linear: 'input, weight, bias=None',
  relu: 'input, inplace=False',
  silu: 'input',
  sigmoid: 'input',
  tanh: 'input',
  softplus: 'input, beta=1, threshold=20',
  leaky_relu: 'input, negative_slope=0.01',
  softmax: 'input, dim, *, dtype=None',
  log_softmax: 'input, dim, *, dtype=None',
  one_hot: 'tensor|input, num_classes=-1',
  conv2d: 'input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1',
  max_pool2d: 'input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False',
  avg_pool2d:
    'input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None',
  dropout: 'input, p=0.5, training=True',
  dropout2d: 'input, p=0.5, training=True',
  flatten: 'input, start_dim=0, end_dim=-1',
  mse_loss: "input, target, *, reduction='mean', weight=None",
  l1_loss: "input, target, *, reduction='mean'",
  huber_loss: "input, target, *, reduction='mean', delta=1.0",
  binary_cross_entropy: "input, target, *, weight=None, reduction='mean'",
  binary_cross_entropy_with_logits: "input, target, *, weight=None, reduction='mean', pos_weight=None",
  nll_loss: "input, target, *, weight=None, ignore_index=-100, reduction='mean'",
  cross_entropy: "input, target, *, weight=None, ignore_index=-100, reduction='mean', label_smoothing=0.0",
  batch_norm: 'input, running_mean, running_var, *, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05',
  embedding: 'input, weight',
  layer_norm: 'input, normalized_shape, weight=None, bias=None, eps=1e-05',
});
const drawn = '*, generator=None';
const kaiming = "tensor, *, a=0, mode='fan_in', nonlinearity='leaky_relu', generator=None";
declareSignatures('torch.nn.init', init, {
  calculate_gain: 'nonlinearity, param=None',
  uniform_: `tensor, a=0.0, b=1.0, ${drawn}`,
  normal_: `tensor, mean=0.0, std=1.0, ${drawn}`,
  constant_: 'tensor, val',
  zeros_: 'tensor',
  ones_: 'tensor',
  eye_: 'tensor',
  trunc_normal_: `tensor, mean=0.0, std=1.0, a=-2.0, b=2.0, ${drawn}`,
  xavier_uniform_: `tensor, gain=1.0, ${drawn}`,
  xavier_normal_: `tensor, gain=1.0, ${drawn}`,
  kaiming_uniform_: kaiming,
  kaiming_normal_: kaiming,
});
declareSignatures('torch.nn.utils.rnn', rnn, {
  pack_padded_sequence: 'input, lengths, *, batch_first=False, enforce_sorted=True',
  pad_packed_sequence: 'sequence, *, batch_first=False, padding_value=0.0, total_length=None -> tuple',
  pad_sequence: "sequences, *, batch_first=False, padding_value=0.0, padding_side='right'",
});
declareSignatures('torch.nn.Module', Module.prototype, {
  register_forward_hook: 'hook',
  register_forward_pre_hook: 'hook',
  register_buffer: 'name, tensor, persistent=True',
  register_parameter: 'name, param',
  add_module: 'name, module',
  register_module: 'name, module',
  named_parameters: 'recurse=True',
  parameters: 'recurse=True',
  named_buffers: 'recurse=True',
  buffers: 'recurse=True',
  get_parameter: 'target',
  get_submodule: 'target',
  load_state_dict: 'state_dict, strict=True',
  train: 'mode=True',
  requires_grad_: 'requires_grad=True',
  zero_grad: 'set_to_none=True',
  apply: 'fn',
});
declareSignatures('torch.utils.data', { random_split }, { random_split: 'dataset, lengths, *, generator=None' });
