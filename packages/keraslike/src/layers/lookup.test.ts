import { type Tensor, toNumbers } from '@stele/core';
import { keras } from '@stele/keraslike';

const { IntegerLookup, StringLookup, TextVectorization } = keras.layers;
const numbers = (x: unknown): number[] => toNumbers(x as Tensor).map(Number);

it.each([
  [
    'known words',
    new StringLookup({ vocabulary: ['a', 'b', 'c'] }),
    [
      ['a', 'z'],
      ['c', 'b'],
    ],
    [1, 0, 3, 2],
  ],
  [
    'numbers',
    new IntegerLookup({ vocabulary: [12, 36, 1138, 42] }),
    [
      [12, 1138, 42],
      [42, 1000, 36],
    ],
    [1, 3, 4, 4, 0, 2],
  ],
  ['rows of ones', new IntegerLookup({ vocabulary: [5, 6], output_mode: 'one_hot' }), [5, 7], [0, 1, 0, 1, 0, 0]],
  ['texts', new TextVectorization({ vocabulary: ['a', 'b'] }), ['A, b! c'], [2, 3, 1]],
] as const)('finds %s', (_, layer, given, wanted) => {
  expect(numbers((layer as unknown as (x: unknown) => unknown)(given))).toEqual(wanted);
});

it('counts a vocabulary out, of equal counts the last word first', () => {
  const layer = new TextVectorization({ output_sequence_length: 5 });
  layer.adapt(['The cat sat. on the mat!', 'the dog']);
  expect(layer.get_vocabulary()).toEqual(['', '[UNK]', 'the', 'sat', 'on', 'mat', 'dog', 'cat']);
  const again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer));
  expect(again.get_vocabulary()).toEqual(layer.get_vocabulary());
});

it('refuses a word twice, and words without a place', () => {
  expect(() => new StringLookup({ vocabulary: ['a', 'a'] })).toThrow('at least one repeated term');
  const closed = new StringLookup({ vocabulary: ['a'], num_oov_indices: 0 });
  expect(() => closed.__call__(['b'])).toThrow('found OOV values [b]');
});
