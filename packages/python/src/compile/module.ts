import type { Program, Stmt } from '../parse/ast';
import { PythonSyntaxError } from '../parse/syntaxError';
import { FunctionContext, globalVariable, type ModuleContext, text } from './context';
import { importsTracer } from './graphs';
import { bindStatements, Scope } from './scope';
import { statements } from './statements';

/** A compiled module: JavaScript source of a function of the runtime, and what it leaves behind. */
export interface Compiled {
  readonly code: string;
}

const hasStar = (body: readonly Stmt[]): boolean =>
  body.some(
    (s) =>
      (s.kind === 'ImportFrom' && s.names === '*') ||
      ('body' in s && s.kind !== 'Function' && s.kind !== 'Class' && hasStar(s.body)) ||
      ('otherwise' in s && hasStar(s.otherwise)),
  );

/**
 * Compiles a program to the source of a JavaScript function of `$`, the runtime's operations. The function returns
 * `{ run, names }`: the module's body, and its global names as properties.
 */
export function compile(program: Program, moduleName: string, builtins: ReadonlySet<string>): Compiled {
  const scope = new Scope('module', null, null);
  const module: ModuleContext = {
    fileName: program.fileName,
    moduleName,
    scope,
    hoisted: [],
    builtins,
    usedBuiltins: new Set(),
    lateNames: new Map(),
    dynamic: hasStar(program.body),
    traces: importsTracer(program.body),
    next: 1,
  };
  try {
    bindStatements(scope, program.body);
    bindNestedGlobals(scope, program.body);
    for (const name of ['__name__', '__file__', '__doc__']) scope.bound.add(name);
    const fc = new FunctionContext(module, scope, null, '$m0', '');
    fc.bound.add('__name__');
    const doc =
      program.body[0]?.kind === 'Expr' && program.body[0].value.kind === 'Str' ? program.body[0].value.value : null;
    const body = statements(fc, program.body);
    const names = [...scope.bound];
    const accessors = names.map((n) => {
      const v = globalVariable(n);
      return `get ${text(n)}() { return ${v}; }, set ${text(n)}(v) { ${v} = v; }`;
    });
    const code = [
      `'use strict';`,
      `const { ${RUNTIME.map((n) => `${n}: $${n}`).join(', ')} } = $;`,
      [...module.usedBuiltins].map((n) => `const ${n}$b = $builtins.get(${text(n)});`).join('\n'),
      `const $m0 = { file: ${text(program.fileName)}, name: '<module>' };`,
      ...module.hoisted,
      `let ${names.map((n) => globalVariable(n)).join(', ')};`,
      `${globalVariable('__name__')} = ${text(moduleName)}; ${globalVariable('__file__')} = ${text(program.fileName)}; ${globalVariable('__doc__')} = ${doc === null ? 'null' : text(doc)};`,
      `const $names = { __proto__: null, ${accessors.join(', ')} };`,
      `const { global: $global, globals: $globals, importAll: $importAll, locals: $locals } = $.moduleTools($names);`,
      `return { names: $names, run() {`,
      `let $l = 0;`,
      fc.declareTemps(),
      `try {\n${body}} catch ($e) { throw $trace($e, $m0, $l); }`,
      `} };`,
    ].join('\n');
    return { code };
  } catch (e) {
    if (e instanceof PythonSyntaxError) throw e.located(program.fileName, program.lines);
    throw e;
  }
}

/** Names that functions declare global belong to the module before anything is compiled. */
function bindNestedGlobals(scope: Scope, body: readonly Stmt[]): void {
  for (const s of body) {
    if (s.kind === 'Global') for (const n of s.names) scope.bound.add(n);
    if ('body' in s) bindNestedGlobals(scope, s.body);
    if ('otherwise' in s) bindNestedGlobals(scope, s.otherwise);
    if (s.kind === 'Try') {
      bindNestedGlobals(scope, s.finally);
      for (const h of s.handlers) bindNestedGlobals(scope, h.body);
    }
  }
}

/** The runtime's operations that compiled code names. */
const RUNTIME = [
  's',
  'tick',
  'enter',
  'trace',
  'traceGenerator',
  'caught',
  'caughtBy',
  'again',
  'matches',
  'raised',
  'reraise',
  'assertion',
  'add',
  'sub',
  'mul',
  'div',
  'floordiv',
  'mod',
  'pow',
  'matmul',
  'and',
  'or',
  'xor',
  'lshift',
  'rshift',
  'iadd',
  'isub',
  'imul',
  'idiv',
  'ifloordiv',
  'imod',
  'ipow',
  'imatmul',
  'iand',
  'ior',
  'ixor',
  'ilshift',
  'irshift',
  'lt',
  'le',
  'gt',
  'ge',
  'eq',
  'ne',
  'is',
  'in',
  'in2',
  'unary',
  'truth',
  'graphs',
  'graphNot',
  'reached',
  'graphBool',
  'graphRange',
  'graphChoice',
  'tracing',
  'leaves',
  'sameTest',
  'loopReturn',
  'iter',
  'index',
  'unpack',
  'spread',
  'keywords',
  'getattr',
  'setattr',
  'delattr',
  'getitem',
  'setitem',
  'delitem',
  'f',
  'late',
  'def',
  'bind',
  'isKeywords',
  'generator',
  'delegate',
  'class',
  'super',
  'noSuper',
  'annotate',
  'annotateClass',
  'with',
  'import',
  'importName',
  'unbound',
  'tuple',
  'set',
  'dict',
  'dictOf',
  'slice',
  'bytes',
  'imaginary',
  'float',
  'Ellipsis',
  'str',
  'repr',
  'ascii',
  'format',
  'builtins',
  'sortedKeys',
] as const;

/** The names that the runtime has to provide. */
export const runtimeNames: readonly string[] = RUNTIME;
