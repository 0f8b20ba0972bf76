import type { Expr, Parameters, Stmt } from '../parse/ast';

/** Where the names of a function, or of the file, are declared in TypeScript, whose scopes are blocks. */
export interface Declarations {
  /** Statements that are the first to bind a name in its block: they declare it. */
  readonly at: ReadonlyMap<Stmt, ReadonlyMap<string, 'const' | 'let'>>;
  /** Names that have to be declared before a statement, because a block inside of it binds them first. */
  readonly before: ReadonlyMap<Stmt, readonly string[]>;
  /** `with` statements whose names nothing outside of their blocks uses. */
  readonly inside: ReadonlyMap<Stmt, ReadonlySet<string>>;
}

interface Occurrence {
  readonly binds: boolean;
  /** The statements around it, outermost first, each with the number of the block in it. */
  readonly path: readonly { readonly statement: Stmt; readonly block: number }[];
}
type Path = Occurrence['path'];

/** The expressions and names of a statement's parts, in the order in which Python evaluates them. */
class Walker {
  readonly found = new Map<string, Occurrence[]>();
  private readonly outer = new Set<string>();
  private readonly inPlace: ReadonlySet<Stmt>;

  constructor(inPlace: ReadonlySet<Stmt> = new Set()) {
    this.inPlace = inPlace;
  }

  private note(name: string, binds: boolean, path: Path): void {
    if (this.outer.has(name)) return;
    let list = this.found.get(name);
    if (list === undefined) this.found.set(name, (list = []));
    list.push({ binds, path });
  }

  block(body: readonly Stmt[], path: Path, block: number, owner: Stmt | null): void {
    const inside = owner === null ? path : [...path.slice(0, -1), { statement: owner, block }];
    for (const statement of body) this.statement(statement, [...inside, { statement, block: -1 }]);
  }

  statement(s: Stmt, path: Path): void {
    const use = (e: Expr | null): void => this.uses(e, path);
    const bind = (e: Expr): void => this.binds(e, path);
    const nested = (body: readonly Stmt[], block: number): void => this.block(body, path, block, s);
    switch (s.kind) {
      case 'Expr':
        use(s.value);
        return;
      case 'Return':
        use(s.value);
        return;
      case 'Assign':
        use(s.value);
        s.targets.forEach(bind);
        return;
      case 'AnnAssign':
        use(s.value);
        bind(s.target);
        return;
      case 'AugAssign':
        use(s.value);
        use(s.target);
        if (!this.inPlace.has(s)) bind(s.target);
        return;
      case 'If':
      case 'While':
        use(s.test);
        nested(s.body, 0);
        nested(s.otherwise, 1);
        return;
      case 'For': {
        use(s.iter);
        const head = [...path.slice(0, -1), { statement: s, block: 0 }];
        this.binds(s.target, [...head, { statement: s, block: -1 }]);
        nested(s.body, 0);
        nested(s.otherwise, 1);
        return;
      }
      case 'With':
        for (const { context, target } of s.items) {
          use(context);
          if (target !== null) bind(target);
        }
        nested(s.body, 0);
        return;
      case 'Try':
        nested(s.body, 0);
        s.handlers.forEach((h, i) => {
          use(h.type);
          if (h.name !== null)
            this.note(h.name, true, [
              ...path.slice(0, -1),
              { statement: s, block: i + 1 },
              { statement: s, block: -1 },
            ]);
          nested(h.body, i + 1);
        });
        nested(s.otherwise, 0);
        nested(s.finally, 99);
        return;
      case 'Function':
        s.decorators.forEach(use);
        this.parameters(s.params, path);
        this.note(s.name, true, path);
        this.inner(s.body, path, parameterNames(s.params));
        return;
      case 'Class':
        s.bases.forEach(use);
        this.note(s.name, true, path);
        this.inner(s.body, path, new Set());
        return;
      case 'Import':
        for (const { name, as } of s.names) this.note(as ?? name.split('.')[0]!, true, path);
        return;
      case 'ImportFrom':
        if (s.names !== '*') for (const { name, as } of s.names) this.note(as ?? name, true, path);
        return;
      case 'Global':
      case 'Nonlocal':
        for (const name of s.names) this.outer.add(name);
        return;
      case 'Raise':
        use(s.value);
        use(s.cause);
        return;
      case 'Assert':
        use(s.test);
        use(s.message);
        return;
      case 'Delete':
        s.targets.forEach(use);
        return;
      default:
    }
  }

  private parameters(params: Parameters, path: Path): void {
    for (const p of [...params.positional, ...params.keywordOnly]) this.uses(p.default, path);
  }

  /** A function inside: what it uses of the names around it. */
  private inner(body: readonly Stmt[], path: Path, own: ReadonlySet<string>): void {
    const walker = new Walker();
    walker.block(body, [], 0, null);
    for (const [name, list] of walker.found)
      if (!own.has(name) && !list.some((o) => o.binds)) this.note(name, false, path);
    for (const name of walker.outer) {
      this.note(name, true, path);
      this.note(name, true, path);
    }
  }

  private binds(e: Expr, path: Path): void {
    if (e.kind === 'Name') this.note(e.id, true, path);
    else if (e.kind === 'Tuple' || e.kind === 'List') for (const item of e.items) this.binds(item, path);
    else if (e.kind === 'Starred') this.binds(e.value, path);
    else this.uses(e, path);
  }

  uses(e: Expr | null, path: Path): void {
    if (e === null) return;
    if (e.kind === 'Name') {
      this.note(e.id, false, path);
      return;
    }
    if (e.kind === 'Walrus') {
      this.uses(e.value, path);
      this.note(e.name, true, path);
      return;
    }
    if (e.kind === 'Lambda') {
      const walker = new Walker();
      walker.uses(e.body, []);
      const own = parameterNames(e.params);
      for (const name of walker.found.keys()) if (!own.has(name)) this.note(name, false, path);
      return;
    }
    if (e.kind === 'ListComp' || e.kind === 'SetComp' || e.kind === 'Generator' || e.kind === 'DictComp') {
      const walker = new Walker();
      for (const clause of e.clauses) {
        walker.uses(clause.iter, []);
        walker.binds(clause.target, []);
        for (const c of clause.conditions) walker.uses(c, []);
      }
      for (const part of e.kind === 'DictComp' ? [e.key, e.value] : [e.item]) walker.uses(part, []);
      for (const [name, list] of walker.found) if (!list.some((o) => o.binds)) this.note(name, false, path);
      return;
    }
    for (const part of childrenOf(e)) this.uses(part, path);
  }
}

export const parameterNames = (params: Parameters): Set<string> =>
  new Set(
    [...params.positional, ...params.keywordOnly, params.rest, params.keywords].flatMap((p) => (p ? [p.name] : [])),
  );

/** The expressions right inside of one. */
export function childrenOf(e: Expr): Expr[] {
  const out: Expr[] = [];
  const take = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(take);
    else if (typeof value === 'object' && value !== null) {
      if ('kind' in value && 'line' in value) out.push(value as Expr);
      else Object.values(value).forEach(take);
    }
  };
  for (const [key, value] of Object.entries(e)) if (key !== 'params') take(value);
  return out;
}

/** Decides where a function's names are declared; `own` are its parameters. */
export function declarationsOf(
  body: readonly Stmt[],
  own: ReadonlySet<string>,
  inPlace: ReadonlySet<Stmt> = new Set(),
): Declarations {
  const walker = new Walker(inPlace);
  walker.block(body, [], 0, null);
  const at = new Map<Stmt, Map<string, 'const' | 'let'>>();
  const before = new Map<Stmt, string[]>();
  const inside = new Map<Stmt, Set<string>>();
  const settle = (name: string, list: readonly Occurrence[], depth: number): void => {
    const [first] = list;
    const here = list.filter((o) => o.path.length === depth + 1);
    if (here.length === 0) {
      // only in blocks inside: each may have its own, if it binds before it uses
      const blocks = new Map<string, Occurrence[]>();
      const ids = new Map<Stmt, number>();
      for (const o of list) {
        const { statement, block } = o.path[depth]!;
        if (!ids.has(statement)) ids.set(statement, ids.size);
        const key = `${ids.get(statement)}:${block}`;
        blocks.set(key, [...(blocks.get(key) ?? []), o]);
      }
      const groups = [...blocks.values()];
      if (groups.every((g) => g[0]!.binds)) {
        for (const g of groups) settle(name, g, depth + 1);
        return;
      }
    }
    const { statement } = first!.path[depth]!;
    if (first!.path.length === depth + 1 && first!.binds) {
      const rest = list.slice(1);
      if (statement.kind === 'With' && rest.every((o) => o.path[depth]!.statement === statement))
        inside.set(statement, (inside.get(statement) ?? new Set()).add(name));
      const names = at.get(statement) ?? new Map<string, 'const' | 'let'>();
      at.set(statement, names.set(name, list.filter((o) => o.binds).length > 1 ? 'let' : 'const'));
    } else before.set(statement, [...(before.get(statement) ?? []), name]);
  };
  for (const [name, list] of walker.found) {
    if (!own.has(name) && list.some((o) => o.binds)) settle(name, list, 0);
  }
  return { at, before, inside };
}
