import type { Expr, Place, Stmt } from '../parse/ast';
import { type FunctionContext, globalVariable, localVariable, text } from './context';
import { expression } from './expressions';
import { bindStatements, resolve, Scope } from './scope';
import { storeTarget } from './targets';

// Branches and loops over what has no value yet (tensors of a graph under construction): the test says so itself
// through the protocol's `__graph_if__` and its like, and gets the branches as functions. Only modules that import a
// framework which traces are compiled so. Outside of branches over tensors a body is written twice, inline for values
// and as a function for tensors; within them (`closed`) once, as a function for both.

/** Whether the statement being compiled may meet tensors of a graph. */
export const mayTrace = (fc: FunctionContext): boolean =>
  fc.module.traces && fc.scope.kind === 'function' && !fc.scope.generator;
/** Whether the statement being compiled stands in a function that branches over tensors run. */
export const closed = (fc: FunctionContext): boolean => fc.graphDepth > 0;

/** Whether a module imports a framework that makes graphs of functions. */
export const importsTracer = (body: readonly Stmt[]): boolean =>
  body.some((s) => {
    const names = s.kind === 'Import' ? s.names.map((n) => n.name) : s.kind === 'ImportFrom' ? [s.module] : [];
    return names.some((n) => /^(tensorflow|keras)(\.|$)/.test(n)) || ('body' in s && importsTracer(s.body));
  });

/** Statements that belong to this body, without those of nested functions. */
function within(body: readonly Stmt[], test: (s: Stmt) => boolean, loops: boolean): boolean {
  return body.some((s) => {
    if (test(s)) return true;
    if (s.kind === 'Function' || s.kind === 'Class') return false;
    if (!loops && (s.kind === 'For' || s.kind === 'While')) return within(s.otherwise, test, loops);
    const parts: (readonly Stmt[])[] = [];
    if ('body' in s) parts.push(s.body);
    if ('otherwise' in s) parts.push(s.otherwise);
    if (s.kind === 'Try') parts.push(s.finally, ...s.handlers.map((h) => h.body));
    return parts.some((part) => within(part, test, loops));
  });
}
export const leavesLoop = (body: readonly Stmt[]): boolean =>
  within(body, (s) => s.kind === 'Break' || s.kind === 'Continue', false);
export const returns = (body: readonly Stmt[]): boolean => within(body, (s) => s.kind === 'Return', true);
/**
 * `if a: return x` with what follows it as its other branch, as autograph writes conditional returns; and whether the
 * body then surely returns.
 */
function withBranches(body: readonly Stmt[]): { body: readonly Stmt[]; returns: boolean } {
  for (const [i, s] of body.entries()) {
    if (s.kind === 'Return') return { body, returns: true };
    if (s.kind !== 'If' || !returns([s])) continue;
    const [then, otherwise] = [withBranches(s.body), withBranches(s.otherwise)];
    const before = body.slice(0, i);
    const branches = { ...s, body: then.body, otherwise: otherwise.body };
    if (then.returns && otherwise.returns) return { body: [...before, branches], returns: true };
    const rest = withBranches(body.slice(i + 1));
    if (then.returns)
      return {
        body: [...before, { ...branches, otherwise: [...otherwise.body, ...rest.body] }],
        returns: rest.returns,
      };
    if (otherwise.returns)
      return { body: [...before, { ...branches, body: [...then.body, ...rest.body] }], returns: rest.returns };
    return { body: [...before, branches, ...rest.body], returns: rest.returns };
  }
  return { body, returns: false };
}
export const asBranches = (body: readonly Stmt[]): readonly Stmt[] => (returns(body) ? withBranches(body).body : body);

const assignment = (at: Place, name: string, value: boolean): Stmt => ({
  line: at.line,
  column: at.column,
  kind: 'Assign',
  targets: [{ line: at.line, column: at.column, kind: 'Name', id: name }],
  value: { line: at.line, column: at.column, kind: 'Constant', value },
});

/** The body of a loop with names in place of `break` and `continue`, which guard what comes after them. */
export function withoutJumps(body: readonly Stmt[], leave: string, skip: string): readonly Stmt[] {
  const set = (s: Stmt): Stmt => {
    if (s.kind === 'Break') return assignment(s, leave, true);
    if (s.kind === 'Continue') return assignment(s, skip, true);
    if (s.kind === 'If') return { ...s, body: lower(s.body), otherwise: lower(s.otherwise) };
    if (s.kind === 'With') return { ...s, body: lower(s.body) };
    if (s.kind === 'Try')
      return {
        ...s,
        body: lower(s.body),
        otherwise: lower(s.otherwise),
        finally: lower(s.finally),
        handlers: s.handlers.map((h) => ({ ...h, body: lower(h.body) })),
      };
    // an inner loop's `else` may leave this one
    if (s.kind === 'For' || s.kind === 'While') return { ...s, otherwise: lower(s.otherwise) };
    return s;
  };
  const lower = (list: readonly Stmt[]): readonly Stmt[] => {
    const i = list.findIndex((s) => leavesLoop([s]));
    if (i < 0) return list;
    const at = list[i]!;
    const rest = lower(list.slice(i + 1));
    const head = [...list.slice(0, i), set(at)];
    if (rest.length === 0 || at.kind === 'Break' || at.kind === 'Continue') return head;
    const name = (id: string): Expr => ({ line: at.line, column: at.column, kind: 'Name', id });
    const flags = [leave, skip].filter((flag) => assigns([set(at)], flag)).map(name);
    const [first, second] = flags as [Expr, Expr?];
    const left: Expr =
      second === undefined
        ? first
        : { line: at.line, column: at.column, kind: 'Bool', op: 'or', left: first, right: second };
    const test: Expr = { line: at.line, column: at.column, kind: 'Unary', op: 'not', value: left };
    return [...head, { line: at.line, column: at.column, kind: 'If', test, body: rest, otherwise: [] }];
  };
  return lower(body);
}
const assigns = (body: readonly Stmt[], name: string): boolean =>
  within(body, (s) => s.kind === 'Assign' && s.targets.some((t) => t.kind === 'Name' && t.id === name), false);

/** How the names that statements bind are read and written together, as JavaScript. */
export function namesOf(
  fc: FunctionContext,
  bodies: readonly (readonly Stmt[])[],
  without: string | null = null,
): string {
  const probe = new Scope('function', null, null);
  for (const body of bodies) bindStatements(probe, body);
  const names = [...probe.bound].filter((n) => n !== without).map((n) => fc.mangle(n));
  const variables = names.map((n) => {
    const where = resolve(fc.scope, n);
    return where.kind === 'global' ? globalVariable(n) : localVariable(n);
  });
  const parts = [...partsOf(bodies, probe.bound)];
  const set = variables.map((v, i) => `${v} = $v[${i}];`);
  for (const [k, [, part]] of parts.entries()) {
    const v = `$v[${names.length + k}]`;
    set.push(`if (${v} !== undefined) { ${storeTarget(fc, part, v)} }`);
  }
  const get = [...variables, ...parts.map(([, part]) => `$reached(() => ${expression(fc, part)})`)];
  const labels = [...names, ...parts.map(([label]) => label)];
  return `[${labels.map(text).join(', ')}], () => [${get.join(', ')}], ($v) => { ${set.join(' ')} }`;
}

/** The attributes and entries that statements assign to, of what they do not bind themselves, by how they are written. */
function partsOf(bodies: readonly (readonly Stmt[])[], bound: ReadonlySet<string>): Map<string, Expr> {
  const found = new Map<string, Expr>();
  const keep = (target: Expr): void => {
    if (target.kind === 'Tuple' || target.kind === 'List') target.items.forEach(keep);
    if (target.kind !== 'Attribute' && target.kind !== 'Subscript') return;
    const label = partText(target, bound);
    if (label !== null) found.set(label, target);
  };
  const look = (s: Stmt): boolean => {
    if (s.kind === 'Assign') s.targets.forEach(keep);
    else if (s.kind === 'AugAssign') keep(s.target);
    return false;
  };
  for (const body of bodies) within(body, look, true);
  return found;
}
/** `a.b['c']` as it is written; null where it is more than names and plain keys, or starts at a name that is bound. */
function partText(e: Expr, bound: ReadonlySet<string>): string | null {
  if (e.kind === 'Name') return bound.has(e.id) ? null : e.id;
  if (e.kind === 'Attribute') {
    const of = partText(e.value, bound);
    return of === null ? null : `${of}.${e.name}`;
  }
  if (e.kind !== 'Subscript') return null;
  const of = partText(e.value, bound);
  const { index } = e;
  const key =
    index.kind === 'Str'
      ? `'${index.value}'`
      : index.kind === 'Int'
        ? String(index.value)
        : index.kind === 'Name'
          ? partText(index, bound)
          : null;
  return of === null || key === null ? null : `${of}[${key}]`;
}

/** The value of a test, of which Python asks the truth; `and`, `or` and `not` of tensors are tensors. */
export function testValue(fc: FunctionContext, e: Expr, value: (fc: FunctionContext, e: Expr) => string): string {
  if (e.kind === 'Unary' && e.op === 'not') return `$graphNot(${testValue(fc, e.value, value)})`;
  if (e.kind === 'Bool') {
    const left = testValue(fc, e.left, value);
    const before = new Set(fc.bound);
    const right = testValue(fc, e.right, value);
    fc.bound = before;
    return `$graphBool(${text(e.op)}, ${left}, () => ${right})`;
  }
  return value(fc, e);
}
