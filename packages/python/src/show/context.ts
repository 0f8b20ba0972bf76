import type { Expr, Program, Stmt } from '../parse/ast';
import { type Comment, commentsOf } from './comments';
import { type ClassInfo, type FunctionInfo, functionInfo } from './declared';
import type { Doc } from './doc';
import { type Declarations, declarationsOf } from './scopes';
import { any, joined, type Type, typeText, unknown } from './types';

/** A part of the program's text with what is known of it. */
export interface Shown {
  readonly doc: Doc;
  /** The text of an operator's chain without a group of its own: around it one breaks where the other does. */
  readonly raw?: Doc;
  readonly type: Type;
  /** How tightly its outermost operator binds, see `Level`. */
  readonly level: number;
}

/** JavaScript's operators from the loosest on. */
export const Level = {
  arrow: 2,
  conditional: 3,
  nullish: 4,
  or: 4,
  and: 5,
  bitOr: 6,
  bitXor: 7,
  bitAnd: 8,
  equality: 9,
  relational: 10,
  shift: 11,
  sum: 12,
  product: 13,
  power: 14,
  unary: 15,
  call: 18,
  atom: 20,
} as const;

/** One function's names, or the file's. */
export interface Scope {
  readonly outer: Scope | null;
  readonly node: object;
  readonly names: Map<string, Type>;
  readonly declarations: Declarations;
  /** The class whose method this is, and the name of its first parameter. */
  readonly self: { readonly name: string; readonly info: ClassInfo } | null;
  readonly info: FunctionInfo;
  /** Names in which several types met, or that begin empty: over all passes. */
  readonly declared: ReadonlyMap<string, Type>;
  /** The same as far as this pass has come. */
  readonly learned: Map<string, Type>;
  drawing: boolean;
  /** Parameters that still hold what the call gave. */
  readonly untouched: Set<string>;
  readonly outside: Set<string>;
}

const reserved = new Set(
  'arguments await boolean case catch console const debugger default delete do enum eval export extends function implements instanceof interface let new null package private protected public static super switch this throw typeof undefined var void Array Error Map Math Number Object Promise Set String Symbol'.split(
    ' ',
  ),
);
/** A Python name as one that TypeScript takes. */
export const safeName = (name: string): string => (reserved.has(name) ? `${name}_` : name);

/** What lasts over the passes: what is known of the program's own functions, classes and names. */
export class Knowledge {
  readonly functions = new WeakMap<object, FunctionInfo>();
  readonly classes = new WeakMap<object, ClassInfo>();
  readonly declared = new WeakMap<object, Map<string, Type>>();
  /** `x += ...` where that changes a tensor, and so binds nothing anew. */
  readonly inPlace = new Set<Stmt>();
  /** Whether the last pass learned something. */
  changed = false;

  learn(map: Map<string, Type>, name: string, type: Type): void {
    const before = map.get(name) ?? unknown;
    const after = joined(before, type);
    if (JSON.stringify(textOf(before)) !== JSON.stringify(textOf(after))) this.changed = true;
    map.set(name, after);
  }
  result(info: FunctionInfo, type: Type): void {
    const after = joined(info.result, type);
    if (textOf(after) !== textOf(info.result)) this.changed = true;
    info.result = after;
  }
  waits(info: FunctionInfo): void {
    if (!info.waits) this.changed = true;
    info.waits = true;
  }
}
const textOf = (t: Type): string => `${t.kind} ${typeText(t, () => {})} ${t.kind === 'number' ? `${t.natural}` : ''}`;

/** One pass over the program. */
export class Context {
  readonly program: Program;
  readonly knowledge: Knowledge;
  readonly comments: Comment[];
  /** Names to import, by where from. */
  readonly imports = new Map<string, Map<string, string>>();
  /** Modules imported for what they do. */
  readonly effects = new Set<string>();
  /** Local names of members of namespaces, where used: the namespace's text, then Python's name by the local one. */
  readonly picked = new Map<string, Map<string, string>>();
  /** What names of imports stand for. */
  readonly imported = new Map<string, Type>();
  readonly learned = new Map<object, Map<string, Type>>();
  readonly helpers = new Set<string>();
  readonly notes: string[] = [];
  scope: Scope;
  /** Whether the file hands out its top level's names: it is written to be imported too. */
  exports = false;
  /** Whether what is shown is no use of names at run time. */
  quiet = false;
  /** The type of a name of another file of the program. */
  foreignType: (module: string, name: string) => Type = () => any;

  constructor(program: Program, knowledge: Knowledge) {
    this.program = program;
    this.knowledge = knowledge;
    this.comments = commentsOf(program.lines);
    this.scope = this.open(program, program.body, new Set(), null, functionInfo(null), null);
  }

  open(
    node: object,
    body: readonly Stmt[],
    own: ReadonlySet<string>,
    outer: Scope | null,
    info: FunctionInfo,
    self: Scope['self'],
  ): Scope {
    const learned = new Map<string, Type>();
    this.learned.set(node, learned);
    // the first pass has but its own
    const declared = this.knowledge.declared.get(node) ?? learned;
    const names = new Map<string, Type>();
    return {
      outer,
      node,
      names,
      declarations: declarationsOf(body, own, this.knowledge.inPlace),
      untouched: new Set(),
      self,
      info,
      declared,
      learned,
      drawing: false,
      outside: new Set(),
    };
  }

  /** Ends a pass: what it learned of names is what the next one begins with. */
  close(): void {
    for (const [node, learned] of this.learned) {
      const before = this.knowledge.declared.get(node);
      const same =
        before?.size === learned.size &&
        [...learned].every(([name, t]) => textOf(before.get(name) ?? unknown) === textOf(t));
      if (!same) this.knowledge.changed = true;
      this.knowledge.declared.set(node, learned);
    }
  }

  /** Does something inside a scope. */
  within<T>(scope: Scope, action: () => T): T {
    const before = this.scope;
    this.scope = scope;
    try {
      return action();
    } finally {
      this.scope = before;
    }
  }

  /** What a name means here; null where nothing binds it. */
  lookup(name: string): Type | null {
    for (let at: Scope | null = this.scope; at !== null; at = at.outer) {
      const found = at.names.get(name);
      if (found !== undefined) return found;
    }
    // used before the text that binds it, as functions use each other
    for (let at: Scope | null = this.scope; at !== null; at = at.outer) {
      const found = at.declared.get(name);
      if (found !== undefined) return found;
    }
    return null;
  }

  /** Says what a name now holds. */
  assign(name: string, type: Type): void {
    let at: Scope = this.scope;
    while (at.outside.has(name) && at.outer !== null) at = at.outer;
    at.names.set(name, type);
    at.untouched.delete(name);
    at.learned.set(name, joined(at.learned.get(name) ?? unknown, type));
  }

  import(from: string, name: string, as = name, typeOnly = false): void {
    let names = this.imports.get(from);
    if (names === undefined) this.imports.set(from, (names = new Map()));
    const key = typeOnly && !names.has(name) ? `type ${name}` : name;
    if (!typeOnly) names.delete(`type ${name}`);
    names.set(key, as);
  }

  /** Imports what the name of a type needs. */
  readonly need = (name: string): void => {
    if (name === 'NDArray') this.import('@stele/core/numpy', 'NDArray', 'NDArray', true);
    else if (name === 'torch' || name === 'nn' || name === 'optim') this.import('@stele/torchlike', name);
    else if (name === 'tf') this.import('@stele/tflow', 'tf');
    else if (name === 'keras') this.import('@stele/keraslike', 'keras');
    else if (name === 'transforms' || name === 'Image') this.import('@stele/torchlike/vision', name);
    else if (name === 'datasets') this.import('@stele/torchlike/vision/datasets', 'datasets');
  };
  typeText(type: Type): string | null {
    return typeText(type, this.need);
  }
  printing(name: 'f' | 'py' | 'pyFloat'): string {
    this.import('@stele/core/printing', name);
    return name;
  }
  helper(name: string): string {
    this.helpers.add(name);
    return name;
  }
}

/** The member of a facade's namespace; undefined where it has none. */
export function memberOf(value: object | null, name: string): unknown {
  if (value === null) return undefined;
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
/** Whether a function of a facade is made with `new`. */
export const isClass = (value: unknown): value is Function =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
export const isConstant = (e: Expr): boolean =>
  e.kind === 'Int' ||
  e.kind === 'Float' ||
  e.kind === 'Str' ||
  e.kind === 'Constant' ||
  (e.kind === 'Unary' && isConstant(e.value));
