import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keras, tf } from '@stele/tflow';
import { torch } from '@stele/torchlike';

const root = join(__dirname, '..');
const check = process.argv.includes('--check');

/** A framework's public names by namespace, as `scripts/api/list.py` lists them from the real one. */
type Listing = Readonly<Record<string, readonly string[]>>;

interface Facade {
  readonly folder: string;
  readonly listing: string;
  readonly title: string;
  /** What the first part of a namespace's name stands for. */
  readonly roots: Readonly<Record<string, unknown>>;
  /** Namespaces whose members are those of an instance. */
  readonly instances: Readonly<Record<string, object>>;
}

const facades: readonly Facade[] = [
  {
    folder: 'torchlike',
    listing: 'torch',
    title: 'PyTorch 2.13',
    roots: { torch },
    instances: { 'torch.Tensor': torch.ones(1) },
  },
  { folder: 'keraslike', listing: 'keras', title: 'Keras 3.15', roots: { keras }, instances: {} },
  {
    folder: 'tflow',
    listing: 'tensorflow',
    title: 'TensorFlow 2.21',
    roots: { tf },
    instances: {
      'tf.Tensor': tf.constant(1),
      'tf.Variable': new tf.Variable(1),
      'tf.GradientTape': new tf.GradientTape(),
      'tf.Module': new tf.Module(),
      'tf.data.Dataset': tf.data.Dataset.range(1),
    },
  },
];

const holder = (value: unknown): value is object =>
  (typeof value === 'object' || typeof value === 'function') && value !== null;

/** Whether an object has a member of its own making, not one that every JavaScript object has. */
function has(owner: unknown, name: string): boolean {
  if (!holder(owner) || !(name in owner)) return false;
  return !(name in (typeof owner === 'function' ? Function.prototype : Object.prototype)) || Object.hasOwn(owner, name);
}
function find(path: string, roots: Facade['roots']): unknown {
  let at: unknown = roots;
  for (const part of path.split('.')) {
    if (!has(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}

function table(facade: Facade): string {
  const listing = JSON.parse(readFileSync(join(root, 'scripts/api', `${facade.listing}.json`), 'utf8')) as Listing;
  const sections = Object.entries(listing).flatMap(([path, names]) => {
    if (names.length === 0) return [];
    const owner = find(path, facade.roots);
    const instance = facade.instances[path];
    const here = names.filter((name) => has(owner, name) || has(instance, name));
    const missing = names.filter((name) => !here.includes(name));
    return [{ path, here, missing, total: names.length }];
  });
  const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' ');
  const rows = sections.map((s) => `| \`${s.path}\` | ${s.here.length} | ${s.total} |`);
  const body = sections
    .filter((s) => s.here.length > 0)
    .map((s) => {
      const rest = s.missing.length === 0 ? '' : `\n\nNot here: ${code(s.missing)}`;
      return `## ${s.path}\n\nHere: ${code(s.here)}${rest}`;
    });
  return `# What of ${facade.title} is here

Made by \`pnpm compatibility\` from the facade's exports and the real framework's public names; do not edit. A name that is not here throws a sentence.

| namespace | here | of |
|---|---:|---:|
${rows.join('\n')}

${body.join('\n\n')}
`;
}

let stale = 0;
for (const facade of facades) {
  const file = join(root, 'packages', facade.folder, 'COMPATIBILITY.md');
  const text = table(facade);
  if (!check) {
    writeFileSync(file, text);
    continue;
  }
  let before = '';
  try {
    before = readFileSync(file, 'utf8');
  } catch {
    // there is none yet
  }
  if (before !== text) {
    console.log(`packages/${facade.folder}/COMPATIBILITY.md is out of date: run "pnpm compatibility"`);
    stale++;
  }
}
process.exitCode = stale > 0 ? 1 : 0;
