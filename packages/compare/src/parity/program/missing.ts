import { Mismatch, Unsupported } from '../outcome';
import type { Ended } from './python';

/** What a program says when a facade lacks a name, in the words of namespaces and of the front end. */
const lacks: readonly RegExp[] = [
  /^module '([^']+)' has no attribute '([^']+)'/,
  /^'([^']+)' object has no attribute '([^']+)'/,
  /^type object '([^']+)' has no attribute '([^']+)'/,
];

/** The name that a program misses, or null. */
export function missingName(raises: string | null, message: string): string | null {
  if (raises === 'ModuleNotFoundError') return /No module named '([^']+)'/.exec(message)?.[1] ?? message;
  if (raises === 'ImportError')
    return /cannot import name '([^']+)' from '([^']+)'/.exec(message)?.slice(1, 3).reverse().join('.') ?? message;
  if (raises !== 'AttributeError') return null;
  for (const pattern of lacks) {
    const found = pattern.exec(message);
    if (found !== null) return `${found[1]}.${found[2]}`;
  }
  return null;
}

/** A program ended by an exception that its recording does not have. */
export function unexpectedEnd(ended: Ended): never {
  const missing = missingName(ended.raises, ended.message);
  if (missing !== null) throw new Unsupported(missing, `${ended.raises}: ${ended.message}`);
  const line = /program\.py", line (\d+)/.exec(
    ended.traceback
      .split('\n')
      .filter((l) => l.includes('program.py'))
      .at(-1) ?? '',
  )?.[1];
  const source = ended.traceback.trimEnd().split('\n');
  const shown = source.length > 2 ? source.at(-2)?.trim() : '';
  throw new Mismatch(
    `raised ${ended.raises}: ${ended.message.split('\n')[0]}${line === undefined ? '' : ` (line ${line}${shown === '' ? '' : `: ${shown}`})`}`,
  );
}
