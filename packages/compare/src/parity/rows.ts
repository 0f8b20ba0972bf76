import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isObject, type Json, type JsonObject, parseJson } from './json';

/** One recorded case, or why it cannot be read. */
export interface Row {
  readonly id: string;
  readonly line: number;
  readonly data: JsonObject | null;
  readonly error?: string;
}

/** A file of recordings. */
export interface RecordingFile {
  readonly path: string;
  readonly folder: string;
  /** The name without endings: `ops` of `ops.ndjson.gz`. */
  readonly stem: string;
  readonly rows: readonly Row[];
  /** Why the file as a whole cannot be read. */
  readonly error?: string;
}

const endings = /\.(ndjson|jsonl)(\.gz)?$/;
const largest = 1 << 30;

/** The files of recordings in a folder and the folders in it, by path; a file stands for itself. */
export function findRecordings(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const found: string[] = [];
  const visit = (folder: string, depth: number): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = join(folder, entry.name);
      if (entry.isDirectory() && depth < 3 && entry.name !== 'node_modules') visit(full, depth + 1);
      else if (entry.isFile() && (endings.test(entry.name) || entry.name === 'index.json')) found.push(full);
    }
  };
  visit(path, 0);
  return found;
}

/** The name of a file of recordings without its endings. */
export const stemOf = (path: string): string =>
  basename(path)
    .replace(endings, '')
    .replace(/\.json$/, '');

function readText(path: string): string {
  const bytes = readFileSync(path);
  const packed = bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!packed && path.endsWith('.gz')) throw new Error('not a gzip file');
  return (packed ? gunzipSync(bytes, { maxOutputLength: largest }) : bytes).toString('utf8');
}

/**
 * Reads one file; rows whose text lacks `filter` are left out before they are parsed. `wanted` is asked after the first
 * row whether the rest is needed.
 */
export function readRecordings(
  path: string,
  filter = '',
  wanted: (first: JsonObject) => boolean = () => true,
): RecordingFile {
  const file = { path, folder: dirname(path), stem: stemOf(path) };
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...file, rows: [], error: `the file cannot be read: ${why}` };
  }
  if (path.endsWith('.json')) return { ...file, ...readList(text, filter) };
  const rows: Row[] = [];
  let line = 0;
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    line++;
    const source = text.slice(start, end);
    start = end + 1;
    if (source.trim() === '') continue;
    if (line === 1) {
      const first = readRow(source, line);
      if (first.data !== null && !wanted(first.data)) return { ...file, rows: [] };
    }
    if (filter === '' || source.includes(filter)) rows.push(readRow(source, line));
  }
  return { ...file, rows };
}

function readRow(source: string, line: number): Row {
  const named = /"id"\s*:\s*"([^"\\]*)"/.exec(source.slice(0, 300))?.[1];
  const id = named ?? `line ${line}`;
  try {
    const data = parseJson(source);
    if (!isObject(data)) return { id, line, data: null, error: 'the row is not a JSON object' };
    if (typeof data.id !== 'string') return { id, line, data, error: "the row has no 'id'" };
    return { id: data.id, line, data };
  } catch (error) {
    return { id, line, data: null, error: (error as Error).message };
  }
}

/** A list of artefacts: a JSON array of objects that name a file. */
function readList(text: string, filter: string): { rows: Row[]; error?: string } {
  let list: Json;
  try {
    list = parseJson(text);
  } catch (error) {
    return { rows: [], error: (error as Error).message };
  }
  if (!Array.isArray(list)) return { rows: [] };
  const seen = new Map<string, number>();
  const rows = list.map((data, i): Row => {
    if (!isObject(data)) return { id: `entry ${i}`, line: i + 1, data: null, error: 'the entry is not a JSON object' };
    const named = [data.file, data.name].find((name) => typeof name === 'string');
    // entries without a file share their names
    const count = (seen.get(String(named)) ?? 0) + 1;
    seen.set(String(named), count);
    return { id: `files/${String(named ?? i)}${count === 1 ? '' : ` (${count})`}`, line: i + 1, data };
  });
  return { rows: rows.filter((row) => filter === '' || row.id.includes(filter)) };
}
