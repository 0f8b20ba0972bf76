export * from './api';
export { registerSource } from './source';
