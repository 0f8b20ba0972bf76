import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { NDArray } from './ndarray';
import { np } from './np';

type Call = [name: string, args: unknown[], keywords: object, out: { shape: number[]; dtype: string; data: number[] }];
interface Recording {
  readonly seed: number;
  readonly calls: Call[];
}
const recorded: { legacy: Recording[]; current: Recording[]; shuffle: [number[], unknown, unknown][] } = JSON.parse(
  gunzipSync(readFileSync(join(__dirname, 'fixtures', 'random.json.gz'))).toString(),
);

function judge(stream: any, calls: readonly Call[]): void {
  calls.forEach(([name, args, keywords, out], i) => {
    const got = stream[name](...args, ...(Object.keys(keywords).length > 0 ? [keywords] : []));
    const array = got instanceof NDArray ? got : null;
    // outside an array NumPy gives Python numbers, here JavaScript's
    expect([i, name, array ? [...array.shape] : []]).toEqual([i, name, out.shape]);
    if (array) expect([i, name, array.dtype]).toEqual([i, name, out.dtype]);
    expect([i, name, array ? array.ravel().tolist() : [got]]).toEqual([i, name, out.data]);
  });
}

describe('np.random', () => {
  it.each(recorded.legacy)('repeats the legacy stream of seed $seed, shared and on its own', ({ seed, calls }) => {
    judge(new np.random.RandomState(seed), calls);
    np.random.seed(seed);
    judge(np.random, calls);
  });
  it.each(recorded.current)('repeats the current generator of seed $seed', ({ seed, calls }) =>
    judge(np.random.default_rng(seed), calls),
  );
  it.each(recorded.shuffle)('shuffles an array of shape %p in place', (shape, legacy, current) => {
    const fresh = () => np.arange(shape.reduce((n, d) => n * d, 1)).reshape(shape);
    const [x, y, list] = [fresh(), fresh(), fresh().tolist() as unknown[]];
    new np.random.RandomState(3).shuffle(x);
    new np.random.RandomState(3).shuffle(list);
    np.random.default_rng(3).shuffle(y);
    expect([x.tolist(), list, y.tolist()]).toEqual([legacy, legacy, current]);
  });
  it('gives arrays where a size is given and numbers where not, in types too', () => {
    const x: NDArray = np.random.uniform(-10, 10, 200).astype('float32');
    const y: NDArray = np.random.normal({ loc: 0, scale: 0.15, size: 200 });
    const z: number = np.random.uniform(-1, 1);
    const labels: NDArray = np.random.randint(0, 2, [1000, 1]).astype('float32');
    expect([x.dtype, y.shape, typeof z, labels.shape]).toEqual(['float32', [200], 'number', [1000, 1]]);
  });
  it.each<[string, () => unknown, string]>([
    ['empty bounds', () => np.random.randint(3, 3), 'low >= high'],
    ['a bound beyond the type', () => np.random.randint(0, 300, 2, 'uint8'), 'high is out of bounds for uint8'],
    [
      'an unknown keyword',
      () => np.random.uniform({ hihg: 1, size: 1 } as never),
      "got an unexpected keyword argument 'hihg'; did you mean 'high'?",
    ],
    ['a negative size', () => np.random.rand(-1), 'a size is made of whole numbers from 0, and [-1] was given'],
    ['a size that parameters do not fit', () => np.random.normal([0, 1, 2], 1, 2), 'broadcast'],
    [
      'a name that is not there',
      () => (np.random as any).laplace,
      "module 'numpy.random' has no attribute 'laplace' in Stele",
    ],
  ])('says what is wrong: %s', (_, run, message) => expect(run).toThrow(message));
});
