import {
  biasLimit,
  computeFans,
  gain,
  identity,
  kaimingLimit,
  orthogonalColumns,
  transposed,
  varianceScaling,
  xavierLimit,
} from './initializers';

describe('computeFans', () => {
  it.each([
    [[20, 10], 'outputsFirst', 10, 20],
    [[20, 10, 3, 5], 'outputsFirst', 150, 300],
    [[10, 20], 'outputsLast', 10, 20],
    [[3, 5, 10, 20], 'outputsLast', 150, 300],
    [[7], 'outputsLast', 7, 7],
    [[], 'outputsLast', 1, 1],
  ] as const)('of %j, %s', (shape, layout, fanIn, fanOut) => {
    expect(computeFans(shape, layout)).toEqual({ fanIn, fanOut });
  });

  it('needs two axes where outputs come first', () => {
    expect(() => computeFans([3], 'outputsFirst')).toThrow(/fewer than 2 dimensions/);
  });
});

describe('bounds', () => {
  it('of a dense layer are 1 / sqrt(inputs)', () => {
    expect(kaimingLimit(784, gain('leakyRelu', Math.sqrt(5)))).toBeCloseTo(1 / 28, 15);
    expect(biasLimit(784)).toBe(1 / 28);
    expect(biasLimit(0)).toBe(0);
  });

  it('agree between the two names of one rule', () => {
    const fans = { fanIn: 30, fanOut: 50 };
    const scaled = varianceScaling(fans, 1, 'fanAvg', 'uniform');
    expect(scaled).toEqual({ distribution: 'uniform', limit: Math.sqrt(3 * (1 / 40)) });
    expect(xavierLimit(fans)).toBeCloseTo(Math.sqrt(6 / 80), 15);
    expect(varianceScaling(fans, 2, 'fanIn', 'normal')).toEqual({ distribution: 'normal', std: Math.sqrt(2 / 30) });
    expect(varianceScaling(fans, 2, 'fanOut')).toEqual({
      distribution: 'truncatedNormal',
      std: Math.sqrt(2 / 50) / 0.8796256610342398,
    });
  });
});

describe('orthogonalColumns', () => {
  it('has orthonormal columns and gives the matrix back times an upper triangle with a positive diagonal', () => {
    const [rows, columns] = [7, 4];
    const matrix = Float64Array.from({ length: rows * columns }, (_, i) => Math.sin(3 * i + 1));
    const q = matrix.slice();
    orthogonalColumns(q, rows, columns);
    const times = (a: Float64Array, b: Float64Array, i: number, j: number): number => {
      let dot = 0;
      for (let k = 0; k < rows; k++) dot += a[k * columns + i]! * b[k * columns + j]!;
      return dot;
    };
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j < columns; j++) {
        expect(times(q, q, i, j)).toBeCloseTo(i === j ? 1 : 0, 14);
        if (j < i) expect(times(q, matrix, i, j)).toBeCloseTo(0, 13);
      }
      expect(times(q, matrix, i, i)).toBeGreaterThan(0);
    }
  });

  it('refuses a wide matrix', () => {
    expect(() => orthogonalColumns(new Float32Array(6), 2, 3)).toThrow(/transpose first/);
  });
});

it('transposed and identity', () => {
  expect([...transposed(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3)]).toEqual([1, 4, 2, 5, 3, 6]);
  expect([...identity(new Float32Array(6), 2, 3, 2)]).toEqual([2, 0, 0, 0, 2, 0]);
});
