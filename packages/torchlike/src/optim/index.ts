import { namespace } from '@stele/core';
import * as schedulerMembers from './lr_scheduler/index';
import * as swaMembers from './swa_utils';

export { Adam, AdamW } from './adam';
export { Adadelta, Adagrad, ASGD, RMSprop, Rprop } from './adaptive';
export { LBFGS } from './lbfgs';
export { Adafactor, Adamax, NAdam, RAdam } from './moments';
export { Optimizer } from './optimizer';
export { SGD } from './sgd';

export const lr_scheduler: typeof schedulerMembers = namespace('torch.optim.lr_scheduler', { ...schedulerMembers });
export const swa_utils: typeof swaMembers = namespace('torch.optim.swa_utils', { ...swaMembers });
