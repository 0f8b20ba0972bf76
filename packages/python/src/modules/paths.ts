import { error } from '../runtime/raise';

/** The path that a string or an object with `__fspath__` stands for. */
export function pathOf(file: unknown): string {
  if (typeof file === 'string') return file;
  const method = (file as { __fspath__?: () => unknown } | null)?.__fspath__;
  if (typeof method === 'function') return String(method.call(file));
  throw error('TypeError', 'expected str, bytes or os.PathLike object');
}
