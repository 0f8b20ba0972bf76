import { UnpicklingError } from './values';

/** The escapes of protocol 0's UNICODE lines. */
export const rawUnicodeEscape = (text: string): string =>
  text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short: string, long: string) => {
    const code = Number.parseInt(short ?? long, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

/** The text of protocol 0's quoted STRING lines. */
export function quoted(line: string): string {
  const inner = /^(['"])([\s\S]*)\1$/.exec(line.trim());
  if (!inner) throw new UnpicklingError('a STRING is not in quotes', 'type');
  const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };
  return inner[2]!.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (whole, hex: string, one: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (escapes[one] ?? whole),
  );
}
