import { formatValue } from '@stele/core/printing';
import { PyDict } from './dict';
import { dunder } from './operators';
import { error } from './raise';
import { ascii, repr, str } from './text';
import { typeName } from './types';
import { isFloat, isInt, PyBytes, PyFloat, PyTuple } from './values';

function toInt(x: unknown, code: string): bigint {
  if (typeof x === 'boolean') return BigInt(x);
  if (isInt(x)) return BigInt(x);
  if (isFloat(x)) {
    if (code !== 'd' && code !== 'i' && code !== 'u')
      throw error('TypeError', `%${code} format: an integer is required, not float`);
    return BigInt(Math.trunc(Number(x)));
  }
  const own = dunder(x, '__int__') ?? dunder(x, '__index__');
  if (own !== undefined) return BigInt(own(x) as number);
  const wanted = 'diu'.includes(code) ? 'a real number is required' : 'an integer is required';
  throw error('TypeError', `%${code} format: ${wanted}, not ${typeName(x)}`);
}

function toFloat(x: unknown): number {
  if (typeof x === 'number' || typeof x === 'boolean' || typeof x === 'bigint' || x instanceof PyFloat)
    return Number(x);
  const own = dunder(x, '__float__') ?? dunder(x, '__index__');
  if (own !== undefined) return Number(own(x));
  throw error('TypeError', `must be real number, not ${typeName(x)}`);
}

function unknownCode(code: string, at: number): never {
  throw error(
    'ValueError',
    `unsupported format character '${code}' (0x${code.charCodeAt(0).toString(16)}) at index ${at}`,
  );
}
const latin1 = (data: Uint8Array): string => Array.from(data, (byte) => String.fromCharCode(byte)).join('');
const bytesText = (value: unknown): string => {
  if (value instanceof PyBytes) return latin1(value.data);
  const own = dunder(value, '__bytes__');
  if (own !== undefined) return latin1((own(value) as PyBytes).data);
  throw error(
    'TypeError',
    `%b requires a bytes-like object, or an object that implements __bytes__, not '${typeName(value)}'`,
  );
};
/** `template % values` of bytes, where `%s` and `%b` take bytes. */
export const percentBytes = (template: PyBytes, values: unknown): PyBytes => {
  const text = percentFormat(latin1(template.data), values, bytesText);
  return new PyBytes(
    Uint8Array.from(text, (c) => c.charCodeAt(0)),
    template.mutable,
  );
};

/** `template % values`; `shown` is what `%s` writes. */
export function percentFormat(template: string, values: unknown, shown: (value: unknown) => string = str): string {
  const args = values instanceof PyTuple ? values : [values];
  let next = 0;
  let named = false;
  const take = (): unknown => {
    if (next >= args.length) throw error('TypeError', 'not enough arguments for format string');
    return args[next++];
  };
  const out = template.replace(
    /%(?:\((.*?)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([\s\S]?)/g,
    (
      whole,
      key: string | undefined,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      code: string,
    ) => {
      if (code === '%') return '%';
      if (code === '') throw error('ValueError', 'incomplete format');
      const wide = width === '*' ? Number(take()) : width === undefined ? 0 : Number(width);
      const dotted = /\.(\*|\d*)[hlL]?[\s\S]$/.test(whole);
      const digits =
        precision === '*' ? Number(take()) : precision === undefined ? (dotted ? 0 : null) : Number(precision);
      let value: unknown;
      if (key !== undefined) {
        if (!(values instanceof PyDict)) throw error('TypeError', 'format requires a mapping');
        named = true;
        value = values.get(key);
        if (value === undefined) throw error('KeyError', null, [key]);
      } else value = take();
      const left = flags.includes('-') || wide < 0;
      const align = left ? '<' : flags.includes('0') && !'sra'.includes(code) ? '=' : '>';
      const fill = align === '=' ? '0' : ' ';
      const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
      const size = Math.abs(wide) || '';
      switch (code) {
        case 's':
        case 'b':
        case 'r':
        case 'a': {
          if (code === 'b' && shown === str) return unknownCode(code, template.indexOf(whole) + whole.length - 1);
          const inBytes = shown !== str;
          const text = 'sb'.includes(code) ? shown(value) : code === 'r' && !inBytes ? repr(value) : ascii(value);
          return formatValue(text, `${align}${size}${digits === null ? '' : `.${digits}`}`);
        }
        case 'c':
          return formatValue(
            typeof value === 'string'
              ? value
              : value instanceof PyBytes
                ? latin1(value.data)
                : String.fromCodePoint(Number(value)),
            `${align}${size}`,
          );
        case 'd':
        case 'i':
        case 'u': {
          const n = toInt(value, code);
          const text = (n < 0n ? -n : n).toString().padStart(digits ?? 0, '0');
          const head = n < 0n ? '-' : sign;
          const room = Math.max(0, Number(size || 0) - head.length - text.length);
          return left
            ? head + text + ' '.repeat(room)
            : fill === '0'
              ? head + '0'.repeat(room) + text
              : ' '.repeat(room) + head + text;
        }
        case 'x':
        case 'X':
        case 'o':
          return formatValue(
            toInt(value, code),
            `${fill}${align}${sign}${flags.includes('#') ? '#' : ''}${size}${code}`,
          );
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G':
          return formatValue(
            new PyFloat(toFloat(value)),
            `${fill}${align}${sign}${flags.includes('#') ? '#' : ''}${size}.${digits ?? 6}${code}`,
          );
        default:
          return unknownCode(code, template.indexOf(whole) + whole.length - 1);
      }
    },
  );
  // a dict, like any single value in a template without codes, may go unused only as a mapping
  if (!named && next < args.length && !(values instanceof PyDict)) {
    throw error('TypeError', 'not all arguments converted during string formatting');
  }
  return out;
}
