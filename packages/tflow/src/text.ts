import { Tensor as CoreTensor, isFloating } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { define } from './define';
import { type DTypeLike, dtypeName, kernelName } from './dtypes';
import { InvalidArgumentError, kernelError, noAttribute, OutOfRangeError, valueError } from './errors';
import { isStringLike } from './io/strings';
import { needType } from './kernels';
import { operands } from './math';
import { wholes } from './places';
import { printed, shown } from './print';
import { RaggedTensor } from './ragged/ragged';
import { bytesText, StringTensor, stringTensor, textInput } from './strings';
import { type Tensor, type TensorLike, toTensor } from './tensor';

const decoder = new TextDecoder();
const encoder = new TextEncoder();
type Texts = StringTensor | string | Uint8Array | readonly unknown[];
/** An attribute that is text of Python. */
function textAttribute(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return decoder.decode(value);
  throw new TypeError(`Expected string for argument '${name}' not ${pyRepr(value)}.`);
}
/** What JavaScript functions of text see: UTF-8 as characters, or bytes as characters of their numbers. */
const characters = (bytes: Uint8Array): string => decoder.decode(bytes);
const latin = (bytes: Uint8Array): string => Array.from(bytes, (b) => String.fromCharCode(b)).join('');
const each = (t: StringTensor, f: (bytes: Uint8Array) => Uint8Array | string): StringTensor =>
  new StringTensor(
    t.values.map((b) => {
      const out = f(b);
      return typeof out === 'string' ? encoder.encode(out) : out;
    }),
    t.sizes,
  );
const joinedBytes = (parts: readonly Uint8Array[], separator: Uint8Array): Uint8Array =>
  Uint8Array.from(parts.flatMap((p, i) => (i === 0 ? [...p] : [...separator, ...p])));
const separatorOf = (value: unknown): Uint8Array => encoder.encode(textAttribute('separator', value));
const partsBy = (value: unknown): Uint8Array =>
  value === undefined || value === null ? new Uint8Array(0) : textInput('StringSplitV2', value, 1).item();
function unitOf(unit: unknown): 'BYTE' | 'UTF8_CHAR' {
  if (unit === undefined || unit === null || unit === 'BYTE') return 'BYTE';
  if (unit === 'UTF8_CHAR') return unit;
  throw new InvalidArgumentError(
    `Value for attr 'unit' of "${String(unit)}" is not in the list of allowed values: "BYTE", "UTF8_CHAR"`,
  );
}

/** Texts of several tensors one after another; those of rank 0 go with each element of the others. */
export const join = define(
  'tf.strings.join',
  'inputs, separator="", name=None',
  (inputs: readonly Texts[], separator?: unknown): StringTensor => {
    if (typeof inputs === 'string' || inputs === null || inputs === undefined)
      throw new TypeError(`Expected list for 'inputs' argument to 'string_join' Op, not ${pyRepr(inputs)}.`);
    const parts = [...inputs].map((part, i) => textInput('StringJoin', part, i));
    const wide = parts.find((p) => p.rank > 0) ?? parts[0];
    if (wide === undefined) return new StringTensor([new Uint8Array(0)], []);
    const other = parts.find((p) => p.rank > 0 && String(p.sizes) !== String(wide.sizes));
    if (other !== undefined)
      throw kernelError(
        'StringJoin',
        `Input shapes do not match: [${wide.sizes.join(',')}] vs. [${other.sizes.join(',')}]`,
        InvalidArgumentError,
        { made: `_N_${parts.length}`, name: null },
      );
    const by = separatorOf(separator);
    return new StringTensor(
      wide.values.map((_, i) =>
        joinedBytes(
          parts.map((p) => p.values[p.rank === 0 ? 0 : i]!),
          by,
        ),
      ),
      wide.sizes,
    );
  },
);
/** How many bytes, or characters, the texts have. */
export const length = define(
  'tf.strings.length',
  'input, unit="BYTE", name=None',
  (input: Texts, unit?: unknown): Tensor => {
    const t = textInput('StringLength', input);
    const of = unitOf(unit);
    return toTensor(
      nestedNumbers(t, (b) => (of === 'BYTE' ? b.length : [...characters(b)].length)),
      'int32',
    );
  },
);
const nestedNumbers = <T>(t: StringTensor, f: (bytes: Uint8Array) => T): TensorLike => t.nested(f) as TensorLike;

/** Letters of ASCII exchanged, or of all of Unicode where the encoding says so. */
const cased = (name: string, change: (text: string) => string, letters: RegExp) =>
  define(`tf.strings.${name}`, 'input, encoding="", name=None', (input: Texts, encoding?: unknown): StringTensor => {
    const kernel = `String${name[0]!.toUpperCase()}${name.slice(1)}`;
    const t = textInput(kernel, input);
    const coded = textAttribute('encoding', encoding);
    if (!['', 'utf-8'].includes(coded.toLowerCase()))
      throw kernelError(kernel, `only utf-8 or '' (no encoding) is supported, received ${coded}`);
    return each(t, (b) =>
      coded.toLowerCase() === 'utf-8'
        ? change(characters(b))
        : Uint8Array.from(latin(b).replace(letters, change), (c) => c.charCodeAt(0)),
    );
  });
export const lower = cased('lower', (text) => text.toLowerCase(), /[A-Z]/g);
export const upper = cased('upper', (text) => text.toUpperCase(), /[a-z]/g);
/** Texts without the white space around them. */
export const strip = define(
  'tf.strings.strip',
  'input, name=None',
  (input: Texts): StringTensor =>
    each(textInput('StringStrip', input), (b) =>
      Uint8Array.from(latin(b).replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, ''), (c) => c.charCodeAt(0)),
    ),
);
/** A part of each text, from a place and so long; places below 0 count from the end. */
export const substr = define(
  'tf.strings.substr',
  'input, pos, len, unit="BYTE", name=None',
  (input: Texts, pos: TensorLike, len: TensorLike, unit?: unknown): StringTensor => {
    const t = textInput('Substr', input);
    const of = unitOf(unit);
    const [start, width] = operands(pos, len);
    needType('Substr', start.scalarType);
    if (String(start.sizes) !== String(width.sizes))
      throw kernelError(
        'Substr',
        `pos and len should have the same shape, got: [${start.sizes.join(',')}] vs. [${width.sizes.join(',')}]`,
      );
    const [from, count] = [wholes(start), wholes(width)];
    return new StringTensor(
      t.values.map((b, i) => {
        const parts: readonly (number | string)[] = of === 'BYTE' ? [...b] : [...characters(b)];
        const at = from[from.length === 1 ? 0 : i]!;
        const n = count[count.length === 1 ? 0 : i]!;
        if (at > parts.length || at < -parts.length)
          throw kernelError(
            'Substr',
            `pos ${at} out of range for string ${bytesText(b)} at index ${i}`,
            InvalidArgumentError,
            { name: null },
          );
        const start = at < 0 ? at + parts.length : at;
        const cut = parts.slice(start, start + n);
        return of === 'BYTE' ? Uint8Array.from(cut as number[]) : encoder.encode(cut.join(''));
      }),
      t.sizes,
    );
  },
);
/** Texts along axes one after another; the first axis that is named runs fastest. */
export const reduce_join = define(
  'tf.strings.reduce_join',
  'inputs, axis=None, keepdims=False, separator="", name=None',
  (inputs: Texts, axis?: unknown, keepdims?: boolean, separator?: unknown): StringTensor => {
    const t = textInput(
      'ReduceJoin',
      Array.isArray(inputs) || inputs instanceof StringTensor || typeof inputs === 'string'
        ? inputs
        : toTensor(inputs as never),
    );
    const all = Array.from({ length: t.rank }, (_, i) => t.rank - 1 - i);
    const given =
      axis === undefined || axis === null
        ? null
        : wholes(toTensor(axis as TensorLike, axis instanceof CoreTensor ? null : 'int32'));
    const axes = given === null ? all : given.map((a) => (a < 0 ? a + t.rank : a));
    const twice = axes.find((a, i) => axes.indexOf(a) !== i);
    if (twice !== undefined) throw kernelError('ReduceJoin', `Duplicate reduction dimension ${twice}`);
    const wrong = axes.findIndex((a) => a < 0 || a >= t.rank);
    if (wrong >= 0)
      throw kernelError(
        'ReduceJoin',
        `Invalid reduction dimension ${wholes(axis)[wrong]} for input with ${t.rank} dimension(s)`,
        OutOfRangeError,
        { name: null },
      );
    const strides = t.sizes.map((_, i) => t.sizes.slice(i + 1).reduce((n, d) => n * d, 1));
    const kept = t.sizes.map((_, i) => i).filter((i) => !axes.includes(i));
    // offsets over axes, the last of them fastest
    const offsets = (over: readonly number[]): number[] =>
      over.reduce<number[]>(
        (so, a) => so.flatMap((at) => Array.from({ length: t.sizes[a]! }, (_, i) => at + i * strides[a]!)),
        [0],
      );
    const inner = offsets([...axes].reverse());
    const by = separatorOf(separator);
    return new StringTensor(
      offsets(kept).map((at) =>
        joinedBytes(
          inner.map((i) => t.values[at + i]!),
          by,
        ),
      ),
      keepdims ? t.sizes.map((d, i) => (axes.includes(i) ? 1 : d)) : kept.map((i) => t.sizes[i]!),
    );
  },
);

/** What RE2 says is wrong with a pattern. */
function patternFault(text: string): string | null {
  const bare = text.replace(/\\[\s\S]/g, '..');
  if (/(^|[^\\])(\\\\)*\\$/.test(text)) return `trailing \\`;
  const reference = /\\[1-9]/.exec(text.replace(/\\\\/g, '..'));
  if (reference !== null) return `invalid escape sequence: ${reference[0]}`;
  const look = /\(\?(<?[=!])/.exec(bare);
  if (look !== null) return `invalid perl operator: (?${look[1]!.startsWith('<') ? '<' : look[1]}`;
  if (/\(\?P<[^>]*$/.test(bare)) return `invalid named capture group: ${bare.slice(bare.lastIndexOf('(?P<'))}`;
  const classes = bare.replace(/\[\^?\]?[^\]]*\]/g, (c) => '.'.repeat(c.length));
  const open = classes.indexOf('[');
  if (open >= 0) return `missing ]: ${text.slice(open)}`;
  const repeated = /(?:^|\(|\|)([*+?])/.exec(classes);
  if (repeated !== null && !classes.includes('(?')) return `no argument for repetition operator: ${repeated[1]}`;
  const sizes = [...classes.matchAll(/\{(\d+),(\d+)\}/g)].find(([, a, b]) => Number(a) > Number(b));
  if (sizes !== undefined) return `invalid repetition size: ${sizes[0]}`;
  let depth = 0;
  for (const c of classes) {
    if (c === '(') depth++;
    if (c === ')' && --depth < 0) return `unexpected ): ${text}`;
  }
  if (depth > 0) return `missing ): ${text}`;
  const range = /\[[^\]]*?(.)-(.)[^\]]*\]/.exec(text);
  if (range !== null && range[1]! > range[2]!) return `invalid character class range: ${range[1]}-${range[2]}`;
  return null;
}
function expression(kernel: string, pattern: unknown, flags: string): RegExp {
  const text = typeof pattern === 'string' ? pattern : characters(textInput(kernel, pattern, 1).item());
  const fault = patternFault(text);
  if (fault !== null)
    throw kernelError(kernel, `Invalid pattern: ${text}, error: ${fault}`, InvalidArgumentError, { name: null });
  try {
    // the pattern may begin with flags of its own, as in (?i)
    const own = /^\(\?([ims]+)\)/.exec(text);
    return new RegExp(own === null ? text : text.slice(own[0].length), `${flags}u${own?.[1] ?? ''}`);
  } catch (error) {
    throw kernelError(kernel, `Invalid pattern: ${text}, error: ${(error as Error).message}`, InvalidArgumentError, {
      name: null,
    });
  }
}
/** Matches of a regular expression written anew; \1 to \9 stand for its groups, \0 for all of it. */
export const regex_replace = define(
  'tf.strings.regex_replace',
  'input, pattern, rewrite, replace_global=True, name=None',
  (input: Texts, pattern: unknown, rewrite: unknown, replace_global?: boolean): StringTensor => {
    const texts = textInput('StaticRegexReplace', input);
    const find = expression('StaticRegexReplace', pattern, replace_global === false ? '' : 'g');
    const text = typeof rewrite === 'string' ? rewrite : characters(textInput('RegexReplace', rewrite, 2).item());
    return each(texts, (b) =>
      characters(b).replace(find, (...groups: unknown[]) =>
        text.replace(/\\([0-9\\])/g, (_, c: string) =>
          c === '\\' ? '\\' : ((groups[Number(c)] as string | undefined) ?? ''),
        ),
      ),
    );
  },
);
/** Whether a regular expression matches the whole of each text. */
export const regex_full_match = define(
  'tf.strings.regex_full_match',
  'input, pattern, name=None',
  (input: Texts, pattern: unknown): Tensor => {
    const find = expression('StaticRegexFullMatch', pattern, '');
    const whole = new RegExp(`^(?:${find.source})$`, find.flags);
    return toTensor(
      nestedNumbers(textInput('StaticRegexFullMatch', input), (b) => whole.test(characters(b))),
      'bool',
    );
  },
);

/** The parts of each text: a row for one text, ragged rows for more. */
function parted(t: StringTensor, cut: (bytes: Uint8Array) => readonly Uint8Array[]): StringTensor | RaggedTensor {
  const rows = t.values.map((b) => {
    const parts = cut(b);
    return new StringTensor(parts, [parts.length]);
  });
  if (t.rank === 0) return rows[0]!;
  if (t.rank === 1)
    return rows.length === 0 ? new RaggedTensor(new StringTensor([], [0]), [[0]]) : RaggedTensor.stack(rows);
  return RaggedTensor.stack(Array.from({ length: t.sizes[0]! }, (_, i) => parted(t.select(i), cut)));
}
/** The parts of one text between separators, or between white space. */
export const split = define(
  'tf.strings.split',
  'input, sep=None, maxsplit=-1, name=None',
  (input: Texts, sep?: unknown, maxsplit?: number): any => {
    if (input instanceof CoreTensor)
      throw valueError(
        `input: Tensor conversion requested dtype string for Tensor with dtype ${input.scalarType}: ${(input as unknown as Tensor).__repr__()}`,
      );
    const texts = textInput('StringSplitV2', input);
    const by = latin(partsBy(sep));
    const most = maxsplit === undefined || maxsplit < 0 ? Number.POSITIVE_INFINITY : Number(maxsplit);
    return parted(texts, (bytes) => pieces(latin(bytes), by, most));
  },
);
function pieces(text: string, by: string, most: number): Uint8Array[] {
  const out: string[] = [];
  let rest = text;
  if (by === '') {
    rest = rest.replace(/^[ \t\n\v\f\r]+/, '');
    while (rest !== '') {
      const gap = out.length < most ? /[ \t\n\v\f\r]+/.exec(rest) : null;
      out.push(gap === null ? rest : rest.slice(0, gap.index));
      rest = gap === null ? '' : rest.slice(gap.index + gap[0].length);
    }
  } else {
    for (let at = rest.indexOf(by); at >= 0 && out.length < most; at = rest.indexOf(by)) {
      out.push(rest.slice(0, at));
      rest = rest.slice(at + by.length);
    }
    out.push(rest);
  }
  return out.map((part) => Uint8Array.from(part, (c) => c.charCodeAt(0)));
}
/** The bytes of texts. */
export const bytes_split = define('tf.strings.bytes_split', 'input, name=None', (input: Texts): any =>
  parted(textInput('StringSplit', input), (bytes) => Array.from(bytes, (b) => Uint8Array.of(b))),
);
/** The characters of texts. */
export const unicode_split = define(
  'tf.strings.unicode_split',
  'input, input_encoding, errors="replace", replacement_char=65533, name=None',
  (input: Texts): any =>
    parted(textInput('UnicodeDecode', input), (bytes) => [...characters(bytes)].map((c) => encoder.encode(c))),
);
const numbers = new Set(['float32', 'float64', 'int32', 'int64', 'uint32', 'uint64']);
/** The numbers that texts write. */
export const to_number = define(
  'tf.strings.to_number',
  'input, out_type=tf.float32, name=None',
  (input: Texts, out_type?: DTypeLike): Tensor => {
    const type = out_type === undefined || out_type === null ? 'float32' : dtypeName(out_type);
    if (!numbers.has(type))
      throw new InvalidArgumentError(
        `Value for attr 'out_type' of ${kernelName(type)} is not in the list of allowed values: float, double, int32, int64, uint32, uint64`,
      );
    const bits = Number(type.slice(-2));
    const read = (b: Uint8Array): number | bigint => {
      const text = latin(b).trim();
      const refuse = (): Error =>
        kernelError(
          'StringToNumber',
          `StringToNumberOp could not correctly convert string: ${latin(b)}`,
          InvalidArgumentError,
          { name: null },
        );
      if (isFloating(type)) {
        const sign = text.startsWith('-') ? -1 : 1;
        const bare = text.replace(/^[+-]/, '').toLowerCase();
        if (bare === 'inf' || bare === 'infinity') return sign * Number.POSITIVE_INFINITY;
        if (bare === 'nan') return Number.NaN;
        if (bare === '' || /^[+-]/.test(bare) || Number.isNaN(Number(bare)) || /^0[bo]/.test(bare)) throw refuse();
        return sign * Number(bare);
      }
      if (!/^-?\d+$/.test(text)) throw refuse();
      const n = BigInt(text);
      const signed = type.startsWith('int');
      if ((signed ? BigInt.asIntN(bits, n) : BigInt.asUintN(bits, n)) !== n) throw refuse();
      return bits === 64 ? n : Number(n);
    };
    return toTensor(nestedNumbers(textInput('StringToNumber', input), read), type);
  },
);

/** Numbers and truth values as texts. */
export const as_string = define(
  'tf.strings.as_string',
  'input, precision=-1, scientific=False, shortest=False, width=-1, fill="", name=None',
  (
    input: TensorLike | Texts,
    precision?: number,
    scientific?: boolean,
    shortest?: boolean,
    width?: number,
    fill?: string,
  ): StringTensor => {
    if (isStringLike(input)) return stringTensor(input);
    const t = toTensor(input as TensorLike);
    const real = isFloating(t.scalarType);
    const refuse = (what: string): Error => kernelError('AsString', what);
    const digits = Number(precision ?? -1);
    if (!real && digits >= 0) throw refuse(`precision not supported for datatype ${kernelName(t.scalarType)}`);
    if (!real && (scientific || shortest))
      throw refuse(`scientific and shortest format not supported for datatype ${kernelName(t.scalarType)}`);
    if (scientific && shortest) throw refuse('Cannot select both scientific and shortest notation');
    const filling = String(fill ?? '');
    if (filling.length > 1) throw refuse(`Fill string must be one or fewer characters`);
    if (!['', ' ', '+', '-', '0', '#'].includes(filling)) throw refuse(`Fill argument not supported: "${filling}"`);
    const form = scientific ? 'e' : shortest ? 'g' : 'f';
    const wide = Number(width ?? -1);
    const write = (v: unknown): string => {
      if (typeof v === 'boolean') return String(v);
      let text = real ? printed(Number(v), form, digits < 0 ? 6 : digits) : String(v);
      if ((filling === '+' || filling === ' ') && !text.startsWith('-')) text = filling + text;
      if (text.length >= wide) return text;
      if (filling === '-') return text.padEnd(wide);
      if (filling !== '0') return text.padStart(wide);
      return /^[+-]/.test(text) ? text[0] + text.slice(1).padStart(wide - 1, '0') : text.padStart(wide, '0');
    };
    const flat = [t.tolist()].flat(9).map((v) => encoder.encode(write(v)));
    return new StringTensor(flat, t.sizes);
  },
);

const tensorOf = (value: unknown): unknown =>
  isStringLike(value) ? stringTensor(value) : toTensor(value as TensorLike);
const quoted = (value: unknown): unknown =>
  value instanceof StringTensor ? each(value, (b) => Uint8Array.from([34, ...b, 34])) : value;
/** A text with tensors in its places, as `tf.print` shows them. */
export const format = define(
  'tf.strings.format',
  'template, inputs, placeholder="{}", summarize=3, name=None',
  (template: string, inputs: unknown, placeholder?: string, summarize?: number): StringTensor => {
    if (typeof template !== 'string') throw noAttribute(template, 'count');
    const list = Array.isArray(inputs) ? inputs : [inputs];
    if (!Array.isArray(inputs) && !(inputs instanceof CoreTensor) && !(inputs instanceof StringTensor))
      throw new TypeError(`object of type '${Number.isInteger(inputs) ? 'int' : typeof inputs}' has no len()`);
    const parts = template.split(placeholder ?? '{}');
    if (parts.length - 1 !== list.length)
      throw valueError(
        `The template expects ${parts.length - 1} tensors, but the inputs only has ${list.length}. Please ensure the number of placeholders in template matches inputs length.`,
      );
    const text = parts.reduce(
      (so, part, i) => `${so}${shown(quoted(tensorOf(list[i - 1])), Number(summarize ?? 3))}${part}`,
    );
    return stringTensor(text);
  },
);
