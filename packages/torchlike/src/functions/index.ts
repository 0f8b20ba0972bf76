import * as counting from './counting';
import type { MethodOf } from './define';
import * as random from './random';

const families = { ...counting, ...random };
type Families = typeof families;
/** The methods of a tensor that are functions of torch. */
export type TableMethods = { [K in keyof Families]: MethodOf<Families[K]> };
export * from './counting';
export * from './random';
export { families };
