import { namespace } from '@stele/core';
import * as functionalMembers from './functional';
import * as initMembers from './init';
import { rnn } from './utils/rnn';

export { Parameter } from '../tensor';
export { LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh } from './modules/activation';
export { BatchNorm1d, BatchNorm2d } from './modules/batchnorm';
export { ModuleDict, ModuleList, Sequential } from './modules/container';
export { Conv2d } from './modules/conv';
export { Dropout, Dropout2d } from './modules/dropout';
export { Flatten } from './modules/flatten';
export { Identity, Linear } from './modules/linear';
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
} from './modules/loss';
export { Module } from './modules/module';
export { ParameterDict, ParameterList } from './modules/parameters';
export { AvgPool2d, MaxPool2d } from './modules/pooling';
export { GRU, LSTM, RNN } from './modules/rnn';

export const functional = namespace('torch.nn.functional', { ...functionalMembers });
export const init = namespace('torch.nn.init', { ...initMembers });
export const utils = namespace('torch.nn.utils', { rnn });
