import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utils } from '../index';

const folder = mkdtempSync(join(tmpdir(), 'stele-files-'));
const cache_dir = join(folder, 'cache');
mkdirSync(join(cache_dir, 'datasets'), { recursive: true });
writeFileSync(join(cache_dir, 'datasets', 'a.txt'), 'abc');
writeFileSync(join(folder, 'b c.txt'), 'abc');
afterAll(() => rmSync(folder, { recursive: true }));

const sha = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const md5 = '900150983cd24fb0d6963f7d28e17f72';
const origin = 'https://example.org/files/a.txt?x=1';

it.each([{}, { file_hash: sha }, { md5_hash: md5 }, { file_hash: md5, hash_algorithm: 'md5' }])(
  'finds a file in the cache with %j',
  (hash) => {
    expect(utils.get_file({ origin, cache_dir, ...hash })).toBe(join(cache_dir, 'datasets', 'a.txt'));
  },
);

it('copies a file of this machine into the cache', () => {
  const from = `file://${join(folder, 'b%20c.txt')}`;
  const path = utils.get_file('d.txt', from, { cache_dir, cache_subdir: 'own', file_hash: sha });
  expect(path).toBe(join(cache_dir, 'own', 'd.txt'));
  expect(readFileSync(path, 'utf8')).toBe('abc');
  expect(() => utils.get_file('e.txt', from, { cache_dir, file_hash: md5.replace('9', '8') })).toThrow(
    'Incomplete or corrupted file detected',
  );
});

it('says that it cannot wait for a download', () => {
  expect(() => utils.get_file('b.txt', origin, { cache_dir })).toThrow('has to be awaited');
  expect(() => utils.get_file({ origin, cache_dir, file_hash: md5.replace('9', '8') })).toThrow('with that hash');
  expect(() => utils.get_file({ origin, cache_dir, force_download: true })).toThrow('has to be awaited');
  expect(() => utils.get_file('b.txt')).toThrow('Please specify the "origin" argument');
  expect(() => utils.get_file('x/b.txt', origin)).toThrow('Paths are no longer accepted');
  expect(() => utils.get_file({ origin: 'https://example.org/' })).toThrow("Can't parse the file name");
});
