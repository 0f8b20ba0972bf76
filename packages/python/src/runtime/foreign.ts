import { bindKeywords, contextOf, describeFunction } from '@stele/core';
import { PyDict } from './dict';
import type { PyFunction } from './functions';
import type { Keywords } from './registry';
import { foreignNames, type PyClass } from './types';
import { isPlain, PyTuple } from './values';

/** How Python's world and the facades' meet; see PROTOCOL.md. */
export interface ForeignRules {
  /** A Python value on its way into a facade. */
  enter(value: unknown): unknown;
  /** What a Python function gave back to a facade that called it. */
  result(value: unknown): unknown;
  /** A facade's value on its way to Python. */
  leave(value: unknown): unknown;
  /** Calls a foreign function. */
  call(fn: Function, self: unknown, args: unknown[], keywords: Keywords | null): unknown;
  /** `new cls(...)`, with `target` as the class that is being made. */
  construct(cls: Function, args: unknown[], keywords: Keywords | null, target: Function): object;
  /** The attribute of a foreign object, or undefined if it has none. */
  get(object: object, name: string): unknown;
  /** Returns false if the attribute cannot be set. */
  set(object: object, name: string, value: unknown): boolean;
  /** What a value is called in messages. */
  typeName(object: object): string;
  /** The module and the name of a class, as `type(x)` shows them. */
  className(cls: Function): { readonly module: string; readonly name: string };
  /** Whether an object is a tuple with names. */
  isTuple(object: object): boolean;
  /** The class of a value, where it is not its constructor. */
  typeOf(object: object): Function | null;
  /** Whether an object is an instance of a class, where its prototypes do not tell. */
  isInstance(object: object, cls: Function): boolean | null;
  /** The error that Python sees where one came out of a facade that was given these values. */
  reword(error: unknown, values: readonly unknown[]): unknown;
}

const callbacks = new WeakMap<Function, Function>();
const pythonOf = new WeakMap<Function, Function>();

/**
 * A Python function as a facade calls it: arguments come in and results go out by the rules. A trailing plain object is
 * keywords only if the function knows all of them.
 */
export function callback(f: PyFunction, method: boolean): Function {
  let made = method ? undefined : callbacks.get(f);
  if (made === undefined) {
    const convert = (given: unknown[]): unknown[] => {
      const args = given.map((a) => (isPlain(a) ? a : foreign.leave(a)));
      dropContext(f, args);
      const last = args.length - 1;
      for (let i = 0; i <= last; i++) {
        const a = args[i];
        if (isPlain(a) && (i < last || !areKeywords(f, a, last + (method ? 1 : 0)))) args[i] = foreign.leave(a);
      }
      return args;
    };
    made = method
      ? function (this: unknown, ...given: unknown[]) {
          return foreign.result(f(this, ...convert(given)));
        }
      : (...given: unknown[]) => foreign.result(f(...convert(given)));
    if (!method) callbacks.set(f, made);
    pythonOf.set(made, f);
    describe(f, made);
  }
  return made;
}

/** How a framework's error is shown to who wrote the function; set by the rules. */
export const errorHooks: { user: (thrown: unknown) => unknown } = { user: (thrown) => thrown };

function describe(f: PyFunction, made: Function): void {
  const { name, qualname, positional, keywordOnly, rest, keywords } = f.$p;
  const own = f.$self === undefined ? positional : positional.slice(1);
  const skipped = positional.length - own.length;
  const defaults: Record<string, unknown> = {};
  own.forEach((key, i) => {
    const value = f.$d?.[i + skipped];
    if (value !== undefined) defaults[key] = value;
  });
  for (const [key, value] of Object.entries(f.$kd ?? {})) defaults[key] = value;
  describeFunction(made, {
    name,
    qualname,
    positional: own,
    keywordOnly,
    rest,
    keywords,
    defaults,
    lambda: name === '<lambda>',
    userError: (thrown) => errorHooks.user(thrown),
  });
}

/** Takes away what the framework passes to every call and this function does not know (`training`, `mask`). */
function dropContext(f: PyFunction, args: unknown[]): void {
  const last = args[args.length - 1];
  if (!isPlain(last)) return;
  const context = contextOf(last);
  const { positional, keywordOnly, keywords } = f.$p;
  if (context.length === 0 || keywords !== null) return;
  const known = Object.entries(last).filter(
    ([key]) => !context.includes(key) || positional.includes(key) || keywordOnly.includes(key),
  );
  args.pop();
  if (known.length > 0) args.push(Object.fromEntries(known));
}

function areKeywords(f: PyFunction, given: Keywords, before: number): boolean {
  const { positional, keywordOnly, keywords } = f.$p;
  const names = Object.keys(given);
  if (names.every((n) => positional.includes(n) || keywordOnly.includes(n))) {
    // an empty object where one more argument fits is an empty dict
    return names.length > 0 || before >= positional.length;
  }
  return keywords !== null && before >= positional.length;
}

/** The Python function behind one that went into a facade. */
export const pythonFunction = (f: Function): Function => pythonOf.get(f) ?? f;

const defaults: ForeignRules = {
  result(value) {
    return this.enter(value);
  },
  enter(value) {
    if (typeof value === 'function') {
      const f = value as PyFunction;
      if (f.$made !== undefined) return f.$made;
      return f.$p?.python ? callback(f, false) : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof PyDict) {
      const out = new Map<unknown, unknown>();
      for (const [k, v] of value.entries()) out.set(k, foreign.enter(v));
      return out;
    }
    if (Array.isArray(value) && value.some((v) => v instanceof PyDict || Array.isArray(v) || typeof v === 'function')) {
      const out = value.map((v) => foreign.enter(v));
      return value instanceof PyTuple ? Object.setPrototypeOf(out, PyTuple.prototype) : out;
    }
    return value;
  },
  leave(value) {
    if (value === undefined) return null;
    if (typeof value === 'function') return pythonFunction(value);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Map) {
      const out = new PyDict();
      for (const [k, v] of value) out.set(k, foreign.leave(v));
      return out;
    }
    if (isPlain(value)) {
      const out = new PyDict();
      for (const k of Object.keys(value)) out.set(k, foreign.leave(value[k]));
      return out;
    }
    if (Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype) {
      for (let i = 0; i < value.length; i++) {
        const v = value[i];
        if (v === undefined || (typeof v === 'object' && v !== null)) value[i] = foreign.leave(v);
      }
    }
    return value;
  },
  call(fn, self, args, keywords) {
    const given = args.map((a) => foreign.enter(a));
    const named = keywords === null ? null : enterAll(keywords);
    const all = named === null ? given : bindKeywords(`${fn.name}()`, fn, given, named);
    return foreign.leave(Reflect.apply(fn, self, all));
  },
  construct(cls, args, keywords, target) {
    const given = args.map((a) => foreign.enter(a));
    const named = keywords === null ? null : enterAll(keywords);
    const all = named === null ? given : bindKeywords(`${cls.name}.__init__()`, cls, given, named);
    return Reflect.construct(cls, all, target);
  },
  get(object, name) {
    const value = (object as Record<string, unknown>)[name];
    if (typeof value === 'function') {
      const sync = (object as Record<string, unknown>)[`${name}_sync`];
      return typeof sync === 'function' ? sync : value;
    }
    return value;
  },
  set(object, name, value) {
    return Reflect.set(object, name, foreign.enter(value));
  },
  reword: (error) => error,
  className: (cls) => ({ module: 'builtins', name: cls.name }),
  isTuple: () => false,
  typeOf: () => null,
  isInstance: () => null,
  typeName(object) {
    const cls = typeof object === 'function' ? Object.getPrototypeOf(object)?.constructor : (object as any).constructor;
    if (cls === Function) return 'function';
    return typeof cls === 'function' && cls !== Object ? (cls as Function).name : 'object';
  },
};

const enterAll = (keywords: Keywords): Keywords => {
  const out: Keywords = {};
  for (const key of Object.keys(keywords)) {
    Object.defineProperty(out, key, {
      value: foreign.enter(keywords[key]),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return out;
};

/** The rules in force. */
export const foreign: ForeignRules = { ...defaults };
foreignNames.of = (value) => foreign.typeName(value);
foreignNames.ofClass = (cls) => foreign.className(cls);
foreignNames.isTuple = (value) => foreign.isTuple(value);
foreignNames.typeOf = (value) => foreign.typeOf(value);
foreignNames.isInstance = (value, cls) => foreign.isInstance(value, cls);

/** The rules as the runtime brings them, for rules that build on them. */
export const defaultForeign: Readonly<ForeignRules> = defaults;

/** Replaces some of the rules for good. */
export function setForeign(rules: Partial<ForeignRules>): void {
  Object.assign(foreign, rules);
}

/** What a JavaScript function expects to be constructed with; re-exported for rules. */
export type { PyClass };
