import { syntaxError } from './syntaxError';

/** The value of a whole-number literal. */
export function intLiteral(text: string): number | bigint {
  const digits = text.replace(/_/g, '');
  const value = BigInt(/^0[xob]/i.test(digits) ? digits.toLowerCase() : digits.replace(/^0+(?=\d)/, ''));
  return value <= 9007199254740991n ? Number(value) : value;
}

/** The value of a float literal. */
export const floatLiteral = (text: string): number => Number(text.replace(/_/g, ''));

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

const NAMED: Readonly<Record<string, string>> = {
  'EM DASH': '—',
  'EN DASH': '–',
  'DEGREE SIGN': '°',
  BULLET: '•',
  'GREEK SMALL LETTER PI': 'π',
  'GREEK SMALL LETTER ALPHA': 'α',
  'GREEK SMALL LETTER BETA': 'β',
  'GREEK SMALL LETTER LAMDA': 'λ',
  'GREEK SMALL LETTER MU': 'μ',
  'GREEK SMALL LETTER SIGMA': 'σ',
  SNOWMAN: '☃',
  'CHECK MARK': '✓',
};

/** Text with its escapes resolved; `bytes` leaves out what bytes do not know. */
export function unescape(text: string, bytes: boolean): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]*)\}|(\r\n|[\s\S]))/g,
    (all, octal, hex, short, long, name, one) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (bytes && one === undefined) return all;
      if (short !== undefined) return String.fromCharCode(Number.parseInt(short, 16));
      if (long !== undefined) return String.fromCodePoint(Number.parseInt(long, 16));
      if (name !== undefined) {
        const found = NAMED[String(name).toUpperCase()];
        if (found === undefined)
          throw syntaxError(`the character name in ${all} is not known to Stele; write the character itself`, 1, 0);
        return found;
      }
      return one === '\r\n' ? '' : (ESCAPES[one] ?? all);
    },
  );
}
