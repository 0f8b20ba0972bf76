import { error } from './raise';

const known = (encoding: string): 'utf-8' | 'ascii' | 'latin-1' => {
  const name = encoding.toLowerCase().replace(/_/g, '-');
  if (name === 'utf-8' || name === 'utf8' || name === 'utf-8-sig') return 'utf-8';
  if (name === 'ascii' || name === 'us-ascii') return 'ascii';
  if (name === 'latin-1' || name === 'latin1' || name === 'iso-8859-1') return 'latin-1';
  throw error('LookupError', `unknown encoding: ${encoding}`);
};

/** Text as bytes. */
export function encodeText(text: string, encoding: string, errors: string): Uint8Array {
  const codec = known(encoding);
  if (codec === 'utf-8') return new TextEncoder().encode(text);
  const limit = codec === 'ascii' ? 128 : 256;
  const out: number[] = [];
  let i = 0;
  for (const c of text) {
    const code = c.codePointAt(0)!;
    if (code < limit) out.push(code);
    else if (errors === 'replace') out.push(63);
    else if (errors !== 'ignore') {
      const shown =
        code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
      throw error(
        'UnicodeEncodeError',
        `'${codec}' codec can't encode character '${shown}' in position ${i}: ordinal not in range(${limit})`,
      );
    }
    i++;
  }
  return Uint8Array.from(out);
}

/** Bytes as text. */
export function decodeBytes(data: Uint8Array, encoding: string, errors: string): string {
  const codec = known(encoding);
  if (codec === 'utf-8') {
    try {
      return new TextDecoder('utf-8', { fatal: errors === 'strict', ignoreBOM: true }).decode(data);
    } catch {
      const at = data.findIndex((b) => b >= 128);
      throw error(
        'UnicodeDecodeError',
        `'utf-8' codec can't decode byte 0x${(data[at] ?? 0).toString(16)} in position ${at}: invalid start byte`,
      );
    }
  }
  let out = '';
  for (const [i, b] of data.entries()) {
    if (codec === 'ascii' && b > 127) {
      if (errors === 'ignore') continue;
      if (errors === 'replace') {
        out += '\ufffd';
        continue;
      }
      throw error(
        'UnicodeDecodeError',
        `'ascii' codec can't decode byte 0x${b.toString(16)} in position ${i}: ordinal not in range(128)`,
      );
    }
    out += String.fromCharCode(b);
  }
  return out;
}
