import * as tf from '../../../index';

const v1 = tf.compat.v1;
const T = v1.train;
const inGraph = <R>(body: () => R): R => {
  using _ = new tf.Graph().as_default();
  return body();
};

describe('learning rates that fall, as TensorFlow 2.21 gave them to the bit', () => {
  it.each<[string, (step: tf.Tensor) => tf.Tensor, number[], number[]]>([
    // 41 (1 / 41) is less than 1 in single precision: the graph multiplies by the reciprocal of a constant
    [
      'steps that are constants',
      (step) => T.exponential_decay(0.1, step, 41, 0.5, { staircase: true }),
      [40, 41, 82, 123],
      [0.10000000149011612, 0.10000000149011612, 0.05000000074505806, 0.012500000186264515],
    ],
    [
      'another step',
      (step) => T.natural_exp_decay(0.1, step, 7, 0.3),
      [1, 4, 19],
      [0.09580482542514801, 0.08424603939056396, 0.04429555684328079],
    ],
    [
      'cycles',
      (step) => T.polynomial_decay(0.1, step, 5, 0.01, 0.5, { cycle: true }),
      [1, 4, 6],
      [0.09049844741821289, 0.05024922639131546, 0.06692100316286087],
    ],
    [
      'restarts',
      (step) => T.cosine_decay_restarts(0.1, step, 5, 1.5, 0.9),
      [3, 5, 13, 29],
      [0.03454914316534996, 0.08999999612569809, 0.08060584962368011, 0.05683256313204765],
    ],
    [
      'a line under a wave',
      (step) => T.linear_cosine_decay(0.1, step, 30, 2, 0.1, 0.05),
      [1, 13, 29],
      [0.10705576092004776, 0.0606377087533474, 0.017756974324584007],
    ],
  ])('%s', (_name, rule, steps, wanted) => {
    inGraph(() => {
      const step = v1.placeholder('int32', []);
      const rate = rule(step);
      using session = new v1.Session();
      expect(steps.map((k) => Number(session.run(rate, new Map([[step, k]])).item()))).toEqual(wanted);
    });
  });
});

describe("optimizers on doubles: settings keep single precision, as TensorFlow 2.21's do", () => {
  it.each<[string, () => InstanceType<typeof T.Optimizer>, number[]]>([
    ['Momentum', () => new T.MomentumOptimizer(0.1, 0.9), [0.5325700321724671, 3.485756557427071]],
    ['Adagrad', () => new T.AdagradOptimizer(0.3), [0.5014591417825398, -0.38374247587111693]],
    [
      'RMSProp, centered',
      () => new T.RMSPropOptimizer(0.01, { momentum: 0.3, centered: true }),
      [0.5580071020683642, -1.0837228477472152],
    ],
    ['Adam', () => new T.AdamOptimizer(0.03), [0.6745627096289978, -1.090483118923679]],
  ])('%s', (_name, make, wanted) => {
    inGraph(() => {
      const w = new v1.Variable(tf.constant([0.5, -1.25], tf.float64));
      const x = v1.placeholder('float64', [2]);
      const step = make().minimize(tf.reduce_sum(tf.square(w.mul(x).sub(1))));
      using session = new v1.Session();
      session.run(v1.global_variables_initializer());
      for (let i = 0; i < 7; i++) session.run(step, new Map([[x, [0.3 * i + 0.1, 1.7 - i]]]));
      expect(session.run(w).tolist()).toEqual(wanted.map((v) => expect.closeTo(v, 14)));
    });
  });
});

describe('optimizers with penalties, as TensorFlow 2.21 gave them to the bit', () => {
  it.each<[string, (step: unknown) => InstanceType<typeof T.Optimizer>, number[]]>([
    [
      'averaged Adagrad',
      (step) => new T.AdagradDAOptimizer(0.3, step, 0.1, 0.05, 0.01),
      [0.5008055567741394, -0.1944279670715332],
    ],
    [
      'proximal Adagrad',
      () => new T.ProximalAdagradOptimizer(0.3, 0.2, 0.1, 0.01),
      [0.47484833002090454, -0.37358126044273376],
    ],
  ])('%s', (_name, make, wanted) => {
    inGraph(() => {
      const w = new v1.Variable(tf.constant([0.5, -1.25]));
      const x = v1.placeholder('float32', [2]);
      const count = T.get_or_create_global_step();
      const step = make(count).minimize(tf.reduce_sum(tf.square(w.mul(x).sub(1))), { global_step: count });
      using session = new v1.Session();
      session.run(v1.global_variables_initializer());
      for (let i = 0; i < 7; i++) session.run(step, new Map([[x, [0.3 * i + 0.1, 1.7 - i]]]));
      expect(session.run(w).tolist()).toEqual(wanted);
    });
  });
});

describe('monitored sessions', () => {
  it('run until a hook ends them, with hooks that add to runs', () => {
    inGraph(() => {
      const step = T.get_or_create_global_step();
      const next = v1.assign_add(step, tf.constant(1, tf.int64));
      const seen: string[] = [];
      class Watch extends T.SessionRunHook {
        override before_run() {
          return new T.SessionRunArgs(step);
        }
        override after_run(_context: unknown, values: { results: { item(): unknown } }): void {
          seen.push(`ran ${Number(values.results.item())}`);
        }
        override end(): void {
          seen.push('end');
        }
      }
      const session = new T.MonitoredSession({ hooks: [new Watch(), new T.StopAtStepHook({ last_step: 2 })] });
      expect(() => tf.constant(1).add(1)).toThrow('Graph is finalized and cannot be modified.');
      while (!session.should_stop()) session.run(next);
      expect(() => session.run(next)).toThrow('Run called even after should_stop requested.');
      session.close();
      expect(seen.at(-1)).toBe('end');
      expect(seen).toHaveLength(3);
      expect(() => session.close()).toThrow('Session is already closed.');
    });
  });
  it.each<[string, () => unknown, string]>([
    ['no end', () => new T.StopAtStepHook(), 'One of num_steps or last_step must be specified.'],
    ['no rhythm', () => new T.LoggingTensorHook(['x']), 'either at_end and/or exactly one of every_n_iter and'],
    ['two rhythms', () => new T.SecondOrStepTimer(1, 1), 'Can not provide both every_secs and every_steps.'],
    ['no global step', () => new T.StopAtStepHook(3).begin(), 'Global step should be created to use StopAtStepHook.'],
  ])('refuse hooks with %s', (_what, make, message) => {
    inGraph(() => expect(make).toThrow(message));
  });
});
