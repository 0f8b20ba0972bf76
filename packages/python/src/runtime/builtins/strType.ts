import { allocators } from '../classes';
import { decodeBytes, encodeText } from '../codecs';
import { StaticMethod } from '../descriptors';
import { PyDict } from '../dict';
import { fn } from '../functions';
import { index } from '../items';
import { isAstral, iterate, list } from '../iteration';
import { error } from '../raise';
import { templateFormat } from '../template';
import { str } from '../text';
import { builtinType, typeInfo, typeName } from '../types';
import { PyBytes, PyTuple, tuple } from '../values';
import { defineMethods } from './define';
import { builtins } from './table';

const strClass = builtinType(
  'str',
  fn('str(object=None, encoding=None, errors=None)', (x, encoding) => {
    if (x === undefined) return '';
    if (encoding !== undefined) return decodeBytes((x as PyBytes).data, encoding, 'strict');
    return str(x);
  }),
);
allocators.set(strClass, () => {
  throw error(
    'TypeError',
    'classes that inherit from str cannot be instantiated in Stele; hold the text in an attribute instead',
  );
});
builtins.set('str', strClass);

const SPACE = '\\t\\n\\v\\f\\r \\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const startSpace = new RegExp(`^[${SPACE}]+`);
const endSpace = new RegExp(`[${SPACE}]+$`);
const anySpace = new RegExp(`[${SPACE}]+`, 'g');

function text(x: unknown, what: string): string {
  if (typeof x !== 'string') throw error('TypeError', `${what} must be str, not ${typeName(x)}`);
  return x;
}

function stripped(s: string, chars: unknown, left: boolean, right: boolean): string {
  if (chars === undefined || chars === null) {
    if (left) s = s.replace(startSpace, '');
    return right ? s.replace(endSpace, '') : s;
  }
  const set = new Set(text(chars, 'strip arg'));
  const units = [...s];
  let a = 0;
  let b = units.length;
  if (left) while (a < b && set.has(units[a]!)) a++;
  if (right) while (b > a && set.has(units[b - 1]!)) b--;
  return units.slice(a, b).join('');
}

function split(s: string, sep: unknown, limit: unknown): string[] {
  let left = limit === undefined ? -1 : index(limit);
  if (sep === undefined || sep === null) {
    const out: string[] = [];
    let rest = s.replace(startSpace, '');
    while (rest !== '') {
      if (left === 0) {
        out.push(rest.replace(endSpace, ''));
        break;
      }
      anySpace.lastIndex = 0;
      const m = anySpace.exec(rest);
      if (m === null) {
        out.push(rest);
        break;
      }
      out.push(rest.slice(0, m.index));
      rest = rest.slice(m.index + m[0].length);
      left--;
    }
    return out;
  }
  const by = text(sep, 'sep');
  if (by === '') throw error('ValueError', 'empty separator');
  const parts = s.split(by);
  if (left < 0 || parts.length <= left + 1) return parts;
  return [...parts.slice(0, left), parts.slice(left).join(by)];
}

function rsplit(s: string, sep: unknown, limit: unknown): string[] {
  const left = limit === undefined ? -1 : index(limit);
  if (left < 0) return split(s, sep, undefined);
  if (sep === undefined || sep === null) {
    const out: string[] = [];
    let rest = s.replace(endSpace, '');
    for (let n = left; rest !== ''; n--) {
      if (n === 0) {
        out.unshift(rest.replace(startSpace, ''));
        break;
      }
      const m = new RegExp(`[${SPACE}]+(?=[^${SPACE}]*$)`).exec(rest);
      if (m === null) {
        out.unshift(rest);
        break;
      }
      out.unshift(rest.slice(m.index + m[0].length));
      rest = rest.slice(0, m.index);
    }
    return out;
  }
  const by = text(sep, 'sep');
  if (by === '') throw error('ValueError', 'empty separator');
  const parts = s.split(by);
  if (parts.length <= left + 1) return parts;
  const cut = parts.length - left;
  return [parts.slice(0, cut).join(by), ...parts.slice(cut)];
}

/** Start and end as slices read them. */
function range(n: number, start: unknown, end: unknown): [number, number] {
  const place = (x: unknown, absent: number): number => {
    if (x === undefined || x === null) return absent;
    const i = index(x);
    return i < 0 ? Math.max(0, i + n) : i;
  };
  return [place(start, 0), Math.min(n, place(end, n))];
}

function find(s: string, sub: unknown, start: unknown, end: unknown, last: boolean): number {
  const what = text(sub, 'must be str');
  const units = isAstral(s) ? [...s] : null;
  const [a, b] = range(units?.length ?? s.length, start, end);
  if (a > b) return -1;
  if (units !== null) {
    const part = units.slice(a, b).join('');
    const at = last ? part.lastIndexOf(what) : part.indexOf(what);
    return at < 0 ? -1 : a + [...part.slice(0, at)].length;
  }
  const part = s.slice(a, b);
  const at = last ? part.lastIndexOf(what) : part.indexOf(what);
  return at < 0 ? -1 : at + a;
}

function padded(s: string, width: unknown, fill: unknown, side: 'left' | 'right' | 'both'): string {
  const c = fill === undefined ? ' ' : String(fill);
  if ([...c].length !== 1) throw error('TypeError', 'The fill character must be exactly one character long');
  const missing = index(width) - (isAstral(s) ? [...s].length : s.length);
  if (missing <= 0) return s;
  if (side === 'left') return c.repeat(missing) + s;
  if (side === 'right') return s + c.repeat(missing);
  const left = (missing >> 1) + (missing & index(width) & 1);
  return c.repeat(left) + s + c.repeat(missing - left);
}

const isUpper = (c: string): boolean => c !== c.toLowerCase() && c === c.toUpperCase();
const isLower = (c: string): boolean => c !== c.toUpperCase() && c === c.toLowerCase();
const isCased = (c: string): boolean => c.toLowerCase() !== c.toUpperCase();
const all = (s: string, test: RegExp): boolean => s !== '' && test.test(s);

function title(s: string): string {
  let inside = false;
  let out = '';
  for (const c of s) {
    out += isCased(c) ? (inside ? c.toLowerCase() : c.toUpperCase()) : c;
    inside = isCased(c);
  }
  return out;
}

function affix(s: string, what: unknown, start: unknown, end: unknown, name: 'startswith' | 'endswith'): boolean {
  const options = what instanceof PyTuple ? what : [what];
  const [a, b] = range(s.length, start, end);
  if (a > b) return false;
  const part = a === 0 && b === s.length ? s : s.slice(a, b);
  return options.some((o) => {
    if (typeof o !== 'string') {
      throw error('TypeError', `${name} first arg must be str or a tuple of str, not ${typeName(o)}`);
    }
    return name === 'startswith' ? part.startsWith(o) : part.endsWith(o);
  });
}

function join(sep: string, items: unknown): string {
  const parts = list(iterate(items));
  for (let i = 0; i < parts.length; i++) {
    if (typeof parts[i] !== 'string') {
      throw error('TypeError', `sequence item ${i}: expected str instance, ${typeName(parts[i])} found`);
    }
  }
  return parts.join(sep);
}

function replace(s: string, from: unknown, to: unknown, count: unknown): string {
  const a = text(from, 'replace() argument 1');
  const b = text(to, 'replace() argument 2');
  let left = count === undefined ? -1 : index(count);
  if (left < 0) return a === '' ? [...s].reduce((out, c) => out + c + b, b) : s.split(a).join(b);
  let out = '';
  let rest = s;
  while (left-- > 0) {
    const at = rest.indexOf(a);
    if (at < 0) break;
    out += rest.slice(0, at) + b;
    rest = rest.slice(at + a.length);
    if (a === '') {
      if (rest === '') break;
      out += rest[0];
      rest = rest.slice(1);
    }
  }
  return out + rest;
}

const BREAKS = '\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029';
function splitlines(s: string, keep: boolean): string[] {
  const out: string[] = [];
  const line = new RegExp(`([^${BREAKS}]*)(\\r\\n|[${BREAKS}]|$)`, 'gy');
  while (line.lastIndex < s.length) {
    const m = line.exec(s)!;
    out.push(keep ? m[0] : m[1]!);
  }
  return out;
}

function maketrans(x: unknown, y: unknown, z: unknown): PyDict {
  const out = new PyDict();
  if (y === undefined) {
    for (const [k, v] of (x as PyDict).entries()) out.set(typeof k === 'string' ? k.codePointAt(0)! : k, v);
    return out;
  }
  const from = [...String(x)];
  const to = [...String(y)];
  if (from.length !== to.length) throw error('ValueError', 'the first two maketrans arguments must have equal length');
  for (const [i, c] of from.entries()) out.set(c.codePointAt(0)!, to[i]!.codePointAt(0)!);
  for (const c of String(z ?? '')) out.set(c.codePointAt(0)!, null);
  return out;
}

function translate(s: string, table: PyDict): string {
  let out = '';
  for (const c of s) {
    const to = table.get(c.codePointAt(0)!);
    if (to === undefined) out += c;
    else if (typeof to === 'number') out += String.fromCodePoint(to);
    else if (to !== null) out += String(to);
  }
  return out;
}

defineMethods(strClass, {
  'upper(self, /)': (s: string) => s.toUpperCase(),
  'lower(self, /)': (s: string) => s.toLowerCase(),
  'casefold(self, /)': (s: string) => s.toLowerCase().replace(/ß/g, 'ss'),
  'capitalize(self, /)': (s: string) => {
    const [first = '', ...rest] = s;
    return first.toUpperCase() + rest.join('').toLowerCase();
  },
  'title(self, /)': title,
  'swapcase(self, /)': (s: string) => [...s].map((c) => (isUpper(c) ? c.toLowerCase() : c.toUpperCase())).join(''),
  'strip(self, chars=None, /)': (s, chars) => stripped(s, chars, true, true),
  'lstrip(self, chars=None, /)': (s, chars) => stripped(s, chars, true, false),
  'rstrip(self, chars=None, /)': (s, chars) => stripped(s, chars, false, true),
  'removeprefix(self, prefix, /)': (s: string, p: string) => (s.startsWith(p) ? s.slice(p.length) : s),
  'removesuffix(self, suffix, /)': (s: string, p: string) => (p !== '' && s.endsWith(p) ? s.slice(0, -p.length) : s),
  'split(self, sep=None, maxsplit=-1)': split,
  'rsplit(self, sep=None, maxsplit=-1)': rsplit,
  'splitlines(self, keepends=False)': (s, keep = false) => splitlines(s, keep),
  'partition(self, sep, /)': (s: string, sep) => {
    const by = text(sep, 'must be str');
    if (by === '') throw error('ValueError', 'empty separator');
    const at = s.indexOf(by);
    return tuple(at < 0 ? [s, '', ''] : [s.slice(0, at), by, s.slice(at + by.length)]);
  },
  'rpartition(self, sep, /)': (s: string, sep) => {
    const by = text(sep, 'must be str');
    if (by === '') throw error('ValueError', 'empty separator');
    const at = s.lastIndexOf(by);
    return tuple(at < 0 ? ['', '', s] : [s.slice(0, at), by, s.slice(at + by.length)]);
  },
  'join(self, items, /)': join,
  'replace(self, old, new, count=-1, /)': replace,
  'find(self, sub, start=None, end=None, /)': (s, sub, a, b) => find(s, sub, a, b, false),
  'rfind(self, sub, start=None, end=None, /)': (s, sub, a, b) => find(s, sub, a, b, true),
  'index(self, sub, start=None, end=None, /)': (s, sub, a, b) => {
    const at = find(s, sub, a, b, false);
    if (at < 0) throw error('ValueError', 'substring not found');
    return at;
  },
  'rindex(self, sub, start=None, end=None, /)': (s, sub, a, b) => {
    const at = find(s, sub, a, b, true);
    if (at < 0) throw error('ValueError', 'substring not found');
    return at;
  },
  'count(self, sub, start=None, end=None, /)': (s: string, sub, a, b) => {
    const [from, to] = range(s.length, a, b);
    const part = s.slice(from, Math.max(from, to));
    return sub === '' ? part.length + 1 : part.split(text(sub, 'must be str')).length - 1;
  },
  'startswith(self, prefix, start=None, end=None, /)': (s, p, a, b) => affix(s, p, a, b, 'startswith'),
  'endswith(self, suffix, start=None, end=None, /)': (s, p, a, b) => affix(s, p, a, b, 'endswith'),
  "ljust(self, width, fillchar=' ', /)": (s, w, c) => padded(s, w, c, 'right'),
  "rjust(self, width, fillchar=' ', /)": (s, w, c) => padded(s, w, c, 'left'),
  "center(self, width, fillchar=' ', /)": (s, w, c) => padded(s, w, c, 'both'),
  'zfill(self, width, /)': (s: string, w) => {
    const sign = /^[+-]/.test(s) ? s[0]! : '';
    return sign + s.slice(sign.length).padStart(index(w) - sign.length, '0');
  },
  'expandtabs(self, tabsize=8)': (s: string, size = 8) => {
    let column = 0;
    let out = '';
    for (const c of s) {
      if (c === '\t') {
        const n = size === 0 ? 0 : size - (column % size);
        out += ' '.repeat(n);
        column += n;
      } else {
        out += c;
        column = c === '\n' || c === '\r' ? 0 : column + 1;
      }
    }
    return out;
  },
  'isalpha(self, /)': (s: string) => all(s, /^\p{L}+$/u),
  'isdigit(self, /)': (s: string) => all(s, /^[\p{Nd}²³¹⁰-⁹₀-₉]+$/u),
  'isdecimal(self, /)': (s: string) => all(s, /^\p{Nd}+$/u),
  'isnumeric(self, /)': (s: string) => all(s, /^\p{N}+$/u),
  'isalnum(self, /)': (s: string) => all(s, /^[\p{L}\p{N}]+$/u),
  'isspace(self, /)': (s: string) => all(s, new RegExp(`^[${SPACE}]+$`)),
  'isupper(self, /)': (s: string) => [...s].some(isCased) && ![...s].some(isLower),
  'islower(self, /)': (s: string) => [...s].some(isCased) && ![...s].some(isUpper),
  'istitle(self, /)': (s: string) => [...s].some(isCased) && title(s) === s,
  'isidentifier(self, /)': (s: string) => /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(s),
  'isascii(self, /)': (s: string) => /^[\0-\x7f]*$/.test(s),
  'isprintable(self, /)': (s: string) => !/[\p{C}\p{Zl}\p{Zp}]|[^\S ]/u.test(s),
  "encode(self, encoding='utf-8', errors='strict')": (s, encoding = 'utf-8', errors = 'strict') =>
    new PyBytes(encodeText(s, encoding, errors)),
  'translate(self, table, /)': translate,
  'format(self, *args, **kwargs)': (s, args, kwargs) => templateFormat(s, args, kwargs),
  'format_map(self, mapping, /)': (s, mapping) => templateFormat(s, [], mapping),
  '__len__(self, /)': (s: string) => [...s].length,
  '__contains__(self, x, /)': (s: string, x) => s.includes(x),
});
typeInfo(strClass)!.dict.set('maketrans', new StaticMethod(fn('str.maketrans(x, y=None, z=None, /)', maketrans)));
