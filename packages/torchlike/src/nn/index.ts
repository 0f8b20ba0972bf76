import { namespace } from '@stele/core';
import { Parameter } from '../tensor';
import * as functionalMembers from './functional';
import * as initMembers from './init';
import * as activation from './modules/activation';
import { BatchNorm1d, BatchNorm2d } from './modules/batchnorm';
import { ModuleList, Sequential } from './modules/container';
import { Conv2d } from './modules/conv';
import { Dropout, Dropout2d } from './modules/dropout';
import { Flatten } from './modules/flatten';
import { Identity, Linear } from './modules/linear';
import * as loss from './modules/loss';
import { Module } from './modules/module';
import { AvgPool2d, MaxPool2d } from './modules/pooling';
import { GRU, LSTM, RNN } from './modules/rnn';
import { rnn } from './utils/rnn';

export const functional = namespace('torch.nn.functional', { ...functionalMembers });
export const init = namespace('torch.nn.init', { ...initMembers });
export const utils = namespace('torch.nn.utils', { rnn });
const { ReLU, Sigmoid, Tanh, SiLU, Softplus, LeakyReLU, Softmax, LogSoftmax } = activation;
const { MSELoss, L1Loss, HuberLoss, BCELoss, BCEWithLogitsLoss, NLLLoss, CrossEntropyLoss } = loss;

export {
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  BCELoss,
  BCEWithLogitsLoss,
  Conv2d,
  CrossEntropyLoss,
  Dropout,
  Dropout2d,
  Flatten,
  GRU,
  HuberLoss,
  Identity,
  L1Loss,
  LeakyReLU,
  Linear,
  LogSoftmax,
  LSTM,
  MaxPool2d,
  Module,
  ModuleList,
  MSELoss,
  NLLLoss,
  Parameter,
  ReLU,
  RNN,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
};
