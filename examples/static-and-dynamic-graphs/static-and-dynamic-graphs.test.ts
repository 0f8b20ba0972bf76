import { printed } from '../testing';
import * as tflow from './tflow';
import * as v1 from './tflow-v1';
import * as torchlike from './torchlike';

it('E04: the graph of a session is built once and run many times', async () => {
  const { result } = await printed(() => v1.main());
  expect(result.results).toEqual([[11], [3], [11, 3]]);
  expect([result.built, result.after]).toEqual([5, 5]);
});

it('E04: a function is run anew by every call, and traced once by tf.function', async () => {
  const { lines, result } = await printed(() => tflow.main());
  expect(lines[0]).toBe('Result: 11.0');
  expect([result.calls, result.traces]).toEqual([2, 1]);
  expect(result.slopes).toEqual([4, 43]);
  expect(result.results).toEqual([3, 8, 15]);
});

it('E04: PyTorch builds a graph by every call', async () => {
  const { lines, result } = await printed(() => torchlike.main());
  expect(lines[0]).toBe('Result: 11.0, made by <AddBackward0>');
  expect(result.rebuilt).toBe(true);
  expect(result.slopes).toEqual([4, 43]);
});
