import * as tf from './index';

type Loose = any;
const f = (list: Loose): tf.Tensor => tf.constant(list, tf.float32);
const flat = (t: Loose): number[] =>
  (tf.reshape(tf.cast(t, tf.float64), [-1]).numpy().tolist() as number[]).map(Number);
const near = (got: Loose, expected: readonly number[], digits: number): void => {
  const values = flat(got);
  expect(values).toHaveLength(expected.length);
  values.forEach((v, i) => {
    expect(v).toBeCloseTo(expected[i]!, digits);
  });
};
const { signal, linalg, image, sparse } = tf;
const { special } = tf.math as Loose;
const x = f([1, 2, 0, -1]);
const m = f([
  [2, 1],
  [1, 3],
]);
const three = f([
  [1, 0],
  [2, 3],
  [0, 1],
]);
const z = tf.complex(
  m,
  f([
    [0, 1],
    [-1, 0],
  ]),
);
const boxes = f([
  [0, 0, 1, 1],
  [0, 0.1, 1, 1.1],
  [0, 10, 1, 11],
]);
const rows = f([
  [1, 2],
  [3, 4],
  [5, 6],
]);

/** What TensorFlow 2.21 gave. */
it.each<[string, () => Loose, number[]]>([
  ['dct of kind 1', () => signal.dct(x, 1), [4, 4, -2, -2]],
  ['dct of kind 2', () => signal.dct(x), [4, 5.226252, -2.828427, -2.164784]],
  ['dct of kind 3', () => signal.dct(x, 3), [3.930151, 4.378492, -2.378493, -1.930151]],
  ['dct of kind 4', () => signal.dct(x, 4), [4.897268, 1.993718, -4.47494, 0.12947]],
  ['a dct that keeps lengths', () => signal.dct(x, { norm: 'ortho' }), [1, 1.847759, -1, -0.765367]],
  ['and back', () => signal.idct(x, { norm: 'ortho' }), [1.535965, 1.694478, -0.694478, -0.535965]],
  [
    'mdct',
    () => signal.mdct(tf.range(8, { dtype: tf.float32 }), 4),
    [-5.607321, -0.21487, -11.189502, 0.701229, -16.771683, 1.617329],
  ],
  ['kaiser_window', () => signal.kaiser_window(4, 2), [0.438676, 0.924314, 0.924314, 0.438676]],
  [
    'kaiser_bessel_derived_window',
    () => signal.kaiser_bessel_derived_window(4),
    [0.007264, 0.999974, 0.999974, 0.007264],
  ],
  ['vorbis_window', () => signal.vorbis_window(4), [0.228014, 0.973658, 0.973658, 0.228014]],
  [
    'mel weights',
    () => signal.linear_to_mel_weight_matrix(2, 4, 8000, 100, 3000),
    [0, 0, 0.172704, 0.827296, 0, 0.184939, 0, 0],
  ],
  ['mfccs', () => signal.mfccs_from_log_mel_spectrograms(x), [Math.SQRT2, 1.847759, -1, -0.765367]],
  ['sqrtm', () => linalg.matmul(linalg.sqrtm(m), linalg.sqrtm(m)), [2, 1, 1, 3]],
  ['lu_reconstruct', () => linalg.lu_reconstruct(m, [1, 0]), [2, 4, 2, 1]],
  ['tridiagonal_solve', () => linalg.tridiagonal_solve(three, f([1, 2])), [0.2, 0.6]],
  ['tridiagonal_matmul', () => linalg.tridiagonal_matmul(three, f([[1], [2]])), [4, 7]],
  ['a complex determinant', () => tf.math.real(linalg.det(z)), [4]],
  ['of a Hermitian matrix', () => linalg.logdet(z), [Math.log(4)]],
  ['segment_mean of chosen rows', () => sparse.segment_mean(rows, [0, 2, 1], [0, 0, 2]), [3, 4, 0, 0, 3, 4]],
  ['segment_sum with a count', () => sparse.segment_sum(rows, [0, 2], [0, 2], 4), [1, 2, 0, 0, 5, 6, 0, 0]],
  [
    'faded scores',
    () => image.non_max_suppression_with_scores(boxes, [0.9, 0.75, 0.6], 3, { soft_nms_sigma: 0.5 })[1],
    [0.9, 0.6, 0.384004],
  ],
  [
    'filled-up places',
    () => image.non_max_suppression_padded(boxes, f([0.9, 0.75, 0.6]), 3, { pad_to_max_output_size: true })[0],
    [0, 2, 0],
  ],
])('%s', (_, run, expected) => {
  near(run(), expected, 5);
});

it.each<[string, readonly number[]]>([
  ['bessel_j0', [0.9384698072, 0.2238907791, -0.08636798358]],
  ['bessel_j1', [0.2422684577, 0.5767248078, -0.1187510626]],
  ['bessel_y0', [-0.4445187335, 0.5103756726, -0.1172957317]],
  ['bessel_y1', [-1.471472393, -0.1070324315, 0.08442557066]],
  ['bessel_k0', [0.9244190712, 0.1138938727, 2.132477496e-14]],
  ['bessel_k0e', [1.524109386, 0.8415682151, 0.2278866656]],
  ['bessel_k1', [1.65644112, 0.1398658818, 2.167732002e-14]],
  ['bessel_k1e', [2.731009708, 1.033476847, 0.2316541294]],
  ['dawsn', [0.4244363835, 0.3013403889, 0.0166759414]],
  ['fresnel_cos', [0.4923442259, 0.4882534061, 0.4999962474]],
  ['fresnel_sin', [0.06473243286, 0.3434156784, 0.4893896744]],
  ['spence', [0.5822405265, -0.8224670334, -7.280084707]],
])('tf.math.special.%s at 1/2, 2 and 30', (name, expected) => {
  near(special[name](tf.constant([0.5, 2, 30], tf.float64)), expected, 9);
});
it('the exponential integral', () => {
  near(special.expint(tf.constant([0.5, 2], tf.float64)), [0.4542199049, 4.954234356], 8);
});
