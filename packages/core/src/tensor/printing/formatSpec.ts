import { ValueError } from '../../errors';
import { exponentText, fixed, floatRepr, general, isNegative, scientific, significant } from './numbers';
import { isPyInt, PyFloat, pyFloat, pyRepr, pyStr } from './pythonText';

interface Spec {
  readonly fill: string;
  readonly align: '<' | '>' | '^' | '=' | '';
  readonly sign: '+' | '-' | ' ' | '';
  readonly noNegativeZero: boolean;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: ',' | '_' | '';
  readonly precision: number | null;
  readonly type: string;
}

const SPEC = /^(?:([\s\S])?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([^.])?$/u;

function parseSpec(text: string, typeName: string): Spec {
  const standardType = typeName === 'str' ? 's' : typeName === 'float' ? '' : 'd';
  const m = SPEC.exec(text);
  if (!m || /[,_][,_]/.test(text)) {
    const both = /[,_][,_]/.exec(text)?.[0];
    if (both) {
      throw new ValueError(
        both[0] === both[1] ? `Cannot specify '${both[0]}' with '${both[1]}'.` : "Cannot specify both ',' and '_'.",
      );
    }
    if (/\.(?!\d)/.test(text)) throw new ValueError('Format specifier missing precision');
    throw new ValueError(`Invalid format specifier '${text}' for object of type '${typeName}'`);
  }
  const [, fill, align, sign, z, alternate, zero, width, grouping, precision, type] = m;
  const code = type ?? standardType;
  if (grouping && code && !(grouping === '_' ? 'defgEG%FboxX' : 'defgEG%F').includes(code)) {
    throw new ValueError(`Cannot specify '${grouping}' with '${code}'.`);
  }
  return {
    fill: fill ?? (zero ? '0' : ' '),
    align: (align as Spec['align']) ?? (zero ? '=' : ''),
    sign: (sign as Spec['sign']) ?? '',
    noNegativeZero: z !== undefined,
    alternate: alternate !== undefined,
    width: width === undefined ? 0 : Number(width),
    grouping: (grouping as Spec['grouping']) ?? '',
    precision: precision === undefined ? null : Number(precision),
    type: type ?? '',
  };
}

/** Puts a separator between groups of digits, filling with zeros up to `width` characters as the zero flag asks. */
function group(digits: string, separator: string, size: number, width: number): string {
  const groups: string[] = [];
  let rest = digits;
  let length = 0;
  while (rest.length > 0 || length < width) {
    if (groups.length > 0) length += 1;
    const take = Math.min(size, Math.max(rest.length, width - length, 1));
    const chunk = rest.slice(-size).padStart(take, '0');
    groups.unshift(chunk);
    length += chunk.length;
    rest = rest.slice(0, -size);
  }
  return groups.join(separator);
}

/** Sign and prefix, digits, and what follows the whole part, put together by the rules for numbers. */
function numberText(
  spec: Spec,
  negative: boolean,
  prefix: string,
  whole: string,
  tail: string,
  groupSize: number,
): string {
  const sign = negative ? '-' : spec.sign === '+' || spec.sign === ' ' ? spec.sign : '';
  const head = sign + prefix;
  const zeroFilled = spec.fill === '0' && spec.align === '=';
  if (spec.grouping && /^[0-9a-fA-F]+$/.test(whole)) {
    whole = group(whole, spec.grouping, groupSize, zeroFilled ? spec.width - head.length - tail.length : 0);
  }
  const body = whole + tail;
  if (spec.align === '=') return head + body.padStart(spec.width - head.length, spec.fill);
  return aligned(head + body, spec, '>');
}

function aligned(text: string, spec: Spec, standard: '<' | '>'): string {
  const length = [...text].length;
  const missing = spec.width - length;
  if (missing <= 0) return text;
  const align = spec.align || standard;
  const left = align === '<' ? 0 : align === '^' ? Math.floor(missing / 2) : missing;
  return spec.fill.repeat(left) + text + spec.fill.repeat(missing - left);
}

const unknownCode = (type: string, typeName: string): ValueError =>
  new ValueError(`Unknown format code '${type}' for object of type '${typeName}'`);

const radix: Record<string, { base: number; prefix: string }> = {
  b: { base: 2, prefix: '0b' },
  o: { base: 8, prefix: '0o' },
  x: { base: 16, prefix: '0x' },
  X: { base: 16, prefix: '0X' },
};

function formatInt(value: bigint, spec: Spec, typeName: string): string {
  const { type } = spec;
  if ('eEfFgG%'.includes(type) && type) return formatFloat(Number(value), spec, typeName);
  if (!'bcdnoxX'.includes(type)) throw unknownCode(type, typeName);
  if (spec.precision !== null) throw new ValueError('Precision not allowed in integer format specifier');
  if (spec.noNegativeZero) throw new ValueError('Negative zero coercion (z) not allowed in integer format specifier');
  if (type === 'c') {
    if (spec.sign) throw new ValueError("Sign not allowed with integer format specifier 'c'");
    if (spec.alternate) throw new ValueError("Alternate form (#) not allowed with integer format specifier 'c'");
    if (value < 0n || value > 0x10ffffn) throw new ValueError('%c arg not in range(0x110000)');
    return aligned(String.fromCodePoint(Number(value)), spec, '>');
  }
  const magnitude = value < 0n ? -value : value;
  const { base, prefix } = radix[type] ?? { base: 10, prefix: '' };
  const digits = magnitude.toString(base);
  return numberText(
    spec,
    value < 0n,
    spec.alternate ? prefix : '',
    type === 'X' ? digits.toUpperCase() : digits,
    '',
    base === 10 ? 3 : 4,
  );
}

/** The text of |x| for a float format code, before sign, grouping and padding. */
function floatBody(x: number, spec: Spec): string {
  const { type, alternate } = spec;
  const precision = spec.precision ?? 6;
  const pointed = (text: string): string => {
    if (!alternate || text.includes('.') || !/^\d/.test(text)) return text;
    const e = text.indexOf('e');
    return e < 0 ? `${text}.` : `${text.slice(0, e)}.${text.slice(e)}`;
  };
  switch (type.toLowerCase()) {
    case 'f':
      return pointed(fixed(x, precision));
    case '%':
      return `${pointed(fixed(x * 100, precision))}%`;
    case 'e':
      return pointed(scientific(x, precision));
    case 'g':
    case 'n':
      return general(x, precision, alternate);
  }
  if (spec.precision === null) return pointed(floatRepr(x));
  return roundedRepr(x, spec.precision, alternate);
}

/** No code but a precision: like 'g', but with a digit after the point, and an exponent one power sooner. */
function roundedRepr(x: number, precision: number, alternate: boolean): string {
  if (!Number.isFinite(x)) return general(x);
  const count = Math.max(precision, 1);
  const { digits, exponent } = significant(x, count);
  if (exponent >= -4 && exponent < count - 1) {
    const text = general(x, precision, alternate);
    return text.includes('.') ? text : `${text}.0`;
  }
  const fraction = alternate ? digits.slice(1) : digits.slice(1).replace(/0+$/, '');
  return `${digits[0]}${fraction || alternate ? '.' : ''}${fraction}${exponentText(exponent)}`;
}

function formatFloat(value: number, spec: Spec, typeName: string): string {
  const { type } = spec;
  if (type && !'eEfFgGn%'.includes(type)) throw unknownCode(type, typeName);
  let text = floatBody(Math.abs(value), spec);
  if (type && 'EFG'.includes(type)) text = text.toUpperCase();
  let negative = isNegative(value);
  if (negative && spec.noNegativeZero && !/[1-9a-z]/i.test(text.replace(/e.*/i, ''))) negative = false;
  const whole = /^\d+/.exec(text)?.[0] ?? '';
  return numberText(spec, negative, '', whole, text.slice(whole.length), 3);
}

function formatString(value: string, spec: Spec, typeName: string): string {
  if (spec.type && spec.type !== 's') throw unknownCode(spec.type, typeName);
  if (spec.sign) {
    throw new ValueError(
      spec.sign === ' '
        ? 'Space not allowed in string format specifier'
        : 'Sign not allowed in string format specifier',
    );
  }
  if (spec.noNegativeZero) throw new ValueError('Negative zero coercion (z) not allowed in string format specifier');
  if (spec.alternate) throw new ValueError('Alternate form (#) not allowed in string format specifier');
  if (spec.align === '=') {
    // the zero flag alone pads a string on the right
    if (spec.fill !== '0') throw new ValueError("'=' alignment not allowed in string format specifier");
    spec = { ...spec, align: '<' };
  }
  const text = spec.precision === null ? value : [...value].slice(0, spec.precision).join('');
  return aligned(text, spec, '<');
}

/** What a value is to the formatter: arrays of one element count as their number. */
function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof PyFloat) return value;
  if ('item' in value && typeof value.item === 'function' && 'dtype' in value) {
    const item: unknown = value.item();
    return typeof item === 'number' && String(value.dtype).includes('float') ? pyFloat(item) : item;
  }
  return value;
}

/**
 * Python's `format(value, spec)`: fill, alignment, sign, `#`, `0`, width, grouping, precision and type.
 * Whole numbers are ints unless the spec or `pyFloat` says otherwise; an object's own `__format__` decides for it;
 * one-element tensors and arrays give their number.
 *
 * ```ts
 * formatValue(0.0123456, '>9.4f'); // '   0.0123'
 * formatValue(1234567, ',d');      // '1,234,567'
 * ```
 */
export function formatValue(value: unknown, spec = ''): string {
  if (typeof value === 'object' && value !== null && '__format__' in value && typeof value.__format__ === 'function')
    return String(value.__format__(spec));
  if (spec === '') return pyStr(value);
  const plain = plainValue(value);
  if (plain instanceof PyFloat) return formatFloat(plain.value, parseSpec(spec, 'float'), 'float');
  switch (typeof plain) {
    case 'bigint':
      return formatInt(plain, parseSpec(spec, 'int'), 'int');
    case 'boolean': {
      const parsed = parseSpec(spec, 'bool');
      // with no code a bool is padded as the text of the int it is, which Python does through int.__format__
      return formatInt(plain ? 1n : 0n, parsed, 'bool');
    }
    case 'number': {
      const parsed = parseSpec(spec, isPyInt(plain) ? 'int' : 'float');
      const asInt = isPyInt(plain) && !(parsed.type === '' && parsed.precision !== null);
      return asInt ? formatInt(BigInt(plain), parsed, 'int') : formatFloat(plain, parsed, 'float');
    }
    case 'string':
      return formatString(plain, parseSpec(spec, 'str'), 'str');
  }
  const name = plain === null || plain === undefined ? 'NoneType' : Array.isArray(plain) ? 'list' : className(plain);
  throw new TypeError(`unsupported format string passed to ${name}.__format__`);
}

const className = (value: unknown): string => (value as object).constructor?.name ?? 'object';

/**
 * Python's `'...'.format(...)`: `{}`, `{0}`, `{name}`, `{name:>7.3f}`, `{x!r}`, `{{` and `}}`; named fields come from
 * a last plain object.
 *
 * ```ts
 * formatTemplate('Epoch {:>3d}: loss {loss:.3f}', 4, { loss: 0.5 }); // 'Epoch   4: loss 0.500'
 * ```
 */
export function formatTemplate(template: string, ...args: readonly unknown[]): string {
  const last = args[args.length - 1];
  const named =
    typeof last === 'object' && last !== null && Object.getPrototypeOf(last) === Object.prototype ? last : {};
  let next = 0;
  const look = (name: string): unknown => {
    if (name === '' || /^\d+$/.test(name)) {
      const index = name === '' ? next++ : Number(name);
      if (index >= args.length)
        throw new RangeError(`Replacement index ${index} out of range for positional args tuple`);
      return args[index];
    }
    if (!Object.hasOwn(named, name))
      throw new ValueError(`no argument named '${name}' was given to the template '${template}'`);
    return (named as Record<string, unknown>)[name];
  };
  const expand = (text: string): string =>
    text.replace(
      /\{\{|\}\}|\{([^{}:!]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g,
      (all, name, conversion, spec) => {
        if (all === '{{') return '{';
        if (all === '}}') return '}';
        if (all === '{' || all === '}') throw new ValueError(`Single '${all}' encountered in format string`);
        const value = look(name);
        const shown = conversion === undefined ? value : conversion === 's' ? pyStr(value) : pyRepr(value);
        return formatValue(shown, spec === undefined ? '' : expand(spec));
      },
    );
  return expand(template);
}

/**
 * Formats one value, for use inside a template literal as Python uses f-strings; as a template tag, it prints every
 * hole as an f-string does, and a hole `[value, spec]` by its spec.
 *
 * ```ts
 * `[Batch ${f(100, '>3d')}] loss: ${f(0.0123, '>7f')}`; // '[Batch 100] loss: 0.012300'
 * f`${true} ${[0.5, '.1%']}`;                            // 'True 50.0%'
 * ```
 */
export function f(value: TemplateStringsArray, ...holes: readonly unknown[]): string;
export function f(value: unknown, spec?: string): string;
export function f(value: unknown, ...rest: readonly unknown[]): string {
  if (Array.isArray(value) && 'raw' in value) {
    return value.reduce((text: string, part: string, i: number) => {
      const hole = rest[i - 1];
      const withSpec =
        Array.isArray(hole) && hole.length === 2 && typeof hole[1] === 'string' && typeof hole[0] !== 'string';
      return text + (withSpec ? formatValue(hole[0], hole[1]) : formatValue(hole)) + part;
    });
  }
  return formatValue(value, rest[0] as string | undefined);
}

/** Python's own ways to turn values into text. */
export const py = { format: formatTemplate, f, str: pyStr, repr: pyRepr, float: pyFloat } as const;
