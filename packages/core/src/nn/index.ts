export * from './activations';
export * from './initializers';
export * from './losses';
export * from './normalization';
export * from './recurrent';
export * from './resample';
