import { type Doc, either, enclosed, group, hardline, indent, join, line, softline } from './doc';

/** A string as the house writes it: single quotes unless the text has more of them than of double ones. */
export function quoted(text: string): string {
  const count = (c: string): number => text.split(c).length - 1;
  const quote = count("'") > count('"') ? '"' : "'";
  return quote + escaped(text, quote) + quote;
}
function escaped(text: string, quote: string): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (char === quote || char === '\\') out += `\\${char}`;
    else if (char === '\n') out += '\\n';
    else if (char === '\r') out += '\\r';
    else if (char === '\t') out += '\\t';
    else if (code < 32 || code === 127 || code === 0x2028 || code === 0x2029)
      out += `\\u${code.toString(16).padStart(4, '0')}`;
    else out += char;
  }
  return out;
}

/** A text inside of a template. */
export const templateText = (text: string): string => escaped(text, '`').replaceAll('${', '\\${');

/** A list in brackets: numbers fill lines; lists of several lists of several parts get a line each. */
export function bracketed(parts: readonly Doc[], numbers: boolean, nested: boolean): Doc {
  if (numbers && parts.length > 0) {
    const filled: Doc[] = parts.map((p, i) => (i === parts.length - 1 ? p : [p, ',', group(line)]));
    return group(['[', indent([softline, filled]), either(',', ''), softline, ']']);
  }
  return enclosed('[', parts, ']', nested);
}

/** `{ a: 1, b }`. */
export function braced(parts: readonly Doc[], broken = false): Doc {
  if (parts.length === 0) return '{}';
  return group(['{', indent([line, join([',', line], parts)]), either(',', ''), line, '}'], broken);
}

/** Lines in braces. */
export const block = (body: Doc, empty: boolean): Doc =>
  empty ? '{}' : ['{', indent([hardline, body]), hardline, '}'];
/** A property's name. */
export const propertyName = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name));
