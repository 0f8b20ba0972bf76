export { identity as identityHash } from '../runtime/hashing';
export * from './api';
