import type { ArrayData } from '@stele/core';
import { fromCommon, type Layout, outInFirst, same, toCommon, transposed } from './layout';

const array = (shape: number[]): ArrayData => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});

test('a transposed matrix and a flattened image come out as Keras would hold them', () => {
  expect([...toCommon(array([2, 3]), transposed).data]).toEqual([0, 3, 1, 4, 2, 5]);
  // channels first, 2x2x2: the order of the rows is 0 4 1 5 2 6 3 7
  const flat: Layout = { kind: 'flattened', channels: 2, height: 2, width: 2, transposed: true };
  expect([...toCommon(array([1, 8]), flat).data]).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
});

test.each<[string, number[], Layout]>([
  ['same', [2, 3], same],
  ['transposed', [4, 3], transposed],
  ['kernels', [3, 2, 5, 4], outInFirst],
  ['flattened', [7, 18], { kind: 'flattened', channels: 2, height: 3, width: 3, transposed: true }],
  ['flattened, not transposed', [18, 7], { kind: 'flattened', channels: 2, height: 3, width: 3, transposed: false }],
])('%s goes there and back unchanged', (_name, shape, layout) => {
  const own = array(shape);
  expect(fromCommon(toCommon(own, layout), layout, shape)).toEqual(own);
});
