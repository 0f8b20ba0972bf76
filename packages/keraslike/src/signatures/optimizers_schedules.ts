/** What Keras' own signatures are in `keras.optimizers.schedules`, as `scripts/api/signatures.py` read them. */
export const optimizers_schedules: Readonly<Record<string, string>> = {
  CosineDecay: "initial_learning_rate, decay_steps, alpha=0.0, name='CosineDecay', warmup_target=None, warmup_steps=0",
  CosineDecayRestarts: "initial_learning_rate, first_decay_steps, t_mul=2.0, m_mul=1.0, alpha=0.0, name='SGDRDecay'",
  ExponentialDecay: "initial_learning_rate, decay_steps, decay_rate, staircase=False, name='ExponentialDecay'",
  InverseTimeDecay: "initial_learning_rate, decay_steps, decay_rate, staircase=False, name='InverseTimeDecay'",
  LearningRateSchedule: '*args, **kwargs',
  PiecewiseConstantDecay: "boundaries, values, name='PiecewiseConstant'",
  PolynomialDecay:
    "initial_learning_rate, decay_steps, end_learning_rate=0.0001, power=1.0, cycle=False, name='PolynomialDecay'",
  deserialize: 'config, custom_objects=None',
  serialize: 'learning_rate_schedule',
};
