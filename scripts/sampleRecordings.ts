import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

// Takes the sample of the public recordings that is kept in the repository: of each file rows of every kind, the short
// ones first, up to a number of packed bytes; and the artefacts that the rows of `files` need.

const source = join(__dirname, '../../shared/oracle');
const target = join(__dirname, '../packages/compare/recordings');

/** Packed kilobytes per file; a file not named here is taken whole. */
const budgets: Readonly<Record<string, number>> = {
  'torch/ops': 330,
  'torch/modules': 170,
  'torch/optim': 70,
  'torch/rng': 70,
  'torch/traces': 40,
  'torch/files': 25,
  'keras/layers': 90,
  'keras/optimizers': 60,
  'keras/training': 60,
  'keras/files': 8,
  'tf/ops': 110,
  'tf/traces': 30,
  'tf/random': 33,
  'tf/fashion': 0,
};
/** Bytes of artefacts per suite. */
const artefacts: Readonly<Record<string, number>> = { torch: 90_000, keras: 120_000, tf: 120_000 };

interface Row {
  readonly line: string;
  readonly subject: string;
  readonly files: readonly string[];
}

function read(line: string): Row {
  const row = JSON.parse(line) as Record<string, unknown>;
  const named = row['op'] ?? row['module'] ?? row['scheduler'] ?? row['optimizer'] ?? row['kind'] ?? row['group'];
  const subject = [row['call'] ?? '', typeof named === 'string' ? named : '', row['expect'] ?? ''].join(' ');
  const files = ['file', 'keras_file', 'weights_file', 'legacy_h5_file'].flatMap((key) =>
    typeof row[key] === 'string' ? [row[key]] : [],
  );
  return { line, subject, files };
}

/** One row of every kind, then a second of each, as long as they fit. */
function choose(rows: readonly Row[], bytes: number): Row[] {
  const kinds = new Map<string, Row[]>();
  for (const row of rows) kinds.set(row.subject, [...(kinds.get(row.subject) ?? []), row]);
  for (const list of kinds.values()) list.sort((a, b) => a.line.length - b.line.length);
  const ratio = gzipSync(rows.map((r) => r.line).join('\n')).length / rows.reduce((n, r) => n + r.line.length, 0);
  const taken = new Set<Row>();
  let used = 0;
  for (let round = 0; ; round++) {
    const next = [...kinds.values()].flatMap((list) => (list[round] === undefined ? [] : [list[round]!]));
    if (next.length === 0) break;
    for (const row of next.sort((a, b) => a.line.length - b.line.length)) {
      const size = row.line.length * ratio;
      if (used + size > bytes) continue;
      used += size;
      taken.add(row);
    }
  }
  return rows.filter((row) => taken.has(row));
}

for (const suite of ['torch', 'keras', 'tf']) {
  const from = join(source, suite, 'public');
  const to = join(target, suite);
  if (!existsSync(from)) throw new Error(`there are no recordings in ${from}`);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  let room = artefacts[suite]!;
  const copy = (name: string): void => {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    copyFileSync(join(from, name), join(to, name));
    room -= statSync(join(from, name)).size;
  };
  for (const name of readdirSync(from)) {
    if (name === 'tolerances.json') copyFileSync(join(from, name), join(to, name));
    if (!name.endsWith('.gz')) continue;
    const stem = basename(name).split('.')[0]!;
    const text = gunzipSync(readFileSync(join(from, name))).toString('utf8');
    const rows = text.split('\n').filter(Boolean).map(read);
    const budget = budgets[`${suite}/${stem}`];
    const size = (row: Row): number => row.files.reduce((n, f) => n + statSync(join(from, f)).size, 0);
    const fitting = stem === 'files' ? [...rows].sort((a, b) => size(a) - size(b)) : rows;
    const chosen = (budget === undefined ? fitting : choose(fitting, budget * 1024)).filter((row) => {
      if (size(row) > room) return false;
      for (const file of row.files) copy(file);
      return true;
    });
    if (chosen.length > 0)
      writeFileSync(join(to, name), gzipSync(`${chosen.map((r) => r.line).join('\n')}\n`, { level: 9 }));
  }
  const index = join(from, 'files/index.json');
  if (!existsSync(index)) continue;
  const list = JSON.parse(readFileSync(index, 'utf8')) as { file: string | null }[];
  const single = list.filter((entry) => {
    // an entry without a file holds its bytes itself
    if (entry.file === null) return true;
    const path = join(from, 'files', entry.file);
    const fits = existsSync(path) && statSync(path).isFile() && statSync(path).size <= Math.min(room, 12_000);
    if (fits) copy(join('files', entry.file));
    return fits;
  });
  const short = single.filter((entry) => JSON.stringify(entry).length < 20_000);
  writeFileSync(join(to, 'files/index.json'), `${JSON.stringify(short, null, 1)}\n`);
}
