import { floatRepr } from '@stele/core/printing';
import {
  builtin,
  call,
  callMethod,
  decodeBytes,
  error,
  float,
  fn,
  index,
  int,
  isFloat,
  isInt,
  list,
  makeClass,
  PyBytes,
  type PyClass,
  PyDict,
  PyFloat,
  PyTuple,
  registerModule,
  setattr,
  sortInPlace,
  truth,
  typeName,
} from './api';

let decodeError: PyClass | null = null;
function invalid(message: string, text: string, at: number): unknown {
  decodeError ??= makeClass(
    'JSONDecodeError',
    'JSONDecodeError',
    'json.decoder',
    [builtin('ValueError')],
    new Map(),
    null,
  );
  const line = text.slice(0, at).split('\n').length;
  const column = at - text.lastIndexOf('\n', at - 1);
  const e = call(decodeError, [`${message}: line ${line} column ${column} (char ${at})`]) as object;
  setattr(e, 'msg', message);
  setattr(e, 'pos', at);
  setattr(e, 'lineno', line);
  setattr(e, 'colno', column);
  return e;
}

interface Hooks {
  readonly object: unknown;
  readonly pairs: unknown;
  readonly float: unknown;
  readonly int: unknown;
}

/** Reads JSON as Python does: NaN and Infinity too; ints and floats apart. */
function parse(text: string, hooks: Hooks): unknown {
  let i = 0;
  let depth = 0;
  const space = (): void => {
    while (' \t\n\r'.includes(text[i] ?? 'x')) i++;
  };
  const string = (): string => {
    const start = i++;
    let out = '';
    for (;;) {
      const c = text[i];
      if (c === undefined) throw invalid('Unterminated string starting at', text, start);
      if (c === '"') {
        i++;
        return out;
      }
      if (c === '\\') {
        const e = text[i + 1];
        if (e === 'u') {
          const hex = text.slice(i + 2, i + 6);
          if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw invalid('Invalid \\uXXXX escape', text, i + 1);
          out += String.fromCharCode(Number.parseInt(hex, 16));
          i += 6;
          continue;
        }
        const plain = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[e ?? ''];
        if (plain === undefined) throw invalid('Invalid \\escape', text, i);
        out += plain;
        i += 2;
        continue;
      }
      if (c < ' ') throw invalid('Invalid control character at', text, i);
      out += c;
      i++;
    }
  };
  const value = (): unknown => {
    if (++depth > 900) throw error('RecursionError', 'maximum recursion depth exceeded while decoding a JSON document');
    space();
    const c = text[i];
    let out: unknown;
    if (c === '{') out = object();
    else if (c === '[') out = array();
    else if (c === '"') out = string();
    else out = scalar();
    depth--;
    return out;
  };
  const scalar = (): unknown => {
    for (const [word, v] of [
      ['null', null],
      ['true', true],
      ['false', false],
      ['NaN', Number.NaN],
      ['Infinity', Number.POSITIVE_INFINITY],
      ['-Infinity', Number.NEGATIVE_INFINITY],
    ] as const) {
      if (text.startsWith(word, i)) {
        i += word.length;
        return v;
      }
    }
    const number = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
    number.lastIndex = i;
    const m = number.exec(text);
    if (m === null) throw invalid('Expecting value', text, i);
    i += m[0].length;
    if (m[1] === undefined && m[2] === undefined)
      return hooks.int === null ? int(BigInt(m[0])) : call(hooks.int, [m[0]]);
    return hooks.float === null ? float(Number(m[0])) : call(hooks.float, [m[0]]);
  };
  const array = (): unknown[] => {
    const out: unknown[] = [];
    i++;
    space();
    if (text[i] === ']') {
      i++;
      return out;
    }
    for (;;) {
      out.push(value());
      space();
      if (text[i] === ']') {
        i++;
        return out;
      }
      if (text[i] !== ',') throw invalid("Expecting ',' delimiter", text, i);
      i++;
    }
  };
  const object = (): unknown => {
    const pairs: [unknown, unknown][] = [];
    i++;
    space();
    if (text[i] === '}') i++;
    else {
      for (;;) {
        space();
        if (text[i] !== '"') throw invalid('Expecting property name enclosed in double quotes', text, i);
        const key = string();
        space();
        if (text[i] !== ':') throw invalid("Expecting ':' delimiter", text, i);
        i++;
        pairs.push([key, value()]);
        space();
        if (text[i] === '}') {
          i++;
          break;
        }
        if (text[i] !== ',') throw invalid("Expecting ',' delimiter", text, i);
        i++;
      }
    }
    if (hooks.pairs !== null) return call(hooks.pairs, [pairs.map((p) => Object.setPrototypeOf(p, PyTuple.prototype))]);
    const made = new PyDict(pairs);
    return hooks.object === null ? made : call(hooks.object, [made]);
  };
  const out = value();
  space();
  if (i < text.length) throw invalid('Extra data', text, i);
  return out;
}

interface Style {
  readonly indent: string | null;
  readonly item: string;
  readonly key: string;
  readonly sort: boolean;
  readonly ascii: boolean;
  readonly fallback: unknown;
  readonly skip: boolean;
  readonly nan: boolean;
}

function quote(text: string, ascii: boolean): string {
  const plain = JSON.stringify(text).replace(/\x7f/g, '\x7f');
  return ascii
    ? plain.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : plain;
}

function number(x: unknown, style: Style): string {
  const v = Number(x);
  if (Number.isFinite(v)) return floatRepr(v);
  if (!style.nan) throw error('ValueError', `Out of range float values are not JSON compliant`);
  return Number.isNaN(v) ? 'NaN' : v < 0 ? '-Infinity' : 'Infinity';
}

function write(x: unknown, style: Style, level: string, inside: Set<unknown>): string {
  if (x === null) return 'null';
  if (typeof x === 'boolean') return String(x);
  if (typeof x === 'string') return quote(x, style.ascii);
  if (isInt(x)) return String(x);
  if (isFloat(x) || x instanceof PyFloat) return number(x, style);
  if (inside.has(x)) throw error('ValueError', 'Circular reference detected');
  const deeper = style.indent === null ? '' : level + style.indent;
  const wrap = (open: string, parts: string[], close: string): string => {
    if (parts.length === 0) return open + close;
    return style.indent === null
      ? open + parts.join(style.item) + close
      : `${open}\n${deeper}${parts.join(`${style.item.trimEnd()}\n${deeper}`)}\n${level}${close}`;
  };
  inside.add(x);
  try {
    if (Array.isArray(x))
      return wrap(
        '[',
        x.map((v) => write(v, style, deeper, inside)),
        ']',
      );
    if (x instanceof PyDict) {
      let keys = [...x.keys()];
      if (style.sort) {
        keys = [...keys];
        sortInPlace(keys, null, false);
      }
      const parts: string[] = [];
      for (const k of keys) {
        let name: string;
        if (typeof k === 'string') name = k;
        else if (k === null) name = 'null';
        else if (typeof k === 'boolean') name = String(k);
        else if (isInt(k)) name = String(k);
        else if (isFloat(k)) name = number(k, style);
        else if (style.skip) continue;
        else throw error('TypeError', `keys must be str, int, float, bool or None, not ${typeName(k)}`);
        parts.push(`${quote(name, style.ascii)}${style.key}${write(x.get(k), style, deeper, inside)}`);
      }
      return wrap('{', parts, '}');
    }
    if (style.fallback !== null) return write(call(style.fallback, [x]), style, level, inside);
    throw error('TypeError', `Object of type ${typeName(x)} is not JSON serializable`);
  } finally {
    inside.delete(x);
  }
}

const DUMP =
  'skipkeys=False, ensure_ascii=True, check_circular=True, allow_nan=True, cls=None, indent=None, separators=None, default=None, sort_keys=False, **kw';
function dumps(x: unknown, ...options: any[]): string {
  const [skip = false, ascii = true, , nan = true, , indent = null, separators = null, fallback = null, sort = false] =
    options;
  const [item, key] =
    separators === null ? [indent === null ? ', ' : ',', ': '] : (list(separators) as [string, string]);
  const style: Style = {
    indent: indent === null ? null : typeof indent === 'string' ? indent : ' '.repeat(index(indent)),
    item,
    key,
    sort: truth(sort),
    ascii: truth(ascii),
    fallback,
    skip: truth(skip),
    nan: truth(nan),
  };
  return write(x, style, '', new Set());
}
const LOAD =
  'cls=None, object_hook=None, parse_float=None, parse_int=None, parse_constant=None, object_pairs_hook=None, **kw';
function loads(x: unknown, ...options: any[]): unknown {
  const [, object = null, parseFloat_ = null, parseInt__ = null, , pairs = null] = options;
  if (typeof x !== 'string' && !(x instanceof PyBytes))
    throw error('TypeError', `the JSON object must be str, bytes or bytearray, not ${typeName(x)}`);
  const text = typeof x === 'string' ? x : decodeBytes(x.data, 'utf-8', 'strict');
  return parse(text, { object, pairs, float: parseFloat_, int: parseInt__ });
}

registerModule('json', () => {
  decodeError ??= makeClass(
    'JSONDecodeError',
    'JSONDecodeError',
    'json.decoder',
    [builtin('ValueError')],
    new Map(),
    null,
  );
  return {
    dumps: fn(`dumps(obj, *, ${DUMP})`, dumps),
    dump: fn(`dump(obj, fp, *, ${DUMP})`, (x, fp, ...options) => {
      callMethod(fp, 'write', [dumps(x, ...options)]);
      return null;
    }),
    loads: fn(`loads(s, *, ${LOAD})`, loads),
    load: fn(`load(fp, *, ${LOAD})`, (fp, ...options) => loads(callMethod(fp, 'read'), ...options)),
    JSONDecodeError: decodeError,
    JSONEncoder: makeClass('JSONEncoder', 'JSONEncoder', 'json.encoder', [], new Map(), null),
  };
});
