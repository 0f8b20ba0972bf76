import { namespace } from '@stele/core';
import * as nnMembers from './nn/index';
import * as optimMembers from './optim/index';
import type * as schedulerMembers from './optim/lr_scheduler/index';
import * as dataMembers from './utils/data/index';

// each const has the members, each namespace of its name their types: a Proxy alone would leave `nn.Module` no type

/** @see https://docs.pytorch.org/docs/stable/nn.html */
export const nn: typeof nnMembers = namespace('torch.nn', { ...nnMembers });
export declare namespace nn {
  export type AvgPool2d = nnMembers.AvgPool2d;
  export type BatchNorm1d = nnMembers.BatchNorm1d;
  export type BatchNorm2d = nnMembers.BatchNorm2d;
  export type BCELoss = nnMembers.BCELoss;
  export type BCEWithLogitsLoss = nnMembers.BCEWithLogitsLoss;
  export type Conv2d = nnMembers.Conv2d;
  export type CrossEntropyLoss = nnMembers.CrossEntropyLoss;
  export type Dropout = nnMembers.Dropout;
  export type Dropout2d = nnMembers.Dropout2d;
  export type Flatten = nnMembers.Flatten;
  export type GRU = nnMembers.GRU;
  export type HuberLoss = nnMembers.HuberLoss;
  export type Identity = nnMembers.Identity;
  export type L1Loss = nnMembers.L1Loss;
  export type LeakyReLU = nnMembers.LeakyReLU;
  export type Linear = nnMembers.Linear;
  export type LogSoftmax = nnMembers.LogSoftmax;
  export type LSTM = nnMembers.LSTM;
  export type MaxPool2d = nnMembers.MaxPool2d;
  export type Module = nnMembers.Module;
  export type ModuleDict = nnMembers.ModuleDict;
  export type ModuleList = nnMembers.ModuleList;
  export type MSELoss = nnMembers.MSELoss;
  export type NLLLoss = nnMembers.NLLLoss;
  export type Parameter = nnMembers.Parameter;
  export type ParameterDict = nnMembers.ParameterDict;
  export type ParameterList = nnMembers.ParameterList;
  export type ReLU = nnMembers.ReLU;
  export type RNN = nnMembers.RNN;
  export type Sequential = nnMembers.Sequential;
  export type Sigmoid = nnMembers.Sigmoid;
  export type SiLU = nnMembers.SiLU;
  export type Softmax = nnMembers.Softmax;
  export type Softplus = nnMembers.Softplus;
  export type Tanh = nnMembers.Tanh;
}

/** @see https://docs.pytorch.org/docs/stable/optim.html */
export const optim: typeof optimMembers = namespace('torch.optim', { ...optimMembers });
export declare namespace optim {
  export type Adadelta = optimMembers.Adadelta;
  export type Adafactor = optimMembers.Adafactor;
  export type Adagrad = optimMembers.Adagrad;
  export type Adam = optimMembers.Adam;
  export type Adamax = optimMembers.Adamax;
  export type AdamW = optimMembers.AdamW;
  export type ASGD = optimMembers.ASGD;
  export type NAdam = optimMembers.NAdam;
  export type Optimizer<O extends object = any> = optimMembers.Optimizer<O>;
  export type RAdam = optimMembers.RAdam;
  export type RMSprop = optimMembers.RMSprop;
  export type Rprop = optimMembers.Rprop;
  export type SGD = optimMembers.SGD;
  export namespace lr_scheduler {
    export type LRScheduler = schedulerMembers.LRScheduler;
    export type ReduceLROnPlateau = schedulerMembers.ReduceLROnPlateau;
  }
}

const data: typeof dataMembers = namespace('torch.utils.data', { ...dataMembers });
/** @see https://docs.pytorch.org/docs/stable/data.html */
export const utils: { readonly data: typeof dataMembers } = namespace('torch.utils', { data });
export declare namespace utils {
  export namespace data {
    export type DataLoader<T = any> = dataMembers.DataLoader<T>;
    export type Dataset<T = unknown> = dataMembers.Dataset<T>;
    export type Subset<T = unknown> = dataMembers.Subset<T>;
    export type TensorDataset = dataMembers.TensorDataset;
  }
}
