import { toNumbers } from '@stele/core';
import { keras } from '@stele/keraslike';

const { Adam, LossScaleOptimizer, MultiOptimizer, OptimizerMap, SGD } = keras.optimizers;
const numbers = (t: any): number[] => toNumbers(t).map(Number);
const close = (found: number[], wanted: number[]): void => {
  expect(found.length).toBe(wanted.length);
  found.forEach((v, i) => {
    expect(v).toBeCloseTo(wanted[i]!, 6);
  });
};
const made = () => {
  const [sgd, adam] = [new SGD(0.1, { name: 's' }), new Adam(0.01, { name: 'a' })];
  const map = new OptimizerMap(sgd, { 'w.*': adam });
  const [w, b] = [new keras.Variable([1, 2], { name: 'w1' }), new keras.Variable([3, 4], { name: 'b' })];
  return { sgd, adam, map, w, b, multi: new MultiOptimizer(map, { name: 'multi' }) };
};

describe('OptimizerMap', () => {
  it('finds by path, by expression, or the default', () => {
    const { map, sgd, adam, w, b } = made();
    expect([map.__getitem__('w'), map.__getitem__('aw'), map(w), map(b)]).toEqual([adam, sgd, adam, sgd]);
    expect([map.__len__(), map.keys(), [...map]]).toEqual([1, ['w.*'], ['w.*']]);
    map.__setitem__('w1', sgd);
    expect(map(w)).toBe(sgd);
    map.__setitem__('.*2', sgd);
    expect(() => map.__getitem__('w2')).toThrow(/Multiple optimizers assigned to variable w2/);
    map.__delitem__('.*2');
    expect(map.__getitem__('w2')).toBe(adam);
  });
  it('refuses what is none', () => {
    const { map, multi, sgd } = made();
    expect(() => new OptimizerMap(3 as never)).toThrow(/must be a Keras Optimizer instance. Received: 3/);
    expect(() => new OptimizerMap(sgd, [] as never)).toThrow(/must be a dictionary/);
    expect(() => map.__setitem__('w.*', sgd)).toThrow(/'w\.\*' already exists in the OptimizerMap/);
    expect(() => map.__setitem__('q', multi)).toThrow(/cannot be MultiOptimizer/);
    expect(() => map.__setitem__('q', new LossScaleOptimizer(sgd))).toThrow(/cannot be LossScaleOptimizer/);
  });
});

describe('MultiOptimizer', () => {
  it('takes each step by the optimizer of each variable', () => {
    const { multi, w, b } = made();
    const gradients = [keras.ops.array([1, 1]), keras.ops.array([1, 2])];
    multi.apply(gradients as never, [w, b]);
    close(numbers(w), [0.99, 1.99]);
    close(numbers(b), [2.9, 3.8]);
    expect(multi.variables.map((v) => v.path)).toEqual(
      'multi/iteration multi/learning_rate a/iteration a/learning_rate a/w1_momentum a/w1_velocity s/iteration s/learning_rate'.split(
        ' ',
      ),
    );
    close(multi.variables.flatMap(numbers), [1, 0, 1, 0.01, 0.1, 0.1, 0.001, 0.001, 1, 0.1]);
    expect(() => multi.apply([gradients[0]] as never, [w])).toThrow(/Received 1 gradients and 2 variables/);
  });
  it('has no rate of its own, and passes the scale of the loss on', () => {
    const { multi, sgd, adam } = made();
    expect(() => multi.learning_rate).toThrow(/cannot be accessed on a MultiOptimizer/);
    expect(() => {
      multi.learning_rate = 2;
    }).toThrow(/cannot be set on a MultiOptimizer/);
    multi.loss_scale_factor = 8;
    expect([sgd.loss_scale_factor, adam.loss_scale_factor]).toEqual([8, 8]);
  });
  it('refuses what is no optimizer for a variable', () => {
    const { multi, w } = made();
    expect(() => new MultiOptimizer((() => 3) as never).build([w])).toThrow(/is not an Optimizer instance/);
    expect(() => new MultiOptimizer(() => multi).build([w])).toThrow(/cannot be used inside an MultiOptimizer/);
  });
  it('comes back from its configuration', () => {
    const { multi } = made();
    const config = keras.optimizers.serialize(multi);
    expect([config.module, config.class_name, Object.keys(config.config)]).toEqual([
      'keras.optimizers',
      'MultiOptimizer',
      ['optimizer_map', 'loss_scale_factor', 'name'],
    ]);
    const again = keras.optimizers.deserialize(JSON.parse(JSON.stringify(config)));
    expect(again.name).toBe('multi');
    expect(again.optimizers.map((o: any) => o.name)).toEqual(['a', 's']);
  });
  it('trains a model', () => {
    const model = new keras.Sequential([
      keras.Input([2]),
      new keras.layers.Dense(1, { name: 'enc', kernel_initializer: 'ones' }),
      new keras.layers.Dense(1, { name: 'dec', kernel_initializer: 'ones' }),
    ]);
    model.compile({
      optimizer: new MultiOptimizer(new OptimizerMap(new SGD(0), { '.*enc/.*': new SGD(0.1) })),
      loss: 'mse',
    });
    model.fit([[1, 2]], [[1]], { epochs: 1, verbose: 0 } as never);
    const [enc, , dec] = model.get_weights();
    close([...(enc as any).data, ...(dec as any).data], [0.6, 0.2, 1]);
  });
});
