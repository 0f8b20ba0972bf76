import type { Expr, Stmt, StmtOf } from '../parse/ast';
import { annotated } from './annotations';
import { showClass } from './classes';
import { type Context, Level, type Shown, safeName } from './context';
import { type Doc, group, hardline, hasHard, indent, join, line, softline, suffix } from './doc';
import { drawing } from './drawing';
import {
  binary,
  inPlace,
  isTensor,
  itemOf,
  iterated,
  pattern,
  receiver,
  settled,
  show,
  truth,
  within,
} from './expressions';
import { showFunction } from './functions';
import { localText, moduleOf, typeOfMember } from './modules';
import { deleted, storeItem } from './subscripts';
import { block, quoted } from './text';
import { any, listOf, type Type, unknown } from './types';

/** Whether an expression of Python is one that a program's own run guards: `__name__ == '__main__'`. */
export const isMainGuard = (s: Stmt): s is StmtOf<'If'> =>
  s.kind === 'If' && s.test.kind === 'Compare' && s.test.left.kind === 'Name' && s.test.left.id === '__name__';
const isText = (s: Stmt | undefined): s is StmtOf<'Expr'> => s?.kind === 'Expr' && s.value.kind === 'Str';
/** A block's first text, which describes it. */
export const docstringOf = (body: readonly Stmt[]): string | null => {
  const [first] = body;
  return isText(first) && first.value.kind === 'Str' ? first.value.value : null;
};
/** A description as a comment before what it describes. */
export function described(text: string): Doc {
  const lines = text
    .trim()
    .split('\n')
    .map((l) => l.trim());
  if (lines.length === 1) return [`/** ${lines[0]} */`, hardline];
  return ['/**', hardline, lines.map((l): Doc => [l === '' ? ' *' : ` * ${l}`, hardline]), ' */', hardline];
}

/** Statements with their comments and the empty lines between them. */
export function statements(c: Context, body: readonly Stmt[]): Doc {
  const out: Doc[] = [];
  const lines = body.slice(docstringOf(body) === null ? 0 : 1);
  lines.forEach((s, i) => {
    const first =
      s.kind === 'Function' || s.kind === 'Class' ? Math.min(s.line, ...s.decorators.map((d) => d.line)) : s.line;
    const before = takeComments(c, first);
    const top = before[0]?.line ?? first;
    const notes = c.notes.splice(0);
    const docs = statement(c, s);
    const after = c.notes.splice(0);
    if (docs.length === 0 && before.length === 0 && after.length === 0) return;
    const apart = out.length > 0 && (c.program.lines[top - 2] ?? '').trim() === '';
    const separate = i > 0 && (s.kind === 'Function' || s.kind === 'Class') && out.length > 0;
    const parts: Doc[] = [
      ...before.flatMap((comment, at) => {
        const next = before[at + 1]?.line ?? first;
        return [`// ${comment.text}`, ...(next > comment.line + 1 ? [''] : [])];
      }),
      ...[...notes, ...after].map((note) => `// ${note}`),
      ...docs,
    ];
    const trailing = trailingComment(c, s, lines[i + 1]);
    if (trailing !== null) parts[parts.length - 1] = [parts.at(-1)!, suffix(` // ${trailing}`)];
    if (out.length > 0) out.push(hardline, ...(apart || separate ? [hardline] : []));
    out.push(join(hardline, parts));
  });
  return out;
}

/** The comments on lines of their own before a line. */
function takeComments(c: Context, before: number) {
  const taken = c.comments.filter((comment) => comment.alone && comment.line < before);
  for (const comment of taken) c.comments.splice(c.comments.indexOf(comment), 1);
  return taken;
}
function trailingComment(c: Context, s: Stmt, next: Stmt | undefined): string | null {
  if (!['Expr', 'Assign', 'AnnAssign', 'AugAssign', 'Return', 'Raise'].includes(s.kind)) return null;
  const end = Math.min(lastLine(s), (next?.line ?? Number.POSITIVE_INFINITY) - 1);
  const found = c.comments.find((comment) => !comment.alone && comment.line >= s.line && comment.line <= end);
  if (found === undefined) return null;
  c.comments.splice(c.comments.indexOf(found), 1);
  return found.text;
}

/** The last line in which a part of a statement begins. */
function lastLine(value: unknown): number {
  if (Array.isArray(value)) return Math.max(0, ...value.map(lastLine));
  if (typeof value !== 'object' || value === null) return 0;
  const own = (value as { line?: unknown }).line;
  return Math.max(typeof own === 'number' ? own : 0, ...Object.values(value).map(lastLine));
}

const ended = (doc: Doc): Doc => [doc, ';'];

function statement(c: Context, s: Stmt): Doc[] {
  const hoisted = c.scope.declarations.before.get(s) ?? [];
  const docs = plain(c, s);
  const lets = hoisted
    .filter((name) => !c.scope.outside.has(name) && !c.imported.has(name))
    .map((name): Doc => {
      const text = c.typeText(c.scope.declared.get(name) ?? unknown);
      // TypeScript sees that a plain block is always run
      const sure = s.kind === 'With' || text === 'any' ? '' : '!';
      return `let ${safeName(name)}${text === null ? '' : `${sure}: ${text}`};`;
    });
  return [...lets, ...docs];
}

function plain(c: Context, s: Stmt): Doc[] {
  switch (s.kind) {
    case 'Expr':
      return expression(c, s);
    case 'Assign':
      return assignment(c, s);
    case 'AnnAssign': {
      const type = annotated(c, s.annotation);
      if (s.value === null) return [];
      return store(c, s, s.target, { ...show(c, s.value), type }, true);
    }
    case 'AugAssign':
      return augmented(c, s);
    case 'Return':
      return returned(c, s);
    case 'If':
      if (isMainGuard(s)) {
        c.notes.push('Python runs what follows only where this file is the program itself; here an import runs it too');
        const body = statements(c, s.body);
        return [body];
      }
      return [conditional(c, s)];
    case 'For':
      return loop(c, s);
    case 'While': {
      if (s.otherwise.length > 0) c.notes.push('while ... else has no counterpart: what follows else is left out');
      const test = truth(c, s.test);
      return [['while (', test.doc, ') ', body(c, s.body)]];
    }
    case 'With':
      return scoped(c, s);
    case 'Try':
      return [attempt(c, s)];
    case 'Function':
      return showFunction(c, s);
    case 'Class':
      return showClass(c, s);
    case 'Import':
    case 'ImportFrom':
      return imported(c, s);
    case 'Global':
    case 'Nonlocal':
      for (const name of s.names) c.scope.outside.add(name);
      return [];
    case 'Raise': {
      if (s.value === null) return ['throw error;'];
      const value = show(c, s.value);
      if (s.value.kind === 'Name' && c.lookup(s.value.id) === null) return [`throw new Error(${quoted(s.value.id)});`];
      return [['throw ', value.doc, ';']];
    }
    case 'Assert': {
      const test = truth(c, s.test);
      const message = s.message === null ? quoted('assertion failed') : show(c, s.message).doc;
      return [group(['if (!(', test.doc, '))', indent([line, 'throw new Error(', message, ');'])])];
    }
    case 'Delete':
      return s.targets.flatMap((target): Doc[] => {
        const doc = deleted(c, target);
        return doc === null ? ['// del: the garbage collector takes what nothing names any more'] : [ended(doc)];
      });
    case 'Pass':
      return [];
    case 'Break':
      return ['break;'];
    case 'Continue':
      return ['continue;'];
  }
}

export function body(c: Context, lines: readonly Stmt[]): Doc {
  const doc = statements(c, lines);
  return block(doc, Array.isArray(doc) && doc.length === 0);
}

function expression(c: Context, s: StmtOf<'Expr'>): Doc[] {
  if (s.value.kind === 'Constant') return [];
  if (s.value.kind === 'Str') return s.value.value.split('\n').map((l) => `// ${l.trim()}`);
  const drawn = drawing(c, s.value);
  if (drawn !== null) return [...drawn];
  if (s.value.kind === 'Call') appended(c, s.value);
  return [ended(show(c, s.value).doc)];
}

/** A list or dict learns what it holds from what is put into it. */
function appended(c: Context, e: Extract<Expr, { kind: 'Call' }>): void {
  const { func } = e;
  if (func.kind !== 'Attribute' || func.value.kind !== 'Name' || e.args.length !== 1) return;
  const owner = c.lookup(func.value.id);
  if (owner?.kind !== 'list') return;
  const given = settled(show(c, e.args[0]!).type);
  if (func.name === 'append') c.assign(func.value.id, listOf(joinedItem(owner.item, given)));
  else if (func.name === 'extend') c.assign(func.value.id, listOf(joinedItem(owner.item, itemOf(given))));
}
const joinedItem = (a: Type, b: Type): Type => (a.kind === 'unknown' ? b : a);

/** The value to put under a name, TypeScript told what it is. */
function cast(c: Context, value: Shown): Doc {
  if (value.type.kind === 'tensor' && value.type.loose) {
    c.need('tf');
    return [within(value, Level.relational), ' as tf.Tensor'];
  }
  return value.doc;
}

/** `left = right`, what is right on a line of its own where it is an operator's. */
function equation(left: Doc, value: Shown, doc: Doc): Doc {
  const operator = value.level < Level.unary && value.level > Level.arrow && value.level !== Level.conditional;
  const text = value.type.kind === 'string' && typeof doc === 'string';
  if (operator || text) return group([left, ' =', indent([line, group(doc)])]);
  return [left, ' = ', doc];
}

function declaredText(c: Context, id: string, value: Shown, change: 'const' | 'let'): string {
  const known = c.scope.declared.get(id) ?? unknown;
  const own = c.typeText(settled(value.type));
  const wanted = c.typeText(
    change === 'let' ? known : value.type.kind === 'list' || value.type.kind === 'dict' ? known : settled(value.type),
  );
  const empty = own === null && (value.type.kind === 'list' || value.type.kind === 'dict');
  if (empty) return wanted === null ? (value.type.kind === 'list' ? ': any[]' : ': Map<any, any>') : `: ${wanted}`;
  return change === 'let' && wanted !== null && own !== wanted && wanted !== 'number' ? `: ${wanted}` : '';
}

/** Puts a value under a target. */
function store(c: Context, s: Stmt, target: Expr, value: Shown, annotate = false): Doc[] {
  if (target.kind === 'Name') {
    c.assign(target.id, settled(value.type));
    const change = c.scope.outside.has(target.id) ? undefined : c.scope.declarations.at.get(s)?.get(target.id);
    const doc = cast(c, value);
    const name = safeName(target.id);
    if (change === undefined) return [ended(equation(name, value, doc))];
    const text = annotate ? `: ${c.typeText(value.type) ?? 'any'}` : declaredText(c, target.id, value, change);
    return [ended(equation(`${exported(c)}${change} ${name}${text}`, value, doc))];
  }
  if (target.kind === 'Attribute') {
    const owner = show(c, target.value);
    const { type } = owner;
    if (type.kind === 'instance' && type.of !== null && typeof type.of === 'object')
      c.knowledge.learn(type.of.fields, target.name, settled(value.type));
    return [ended(equation([within(owner, Level.call), '.', target.name], value, cast(c, value)))];
  }
  if (target.kind === 'Subscript') {
    // a dict learns what it holds
    if (target.value.kind === 'Name') {
      const owner = c.lookup(target.value.id);
      if (owner?.kind === 'dict' && owner.key.kind === 'unknown')
        c.assign(target.value.id, { kind: 'dict', key: show(c, target.index).type, value: settled(value.type) });
    }
    return [ended(storeItem(c, target, value.doc))];
  }
  return unpacked(c, s, target, value);
}
const exported = (c: Context): string => (c.exports && c.scope.outer === null ? 'export ' : '');

/** `a, b = value`. */
function unpacked(c: Context, s: Stmt, target: Expr, value: Shown): Doc[] {
  const items = target.kind === 'Tuple' || target.kind === 'List' ? target.items : [];
  const { type } = value;
  let source = value.doc;
  const item = itemOf(type);
  const listed = type.kind === 'list' || type.kind === 'iterable' || isTensor(type) || type.kind === 'array';
  const plainItems = items.every((i) => i.kind === 'Name');
  if (listed && plainItems) {
    const text = c.typeText(item) ?? 'any';
    const list: Doc = type.kind === 'list' ? within(value, Level.relational) : ['[...', value.doc, ']'];
    source = [list, ` as [${items.map(() => text).join(', ')}]`];
  }
  const names = namesOf(target);
  const declared = c.scope.declarations.at.get(s);
  const fresh = names.filter((n) => declared?.has(n) && !c.scope.outside.has(n));
  if (!plainItems && items.some((i) => i.kind === 'Attribute' || i.kind === 'Subscript')) {
    const docs = items.map((i) => show(c, i).doc);
    return [ended([';[', join(', ', docs), '] = ', source])];
  }
  const doc = pattern(c, target, type);
  if (fresh.length === 0) return [ended([doc, ' = ', source])];
  if (fresh.length === names.length) {
    const change = fresh.some((n) => declared!.get(n) === 'let') ? 'let' : 'const';
    return [
      ended(
        unbreakable(value)
          ? group([`${exported(c)}${change} `, doc, ' =', indent([line, source])])
          : [`${exported(c)}${change} `, doc, ' = ', source],
      ),
    ];
  }
  return [`let ${fresh.map(safeName).join(', ')};`, ended([doc, ' = ', source])];
}
/** Whether a value's text has no brackets that could be opened up. */
const unbreakable = (value: Shown): boolean =>
  value.level === Level.unary && /\(\)"\]+$/.test(JSON.stringify(value.doc));
const namesOf = (e: Expr): string[] =>
  e.kind === 'Name'
    ? [e.id]
    : e.kind === 'Tuple' || e.kind === 'List'
      ? e.items.flatMap(namesOf)
      : e.kind === 'Starred'
        ? namesOf(e.value)
        : [];

function assignment(c: Context, s: StmtOf<'Assign'>): Doc[] {
  const [first, ...more] = s.targets;
  if (
    more.length === 0 &&
    first!.kind === 'Tuple' &&
    s.value.kind === 'Tuple' &&
    first!.items.length === s.value.items.length
  ) {
    const fresh = first!.items.every((i) => i.kind === 'Name' && c.scope.declarations.at.get(s)?.has(i.id));
    const { items } = s.value;
    if (fresh) return first!.items.flatMap((target, i) => store(c, s, target, show(c, items[i]!)));
  }
  const value = show(c, s.value);
  if (more.length === 0) return store(c, s, first!, value);
  const docs = store(c, s, first!, value);
  if (first!.kind !== 'Name') return [...docs, ...more.flatMap((t) => store(c, s, t, value))];
  return [
    ...docs,
    ...more.flatMap((t) => store(c, s, t, { doc: safeName(first!.id), type: value.type, level: Level.atom })),
  ];
}

function augmented(c: Context, s: StmtOf<'AugAssign'>): Doc[] {
  const target = show(c, s.target);
  const value = show(c, s.value);
  const { type } = target;
  if (s.target.kind === 'Subscript') {
    const next = binary(c, s.op, target, value);
    return [ended(storeItem(c, s.target, next.doc))];
  }
  if (type.kind === 'tensor' && type.family === 'torch') {
    if (!c.knowledge.inPlace.has(s)) {
      c.knowledge.inPlace.add(s);
      c.knowledge.changed = true;
    }
    return [ended([receiver(c, target), `.${inPlace(s.op)}(`, value.doc, ')'])];
  }
  if (type.kind === 'list' && s.op === '+')
    return [ended([within(target, Level.call), '.push(...', within(value, Level.arrow), ')'])];
  const tensors = isTensor(type) || isTensor(value.type) || type.kind === 'array';
  if (type.kind === 'number' && value.type.kind === 'array') {
    if (s.target.kind === 'Name') c.assign(s.target.id, { kind: 'number', whole: false, natural: false });
    return [ended([target.doc, ` ${s.op}= Number(`, value.doc, ')'])];
  }
  const next = binary(c, s.op, target, value);
  if (s.target.kind === 'Name') c.assign(s.target.id, settled(next.type.kind === 'unknown' ? type : next.type));
  if (tensors || s.op === '//' || s.op === '%') return [ended([target.doc, ' = ', next.doc])];
  return [ended([target.doc, ` ${s.op}= `, value.doc])];
}

function returned(c: Context, s: StmtOf<'Return'>): Doc[] {
  const { info } = c.scope;
  if (s.value === null) return ['return;'];
  const value = show(c, s.value);
  c.knowledge.result(info, settled(value.type));
  const doc = cast(c, value);
  if (value.level < Level.unary && value.level > Level.conditional)
    return [group(['return ', indentedOperators(doc === value.doc ? rawOf(value) : doc), ';'])];
  return [['return ', doc, ';']];
}
const rawOf = (shown: Shown): Doc => shown.raw ?? shown.doc;
/** An operator's text over several lines stands in parentheses behind `return`. */
const indentedOperators = (doc: Doc): Doc => [
  '',
  { kind: 'either', broken: '(', flat: '' },
  indent([softline, doc]),
  softline,
  { kind: 'either', broken: ')', flat: '' },
];

function conditional(c: Context, s: StmtOf<'If'>): Doc {
  const test = group([indent([softline, rawOf(truth(c, s.test))]), softline]);
  const head: Doc = ['if (', test, ') ', body(c, s.body)];
  if (s.otherwise.length === 0) return head;
  const [only] = s.otherwise;
  if (s.otherwise.length === 1 && only!.kind === 'If') return [head, ' else ', conditional(c, only!)];
  return [head, ' else ', body(c, s.otherwise)];
}

function loop(c: Context, s: StmtOf<'For'>): Doc[] {
  if (s.otherwise.length > 0) c.notes.push('for ... else has no counterpart: what follows else is left out');
  const { iter, target } = s;
  const own = c.scope.declarations.at.get(s);
  const names = namesOf(target);
  const changes = names.some((n) => own?.get(n) === 'let');
  const declared = names.every((n) => own?.has(n));
  const range =
    iter.kind === 'Call' && iter.func.kind === 'Name' && iter.func.id === 'range' && c.lookup('range') === null;
  if (range && target.kind === 'Name' && declared && !changes && iter.kind === 'Call')
    return [counting(c, s, target.id, iter.args)];
  const word = declared ? (changes ? 'let ' : 'const ') : '';
  // enumerate over what has no indices counts beside the loop
  if (
    iter.kind === 'Call' &&
    iter.func.kind === 'Name' &&
    iter.func.id === 'enumerate' &&
    target.kind === 'Tuple' &&
    target.items[0]?.kind === 'Name' &&
    iter.args.length === 1 &&
    iter.keywords.length === 0
  ) {
    const source = iterated(c, iter.args[0]!);
    if (source.type.kind === 'instance') {
      const index = target.items[0].id;
      c.assign(index, { kind: 'number', whole: true, natural: true });
      const rest = target.items[1]!;
      const item = pattern(c, rest, itemOf(source.type));
      const inner = statements(c, s.body);
      const i = safeName(index);
      const letOther = namesOf(rest).some((n) => own?.get(n) === 'let') ? 'let ' : 'const ';
      return [
        `let ${i} = -1;`,
        [`for (${letOther}`, item, ' of ', elements(c, rest, source), ') ', block([`${i}++;`, hardline, inner], false)],
      ];
    }
  }
  const source = iterated(c, iter);
  const item = pattern(c, target, itemOf(source.type));
  return [[`for (${word}`, item, ' of ', elements(c, target, source), ') ', body(c, s.body)]];
}

/** What a loop goes over, TypeScript told what its parts are. */
function elements(c: Context, target: Expr, source: Shown): Doc {
  const { type } = source;
  if (target.kind !== 'Tuple' && target.kind !== 'List') return source.doc;
  if (
    type.kind === 'instance' &&
    /(DataLoader|Dataset)$/.test(type.path) &&
    target.items.every((i) => i.kind === 'Name')
  ) {
    const family = type.path.endsWith('DataLoader') ? 'torch' : 'tf';
    c.need(family);
    return [source.doc, ` as Iterable<[${target.items.map(() => `${family}.Tensor`).join(', ')}]>`];
  }
  if (type.kind === 'list' && type.item.kind === 'tuple' && source.level === Level.atom && hasBrackets(source.doc))
    return [source.doc, ' as const'];
  return source.doc;
}
const hasBrackets = (doc: Doc): boolean => typeof doc === 'object' && 'kind' in doc && doc.kind === 'group';

function counting(c: Context, s: StmtOf<'For'>, id: string, args: readonly Expr[]): Doc {
  const shown = args.map((a) => show(c, a));
  const [start, stop, step] = shown.length === 1 ? [null, shown[0]!, null] : [shown[0]!, shown[1]!, shown[2] ?? null];
  const name = safeName(id);
  const back =
    step !== null && typeof step.doc === 'string' && step.doc.startsWith('-') ? true : args[2]?.kind === 'Unary';
  const natural = (t: Shown | null): boolean => t === null || (t.type.kind === 'number' && t.type.natural);
  c.assign(id, { kind: 'number', whole: true, natural: natural(start) && !back });
  const by: Doc =
    step === null
      ? `${name}++`
      : back && args[2]?.kind === 'Unary'
        ? ((): Doc => {
            const amount = show(c, args[2].value).doc;
            return amount === '1' ? `${name}--` : [`${name} -= `, amount];
          })()
        : [`${name} += `, step.doc];
  const inner = body(c, s.body);
  return [
    `for (let ${name} = `,
    start?.doc ?? '0',
    `; ${name} ${back ? '>' : '<'} `,
    within(stop!, Level.shift),
    '; ',
    by,
    ') ',
    inner,
  ];
}

function scoped(c: Context, s: StmtOf<'With'>): Doc[] {
  const inside = c.scope.declarations.inside.get(s);
  const before: Doc[] = [];
  const heads: Doc[] = [];
  let names = 0;
  for (const { context, target } of s.items) {
    const file = opened(context);
    if (file !== null && target?.kind === 'Name' && s.items.length === 1) return written(c, s, file, target.id);
    const value = show(c, context);
    if (target?.kind !== 'Name') {
      heads.push(['using ', '_'.repeat(++names), ' = ', value.doc, ';']);
      continue;
    }
    c.assign(target.id, value.type);
    const name = safeName(target.id);
    // a picture has nothing to close
    if (value.type.kind === 'instance' && value.type.path === 'Image') {
      if (inside?.has(target.id)) heads.push(['const ', name, ' = ', value.doc, ';']);
      else before.push(['const ', name, ' = ', value.doc, ';']);
      continue;
    }
    if (inside?.has(target.id)) heads.push(['using ', name, ' = ', value.doc, ';']);
    else {
      const fresh = c.scope.declarations.at.get(s)?.get(target.id);
      before.push([fresh === undefined ? '' : `${fresh} `, name, ' = ', value.doc, ';']);
      heads.push(`using ${'_'.repeat(++names)} = ${name};`);
    }
  }
  const inner = statements(c, s.body);
  return [...before, block([join(hardline, heads), heads.length > 0 ? hardline : '', inner], false)];
}

/** What `open(path, mode)` is asked for. */
function opened(e: Expr): { path: Expr; mode: string } | null {
  if (e.kind !== 'Call' || e.func.kind !== 'Name' || e.func.id !== 'open') return null;
  const mode = e.args[1] ?? e.keywords.find((k) => k.name === 'mode')?.value;
  return { path: e.args[0]!, mode: mode?.kind === 'Str' ? mode.value : 'r' };
}
function written(c: Context, s: StmtOf<'With'>, file: { path: Expr; mode: string }, name: string): Doc[] {
  const path = show(c, file.path).doc;
  const [only] = s.body;
  if (/^[wa]/.test(file.mode) && s.body.length === 1 && only!.kind === 'Expr' && only!.value.kind === 'Call') {
    const { func, args } = only!.value;
    if (func.kind === 'Attribute' && func.name === 'write' && args.length === 1) {
      const call = file.mode.startsWith('a') ? 'appendFileSync' : 'writeFileSync';
      c.import('node:fs', call);
      return [[`${call}(`, path, ', ', show(c, args[0]!).doc, ');']];
    }
  }
  c.notes.push(
    `open() gives no file object here: ${safeName(name)} is the text that was read; write with writeFileSync`,
  );
  c.import('node:fs', 'readFileSync');
  c.assign(name, any);
  return [
    block(
      [
        [`const ${safeName(name)}: any = readFileSync(`, path, file.mode.includes('b') ? '' : ", 'utf8'", ');'],
        hardline,
        statements(c, s.body),
      ],
      false,
    ),
  ];
}

function attempt(c: Context, s: StmtOf<'Try'>): Doc {
  const parts: Doc[] = ['try ', body(c, [...s.body, ...s.otherwise])];
  if (s.handlers.length > 0) {
    const named = s.handlers.map((h) => h.name).find((n) => n !== null) ?? 'error';
    const error = safeName(named);
    const branches = s.handlers.map((h): { test: Doc | null; body: Doc } => {
      if (h.name !== null) c.assign(h.name, any);
      const alias: Doc = h.name !== null && h.name !== named ? [`const ${safeName(h.name)} = ${error};`, hardline] : '';
      const inner: Doc = [alias, statements(c, h.body)];
      const types = h.type === null ? [] : h.type.kind === 'Tuple' ? h.type.items : [h.type];
      const names = types.map((t) => (t.kind === 'Name' ? t.id : t.kind === 'Attribute' ? t.name : ''));
      if (names.length === 0 || names.includes('Exception') || names.includes('BaseException'))
        return { test: null, body: inner };
      return { test: names.map((n) => `${error}.name === '${n}'`).join(' || '), body: inner };
    });
    const chain: Doc[] = [];
    branches.forEach(({ test, body: inner }, i) => {
      if (test === null) chain.push(i === 0 ? inner : [' else ', block(inner, false)]);
      else chain.push([i === 0 ? '' : ' else ', 'if (', test, ') ', block(inner, false)]);
    });
    if (!branches.some((b) => b.test === null)) chain.push(' else ', block(`throw ${error};`, false));
    parts.push(` catch (${error}: any) `, block(chain, false));
  }
  if (s.finally.length > 0) parts.push(' finally ', body(c, s.finally));
  return parts;
}

function imported(c: Context, s: StmtOf<'Import' | 'ImportFrom'>): Doc[] {
  if (s.kind === 'Import') {
    return s.names.flatMap(({ name, as }): Doc[] => {
      const local = as ?? name.split('.')[0]!;
      const type = moduleOf(as === null ? name.split('.')[0]! : name) ?? moduleOf(name);
      return bound(c, local, type, name);
    });
  }
  if (s.names === '*') return [`// from ${s.module} import *: name what is used`];
  if (/^(typing|__future__)/.test(s.module)) {
    for (const { name, as } of s.names) c.scope.names.set(as ?? name, any);
    return [];
  }
  const owner = moduleOf(s.module);
  const missing: string[] = [];
  const docs = s.names.flatMap(({ name, as }): Doc[] => {
    const local = as ?? name;
    if (owner !== null && owner.kind === 'module') {
      const sub = moduleOf(`${s.module}.${name}`);
      const type = sub ?? (owner.path.startsWith('python:') ? null : typeOfMember(owner.value, owner.path, name));
      return bound(c, local, type, `${s.module}.${name}`);
    }
    missing.push(as === null || as === name ? safeName(name) : `${name} as ${safeName(as)}`);
    c.assign(local, c.foreignType(s.module, name));
    return [];
  });
  if (missing.length > 0) {
    const from = `./${s.module.replace(/^\.+/, '').replaceAll('.', '/')}`;
    for (const text of missing) c.import(from, ...(text.split(' as ') as [string, string?]));
  }
  return docs;
}

function bound(c: Context, local: string, type: Type | null, name: string): Doc[] {
  if (type === null) {
    c.scope.names.set(local, any);
    return [`// Python's ${name} has no counterpart in Stele's facades`];
  }
  c.scope.names.set(local, type);
  c.imported.set(local, type);
  return [];
}

export { hasHard, localText };
