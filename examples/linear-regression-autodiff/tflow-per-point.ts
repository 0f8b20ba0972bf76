import { perPointLoss } from './tflow';

/** What a loss of one number a point does. */
export const main = () => perPointLoss();
