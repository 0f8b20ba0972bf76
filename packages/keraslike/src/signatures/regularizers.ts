/** What Keras' own signatures are in `keras.regularizers`, as `scripts/api/signatures.py` read them. */
export const regularizers: Readonly<Record<string, string>> = {
  L1: 'l1=0.01',
  L1L2: 'l1=0.0, l2=0.0',
  L2: 'l2=0.01',
  OrthogonalRegularizer: "factor=0.01, mode='rows'",
  Regularizer: '*args, **kwargs',
  deserialize: 'config, custom_objects=None',
  get: 'identifier',
  l1: 'l1=0.01',
  l1_l2: 'l1=0.0, l2=0.0',
  l2: 'l2=0.01',
  orthogonal_regularizer: "factor=0.01, mode='rows'",
  serialize: 'regularizer',
};
