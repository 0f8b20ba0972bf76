import { namespace } from '@stele/core';
import * as clipping from './clip';
import * as vectors from './vector';

export { rnn } from './rnn';
export const utilities = { ...clipping, ...vectors };
export const parametrize = namespace('torch.nn.utils.parametrize', {});
export const parametrizations = namespace('torch.nn.utils.parametrizations', {});
