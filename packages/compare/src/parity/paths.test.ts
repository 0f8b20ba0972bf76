import { alignPaths, findByPath, pathFits } from './paths';

test('a path may lack the names around a layer, never its own', () => {
  expect(pathFits('dense/kernel', 'dense/kernel')).toBe(true);
  expect(pathFits('dense/kernel', 'sequential/dense/kernel')).toBe(true);
  expect(pathFits('kernel', 'sequential/my_kernel')).toBe(false);
  expect(pathFits('sequential/dense/kernel', 'dense/kernel')).toBe(false);
  expect(pathFits('adam/dense_kernel_momentum', 'adam/sequential_dense_kernel_momentum')).toBe(true);
  expect(pathFits('sgd/dense_kernel_momentum', 'adam/sequential_dense_kernel_momentum')).toBe(false);
  expect(pathFits('', 'dense/kernel')).toBe(false);
});

test('lists show what does not fit', () => {
  expect(alignPaths(['a/kernel', 'c/bias'], ['m/a/kernel', 'm/b/bias', 'm/d'])).toEqual(['m/a/kernel', 'c/bias']);
});

test('an exact path goes before one that fits', () => {
  const [outer, inner] = [{ path: 'm/a/kernel' }, { path: 'a/kernel' }];
  expect(findByPath([inner, outer], 'm/a/kernel')).toBe(outer);
  expect(findByPath([inner], 'm/a/kernel')).toBe(inner);
  expect(findByPath([inner], 'm/b/kernel')).toBeUndefined();
});
