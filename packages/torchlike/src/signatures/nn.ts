import { declareSignatures } from '@stele/core';
import * as init from '../nn/init';
import { Module } from '../nn/modules/module';
import * as rnn from '../nn/utils/rnn';
import { random_split } from '../utils/data/dataset';

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
