import type { Expr, Stmt } from '../parse/ast';
import { type FunctionContext, globalVariable, localVariable, text } from './context';
import { bindStatements, resolve, Scope } from './scope';

// Branches and loops over what has no value yet (tensors of a graph under construction): the test says so itself
// through the protocol's `__graph_if__` and its like, and gets the branches as functions. Only modules that import a
// framework which traces are compiled so, and no deeper than a few levels, since a branch is then written twice.

const deepest = 3;
/** Whether the statement being compiled may meet tensors of a graph. */
export const mayTrace = (fc: FunctionContext): boolean =>
  fc.module.traces && fc.scope.kind === 'function' && !fc.scope.generator && fc.graphDepth < deepest;

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
/** Whether every way through a body ends in a return. */
export function alwaysReturns(body: readonly Stmt[]): boolean {
  const last = body.at(-1);
  if (last?.kind === 'Return' || last?.kind === 'Raise') return true;
  return last?.kind === 'If' && alwaysReturns(last.body) && alwaysReturns(last.otherwise);
}

/** `if a: return x` and what follows it as two branches that both return. */
export function asBranches(body: readonly Stmt[]): readonly Stmt[] {
  const i = body.findIndex((s) => s.kind === 'If' && s.otherwise.length === 0 && alwaysReturns(s.body));
  const rest = body.slice(i + 1);
  if (i < 0 || rest.length === 0 || !alwaysReturns(rest)) return body;
  return [...body.slice(0, i), { ...(body[i] as Stmt & { kind: 'If' }), otherwise: rest }];
}

/** How the names that statements bind are read and written together, as JavaScript. */
export function namesOf(fc: FunctionContext, ...bodies: (readonly Stmt[])[]): string {
  const probe = new Scope('function', null, null);
  for (const body of bodies) bindStatements(probe, body);
  const names = [...probe.bound].map((n) => fc.mangle(n));
  const variables = names.map((n) => {
    const where = resolve(fc.scope, n);
    return where.kind === 'global' ? globalVariable(n) : localVariable(n);
  });
  const set = variables.map((v, i) => `${v} = $v[${i}];`).join(' ');
  return `[${names.map(text).join(', ')}], () => [${variables.join(', ')}], ($v) => { ${set} }`;
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
