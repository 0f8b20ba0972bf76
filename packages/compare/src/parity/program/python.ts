import { Unsupported } from '../outcome';

type Loose = any;

/** Python functions by their signature: `emit(x)`. */
export type Functions = Readonly<Record<string, (...args: Loose[]) => unknown>>;

/** How a program ended. */
export interface Ended {
  /** Python's name of the exception that ended it. */
  readonly raises: string | null;
  readonly message: string;
  readonly traceback: string;
}

/** What an exception is in Python's words. */
export interface Raised {
  readonly type: string;
  /** The names of its base classes, nearest first. */
  readonly bases: readonly string[];
  readonly message: string;
}

let front: Promise<Loose> | null = null;
/** The Python front end, loaded at the first program. */
async function load(): Promise<Loose> {
  front ??= (async () => {
    const [python, { loadParser }] = await Promise.all([import('@stele/python'), import('@stele/python/node')]);
    await loadParser();
    return python;
  })();
  try {
    return await front;
  } catch (error) {
    front = null;
    throw new Unsupported('Python front end', `the Python front end does not load: ${(error as Error).message}`);
  }
}

/** Imports of the modules that a program names, one line each; the rest is not loaded. */
export const importsFor = (source: string, modules: Readonly<Record<string, string>>): string =>
  Object.entries(modules)
    .filter(([name]) => new RegExp(`(?<![\\w.])${name}\\b`).test(source))
    .map(([, line]) => line)
    .join('\n');

/** Seconds that one program may take. */
const limit = 240;

/**
 * Runs a program after a prelude. `functions` are there as globals, `values` as members of a module that the prelude
 * may import from (`recording`).
 */
export async function runProgram(
  prelude: string,
  source: string,
  functions: Functions,
  values: Readonly<Record<string, unknown>> = {},
): Promise<Ended> {
  const { fn, memoryFiles, runPythonSync } = await load();
  const members: Record<string, unknown> = { ...values };
  for (const [signature, implementation] of Object.entries(functions))
    members[signature.slice(0, signature.indexOf('('))] = fn(signature, implementation);
  const names = Object.keys(members);
  const imports = names.length === 0 ? '' : `from recording import ${names.join(', ')}\n`;
  const { error } = runPythonSync(`${imports}${prelude}\n${source}`, {
    modules: { recording: members },
    timeLimit: limit * 1000,
    fileName: 'program.py',
    // what it writes is gone with it
    files: memoryFiles(),
  });
  if (error === undefined) return { raises: null, message: '', traceback: '' };
  // what the runner itself threw passes through
  if (error.cause instanceof Unsupported) throw error.cause;
  return { raises: error.name, message: error.message, traceback: error.traceback };
}

/** An exception that Python code raised, caught by a recording function. */
export async function describer(): Promise<(error: unknown) => Raised> {
  const python = await load();
  return (error) => {
    const exception = python.isException(error) ? error : python.toException(error);
    const js = exception.$js instanceof Error ? exception.$js : error;
    const mro: Loose[] = python.typeInfo(python.typeOf(exception))?.mro ?? [];
    const own = js instanceof Error && js.name !== '' ? js.name : exception.name;
    const bases = mro.map((cls) => python.typeInfo(cls)?.name ?? cls.name).filter((name: string) => name !== own);
    return { type: own, bases, message: python.str(exception) };
  };
}

/** A plain value as a Python literal. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (Object.getPrototypeOf(value) === Object.prototype)
    return `{${Object.entries(value as object)
      .map(([k, v]) => `${JSON.stringify(k)}: ${pythonLiteral(v)}`)
      .join(', ')}}`;
  // a marked float
  const number = Number(value);
  return Number.isInteger(number) ? `${number}.0` : String(number);
}
