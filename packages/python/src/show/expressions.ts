import type { BinaryOperator, CompareOperator, Expr, ExprOf, FormatHole, Parameters } from '../parse/ast';
import { showCall } from './calls';
import { type Context, isConstant, Level, type Shown, safeName } from './context';
import { type ClassInfo, functionInfo, methodOf } from './declared';
import { type Doc, flat, group, indent, line } from './doc';
import { localText, typeOfMember } from './modules';
import { instanceMember } from './results';
import { parameterNames } from './scopes';
import { subscript } from './subscripts';
import { bracketed, quoted, templateText } from './text';
import {
  any,
  array,
  bool,
  float,
  int,
  joined,
  listOf,
  natural,
  none,
  string,
  type Type,
  tfTensor,
  torchTensor,
  unknown,
} from './types';

export const atom = (doc: Doc, type: Type): Shown => ({ doc, type, level: Level.atom });
export const called = (doc: Doc, type: Type): Shown => ({ doc, type, level: Level.call });
/** A part's text, in parentheses where an operator around it binds tighter. */
export const within = (shown: Shown, level: number): Doc => (shown.level < level ? ['(', shown.doc, ')'] : shown.doc);

/** An operator's text with its group. */
const chained = (raw: Doc, type: Type, level: number): Shown => ({ doc: group(raw), raw, type, level });
/** The left side of an operator of the same kind, to break where the whole does; null for anything else. */
const chain = (shown: Shown, level: number): Doc | null =>
  shown.level === level && shown.raw !== undefined ? shown.raw : null;

/** What a method is called on: TypeScript must know it as the tensor that it is. */
export function receiver(c: Context, shown: Shown): Doc {
  const { type } = shown;
  if (type.kind === 'tensor' && type.loose) {
    c.need('tf');
    return ['(', within(shown, Level.relational), ' as tf.Tensor)'];
  }
  if (type.kind === 'tensor' && type.empty) return [within(shown, Level.call), '!'];
  return within(shown, Level.call);
}

export const isTensor = (t: Type): t is Extract<Type, { kind: 'tensor' }> => t.kind === 'tensor';
/** What a tensor's type is once TypeScript knows it. */
export const settled = (t: Type): Type =>
  t.kind === 'tensor' && t.loose ? (t.name ? { kind: 'tensor', family: t.family, name: t.name } : tfTensor) : t;

/** Shows an expression. */
export function show(c: Context, e: Expr): Shown {
  switch (e.kind) {
    case 'Int':
      return typeof e.value === 'bigint'
        ? atom(`${e.value}n`, int)
        : { doc: `${e.value}`, type: e.value >= 0 ? natural : int, level: Level.atom };
    case 'Float':
      return atom(floatText(e.value), float);
    case 'Str':
      return atom(quoted(e.value), string);
    case 'Bytes':
      return called(`Uint8Array.of(${e.value.join(', ')})`, { kind: 'bytes' });
    case 'FString':
      return formatted(c, e.parts);
    case 'Constant':
      return e.value === '...'
        ? atom("'...'", unknown)
        : atom(e.value === null ? 'null' : `${e.value}`, e.value === null ? none : bool);
    case 'Name':
      return name(c, e.id);
    case 'Tuple':
    case 'List':
      return sequence(c, e);
    case 'Set':
      return called(['new Set(', sequence(c, e).doc, ')'], { kind: 'iterable', item: unknown });
    case 'Dict':
      return dict(c, e);
    case 'Binary':
      return binary(c, e.op, show(c, e.left), show(c, e.right));
    case 'Unary':
      return unary(c, e);
    case 'Bool': {
      const [left, right] = [show(c, e.left), show(c, e.right)];
      const level = e.op === 'and' ? Level.and : Level.or;
      // the house puts a mixture in parentheses
      const side = (s: Shown): Doc => (s.level === Level.and && e.op === 'or' ? ['(', s.doc, ')'] : within(s, level));
      return chained(
        [chain(left, level) ?? side(left), e.op === 'and' ? ' &&' : ' ||', line, side(right)],
        joined(left.type, right.type),
        level,
      );
    }
    case 'Compare':
      return comparison(c, e);
    case 'Call':
      return showCall(c, e);
    case 'Attribute':
      return attribute(c, e);
    case 'Subscript':
      return subscript(c, e);
    case 'Slice':
      return atom('null', unknown);
    case 'IfExp': {
      const test = truth(c, e.test);
      const [then, otherwise] = [show(c, e.yes), show(c, e.otherwise)];
      return {
        doc: group([
          within(test, Level.nullish),
          indent([line, '? ', within(then, Level.conditional), line, ': ', within(otherwise, Level.conditional)]),
        ]),
        type: joined(then.type, otherwise.type),
        level: Level.conditional,
      };
    }
    case 'Lambda':
      return lambda(c, e, []);
    case 'ListComp':
    case 'Generator':
    case 'SetComp': {
      const list = comprehension(c, e.item, e.clauses);
      return e.kind === 'SetComp' ? called(['new Set(', list.doc, ')'], { kind: 'iterable', item: unknown }) : list;
    }
    case 'DictComp': {
      const pair: Expr = { kind: 'Tuple', items: [e.key, e.value], line: e.line, column: e.column };
      const list = comprehension(c, pair, e.clauses, true);
      const item =
        list.type.kind === 'list' && list.type.item.kind === 'tuple' ? list.type.item.items : [unknown, unknown];
      return called(['new Map(', list.doc, ')'], { kind: 'dict', key: item[0]!, value: item[1]! });
    }
    case 'Starred':
      return { doc: ['...', show(c, e.value).doc], type: unknown, level: Level.arrow };
    case 'Yield':
      return {
        doc: e.value === null ? 'yield' : ['yield ', show(c, e.value).doc],
        type: any,
        level: Level.arrow,
      };
    case 'YieldFrom':
      return { doc: ['yield* ', show(c, e.value).doc], type: any, level: Level.arrow };
    case 'Walrus': {
      const value = show(c, e.value);
      c.assign(e.name, value.type);
      return { doc: ['(', safeName(e.name), ' = ', value.doc, ')'], type: value.type, level: Level.atom };
    }
  }
}

/** A float as TypeScript text that still shows that it is one. */
export function floatText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return `${value}.0`;
  return String(value).replace('e+', 'e');
}

function name(c: Context, id: string): Shown {
  for (let at: typeof c.scope | null = c.scope; at !== null; at = at.outer)
    if (at.self !== null && at.self.name === id)
      return atom('this', { kind: 'instance', of: at.self.info, path: safeName(at.self.info.name) });
  const type = c.lookup(id);
  if (type === null && id === '__name__') return atom("'__main__'", string);
  const text = localText(c, id);
  // a parameter that another kind of thing is put into later
  if (c.scope.untouched.has(id) && type !== null) {
    const declared = c.scope.declared.get(id);
    const own = c.typeText(type);
    if (declared?.kind === 'union' && own !== null) return { doc: `${text} as ${own}`, type, level: Level.relational };
  }
  return atom(text, type ?? unknown);
}

function sequence(c: Context, e: ExprOf<'Tuple' | 'List' | 'Set'>): Shown {
  const parts = e.items.map((item) => show(c, item));
  const type: Type =
    e.kind === 'Tuple'
      ? { kind: 'tuple', items: parts.map((p) => settled(p.type)) }
      : listOf(parts.map((p) => settled(p.type)).reduce(joined, unknown));
  const numbers = e.items.every((item) => isConstant(item) && item.kind !== 'Str' && item.kind !== 'Constant');
  const several = (item: Expr): boolean => (item.kind === 'Tuple' || item.kind === 'List') && item.items.length > 1;
  const nested = e.items.length > 1 && e.items.every(several);
  return atom(
    bracketed(
      parts.map((p) => p.doc),
      numbers,
      nested,
    ),
    type,
  );
}

function dict(c: Context, e: ExprOf<'Dict'>): Shown {
  let [key, value]: [Type, Type] = [unknown, unknown];
  const parts = e.keys.map((k, i): Doc => {
    const v = show(c, e.values[i]!);
    if (k === null) return ['...', v.doc];
    const shown = show(c, k);
    key = joined(key, shown.type);
    value = joined(value, settled(v.type));
    return bracketed([shown.doc, v.doc], false, false);
  });
  const type: Type = { kind: 'dict', key, value };
  if (parts.length === 0) return called('new Map()', type);
  return called(mapOf(parts), type);
}
const mapOf = (parts: readonly Doc[]): Doc => ['new Map(', bracketed(parts, false, parts.length > 1), ')'];

/** Whether an expression is true in Python's sense. */
export function truth(c: Context, e: Expr): Shown {
  if (e.kind === 'Bool' || (e.kind === 'Unary' && e.op === 'not')) {
    if (e.kind === 'Unary') return show(c, e);
    const [left, right] = [truth(c, e.left), truth(c, e.right)];
    const level = e.op === 'and' ? Level.and : Level.or;
    const side = (s: Shown): Doc => (s.level === Level.and && e.op === 'or' ? ['(', s.doc, ')'] : within(s, level));
    return chained([chain(left, level) ?? side(left), e.op === 'and' ? ' &&' : ' ||', line, side(right)], bool, level);
  }
  const shown = show(c, e);
  const { type } = shown;
  if (type.kind === 'list') return { doc: [receiver(c, shown), '.length > 0'], type: bool, level: Level.relational };
  if (type.kind === 'dict') return { doc: [receiver(c, shown), '.size > 0'], type: bool, level: Level.relational };
  if (type.kind === 'tensor') return called(['Boolean(', tensorItem(c, shown), ')'], bool);
  if (type.kind === 'array') return called(['Boolean(', receiver(c, shown), '.item())'], bool);
  return shown;
}
const tensorItem = (c: Context, s: Shown): Doc => [receiver(c, s), '.item()'];

function unary(c: Context, e: ExprOf<'Unary'>): Shown {
  if (e.op === 'not') {
    if (e.value.kind === 'Compare' && e.value.ops.length === 1) {
      const opposite = { in: 'not in', 'not in': 'in', is: 'is not', 'is not': 'is', '==': '!=', '!=': '==' } as const;
      const op = e.value.ops[0]!;
      if (op in opposite) return show(c, { ...e.value, ops: [opposite[op as keyof typeof opposite]] });
    }
    const shown = truth(c, e.value);
    if (shown.type.kind === 'bool' && shown.level === Level.relational && e.value.kind === 'Name')
      return {
        doc: [localText(c, e.value.id), c.lookup(e.value.id)?.kind === 'dict' ? '.size === 0' : '.length === 0'],
        type: bool,
        level: Level.equality,
      };
    return { doc: ['!', within(shown, Level.unary)], type: bool, level: Level.unary };
  }
  const shown = show(c, e.value);
  if (isTensor(shown.type) || shown.type.kind === 'array') {
    if (e.op === '-') return called([receiver(c, shown), '.neg()'], settled(shown.type));
    if (e.op === '~')
      return called(
        shown.type.kind === 'array'
          ? [receiver(c, shown), '.not()']
          : shown.type.family === 'tf'
            ? ['tf.logical_not(', shown.doc, ')']
            : [receiver(c, shown), '.bitwise_not()'],
        settled(shown.type),
      );
    return shown;
  }
  const type: Type = shown.type.kind === 'number' ? { ...shown.type, natural: false } : shown.type;
  return { doc: [e.op, within(shown, Level.unary)], type, level: Level.unary };
}

const methods: Readonly<Record<BinaryOperator, readonly [torch: string, tf: string, array: string]>> = {
  '+': ['add', 'add', 'add'],
  '-': ['sub', 'subtract', 'subtract'],
  '*': ['mul', 'multiply', 'multiply'],
  '/': ['div', 'divide', 'divide'],
  '//': ['floor_divide', 'floordiv', 'floor_divide'],
  '%': ['remainder', 'math.floormod', 'mod'],
  '**': ['pow', 'pow', 'power'],
  '@': ['matmul', 'matmul', 'matmul'],
  '&': ['bitwise_and', 'logical_and', 'logical_and'],
  '|': ['bitwise_or', 'logical_or', 'logical_or'],
  '^': ['bitwise_xor', 'math.logical_xor', 'logical_xor'],
  '<<': ['bitwise_left_shift', 'bitwise.left_shift', 'left_shift'],
  '>>': ['bitwise_right_shift', 'bitwise.right_shift', 'right_shift'],
};
const ownMethods: Partial<Record<BinaryOperator, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
};
const levels: Readonly<Record<string, number>> = {
  '+': Level.sum,
  '-': Level.sum,
  '*': Level.product,
  '/': Level.product,
  '%': Level.product,
  '**': Level.power,
  '&': Level.bitAnd,
  '|': Level.bitOr,
  '^': Level.bitXor,
  '<<': Level.shift,
  '>>': Level.shift,
};

/** An operator on values of which at least one is a tensor or an array: a method or function of its facade. */
function onTensors(c: Context, op: BinaryOperator, left: Shown, right: Shown): Shown | null {
  const [a, b] = [left.type, right.type];
  const tensor = isTensor(a) ? a : isTensor(b) ? b : null;
  if (tensor === null) {
    if (a.kind !== 'array' && b.kind !== 'array') return null;
    // of rank 0 both are numbers to Python
    const type: Type = {
      kind: 'array',
      scalar: [a, b].every((t) => (t.kind === 'array' ? t.scalar : t.kind === 'number')),
    };
    if (a.kind === 'array' && ownMethods[op] !== undefined)
      return called([receiver(c, left), `.${ownMethods[op]}(`, right.doc, ')'], type);
    if (op === '+' || op === '*') return called([receiver(c, right), `.${ownMethods[op]}(`, left.doc, ')'], type);
    c.import('@stele/core/numpy', 'np');
    return called([`np.${methods[op][2]}(`, left.doc, ', ', right.doc, ')'], type);
  }
  if (tensor.family === 'tf') {
    const own = ownMethods[op];
    if (isTensor(a) && own !== undefined) return called([receiver(c, left), `.${own}(`, right.doc, ')'], tfTensor);
    if (a.kind === 'number' && (op === '+' || op === '*'))
      return called([receiver(c, right), `.${own}(`, left.doc, ')'], tfTensor);
    c.need('tf');
    return called([`tf.${methods[op][1]}(`, left.doc, ', ', right.doc, ')'], tfTensor);
  }
  const type: Type = { kind: 'tensor', family: 'torch' };
  if (isTensor(a)) return called([receiver(c, left), `.${methods[op][0]}(`, right.doc, ')'], type);
  if (op === '+' || op === '*') return called([receiver(c, right), `.${methods[op][0]}(`, left.doc, ')'], type);
  // as PyTorch itself does
  if (op === '/') return called([receiver(c, right), '.reciprocal().mul(', left.doc, ')'], type);
  if (op === '-') return called([receiver(c, right), '.rsub(', left.doc, ')'], type);
  c.need('torch');
  return called([`torch.${methods[op][0]}(`, left.doc, ', ', right.doc, ')'], type);
}

/** The method that changes a torch tensor in place. */
export const inPlace = (op: BinaryOperator): string => `${methods[op][0]}_`;

export function binary(c: Context, op: BinaryOperator, left: Shown, right: Shown): Shown {
  const tensors = onTensors(c, op, left, right);
  if (tensors !== null) return tensors;
  const [a, b] = [left.type, right.type];
  if (op === '*' && a.kind === 'string') return called([within(left, Level.call), '.repeat(', right.doc, ')'], string);
  if (op === '*' && b.kind === 'string') return called([within(right, Level.call), '.repeat(', left.doc, ')'], string);
  if (op === '+' && a.kind === 'list' && b.kind === 'list')
    return atom(['[...', within(left, Level.arrow), ', ...', within(right, Level.arrow), ']'], joined(a, b));
  if (op === '*' && a.kind === 'list')
    return called(['Array.from({ length: ', right.doc, ' }, () => ', left.doc, ').flat()'], a);
  if (op === '%' && a.kind === 'string') {
    c.notes.push('% on text has no counterpart: use a template');
    return { doc: [left.doc, ' /* Python: % */ + ', right.doc], type: string, level: Level.sum };
  }
  const whole = a.kind === 'number' && b.kind === 'number' && a.whole && b.whole;
  const never = a.kind === 'number' && b.kind === 'number' && a.natural && b.natural;
  const number: Type = { kind: 'number', whole: whole && op !== '/', natural: never && op !== '/' && op !== '-' };
  const text = op === '+' && (a.kind === 'string' || b.kind === 'string');
  const type: Type = text ? string : a.kind === 'number' && b.kind === 'number' ? number : unknown;
  const level = levels[op] ?? Level.product;
  if (op === '//') {
    const quotient = [left.level === Level.product ? ['(', left.doc, ')'] : within(left, Level.product), ' / '];
    return called(['Math.floor(', quotient, within(right, Level.power), ')'], type);
  }
  if (op === '%' && !never) {
    // Python's remainder has the divisor's sign
    const divisor = within(right, Level.power);
    return {
      doc: ['((', within(left, Level.power), ' % ', divisor, ') + ', divisor, ') % ', divisor],
      type,
      level: Level.product,
    };
  }
  // what the house puts in parentheses although it need not
  const mixes = (s: Shown, text: string): boolean =>
    level === Level.product && s.level === Level.product && (op === '%' || text !== op);
  const side = (s: Shown, at: number): Doc =>
    mixes(s, lastOperator(s.raw ?? s.doc)) ? ['(', s.doc, ')'] : within(s, at);
  if (op === '**') return { doc: [within(left, Level.call), ' ** ', within(right, Level.power)], type, level };
  const first = mixes(left, lastOperator(left.raw ?? left.doc)) ? null : chain(left, level);
  return chained([first ?? side(left, level), ` ${op}`, line, side(right, level + 1)], type, level);
}
const lastOperator = (doc: Doc): string => (Array.isArray(doc) && typeof doc[1] === 'string' ? doc[1].trim() : '');

const comparisons: Partial<Record<CompareOperator, string>> = {
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '==': 'eq',
  '!=': 'ne',
};

function comparison(c: Context, e: ExprOf<'Compare'>): Shown {
  const parts: Shown[] = [];
  let left = e.left;
  e.ops.forEach((op, i) => {
    parts.push(compared(c, op, left, e.rights[i]!));
    left = e.rights[i]!;
  });
  if (parts.length === 1) return parts[0]!;
  return {
    doc: parts.map((p, i) => (i === 0 ? within(p, Level.and) : [' && ', within(p, Level.and)])),
    type: bool,
    level: Level.and,
  };
}

function compared(c: Context, op: CompareOperator, l: Expr, r: Expr): Shown {
  const [left, right] = [show(c, l), show(c, r)];
  const method = comparisons[op];
  const mirrored: Readonly<Record<string, string>> = { lt: 'gt', le: 'ge', gt: 'lt', ge: 'le', eq: 'eq', ne: 'ne' };
  if (method !== undefined) {
    const isArray = (t: Type): boolean => isTensor(t) || (t.kind === 'array' && !t.scalar);
    if (isTensor(right.type) && !isTensor(left.type))
      return called([receiver(c, right), `.${mirrored[method]}(`, left.doc, ')'], settled(right.type));
    if (isArray(left.type)) return called([receiver(c, left), `.${method}(`, right.doc, ')'], settled(left.type));
    if (isArray(right.type))
      return called([receiver(c, right), `.${mirrored[method]}(`, left.doc, ')'], settled(right.type));
  }
  if (op === 'in' || op === 'not in') {
    const t = right.type;
    const member = t.kind === 'dict' || t.kind === 'iterable' ? 'has' : 'includes';
    const doc: Doc = [within(right, Level.call), `.${member}(`, left.doc, ')'];
    return op === 'in' ? called(doc, bool) : { doc: ['!', doc], type: bool, level: Level.unary };
  }
  const sign = op === '==' || op === 'is' ? '===' : op === '!=' || op === 'is not' ? '!==' : op;
  const level = sign.length === 3 ? Level.equality : Level.relational;
  const number = (s: Shown): Shown => (s.type.kind === 'array' ? called(['Number(', s.doc, ')'], float) : s);
  return chained([within(number(left), level), ` ${sign}`, line, within(number(right), level + 1)], bool, level);
}

function attribute(c: Context, e: ExprOf<'Attribute'>): Shown {
  const owner = show(c, e.value);
  const { type } = owner;
  if (type.kind === 'module') {
    if (type.path === 'python:math') {
      const constant = { pi: 'Math.PI', e: 'Math.E', inf: 'Infinity', nan: 'NaN' }[e.name];
      if (constant !== undefined) return atom(constant, float);
    }
    // a module imported whole knows its parts by name
    const member =
      type.path === 'torchvision' && e.name === 'datasets'
        ? ({ kind: 'module', value: null, path: 'datasets' } as const)
        : typeOfMember(type.value, type.path, e.name);
    if (type.path === 'torchvision') {
      c.need(e.name);
      return atom(e.name, member.kind === 'module' ? { ...member, path: e.name } : member);
    }
    // TensorFlow has these under two names
    if (/keras_serializable$/.test(e.name) && e.value.kind === 'Attribute' && e.value.name === 'utils')
      return attribute(c, { ...e, value: { ...e.value, name: 'saving' } });
    if (/(^|\.)datasets$/.test(type.path) && type.path !== 'datasets') c.effects.add('@stele/keraslike/datasets');
    return called([within(owner, Level.call), '.', e.name], member);
  }
  if (type.kind === 'instance' && type.of !== null && typeof type.of === 'object') {
    const found = fieldOf(type.of, e.name);
    if (found !== null) return called([within(owner, Level.call), '.', e.name], found);
  }
  const found = instanceMember(type, e.name);
  return called([receiver(c, owner), '.', e.name], found);
}

function fieldOf(info: ClassInfo, name: string): Type | null {
  for (let at: typeof info | null = info; at !== null; ) {
    const found = at.fields.get(name);
    if (found !== undefined) return found;
    at = at.base.kind === 'class' && at.base.value !== null && typeof at.base.value === 'object' ? at.base.value : null;
  }
  const method = methodOf(info, name);
  return method === null ? null : { kind: 'function', value: method, path: name };
}

/** A function without a name; `given` are the types of its parameters, where its caller is known. */
export function lambda(c: Context, e: ExprOf<'Lambda'>, given: readonly Type[], annotate = false): Shown {
  const scope = c.open(e, [], parameterNames(e.params), c.scope, functionInfo(null), null);
  return c.within(scope, () => {
    for (const [i, p] of e.params.positional.entries()) scope.names.set(p.name, given[i] ?? unknown);
    const names = parameterTexts(e.params, (p) =>
      annotate ? `${safeName(p)}: ${c.typeText(scope.names.get(p) ?? any) ?? 'any'}` : safeName(p),
    );
    const body = show(c, e.body);
    const text = e.body.kind === 'Dict' ? body.doc : within(body, Level.conditional);
    return {
      doc: ['(', names.join(', '), ') =>', ' ', text],
      type: { kind: 'function', value: { ...functionInfo(null), result: settled(body.type) }, path: 'lambda' },
      level: Level.arrow,
    };
  });
}
const parameterTexts = (params: Parameters, text: (name: string) => string): string[] => [
  ...params.positional.map((p) => text(p.name)),
  ...(params.rest === null ? [] : [`...${text(params.rest.name)}`]),
];

/** The target of a loop or comprehension as a pattern, its names bound to what the items hold. */
export function pattern(c: Context, target: Expr, type: Type): Doc {
  if (target.kind === 'Name') {
    c.assign(target.id, settled(type));
    return safeName(target.id);
  }
  if (target.kind === 'Tuple' || target.kind === 'List') {
    const part = (i: number): Type =>
      type.kind === 'tuple'
        ? (type.items[i] ?? unknown)
        : type.kind === 'list' || type.kind === 'iterable'
          ? type.item
          : isTensor(type)
            ? type
            : type.kind === 'any'
              ? any
              : unknown;
    return ['[', target.items.flatMap((item, i): Doc[] => [i === 0 ? '' : ', ', pattern(c, item, part(i))]), ']'];
  }
  if (target.kind === 'Starred') return ['...', pattern(c, target.value, type)];
  return show(c, target).doc;
}

/** What iterating over a value gives. */
export function itemOf(type: Type): Type {
  if (type.kind === 'list' || type.kind === 'iterable') return type.item;
  if (type.kind === 'tuple') return type.items.reduce(joined, unknown);
  if (type.kind === 'dict') return type.key;
  if (type.kind === 'string') return string;
  if (isTensor(type)) return { kind: 'tensor', family: type.family };
  if (type.kind === 'array') return array;
  if (type.kind === 'instance' && type.path.endsWith('DataLoader')) return listOf(torchTensor);
  if (type.kind === 'instance' && type.path.endsWith('Dataset')) return listOf(tfTensor);
  return type.kind === 'any' ? any : unknown;
}

/** What a `for` goes over, as text. */
export function iterated(c: Context, e: Expr): Shown {
  const shown = show(c, e);
  if (shown.type.kind === 'dict')
    return called([within(shown, Level.call), '.keys()'], { kind: 'iterable', item: shown.type.key });
  return shown;
}

function comprehension(
  c: Context,
  item: Expr,
  clauses: readonly { target: Expr; iter: Expr; conditions: readonly Expr[] }[],
  pairs = false,
): Shown {
  const [clause, ...rest] = clauses;
  const source = rangeList(c, clause!.iter) ?? iterated(c, clause!.iter);
  const names = new Set<string>();
  const scope = c.open(clause!, [], names, c.scope, c.scope.info, null);
  return c.within(scope, () => {
    const target = pattern(c, clause!.target, itemOf(source.type));
    const list: Doc =
      source.type.kind === 'list' || source.type.kind === 'tuple'
        ? within(source, Level.call)
        : ['[...', source.doc, ']'];
    const filters = clause!.conditions.map((test): Doc => ['.filter((', target, ') => ', truth(c, test).doc, ')']);
    if (rest.length > 0) {
      const inner = comprehension(c, item, rest, pairs);
      return called([list, filters, '.flatMap((', target, ') => ', inner.doc, ')'], inner.type);
    }
    const body = show(c, item);
    const same = item.kind === 'Name' && clause!.target.kind === 'Name' && item.id === clause!.target.id;
    const type = listOf(settled(body.type));
    if (same) return called(filters.length === 0 && list !== source.doc ? list : [list, filters], type);
    const text = pairs ? [body.doc, ' as const'] : within(body, Level.conditional);
    return called([list, filters, '.map((', target, ') => ', text, ')'], type);
  });
}

/** `range(n)` as a list. */
export function rangeList(c: Context, e: Expr): Shown | null {
  if (e.kind !== 'Call' || e.func.kind !== 'Name' || e.func.id !== 'range' || c.lookup('range') !== null) return null;
  const args = e.args.map((a) => show(c, a));
  const type = listOf(args.every((a) => a.type.kind === 'number' && a.type.natural) ? natural : int);
  if (args.length === 1) return called(['Array.from({ length: ', args[0]!.doc, ' }, (_, i) => i)'], type);
  const [start, stop, step] = args;
  if (step === undefined)
    return called(
      [
        'Array.from({ length: ',
        within(stop!, Level.sum),
        ' - ',
        within(start!, Level.product),
        ' }, (_, i) => ',
        within(start!, Level.sum),
        ' + i)',
      ],
      type,
    );
  const length: Doc = [
    'Math.ceil((',
    within(stop!, Level.sum),
    ' - ',
    within(start!, Level.product),
    ') / ',
    within(step, Level.power),
    ')',
  ];
  return called(
    [
      'Array.from({ length: ',
      length,
      ' }, (_, i) => ',
      within(start!, Level.sum),
      ' + i * ',
      within(step, Level.power),
      ')',
    ],
    type,
  );
}

const plainHole = (t: Type): boolean =>
  t.kind === 'string' ||
  (t.kind === 'list' && t.named === true) ||
  (t.kind === 'number' && t.whole) ||
  (t.kind === 'union' && t.of.every(plainHole));

/** An f-string: a template, with Python's formats where it asks for one or where texts differ. */
export function formatted(c: Context, parts: readonly (string | FormatHole)[], asText?: (value: Expr) => Shown): Shown {
  const texts: (Doc | { readonly named: Doc })[] = [];
  let styled = false;
  for (const part of parts) {
    if (typeof part === 'string') {
      texts.push(templateText(part));
      continue;
    }
    if (part.shown !== null) texts.push(templateText(part.shown));
    const hole = holeValue(c, part.value);
    let doc = hole.doc;
    const text = part.conversion === 's' && asText !== undefined ? asText(part.value) : null;
    if (text !== null) doc = bare(text.doc);
    else if (part.conversion !== null) {
      c.printing('py');
      doc = [part.conversion === 's' ? 'py.str(' : 'py.repr(', doc, ')'];
    } else if (!plainHole(hole.type)) styled = true;
    const named = hole.type.kind === 'list' && hole.type.named === true;
    if (named && part.conversion === null) texts.push({ named: flat(doc) });
    else if (part.spec === null || part.spec.length === 0) texts.push(['${', flat(doc), '}']);
    else {
      styled = true;
      const [only] = part.spec;
      const spec: Doc = part.spec.length === 1 && typeof only === 'string' ? quoted(only) : formatted(c, part.spec).doc;
      texts.push(['${[', flat(doc), ', ', spec, ']}']);
    }
  }
  if (texts.length === 0) return atom("''", string);
  if (!parts.some((p) => typeof p !== 'string')) return atom(quoted(parts.join('')), string);
  if (styled) c.printing('f');
  // such a text is its own: Python's format of a list is another
  const docs = texts.map(
    (t): Doc =>
      typeof t === 'object' && 'named' in t ? (styled ? ['${String(', t.named, ')}'] : ['${', t.named, '}']) : t,
  );
  return called([styled ? 'f`' : '`', ...docs, '`'], string);
}
/** `String(x)` in a template is `x`. */
const bare = (doc: Doc): Doc =>
  typeof doc === 'object' && 'kind' in doc && doc.kind === 'group' && Array.isArray(doc.doc) && doc.doc[0] === 'String'
    ? ((doc.doc as readonly Doc[])[2] as { doc: readonly Doc[] }).doc[1]!
    : doc;
const holeValue = (c: Context, e: Expr): Shown =>
  e.kind === 'Call' && e.func.kind === 'Attribute' && e.func.name === 'item' && e.args.length === 0
    ? called([receiver(c, show(c, e.func.value)), '.item()'], float)
    : show(c, e);
