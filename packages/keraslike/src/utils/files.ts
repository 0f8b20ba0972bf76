import { hostFiles } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { notImplemented, valueError } from '../errors';

const text = z.string().nullable().default(null);
const fetched = signature(0, {
  fname: text,
  origin: text,
  untar: only(false, 'extracting archives is'),
  md5_hash: text,
  file_hash: text,
  cache_subdir: z.string().default('datasets'),
  hash_algorithm: z.string().default('auto'),
  extract: only(false, 'extracting archives is'),
  archive_format: z.any().default('auto'),
  cache_dir: text,
  force_download: z.boolean().default(false),
});

interface Host {
  env?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: string): unknown;
}
interface Hashing {
  createHash(kind: string): { update(bytes: Uint8Array): { digest(form: 'hex'): string } };
}
const host = (): Host | undefined => (globalThis as { process?: Host }).process;

const join = (folder: string, name: string): string =>
  name.startsWith('/') ? name : `${folder.replace(/\/$/, '')}/${name}`;
const homeOf = (path: string): string => (/^~(?=\/|$)/.test(path) ? (host()?.env?.HOME ?? '~') + path.slice(1) : path);

function digest(bytes: Uint8Array, kind: 'sha256' | 'md5'): string {
  const hashing = host()?.getBuiltinModule?.('node:crypto') as Hashing | undefined;
  if (hashing === undefined)
    throw notImplemented(`get_file(): checking a ${kind} hash needs Node 20.16 or later; leave file_hash out`);
  return hashing.createHash(kind).update(bytes).digest('hex');
}

/**
 * The path of a file in Keras' cache (`cache_dir`/`cache_subdir`/`fname`), or of the one a `file:` address names.
 *
 * @throws NotImplementedError where the file would have to be downloaded, for which a call that returns at once cannot
 * wait; ValueError where a given hash is not that of the file.
 * @see https://keras.io/api/utils/python_utils/#get_file-function
 */
export function get_file(
  ...args: Call<[], [fname: string | null, origin: string | null], Partial<Keywords<typeof fetched>>>
): string {
  const o = read('get_file()', fetched, args);
  const { origin } = o;
  if (origin === null) throw valueError('Please specify the "origin" argument (URL of the file to download).');
  const name = o.fname || /^(?:[a-z]+:\/\/[^/?#]*)?[^?#]*?([^/?#]*)(?:[?#].*)?$/i.exec(origin)?.[1];
  if (!name)
    throw valueError(
      `Can't parse the file name from the origin provided: '${origin}'.Please specify the \`fname\` argument.`,
    );
  if (name.includes('/'))
    throw valueError(
      `Paths are no longer accepted as the \`fname\` argument. To specify the file's parent directory, use the \`cache_dir\` argument. Received: fname=${name}`,
    );
  const files = hostFiles('get_file()', 'fetch the bytes and pass them on');
  const hash = o.file_hash ?? o.md5_hash;
  const algorithm = o.file_hash === null && o.md5_hash !== null ? 'md5' : o.hash_algorithm;
  const valid = (path: string): boolean =>
    hash === null ||
    digest(
      files.read(path),
      algorithm === 'sha256' || (algorithm === 'auto' && hash.length === 64) ? 'sha256' : 'md5',
    ) === hash;

  const cache = homeOf(o.cache_dir ?? host()?.env?.KERAS_HOME ?? '~/.keras');
  const kept = join(join(cache, o.cache_subdir), name);
  if (!o.force_download && files.exists(kept) && valid(kept)) return kept;
  if (/^file:/i.test(origin)) {
    const path = decodeURIComponent(origin.replace(/^file:(\/\/[^/]*)?/i, ''));
    files.write(kept, files.read(path));
    if (valid(kept)) return kept;
    files.remove?.(kept);
    throw valueError(
      `Incomplete or corrupted file detected. The ${algorithm} file hash does not match the provided value of ${hash}.`,
    );
  }
  throw notImplemented(
    `get_file(): ${kept} is not there${files.exists(kept) ? ' with that hash' : ''}, and a download from ${origin} has to be awaited, which this call cannot; put the file there yourself, or pass a cache_dir that holds it`,
  );
}
