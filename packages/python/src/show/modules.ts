import { np } from '@stele/core/numpy';
import { keras } from '@stele/keraslike';
import { tf } from '@stele/tflow';
import { torch } from '@stele/torchlike';
import * as vision from '@stele/torchlike/vision';
import { type Context, isClass, memberOf, safeName } from './context';
import { any, type Type, unknown } from './types';

/** Where a framework's whole namespace comes from. */
const roots: Readonly<Record<string, { readonly name: string; readonly from: string; readonly value: object }>> = {
  torch: { name: 'torch', from: '@stele/torchlike', value: torch },
  tensorflow: { name: 'tf', from: '@stele/tflow', value: tf },
  keras: { name: 'keras', from: '@stele/keraslike', value: keras },
  numpy: { name: 'np', from: '@stele/core/numpy', value: np },
};
/** Members that a package exports beside its whole namespace. */
const exported: Readonly<Record<string, readonly string[]>> = {
  torch: ['nn', 'optim'],
  keras: [
    'layers',
    'models',
    'losses',
    'metrics',
    'optimizers',
    'callbacks',
    'initializers',
    'utils',
    'ops',
    'regularizers',
  ],
};
/** Modules that printing alone needs to know: what they are for is written otherwise in TypeScript. */
export const written = new Set([
  'math',
  'time',
  'typing',
  'matplotlib.pyplot',
  'matplotlib',
  'PIL.Image',
  'PIL',
  'json',
  'sys',
  '__future__',
  'dataclasses',
  'collections',
  'functools',
  'itertools',
  'random',
  'os',
]);

/** The type of a facade's member. */
export function typeOfMember(owner: object | null, path: string, name: string): Type {
  const value = memberOf(owner, name);
  const at = `${path}.${name}`;
  if (value === undefined) {
    if (owner === null || /(^|\.)datasets$/.test(path)) {
      if (/^[A-Z]/.test(name)) return { kind: 'class', value: null, path: at };
      return { kind: 'module', value: null, path: at };
    }
    return unknown;
  }
  if (isClass(value)) return { kind: 'class', value, path: at };
  if (typeof value === 'function') return { kind: 'function', value, path: at };
  if (typeof value === 'object' && value !== null && !isPlainValue(value)) return { kind: 'module', value, path: at };
  return any;
}
/** A value of its own kind (a dtype, a device) rather than a namespace. */
const isPlainValue = (value: object): boolean => {
  const proto = Object.getPrototypeOf(value) as object | null;
  return proto !== null && proto !== Object.prototype;
};

/** What a dotted module name means; null for a module of the program's own, or one that nothing is known of. */
export function moduleOf(name: string): Type | null {
  const [root = '', ...rest] = name.split('.');
  if (root === 'torchvision') {
    const path = rest.join('.');
    if (path === '') return { kind: 'module', value: { ...vision }, path: 'torchvision' };
    if (path === 'datasets') return { kind: 'module', value: null, path: 'datasets' };
    if (path === 'transforms') return { kind: 'module', value: vision.transforms, path: 'transforms' };
    return null;
  }
  const known = roots[root];
  if (known === undefined) return written.has(name) ? { kind: 'module', value: null, path: `python:${name}` } : null;
  // torch's files of modules hold nothing that torch.nn does not
  const path =
    root === 'torch' && rest[0] === 'nn' && (rest[1] === 'modules' || rest[1] === 'parameter')
      ? ['nn', ...rest.slice(3)]
      : rest;
  let type: Type = { kind: 'module', value: known.value, path: known.name };
  for (const part of path) {
    if (type.kind !== 'module') return null;
    type = typeOfMember(type.value, type.path, part);
  }
  return type.kind === 'module' ? type : null;
}

/** A name's text, importing what it stands for. */
export function localText(c: Context, name: string): string {
  const imported = c.scope.names.get(name) === undefined || c.scope.outer === null ? c.imported.get(name) : undefined;
  return imported === undefined || c.quiet ? safeName(name) : reach(c, name, imported);
}

/** The text under which a module or member is reached, importing what that needs. */
function reach(c: Context, local: string, type: Type): string {
  if (type.kind !== 'module' && type.kind !== 'class' && type.kind !== 'function') return safeName(local);
  const { path } = type;
  if (path.startsWith('python:')) return safeName(local);
  if (path === 'np') {
    c.import('@stele/core/numpy', 'np', local);
    return local;
  }
  if (path === 'torch' || path === 'tf' || path === 'keras') {
    c.import({ torch: '@stele/torchlike', tf: '@stele/tflow', keras: '@stele/keraslike' }[path], path, local);
    return local;
  }
  const [root = '', first = '', ...rest] = path.split('.');
  const name = safeName(local);
  if (root === 'datasets' || root === 'transforms') {
    const from = root === 'datasets' ? '@stele/torchlike/vision/datasets' : '@stele/torchlike/vision';
    if (first === '') {
      c.import(from, root, local);
      return local;
    }
    c.import(from, root);
    pick(c, root, first, name);
    return name;
  }
  const package_ = { torch: '@stele/torchlike', keras: '@stele/keraslike' }[root];
  if (package_ !== undefined && exported[root]!.includes(first)) {
    if (rest.length === 0) {
      c.import(package_, first, name);
      return name;
    }
    c.import(package_, first);
    pick(c, [first, ...rest.slice(0, -1)].join('.'), rest.at(-1)!, name);
    return name;
  }
  if (root === 'torch' || root === 'keras' || root === 'tf' || root === 'np') {
    c.need(root);
    if (root === 'np') c.import('@stele/core/numpy', 'np');
    if (/\.datasets(\.|$)/.test(path)) c.effects.add('@stele/keraslike/datasets');
    pick(c, [root, first, ...rest].slice(0, -1).join('.'), rest.at(-1) ?? first, name);
    return name;
  }
  return name;
}

function pick(c: Context, from: string, name: string, local: string): void {
  let names = c.picked.get(from);
  if (names === undefined) c.picked.set(from, (names = new Map()));
  names.set(local, name);
}
