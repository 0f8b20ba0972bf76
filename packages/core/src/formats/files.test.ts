import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from './files';

describe('writeFileAtomic', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stele-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('makes folders, writes, and replaces', () => {
    const path = join(folder, 'a/b/model.bin');
    writeFileAtomic(path, Uint8Array.of(1, 2));
    writeFileAtomic(path, 'text');
    expect(readFileSync(path, 'utf8')).toBe('text');
    expect(readdirSync(join(folder, 'a/b'))).toEqual(['model.bin']);
  });

  it('leaves nothing behind when it fails', () => {
    mkdirSync(join(folder, 'c/taken/full'), { recursive: true });
    expect(() => writeFileAtomic(join(folder, 'c/taken'), 'text')).toThrow();
    expect(readdirSync(join(folder, 'c'))).toEqual(['taken']);
  });
});
