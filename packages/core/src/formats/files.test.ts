import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostFiles } from '../host';
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

describe('hostFiles', () => {
  it('reads and writes in Node, and says so where there is no file system', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stele-'));
    const files = hostFiles('save()', 'give bytes');
    files.write(join(folder, 'a.bin'), Uint8Array.of(7));
    expect([files.exists(join(folder, 'b')), ...files.read(join(folder, 'a.bin'))]).toEqual([false, 7]);
    rmSync(folder, { recursive: true });
    const builtin = Object.getOwnPropertyDescriptor(process, 'getBuiltinModule')!;
    Object.defineProperty(process, 'getBuiltinModule', { value: undefined, configurable: true });
    try {
      expect(() => hostFiles('save()', 'give bytes')).toThrow(/^save\(\) was given a path, but .*: give bytes$/);
    } finally {
      Object.defineProperty(process, 'getBuiltinModule', builtin);
    }
  });
});
