import type { ArrayData } from '../../tensor/dtype';
import { writeSafetensors } from '../safetensors';
import { readStele, writeStele } from './index';

const w: ArrayData = { dtype: 'float32', shape: [2], data: Float32Array.of(1, -2) };

it('round-trips configuration and tensors', () => {
  const config = { kind: 'sequential', layers: [{ units: 3, name: 'ä' }] };
  const model = readStele(writeStele({ config, tensors: [['w', w]] }));
  expect(model.config).toEqual(config);
  expect(model.tensors).toEqual(new Map([['w', w]]));
});

it.each([
  ['weights only', undefined, 'no format'],
  ['another format', { format: 'pt' }, 'the format "pt"'],
  ['another version', { format: 'stele', version: '2', config: '{}' }, 'version 2: this release reads version 1'],
  ['no version', { format: 'stele', config: '{}' }, 'version (none)'],
  ['no configuration', { format: 'stele', version: '1' }, '"config" is missing'],
  ['damaged configuration', { format: 'stele', version: '1', config: '{' }, 'not JSON'],
])('refuses a file with %s', (_, metadata, message) => {
  const bytes = writeSafetensors([['w', w]], metadata && Object.entries(metadata));
  expect(() => readStele(bytes)).toThrow(message);
});

it('refuses a configuration that JSON cannot hold', () => {
  expect(() => writeStele({ config: undefined, tensors: [] })).toThrow('undefined');
});
