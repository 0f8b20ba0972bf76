import { namespace } from '@stele/core';
import { functional_call } from './nn/utils/stateless';

/** @see https://docs.pytorch.org/docs/stable/func.html */
export const func = namespace('torch.func', { functional_call });
