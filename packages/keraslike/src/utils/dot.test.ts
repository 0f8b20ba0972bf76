import * as keras from '../index';

const { layers, utils } = keras;
const lines = (dot: { to_string(): string }): string[] => dot.to_string().trim().split('\n');

it('writes layers as tables, and a connection between those that read each other', () => {
  const input = keras.Input([4], { name: 'x' } as never);
  const [a, b] = [1, 2].map((i) => new layers.Dense(3, { name: `d${i}`, activation: 'relu' } as never)(input));
  const sum = new layers.Add({ name: 'sum' } as never)([a, b] as never);
  const model = new keras.Model(input, sum as never);
  const dot = lines(utils.model_to_dot(model, { show_shapes: true, show_layer_activations: true }));
  expect(dot[0]).toBe('digraph G {');
  expect(dot.filter((l) => l.includes(' -> '))).toEqual([
    '0 -> 1 [penwidth=2];',
    '0 -> 2 [penwidth=2];',
    '1 -> 3 [penwidth=2];',
    '2 -> 3 [penwidth=2];',
  ]);
  const dense = dot.find((l) => l.startsWith('1 ['))!;
  expect(dense).toContain('<b>d1</b> (Dense)');
  expect(dense).toContain('Activation: <b>relu</b>');
  expect(dense).toContain(
    'Input shape: <b>(None, 4)</b></font></td><td bgcolor="white"><font point-size="14">Output shape: <b>(None, 3)</b>',
  );
  expect(dot.find((l) => l.startsWith('0 ['))).not.toContain('Input shape');
});

it('draws a sequence one after another, and refuses a model that is not built', () => {
  const model = new keras.Sequential([keras.Input([4]), new layers.Dense(2), new layers.Dense(1)] as never);
  const dot = lines(utils.model_to_dot(model, { show_layer_names: false, show_trainable: true, rankdir: 'LR' }));
  expect(dot.filter((l) => l.includes(' -> '))).toEqual(['0 -> 1 [penwidth=2];']);
  expect(dot[1]).toBe('rankdir=LR;');
  expect(dot.find((l) => l.startsWith('0 ['))).toContain('<b>Trainable</b>');
  expect(() => utils.model_to_dot(new keras.Sequential([new layers.Dense(2)] as never))).toThrow('not yet been built');
});
