import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { models } from '@stele/keraslike';
import { printed } from '../testing';
import { main } from './keraslike';

const out = mkdtempSync(join(tmpdir(), 'stele-'));
afterAll(() => rmSync(out, { recursive: true }));

it('converts 101,770 parameters to a FlatBuffer that predicts the same', async () => {
  const { lines, result } = await printed(() => main({ out }));
  expect(lines.at(-1)).toBe('Model converted to TensorFlow Lite format for mobile deployment');
  expect(result.parameters).toBe(101_770);
  // TensorFlow's own converter: 408,036 bytes
  expect(Math.abs(result.bytes - 408_036)).toBeLessThan(500);
  expect(result.difference).toBeLessThan(1e-6);
  const file = readFileSync(result.file);
  expect([file.length, file.subarray(4, 8).toString()]).toEqual([result.bytes, 'TFL3']);
  expect(models.load_model(join(out, 'my_model.keras')).count_params()).toBe(101_770);
});
