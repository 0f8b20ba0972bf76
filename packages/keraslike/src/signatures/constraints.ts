/** What Keras' own signatures are in `keras.constraints`, as `scripts/api/signatures.py` read them. */
export const constraints: Readonly<Record<string, string>> = {
  Constraint: '*args, **kwargs',
  MaxNorm: 'max_value=2, axis=0',
  MinMaxNorm: 'min_value=0.0, max_value=1.0, rate=1.0, axis=0',
  NonNeg: '*args, **kwargs',
  UnitNorm: 'axis=0',
  deserialize: 'config, custom_objects=None',
  get: 'identifier',
  max_norm: 'max_value=2, axis=0',
  min_max_norm: 'min_value=0.0, max_value=1.0, rate=1.0, axis=0',
  non_neg: '*args, **kwargs',
  serialize: 'constraint',
  unit_norm: 'axis=0',
};
