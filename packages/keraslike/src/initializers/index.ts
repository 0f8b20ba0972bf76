export type { Initializer } from './initializer';
export * from './initializers';
