import { Philox } from './philox';
import { fillGamma } from './philoxGamma';

// tf.random.stateless_gamma([6], seed=[3, 5], alpha)
it.each([
  [
    0.2,
    [
      3.5550860047806054e-5, 0.5422837138175964, 0.0008483818382956088, 0.019468143582344055, 0.00020367272372823209,
      0.08516676723957062,
    ],
  ],
  [
    0.5,
    [
      0.03434156998991966, 1.6419003009796143, 0.08944911509752274, 0.19562721252441406, 0.029428720474243164,
      0.5185524821281433,
    ],
  ],
  [
    1,
    [
      3.2958548069000244, 0.025015169754624367, 1.6453378200531006, 0.7359000444412231, 0.5257053375244141,
      1.552717924118042,
    ],
  ],
  [
    2.5,
    [
      4.44895076751709, 4.540016174316406, 2.8689255714416504, 1.5082800388336182, 1.3730926513671875,
      2.5455548763275146,
    ],
  ],
])('draws gamma values of shape %d as TensorFlow does', (shape, expected) => {
  const out = new Float32Array(6);
  fillGamma(Philox.stateless(3, 5), out, Math.fround(shape));
  expect([...out]).toEqual(expected);
});
it('gives each value a part of the stream of its own', () => {
  const out = new Float32Array(3);
  fillGamma(Philox.stateless(3, 5), out, [1, 2.5, Math.fround(0.2)]);
  expect([...out]).toEqual([3.2958548069000244, 4.540016174316406, 0.0008483818382956088]);
});
it('refuses shapes that are not above 0', () => {
  expect(() => fillGamma(Philox.stateless(3, 5), new Float32Array(1), 0)).toThrow(/above 0, got 0/);
});
