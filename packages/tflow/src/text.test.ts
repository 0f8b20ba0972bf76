import * as tf from './index';

const texts = (t: unknown): unknown => (t as { texts(): string[] }).texts();
const { strings } = tf;

it('texts are joined, cut, cased and replaced', () => {
  expect(texts(strings.join([['a', 'b'], 'x'], '-'))).toEqual(['a-x', 'b-x']);
  const nested = [
    ['a', 'b'],
    ['c', 'd'],
  ];
  expect(texts(strings.reduce_join(nested, 0))).toEqual(['ac', 'bd']);
  expect(texts(strings.reduce_join(nested, [0, 1]))).toEqual(['acbd']);
  expect(texts(strings.substr(['hello', 'hi'], [1, -1], [3, 1]))).toEqual(['ell', 'i']);
  expect(texts(strings.upper('é!', { encoding: 'utf-8' }))).toEqual(['É!']);
  expect(texts(strings.split(' a b  c ', null, 1))).toEqual(['a', 'b  c ']);
  expect(texts(strings.split('a,,b', ','))).toEqual(['a', '', 'b']);
  expect(texts(strings.regex_replace('a1b2', '([a-z])(\\d)', '\\2\\1'))).toEqual(['1a2b']);
  expect(String(strings.regex_full_match(['abc', 'abcd'], 'a.c'))).toContain('[ True False]');
  expect(String(strings.split(['a b', 'c']))).toBe("<tf.RaggedTensor [[b'a', b'b'], [b'c']]>");
  expect(
    texts(
      strings.reduce_join(
        [
          ['a', 'b'],
          ['c', 'd'],
        ],
        0,
        false,
        '-',
      ),
    ),
  ).toEqual(['a-c', 'b-d']);
  expect(() => strings.substr('abc', 4, 1)).toThrow("pos 4 out of range for string b'abc' at index 0");
});
it('numbers are written and read', () => {
  const of = (x: number, ...more: unknown[]) => texts(tf.as_string(tf.constant(x, tf.float32), ...more));
  expect([of(1.5), of(12345.678, -1, true), of(1e-7, -1, false, true), of(3, 1, false, false, 6, '0')]).toEqual([
    ['1.500000'],
    ['1.234568e+04'],
    ['1e-07'],
    ['0003.0'],
  ]);
  expect(strings.to_number(['1.5', '-inf', '0x10']).numpy().tolist()).toEqual([1.5, Number.NEGATIVE_INFINITY, 16]);
  expect(() => strings.to_number('1.5', tf.int32)).toThrow('could not correctly convert string: 1.5');
  expect(texts(strings.format('{} of {}', [tf.constant([1.5, 1e10]), ['a']]))).toEqual(['[1.5 1e+10] of ["a"]']);
});
