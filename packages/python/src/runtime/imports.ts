import { nearestName } from '@stele/core';
import { attributeOf } from './attributes';
import { error } from './raise';
import { moduleLoader, type RunContext, registeredModules } from './registry';
import { state } from './state';
import { PyModule } from './values';

function make(name: string, run: RunContext): PyModule | null {
  const override = state.overrides.get(name);
  if (override !== undefined) {
    const given = typeof override === 'function' ? (override as (r: RunContext) => object)(run) : override;
    return given instanceof PyModule ? given : new PyModule(name, given as object);
  }
  const loader = moduleLoader(name);
  if (loader !== undefined) {
    const members = loader(run);
    return members instanceof PyModule ? members : new PyModule(name, members);
  }
  return localModule(name, run);
}

/** A module beside the script, in the working folder. */
function localModule(name: string, run: RunContext): PyModule | null {
  const files = run.files;
  if (files === null || state.compileModule === null) return null;
  const folder = run.fileName.includes('/') ? run.fileName.slice(0, run.fileName.lastIndexOf('/') + 1) : '';
  const path = name.replace(/\./g, '/');
  for (const place of new Set([folder, ''])) {
    for (const candidate of [`${place}${path}.py`, `${place}${path}/__init__.py`]) {
      if (candidate.startsWith('/')) continue;
      if (files.stat(candidate)?.kind !== 'file') continue;
      const data = files.read(candidate);
      if (data === null) continue;
      const source = new TextDecoder().decode(data);
      const module = new PyModule(name, {});
      state.modules.set(name, module);
      try {
        const members = state.compileModule(name, candidate, source);
        const ready = new PyModule(name, members);
        return ready;
      } catch (e) {
        state.modules.delete(name);
        throw e;
      }
    }
    if (files.stat(`${place}${path}`)?.kind === 'folder') return new PyModule(name, {});
  }
  return null;
}

function notFound(name: string): Error {
  const there = [...new Set([...registeredModules(), ...state.overrides.keys()].map((n) => n.split('.')[0]!))].sort();
  const near = nearestName(name, there);
  const hint = near === undefined ? '' : ` Did you mean '${near}'?`;
  return error(
    'ModuleNotFoundError',
    `No module named '${name}'.${hint} Stele has: ${there.filter((n) => !n.startsWith('_')).join(', ')}, and modules beside the script.`,
  );
}

/** Loads a module by its full name; null if there is none of that name. */
function loadOne(name: string): PyModule | null {
  const known = state.modules.get(name);
  if (known !== undefined) return known as PyModule;
  if (state.run === null) throw new Error('import: no run is in progress');
  const made = make(name, state.run);
  if (made !== null) state.modules.set(name, made);
  return made;
}

/** `import a.b.c`: gives `a`, or with `last` the module `c`. */
export function importModule(name: string, last: boolean): unknown {
  if (name.startsWith('.')) {
    if (/^\.+$/.test(name)) throw error('ImportError', 'attempted relative import with no known parent package');
    return importModule(name.replace(/^\.+/, ''), last);
  }
  const parts = name.split('.');
  const root = loadOne(parts[0]!);
  if (root === null) throw notFound(parts[0]!);
  let current: unknown = root;
  for (let i = 1; i < parts.length; i++) {
    const full = parts.slice(0, i + 1).join('.');
    const part = parts[i]!;
    let next: unknown = loadOne(full);
    if (next === null) {
      const attribute = safeAttribute(current, part);
      if (
        attribute !== undefined &&
        attribute !== null &&
        (typeof attribute === 'object' || typeof attribute === 'function')
      ) {
        next = attribute;
      }
    } else if (current instanceof PyModule && !Object.hasOwn(current.members, part)) current.own.set(part, next);
    if (next === null || next === undefined) {
      throw error('ModuleNotFoundError', `No module named '${full}'`);
    }
    current = next;
  }
  return last ? current : root;
}

function safeAttribute(x: unknown, name: string): unknown {
  try {
    return attributeOf(x, name);
  } catch (e) {
    if ((e as Error).name === 'AttributeError') return undefined;
    throw e;
  }
}

/** `from module import name`. */
export function importName(module: unknown, name: string): unknown {
  const value = safeAttribute(module, name);
  if (value !== undefined) return value;
  const full = module instanceof PyModule ? module.name : String((module as any)?.__name__ ?? '');
  if (module instanceof PyModule) {
    const sub = loadOne(`${full}.${name}`);
    if (sub !== null) return sub;
  }
  const near = module instanceof PyModule ? nearestName(name, Object.keys(module.members)) : undefined;
  throw error(
    'ImportError',
    `cannot import name '${name}' from '${full}'${near === undefined ? '' : ` (did you mean '${near}'?)`}`,
  );
}

/** The names that `from module import *` brings. */
export function starNames(module: unknown): [string, unknown][] {
  if (!(module instanceof PyModule)) {
    return Object.keys(module as object)
      .filter((n) => !n.startsWith('_'))
      .map((n) => [n, safeAttribute(module, n)]);
  }
  const listed = safeAttribute(module, '__all__');
  const names = Array.isArray(listed)
    ? (listed as string[])
    : [...Object.keys(module.members), ...module.own.keys()].filter((n) => !n.startsWith('_'));
  return names.map((n) => [n, safeAttribute(module, n)] as [string, unknown]).filter(([, v]) => v !== undefined);
}
