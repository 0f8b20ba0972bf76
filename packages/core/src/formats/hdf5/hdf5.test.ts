import { groupAt, type Hdf5Dataset, newGroup, nodeAt, readHdf5, writeHdf5 } from './index';

const numbers = (shape: readonly number[], values: readonly number[]): Hdf5Dataset => ({
  kind: 'dataset',
  attributes: new Map(),
  shape,
  dtype: 'float32',
  data: Float32Array.from(values),
});
function sample(): Uint8Array {
  const root = newGroup();
  root.attributes
    .set('config', 'é'.repeat(70_000))
    .set('names', ['a', 'bcd'])
    .set('n', 5)
    .set('half', 0.5)
    .set('yes', true);
  for (let i = 0; i < 40; i++) {
    const vars = groupAt(root, `layers/dense_${i}/vars`);
    vars.attributes.set('name', `dense_${i}`);
    vars.members.set('0', numbers([2, 1], [i, -i]));
    vars.members.set('1', numbers([], [i]));
  }
  groupAt(root, 'empty').members.set('none', numbers([0, 3], []));
  return writeHdf5(root);
}

it('brings groups, arrays and attributes back', () => {
  const root = readHdf5(sample());
  expect(Object.fromEntries(root.attributes)).toEqual({
    config: 'é'.repeat(70_000),
    names: ['a', 'bcd'],
    n: 5,
    half: 0.5,
    yes: true,
  });
  expect(nodeAt(root, 'layers')).toHaveProperty('members.size', 40);
  expect(nodeAt(root, 'layers/dense_31/vars')!.attributes.get('name')).toBe('dense_31');
  expect(nodeAt(root, 'layers/dense_31/vars/0')).toMatchObject({ shape: [2, 1], data: Float32Array.of(31, -31) });
  expect(nodeAt(root, 'layers/dense_2/vars/1')).toMatchObject({ shape: [], data: Float32Array.of(2) });
  expect(nodeAt(root, 'empty/none')).toMatchObject({ shape: [0, 3] });
});

it('refuses what is cut short or changed, and never runs on', () => {
  const whole = sample();
  expect(() => readHdf5(new Uint8Array(20))).toThrow('it does not begin as one');
  for (let cut = 100; cut < whole.length; cut += 4001)
    expect(() => readHdf5(whole.subarray(0, cut))).toThrow(/HDF5 file/);
  let random = 1;
  for (let i = 0; i < 200; i++) {
    const damaged = whole.slice(0, whole.length);
    for (let k = 0; k < 8; k++) {
      random = (random * 48271) % 2147483647;
      damaged[random % damaged.length] = random & 255;
    }
    try {
      readHdf5(damaged);
    } catch (error) {
      expect((error as Error).name).toBe('FormatError');
    }
  }
});
