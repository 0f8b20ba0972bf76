import { PyFloat } from '@stele/core/printing';
import { isObject, type Json } from '../json';
import { BrokenRow } from '../outcome';

const fail = (what: string, value: unknown): never => {
  throw new BrokenRow(`${what} of the steps is not in the grammar: ${JSON.stringify(value)?.slice(0, 80)}`);
};
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : fail('a name', value));
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : fail('a list', value));

/** A Python literal. */
function literal(value: Json | undefined, float: boolean): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return float ? `float(${quoted(value)})` : quoted(value);
  const number = value instanceof PyFloat ? value.value : typeof value === 'number' ? value : null;
  if (number === null) return typeof value === 'bigint' ? `${value}` : fail('a literal', value);
  if (!float && Number.isInteger(number) && !(value instanceof PyFloat)) return String(number);
  const plain = String(number);
  return /[.e]/.test(plain) ? plain : `${plain}.0`;
}
const quoted = (value: string): string =>
  `'${[...value]
    .map((c) => {
      const code = c.codePointAt(0)!;
      if (c === '\\' || c === "'") return `\\${c}`;
      if (c === '\n') return '\\n';
      return code < 32 ? `\\x${code.toString(16).padStart(2, '0')}` : c;
    })
    .join('')}'`;

/** An expression of the grammar as Python source, in brackets where it is compound. */
function expression(e: Json | undefined): string {
  if (!isObject(e)) return fail('an expression', e);
  if ('lit' in e) return `${e.bytes === true ? 'b' : ''}${literal(e.lit, e.float === true)}`;
  if ('ellipsis' in e) return '...';
  if ('var' in e) return text(e.var);
  if ('attr' in e) {
    const [object, name] = list(e.attr);
    return `${operand(object)}.${text(name)}`;
  }
  if ('call' in e) {
    const args = list(e.args ?? []).map(argument);
    const kwargs = Object.entries(isObject(e.kwargs) ? e.kwargs : {}).map(([k, v]) => `${k}=${expression(v)}`);
    return `${operand(e.call)}(${[...args, ...kwargs].join(', ')})`;
  }
  if ('list' in e) return `[${list(e.list).map(argument).join(', ')}]`;
  if ('tuple' in e) {
    const items = list(e.tuple).map(argument);
    return `(${items.join(', ')}${items.length === 1 ? ',' : ''})`;
  }
  if ('dict' in e)
    return `{${list(e.dict)
      .map((pair) => {
        const [key, value] = list(pair);
        return `${isObject(key) ? expression(key) : literal(key, false)}: ${expression(value)}`;
      })
      .join(', ')}}`;
  if ('bin' in e) {
    const [op, a, b] = list(e.bin);
    return `(${expression(a)} ${text(op)} ${expression(b)})`;
  }
  if ('un' in e) {
    const [op, a] = list(e.un);
    return `(${text(op) === 'not' ? 'not ' : text(op)}${expression(a)})`;
  }
  if ('cmp' in e) {
    const [op, a, b] = list(e.cmp);
    return `(${expression(a)} ${text(op)} ${expression(b)})`;
  }
  if ('index' in e) {
    const [object, index] = list(e.index);
    return `${operand(object)}[${subscript(index)}]`;
  }
  if ('slice' in e) return subscript(e);
  if ('lambda' in e) return `(lambda ${list(e.lambda).map(parameter).join(', ')}: ${expression(e.body)})`;
  if ('ifexp' in e) {
    const [test, yes, no] = list(e.ifexp);
    return `(${expression(yes)} if ${expression(test)} else ${expression(no)})`;
  }
  if ('bool' in e) {
    const [op, ...rest] = list(e.bool);
    return `(${rest.map(expression).join(` ${text(op)} `)})`;
  }
  if ('listcomp' in e) {
    const [element, target, iterable] = list(e.listcomp);
    return `[${expression(element)} for ${targetOf(target)} in ${expression(iterable)}]`;
  }
  if ('starred' in e) return `*${expression(e.starred)}`;
  return fail('an expression', e);
}
const argument = (e: Json): string => expression(e);
/** What an attribute, a call or an index follows. */
function operand(e: Json | undefined): string {
  const source = expression(e);
  return isObject(e) && ('lit' in e || 'lambda' in e) && !source.startsWith('(') && typeof e.lit !== 'string'
    ? `(${source})`
    : source;
}
function subscript(e: Json | undefined): string {
  if (isObject(e) && 'slice' in e) {
    const [low, high, step] = list(e.slice);
    const part = (p: Json | undefined): string => (p === null || p === undefined ? '' : expression(p));
    return `${part(low)}:${part(high)}${step === null || step === undefined ? '' : `:${part(step)}`}`;
  }
  if (isObject(e) && 'tuple' in e) {
    const items = list(e.tuple).map(subscript);
    return `${items.join(', ')}${items.length === 1 ? ',' : ''}`;
  }
  return expression(e);
}
const parameter = (p: Json): string => {
  if (typeof p === 'string') return p;
  const [name, value] = list(p);
  return `${text(name)}=${expression(value)}`;
};
const targetOf = (e: Json | undefined): string => {
  if (typeof e === 'string') return e;
  if (Array.isArray(e)) return e.map(targetOf).join(', ');
  if (isObject(e) && 'tuple' in e) return list(e.tuple).map(targetOf).join(', ');
  return expression(e);
};

function statement(s: Json, indent: string): string[] {
  const [kind, ...rest] = list(s);
  const inner = `${indent}    `;
  const block = (body: Json | undefined): string[] => {
    const lines = list(body).flatMap((part) => statement(part, inner));
    return lines.length === 0 ? [`${inner}pass`] : lines;
  };
  switch (kind) {
    case 'assign':
      return [`${indent}${targetOf(rest[0])} = ${expression(rest[1])}`];
    case 'augassign':
      return [`${indent}${targetOf(rest[1])} ${text(rest[0]).replace(/=$/, '')}= ${expression(rest[2])}`];
    case 'expr':
      return [`${indent}${expression(rest[0])}`];
    case 'with': {
      const name = rest[1] === null || rest[1] === undefined ? '' : ` as ${targetOf(rest[1])}`;
      return [`${indent}with ${expression(rest[0])}${name}:`, ...block(rest[2])];
    }
    case 'def': {
      const [name, params, decorators, body, defaults] = rest;
      const names = list(params).map(parameter);
      const values = list(defaults ?? []);
      const declared = names.map((n, i) => {
        const value = values[i - (names.length - values.length)];
        return value === undefined || value === null ? n : `${n}=${expression(value)}`;
      });
      return [
        ...list(decorators ?? []).map((d) => `${indent}@${expression(d)}`),
        `${indent}def ${text(name)}(${declared.join(', ')}):`,
        ...block(body),
      ];
    }
    case 'return':
      return [`${indent}return${rest[0] === null || rest[0] === undefined ? '' : ` ${expression(rest[0])}`}`];
    case 'if': {
      const otherwise = Array.isArray(rest[2]) && rest[2].length > 0 ? [`${indent}else:`, ...block(rest[2])] : [];
      return [`${indent}if ${expression(rest[0])}:`, ...block(rest[1]), ...otherwise];
    }
    case 'for':
      return [`${indent}for ${targetOf(rest[0])} in ${expression(rest[1])}:`, ...block(rest[2])];
    case 'class':
      return [
        `${indent}class ${text(rest[0])}(${list(rest[1] ?? [])
          .map(argument)
          .join(', ')}):`,
        ...block(rest[2]),
      ];
    case 'while':
      return [`${indent}while ${expression(rest[0])}:`, ...block(rest[1])];
    case 'raise':
      return [`${indent}raise${rest[0] === null || rest[0] === undefined ? '' : ` ${expression(rest[0])}`}`];
    case 'nonlocal':
    case 'global':
      return [`${indent}${kind} ${list(rest[0]).map(text).join(', ')}`];
    case 'pass':
    case 'break':
    case 'continue':
      return [`${indent}${kind}`];
    default:
      return fail('a statement', s);
  }
}

/**
 * The JSON grammar of programs (`steps`) as Python source, so that it runs through the same front end.
 *
 * ```ts
 * stepsToPython([['assign', { var: 'a' }, { bin: ['+', { lit: 1 }, { lit: 2 }] }]]); // 'a = (1 + 2)\n'
 * ```
 * @throws BrokenRow for what is not in the grammar.
 */
export const stepsToPython = (steps: Json): string =>
  `${list(steps)
    .flatMap((s) => statement(s, ''))
    .join('\n')}\n`;
