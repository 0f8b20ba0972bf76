import { nearestName } from './options';

/** A function's parameters as Python declares them. */
export interface Signature {
  readonly text: string;
  /** Each place's names: one, or several where overloads name it differently. */
  readonly positional: readonly (readonly string[])[];
  /** How many leading places cannot be given by name. */
  readonly positionalOnly: number;
  /** How many leading places have no default. */
  readonly required: number;
  readonly keywordOnly: readonly string[];
  /** Whether any number of further positional arguments is taken (`*args`). */
  readonly variadic: boolean;
  /** Whether any keyword is taken (`**kwargs`). */
  readonly anyKeyword: boolean;
  /** Whether an array that comes back is a tuple (`-> tuple`). */
  readonly returnsTuple: boolean;
}

/** The parts of a Python parameter list: what commas outside of brackets and quotes part. */
export function splitParameters(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === "'" || c === '"') quote = c;
    else if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((p) => p.trim()).filter((p) => p !== '');
}

/**
 * Reads a Python parameter list; `a|b` gives one place two names, for overloads that differ there. `-> tuple` at the end
 * says that an array that comes back is a tuple.
 *
 * ```ts
 * parseSignature('input, dim=None, keepdim=False, *, dtype=None').keywordOnly; // ['dtype']
 * ```
 */
export function parseSignature(text: string): Signature {
  const [parameters = '', result = ''] = text.split('->');
  const positional: string[][] = [];
  const keywordOnly: string[] = [];
  let positionalOnly = 0;
  let required = 0;
  let variadic = false;
  let anyKeyword = false;
  let keywords = false;
  for (const part of splitParameters(parameters)) {
    if (part === '/') positionalOnly = positional.length;
    else if (part === '*') keywords = true;
    else if (part.startsWith('**')) anyKeyword = true;
    else if (part.startsWith('*')) {
      variadic = true;
      keywords = true;
    } else {
      const hasDefault = part.includes('=');
      const names = part.split(/[:=]/)[0]!.trim().split('|');
      if (keywords) keywordOnly.push(...names);
      else {
        if (!hasDefault && required === positional.length) required++;
        positional.push(names);
      }
    }
  }
  const returnsTuple = result.trim() === 'tuple';
  return { text, positional, positionalOnly, required, keywordOnly, variadic, anyKeyword, returnsTuple };
}

const declared = new WeakMap<object, Signature | string>();
/** Functions that bind their keywords themselves: their signatures only tell. */
const told = new WeakSet<object>();

/**
 * Says which Python parameters the functions of a namespace, or the methods of a prototype, have, so that they can be
 * called by keyword from where keywords exist. A name that the owner lacks is an error: tables must not outlive the code.
 * With `binds: false` the functions take keywords in one object themselves, and the signatures only describe them.
 *
 * ```ts
 * declareSignatures('torch', { sum: (x: number) => x }, { sum: 'input, dim=None, keepdim=False, *, dtype=None' });
 * ```
 */
export function declareSignatures(
  owner: string,
  members: object,
  table: Readonly<Record<string, string>>,
  { binds = true }: { readonly binds?: boolean } = {},
): void {
  for (const [name, text] of Object.entries(table)) {
    const member = (members as Record<string, unknown>)[name];
    if (typeof member !== 'function') throw new Error(`${owner} has no function ${name}, but a signature is declared`);
    declareSignature(member, text, { binds });
  }
}
/** The same of one function. A table with a name of its own would have a shape of its own: the engine has room for 1,500. */
export function declareSignature(fn: object, text: string, { binds = true }: { readonly binds?: boolean } = {}): void {
  declared.set(fn, text);
  if (!binds) told.add(fn);
}

const contextKeys = Symbol('context');
/** Options with some that a framework passes to every call and that a function need not know. */
export function withContext<T extends object, C extends object>(options: T, context: C): T & C {
  return Object.defineProperty({ ...options, ...context }, contextKeys, { value: Object.keys(context) });
}
/** Which of the options a function need not know. */
export const contextOf = (options: object): readonly string[] =>
  (options as { [contextKeys]?: readonly string[] })[contextKeys] ?? [];

/** How Python sees an attribute: as a tuple, or as what a function makes of its owner. */
export type PythonAttribute = 'tuple' | ((owner: any) => unknown);
const attributes = new WeakMap<object, Readonly<Record<string, PythonAttribute>>>();

/**
 * Says which attributes of a prototype's instances Python sees otherwise than JavaScript.
 *
 * ```ts
 * declareAttributes(NDArray.prototype, { shape: 'tuple' });
 * ```
 */
export function declareAttributes(prototype: object, table: Readonly<Record<string, PythonAttribute>>): void {
  attributes.set(prototype, { ...attributes.get(prototype), ...table });
}

const namedTuples = new WeakSet<object>();
/** Says that a class' instances are tuples with names to Python. */
export const declareNamedTuple = (cls: { readonly prototype: object }): void => void namedTuples.add(cls.prototype);
/** Whether Python takes an object for a tuple. */
export const isNamedTuple = (object: object): boolean => namedTuples.has(Object.getPrototypeOf(object) ?? object);

/** How Python sees an object's attribute; null if as it is. */
export function attributeOf(object: object, name: string): PythonAttribute | null {
  for (let o: object | null = object; o !== null; o = Object.getPrototypeOf(o)) {
    const table = attributes.get(o);
    if (table !== undefined && Object.hasOwn(table, name)) return table[name]!;
  }
  return null;
}

/** The declared parameters of a function, or null. */
export function signatureOf(fn: object): Signature | null {
  const found = declared.get(fn);
  if (found === undefined) return null;
  if (typeof found !== 'string') return found;
  const parsed = parseSignature(found);
  declared.set(fn, parsed);
  return parsed;
}

/** The signature of what an object that can be called runs. */
function entrySignature(fn: object): Signature | null {
  const { entry } = fn as { entry?: unknown };
  const method = typeof entry === 'string' ? (fn as Record<string, unknown>)[entry] : undefined;
  return typeof method === 'function' ? signatureOf(method) : null;
}

/** What of a call does not fit a function's parameters. */
export type Misfit =
  | { readonly kind: 'keyword'; readonly name: string }
  | { readonly kind: 'missing'; readonly names: readonly string[] }
  | { readonly kind: 'many'; readonly expected: number; readonly given: number };
const wordings = new WeakMap<object, (misfit: Misfit) => Error>();
/** Sets how a function words calls that do not fit its parameters, where that is not as Python words them. */
export const wordCalls = (fn: object, wording: (misfit: Misfit) => Error): void => void wordings.set(fn, wording);
/**
 * Lets the functions of a class, whose signatures are declared, word calls that do not fit as Python does:
 * `DatasetV2.batch() missing 1 required positional argument: 'batch_size'`.
 */
export function wordMethods(owner: string, members: object, statics = false): void {
  const self = statics ? 0 : 1;
  for (const name of Object.getOwnPropertyNames(members)) {
    const fn = Object.getOwnPropertyDescriptor(members, name)?.value as unknown;
    if (typeof fn !== 'function' || !declared.has(fn)) continue;
    const call = `${owner}.${name}()`;
    wordCalls(fn, (given) => {
      if (given.kind === 'keyword') return new TypeError(`${call} got an unexpected keyword argument '${given.name}'`);
      if (given.kind === 'missing') {
        const names = given.names.map((n) => `'${n}'`);
        const all =
          names.length < 3 ? names.join(' and ') : `${names.slice(0, -1).join(', ')}, and ${names[names.length - 1]}`;
        return new TypeError(
          `${call} missing ${names.length} required positional argument${names.length === 1 ? '' : 's'}: ${all}`,
        );
      }
      const [least, most] = [(signatureOf(fn)?.required ?? 0) + self, given.expected + self];
      return new TypeError(
        `${call} takes ${least === most ? most : `from ${least} to ${most}`} positional argument${most === 1 ? '' : 's'} but ${given.given + self} were given`,
      );
    });
  }
}
/** Refuses a call with too few or too many arguments, of a function that words such calls itself. */
export function checkCount(fn: object, count: number, keywords: readonly string[]): void {
  const wording = wordings.get(fn);
  if (wording === undefined) return;
  const signature = signatureOf(fn);
  if (signature === null || signature.variadic) return;
  const { positional, required } = signature;
  if (count > positional.length) throw wording({ kind: 'many', expected: positional.length, given: count });
  const missing = positional
    .slice(count, required)
    .filter((names) => !names.some((name) => keywords.includes(name)))
    .map((names) => names[0]!);
  if (missing.length > 0) throw wording({ kind: 'missing', names: missing });
}

/**
 * The arguments with which a facade's function is called when Python's call has keywords: those that name a place go
 * to it, the rest into one trailing options object. Without a declared signature all go there.
 *
 * @throws TypeError in Python's wording for an unknown keyword or one given twice.
 */
export function bindKeywords(
  call: string,
  fn: object,
  args: readonly unknown[],
  keywords: Readonly<Record<string, unknown>>,
): unknown[] {
  const given = Object.entries(keywords);
  if (given.length === 0) return [...args];
  const signature = signatureOf(fn) ?? entrySignature(fn);
  if (signature === null || told.has(fn)) return [...args, { ...keywords }];
  const out = [...args];
  const rest: Record<string, unknown> = {};
  let any = false;
  for (const [key, value] of given) {
    const place = signature.positional.findIndex((names, i) => i >= signature.positionalOnly && names.includes(key));
    if (place >= 0) {
      if (place < args.length) throw new TypeError(`${call} got multiple values for argument '${key}'`);
      out[place] = value;
      continue;
    }
    if (!signature.anyKeyword && !signature.keywordOnly.includes(key)) {
      const wording = wordings.get(fn);
      if (wording !== undefined) throw wording({ kind: 'keyword', name: key });
      const near = nearestName(key, [...signature.positional.flat(), ...signature.keywordOnly]);
      throw new TypeError(
        `${call} got an unexpected keyword argument '${key}'${near === undefined ? '' : `. Did you mean '${near}'?`}`,
      );
    }
    rest[key] = value;
    any = true;
  }
  // holes become undefined, which lets the function's own defaults stand
  for (let i = 0; i < out.length; i++) if (!(i in out)) out[i] = undefined;
  if (any) out.push(rest);
  return out;
}

/** What a function of Python tells a facade about itself. */
export interface FunctionDescription {
  readonly name: string;
  readonly qualname: string;
  /** Names of the parameters that can be given by place. */
  readonly positional: readonly string[];
  readonly keywordOnly: readonly string[];
  readonly rest: string | null;
  readonly keywords: string | null;
  /** Defaults by name; a parameter without one is absent. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Whether it was written as an expression, without a name of its own. */
  readonly lambda: boolean;
  /** An error as the framework shows it to who wrote the function: with the lines that led there. */
  userError(error: unknown): unknown;
}
const descriptions = new WeakMap<object, FunctionDescription>();
/** Says what a function that came from Python is. */
export function describeFunction(fn: object, description: FunctionDescription): void {
  descriptions.set(fn, description);
}
/** What is known of a function that came from Python; null for one of JavaScript. */
export const functionDescription = (fn: object): FunctionDescription | null => descriptions.get(fn) ?? null;
