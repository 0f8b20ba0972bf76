import { nearestName } from '@stele/core';
import type { Frame, PyException } from './exceptions';
import { isException } from './exceptions';
import { Stopped, state } from './state';
import { repr, str } from './text';
import { typeInfo, typeName, typeOf } from './types';

function lineOf(file: string, line: number): string {
  return state.sources.get(file)?.[line - 1]?.trim() ?? '';
}

/** The frames as Python prints them, repeated ones counted. */
export function framesText(frames: readonly Frame[]): string {
  let out = '';
  let last = '';
  let times = 0;
  const flush = (): void => {
    if (times > 3) out += `  [Previous line repeated ${times - 3} more time${times - 3 === 1 ? '' : 's'}]\n`;
  };
  for (const f of frames) {
    const code = lineOf(f.file, f.line);
    const text = `  File "${f.file}", line ${f.line}, in ${f.name}\n${code === '' ? '' : `    ${code}\n`}`;
    if (text === last) times++;
    else {
      flush();
      last = text;
      times = 1;
    }
    if (times <= 3) out += text;
  }
  flush();
  return out;
}

/** `KeyError: 'x'`: the class and the text of an exception. */
export function headline(e: PyException): string {
  const info = typeInfo(typeOf(e));
  const name =
    info === undefined
      ? typeName(e)
      : info.module === '__main__' || info.module === 'builtins'
        ? info.qualname
        : `${info.module}.${info.qualname}`;
  const prefix = info !== undefined && info.module === '__main__' ? `__main__.${info.qualname}` : name;
  let text: string;
  try {
    text = str(e);
  } catch {
    text = '<exception str() failed>';
  }
  const near = (e as any).$near as { name: string; known: () => string[] } | undefined;
  if (near !== undefined) {
    const found = nearestName(
      near.name,
      near.known().filter((n) => n !== near.name && !n.startsWith('__')),
    );
    if (found !== undefined) text += `. Did you mean: '${found}'?`;
  }
  const shown = prefix.startsWith('__main__.') ? prefix.slice('__main__.'.length) : prefix;
  const notes = Array.isArray((e as any).__notes__)
    ? `\n${((e as any).__notes__ as unknown[]).map(str).join('\n')}`
    : '';
  return (text === '' ? shown : `${shown}: ${text}`) + notes;
}

/** A whole traceback, with the exceptions that led to this one. */
export function tracebackText(e: unknown, seen = new Set<unknown>()): string {
  if (e instanceof Stopped) {
    return `Traceback (most recent call last):\n${framesText([...(e.frames as Frame[])].reverse())}Stopped: ${e.message}\n`;
  }
  if (!isException(e)) return `${e instanceof Error ? `${e.name}: ${e.message}` : repr(e)}\n`;
  seen.add(e);
  let before = '';
  if (e.$cause != null && !seen.has(e.$cause)) {
    before = `${tracebackText(e.$cause, seen)}\nThe above exception was the direct cause of the following exception:\n\n`;
  } else if (e.$context != null && !e.$suppress && !seen.has(e.$context)) {
    before = `${tracebackText(e.$context, seen)}\nDuring handling of the above exception, another exception occurred:\n\n`;
  }
  const frames =
    e.$frames.length === 0 ? '' : `Traceback (most recent call last):\n${framesText([...e.$frames].reverse())}`;
  return `${before}${frames}${headline(e)}\n`;
}
