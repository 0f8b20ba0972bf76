import type { Comprehension, Expr, Parameters, Stmt } from '../parse/ast';
import { syntaxError } from '../parse/syntaxError';

export type ScopeKind = 'module' | 'function' | 'comprehension' | 'class';

/** The names of one module, function, comprehension or class body. */
export class Scope {
  readonly kind: ScopeKind;
  readonly parent: Scope | null;
  readonly bound = new Set<string>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  /** Parameters that nothing ever unbinds. */
  readonly certain = new Set<string>();
  readonly deleted = new Set<string>();
  generator = false;
  /** The class whose private names (`__x`) are meant. */
  readonly className: string | null;

  constructor(kind: ScopeKind, parent: Scope | null, className: string | null) {
    this.kind = kind;
    this.parent = parent;
    this.className = className;
  }

  /** `__x` in a class is `_Class__x`. */
  mangle(name: string): string {
    if (this.className === null || !name.startsWith('__') || name.endsWith('__') || name.includes('.')) return name;
    const owner = this.className.replace(/^_+/, '');
    return owner === '' ? name : `_${owner}${name}`;
  }
  get module(): Scope {
    let s: Scope = this;
    while (s.parent !== null) s = s.parent;
    return s;
  }
}

/** Where a name lives, seen from a scope. */
export type Resolved =
  | { readonly kind: 'local' | 'free'; readonly owner: Scope }
  | { readonly kind: 'global' }
  | { readonly kind: 'class'; readonly owner: Scope; readonly outer: Resolved };

/** Finds the scope of a (mangled) name. */
export function resolve(scope: Scope, name: string): Resolved {
  if (scope.kind === 'module' || scope.globals.has(name)) return { kind: 'global' };
  if (scope.kind === 'class' && scope.bound.has(name)) {
    return { kind: 'class', owner: scope, outer: resolveOuter(scope, name) };
  }
  if (scope.kind !== 'class' && scope.bound.has(name) && !scope.nonlocals.has(name))
    return { kind: 'local', owner: scope };
  return resolveOuter(scope, name);
}

function resolveOuter(scope: Scope, name: string): Resolved {
  // a comprehension is part of the function or class around it
  let crossed = scope.kind !== 'comprehension';
  for (let s = scope.parent; s !== null; s = s.parent) {
    if (s.kind === 'module') break;
    if (s.globals.has(name)) return { kind: 'global' };
    if (s.kind === 'class') continue;
    if (s.bound.has(name) && !s.nonlocals.has(name)) return { kind: crossed ? 'free' : 'local', owner: s };
    if (s.kind !== 'comprehension') crossed = true;
  }
  return { kind: 'global' };
}

/** Collects what the statements of a body bind, without going into nested functions and classes. */
export function bindStatements(scope: Scope, body: readonly Stmt[]): void {
  for (const s of body) bindStatement(scope, s);
}

function bind(scope: Scope, name: string): void {
  scope.bound.add(scope.mangle(name));
}

function bindTarget(scope: Scope, e: Expr): void {
  switch (e.kind) {
    case 'Name':
      bind(scope, e.id);
      break;
    case 'Tuple':
    case 'List':
      for (const item of e.items) bindTarget(scope, item);
      break;
    case 'Starred':
      bindTarget(scope, e.value);
      break;
    default:
      walkExpr(scope, e);
  }
}

function bindStatement(scope: Scope, s: Stmt): void {
  switch (s.kind) {
    case 'Expr':
      walkExpr(scope, s.value);
      break;
    case 'Assign':
      for (const t of s.targets) bindTarget(scope, t);
      walkExpr(scope, s.value);
      break;
    case 'AnnAssign':
      bindTarget(scope, s.target);
      if (s.value) walkExpr(scope, s.value);
      break;
    case 'AugAssign':
      bindTarget(scope, s.target);
      walkExpr(scope, s.value);
      break;
    case 'Return':
      if (s.value) walkExpr(scope, s.value);
      break;
    case 'If':
    case 'While':
      walkExpr(scope, s.test);
      bindStatements(scope, s.body);
      bindStatements(scope, s.otherwise);
      break;
    case 'For':
      bindTarget(scope, s.target);
      walkExpr(scope, s.iter);
      bindStatements(scope, s.body);
      bindStatements(scope, s.otherwise);
      break;
    case 'Try':
      bindStatements(scope, s.body);
      for (const h of s.handlers) {
        if (h.name !== null) bind(scope, h.name);
        if (h.type) walkExpr(scope, h.type);
        bindStatements(scope, h.body);
      }
      bindStatements(scope, s.otherwise);
      bindStatements(scope, s.finally);
      break;
    case 'With':
      for (const item of s.items) {
        walkExpr(scope, item.context);
        if (item.target) bindTarget(scope, item.target);
      }
      bindStatements(scope, s.body);
      break;
    case 'Function':
      bind(scope, s.name);
      for (const d of s.decorators) walkExpr(scope, d);
      walkDefaults(scope, s.params);
      break;
    case 'Class':
      bind(scope, s.name);
      for (const d of s.decorators) walkExpr(scope, d);
      for (const b of s.bases) walkExpr(scope, b);
      break;
    case 'Import':
      for (const n of s.names) bind(scope, n.as ?? n.name.split('.')[0]!);
      break;
    case 'ImportFrom':
      if (s.names !== '*') for (const n of s.names) bind(scope, n.as ?? n.name);
      break;
    case 'Global':
      for (const n of s.names) {
        const name = scope.mangle(n);
        if (scope.certain.has(name)) throw syntaxError(`name '${n}' is parameter and global`, s.line, s.column);
        scope.globals.add(name);
        scope.module.bound.add(name);
      }
      break;
    case 'Nonlocal':
      if (scope.kind === 'module')
        throw syntaxError('nonlocal declaration not allowed at module level', s.line, s.column);
      for (const n of s.names) {
        const name = scope.mangle(n);
        scope.nonlocals.add(name);
        if (resolveOuter(scope, name).kind === 'global') {
          throw syntaxError(`no binding for nonlocal '${n}' found`, s.line, s.column);
        }
      }
      break;
    case 'Delete':
      for (const t of s.targets) {
        bindTarget(scope, t);
        if (t.kind === 'Name') scope.deleted.add(scope.mangle(t.id));
      }
      break;
    case 'Raise':
      if (s.value) walkExpr(scope, s.value);
      break;
    case 'Assert':
      walkExpr(scope, s.test);
      break;
  }
}

function walkDefaults(scope: Scope, params: Parameters): void {
  for (const p of [...params.positional, ...params.keywordOnly]) if (p.default) walkExpr(scope, p.default);
}

/** Finds walrus targets and yields among expressions. */
function walkExpr(scope: Scope, e: Expr): void {
  // long chains lean to the left
  while (e.kind === 'Binary') {
    walkExpr(scope, e.right);
    e = e.left;
  }
  switch (e.kind) {
    case 'Walrus': {
      let s = scope;
      while (s.kind === 'comprehension' && s.parent !== null) s = s.parent;
      bind(s, e.name);
      walkExpr(scope, e.value);
      break;
    }
    case 'Yield':
      scope.generator = true;
      if (e.value) walkExpr(scope, e.value);
      break;
    case 'YieldFrom':
      scope.generator = true;
      walkExpr(scope, e.value);
      break;
    case 'Lambda':
      walkDefaults(scope, e.params);
      break;
    case 'ListComp':
    case 'SetComp':
    case 'Generator':
      walkClauses(scope, e.clauses);
      walkExpr(scope, e.item);
      break;
    case 'DictComp':
      walkClauses(scope, e.clauses);
      walkExpr(scope, e.key);
      walkExpr(scope, e.value);
      break;
    case 'FString':
      for (const p of e.parts) if (typeof p !== 'string') walkExpr(scope, p.value);
      break;
    default:
      for (const child of children(e)) walkExpr(scope, child);
  }
}
function walkClauses(scope: Scope, clauses: readonly Comprehension[]): void {
  for (const c of clauses) {
    walkExpr(scope, c.iter);
    for (const t of c.conditions) walkExpr(scope, t);
  }
}

/** The direct sub-expressions of an expression without scopes of its own. */
export function children(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'Tuple':
    case 'List':
    case 'Set':
      return e.items;
    case 'Dict':
      return [...e.keys.filter((k): k is Expr => k !== null), ...e.values];
    case 'Binary':
    case 'Bool':
      return [e.left, e.right];
    case 'Unary':
    case 'Starred':
    case 'Attribute':
    case 'YieldFrom':
    case 'Walrus':
      return [e.value];
    case 'Compare':
      return [e.left, ...e.rights];
    case 'Call':
      return [e.func, ...e.args, ...e.keywords.map((k) => k.value)];
    case 'Subscript':
      return [e.value, e.index];
    case 'Slice':
      return [e.start, e.stop, e.step].filter((p): p is Expr => p !== null);
    case 'IfExp':
      return [e.test, e.yes, e.otherwise];
    case 'Yield':
      return e.value ? [e.value] : [];
    default:
      return [];
  }
}

/** The names that a comprehension's targets bind. */
export function bindClauses(scope: Scope, clauses: readonly Comprehension[]): void {
  for (const c of clauses) bindTarget(scope, c.target);
}

/** Whether an expression yields in its own function. */
export function yields(scope: Scope, e: Expr): boolean {
  const probe = new Scope('function', scope, null);
  walkExpr(probe, e);
  return probe.generator;
}
