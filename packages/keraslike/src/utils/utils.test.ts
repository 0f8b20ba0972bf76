import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as keras from '../index';

const { layers, utils } = keras;

it('draws a model with an arrow for each connection', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stele-plot-'));
  const file = join(folder, 'm.svg');
  const input = keras.Input([4]);
  const sum = new layers.Add({ name: 'a<b' } as never)([
    new layers.Dense(3)(input),
    new layers.Dense(3)(input),
  ] as never);
  const model = new keras.Model(input, sum as never);
  utils.plot_model(model, file, { show_shapes: true, show_layer_names: true });
  const svg = readFileSync(file, 'utf8');
  expect(svg.match(/marker-end/g)).toHaveLength(4);
  expect(svg.match(/<rect/g)).toHaveLength(4);
  expect(svg).toContain('a&lt;b (Add)');
  expect(svg).toContain('Output shape: (None, 3)');
  expect(() => utils.plot_model(model, join(folder, 'm.png'))).toThrow('ends in .svg');
  rmSync(folder, { recursive: true });
});

it.each([
  [[[1, 2], [3]], {}, [2, 2], [1, 2, 0, 3]],
  [[[1, 2, 3], []], { maxlen: 2, truncating: 'post', padding: 'post', value: 9 }, [2, 2], [1, 2, 9, 9]],
  [
    [
      [[1, 2]],
      [
        [3, 4],
        [5, 6],
      ],
    ],
    { dtype: 'float32' },
    [2, 2, 2],
    [0, 0, 1, 2, 3, 4, 5, 6],
  ],
] as const)('pads %j', (sequences, options, shape, data) => {
  const padded = utils.pad_sequences(sequences as never, options as never);
  expect(padded.shape).toEqual(shape);
  expect([...(padded.data as Float32Array)]).toEqual(data);
});
