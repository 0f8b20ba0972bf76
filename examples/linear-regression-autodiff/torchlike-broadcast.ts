import { broadcast } from './torchlike';

/** What a row of labels against a column of predictions does. */
export const main = () => broadcast();
