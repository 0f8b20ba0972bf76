/** What Keras' own signatures are in `keras.losses`, as `scripts/api/signatures.py` read them. */
export const losses: Readonly<Record<string, string>> = {
  BinaryCrossentropy:
    "from_logits=False, label_smoothing=0.0, axis=-1, reduction='sum_over_batch_size', name='binary_crossentropy', dtype=None",
  BinaryFocalCrossentropy:
    "apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1, reduction='sum_over_batch_size', name='binary_focal_crossentropy', dtype=None",
  CTC: "reduction='sum_over_batch_size', name='ctc', dtype=None",
  CategoricalCrossentropy:
    "from_logits=False, label_smoothing=0.0, axis=-1, reduction='sum_over_batch_size', name='categorical_crossentropy', dtype=None",
  CategoricalFocalCrossentropy:
    "alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1, reduction='sum_over_batch_size', name='categorical_focal_crossentropy', dtype=None",
  CategoricalGeneralizedCrossEntropy:
    "q=0.5, reduction='sum_over_batch_size', name='categorical_generalized_cross_entropy', dtype=None",
  CategoricalHinge: "reduction='sum_over_batch_size', name='categorical_hinge', dtype=None",
  Circle: "gamma=80.0, margin=0.4, remove_diagonal=True, reduction='sum_over_batch_size', name='circle', dtype=None",
  CosineSimilarity: "axis=-1, reduction='sum_over_batch_size', name='cosine_similarity', dtype=None",
  Dice: "reduction='sum_over_batch_size', name='dice', axis=None, dtype=None",
  Hinge: "reduction='sum_over_batch_size', name='hinge', dtype=None",
  Huber: "delta=1.0, reduction='sum_over_batch_size', name='huber_loss', dtype=None",
  KLDivergence: "reduction='sum_over_batch_size', name='kl_divergence', dtype=None",
  LogCosh: "reduction='sum_over_batch_size', name='log_cosh', dtype=None",
  Loss: "name=None, reduction='sum_over_batch_size', dtype=None",
  MeanAbsoluteError: "reduction='sum_over_batch_size', name='mean_absolute_error', dtype=None",
  MeanAbsolutePercentageError: "reduction='sum_over_batch_size', name='mean_absolute_percentage_error', dtype=None",
  MeanSquaredError: "reduction='sum_over_batch_size', name='mean_squared_error', dtype=None",
  MeanSquaredLogarithmicError: "reduction='sum_over_batch_size', name='mean_squared_logarithmic_error', dtype=None",
  Poisson: "reduction='sum_over_batch_size', name='poisson', dtype=None",
  SparseCategoricalCrossentropy:
    "from_logits=False, ignore_class=None, reduction='sum_over_batch_size', axis=-1, name='sparse_categorical_crossentropy', dtype=None",
  SquaredHinge: "reduction='sum_over_batch_size', name='squared_hinge', dtype=None",
  Tversky: "alpha=0.5, beta=0.5, reduction='sum_over_batch_size', name='tversky', axis=None, dtype=None",
  binary_crossentropy: 'y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1',
  binary_focal_crossentropy:
    'y_true, y_pred, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1',
  categorical_crossentropy: 'y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1',
  categorical_focal_crossentropy:
    'y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1',
  categorical_generalized_cross_entropy: 'y_true, y_pred, q',
  categorical_hinge: 'y_true, y_pred',
  circle: 'y_true, y_pred, ref_labels=None, ref_embeddings=None, remove_diagonal=True, gamma=80, margin=0.4',
  cosine_similarity: 'y_true, y_pred, axis=-1',
  ctc: 'y_true, y_pred',
  deserialize: 'name, custom_objects=None',
  dice: 'y_true, y_pred, axis=None',
  get: 'identifier',
  hinge: 'y_true, y_pred',
  huber: 'y_true, y_pred, delta=1.0',
  kl_divergence: 'y_true, y_pred',
  log_cosh: 'y_true, y_pred',
  mean_absolute_error: 'y_true, y_pred',
  mean_absolute_percentage_error: 'y_true, y_pred',
  mean_squared_error: 'y_true, y_pred',
  mean_squared_logarithmic_error: 'y_true, y_pred',
  poisson: 'y_true, y_pred',
  serialize: 'loss',
  sparse_categorical_crossentropy: 'y_true, y_pred, from_logits=False, ignore_class=None, axis=-1',
  squared_hinge: 'y_true, y_pred',
  tversky: 'y_true, y_pred, alpha=0.5, beta=0.5, axis=None',
};
