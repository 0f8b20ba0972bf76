/** A coordinate with at most two decimals, so that output is short and the same everywhere. */
export const coord = (x: number): string => {
  const text = (Math.round(x * 100) / 100).toFixed(2).replace(/\.?0+$/, '');
  return text === '-0' ? '0' : text;
};

export const escapeText = (text: string): string =>
  // control characters are not allowed in XML at all
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element as text; numbers become coordinates, undefined attributes are left out. */
export function tag(name: string, attributes: Attributes, content = ''): string {
  const list = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? coord(value) : escapeText(value)}"`)
    .join('');
  return content === '' ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`;
}

export const text = (x: number, y: number, content: string, attributes: Attributes = {}): string =>
  content === '' ? '' : tag('text', { x, y, ...attributes }, escapeText(content));

/** About how wide a text is in pixels: no font is at hand to ask. */
export const textWidth = (content: string, size: number): number => {
  let units = 0;
  for (const c of content)
    units += /[ilj.,:;'|! ]/.test(c) ? 0.32 : /[mwMW@]/.test(c) ? 0.9 : /[A-Z]/.test(c) ? 0.68 : 0.56;
  return units * size;
};

/** Bytes as base64, in Node and browsers alike. */
export function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 4096) binary += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return btoa(binary);
}
