import { declareSignatures } from '@stele/core';
import * as anomaly from '../autograd/anomaly';
import * as autograd from '../autograd/index';
import * as creation from '../creation';
import * as functional from '../functional';
import { set_printoptions } from '../methods/base';
import * as serialization from '../serialization';
import { methods } from './tensor';

const made = 'dtype=None, device=None, requires_grad=False, layout=None, pin_memory=False';
const sized = `size, *more, ${made}`;
const like = `input, *, ${made}, memory_format=None`;
const drawn = `size, *more, generator=None, ${made}`;

declareSignatures('torch', creation, {
  tensor: `data, *, ${made}`,
  as_tensor: 'data, *, dtype=None, device=None',
  zeros: sized,
  ones: sized,
  empty: sized,
  rand: drawn,
  randn: drawn,
  full: `size, fill_value, *, ${made}`,
  zeros_like: like,
  ones_like: like,
  empty_like: like,
  full_like: `input, fill_value, *, ${made}`,
  rand_like: like,
  randn_like: like,
  arange: `start, end=None, step=1, *, ${made}`,
  linspace: `start, end, steps, *, ${made}`,
  logspace: `start, end, steps, base=10, *, ${made}`,
  eye: `n, m=None, *, ${made}`,
  randint: `low|high, high=None, size=None, *, generator=None, ${made}`,
  randint_like: `input, low, high, *, ${made}`,
  randperm: `n, *, generator=None, ${made}`,
  normal: `mean, std=1, size=None, *, generator=None, ${made}`,
  bernoulli: 'input, *, generator=None',
  cat: 'tensors, dim|axis=0',
  stack: 'tensors, dim|axis=0',
  where: 'condition, input|self, other',
  from_numpy: 'ndarray',
});
const known = functional as unknown as Readonly<Record<string, unknown>>;
declareSignatures(
  'torch',
  functional,
  Object.fromEntries(
    Object.keys(known)
      .filter((name) => typeof known[name] === 'function')
      .map((name) => [name, ['input', ...(methods[name] ? [methods[name]] : [])].join(', ')]),
  ),
);
declareSignatures('torch', functional, {
  result_type: 'tensor1, tensor2',
  is_tensor: 'obj',
});
declareSignatures('torch.autograd', autograd, {
  grad: 'outputs, inputs, grad_outputs=None, *, retain_graph=None, create_graph=False, allow_unused=False',
  Variable: 'data, *, requires_grad=False',
  set_grad_enabled: 'mode',
});
declareSignatures('torch.autograd', anomaly, {
  detect_anomaly: 'check_nan=True',
  set_detect_anomaly: 'mode, check_nan=True',
});
declareSignatures('torch', serialization, {
  load: 'f, map_location=None, *, weights_only=True',
  save: 'obj, f=None, *, _use_new_zipfile_serialization=True',
});
declareSignatures(
  'torch',
  { set_printoptions },
  {
    set_printoptions: '*, precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None',
  },
);
