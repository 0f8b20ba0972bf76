import * as clipping from './clip';
import * as hooked from './hooked';
import { skip_init, stateless } from './stateless';
import * as vectors from './vector';

export { parametrizations } from './parametrizations';
export { parametrize } from './parametrize';
export { rnn } from './rnn';
export const utilities = { ...clipping, ...hooked, ...vectors, skip_init, stateless };
