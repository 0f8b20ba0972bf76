import type { Node } from 'web-tree-sitter';
import type { Expr, FormatHole } from './ast';
import { expr } from './expressions';
import { unescape } from './literals';
import { all, fail, named, place } from './nodes';

export function stringLiteral(nodes: readonly Node[]): Expr {
  const at = place(nodes[0]!);
  const parts: (string | FormatHole)[] = [];
  let bytes = 0;
  let formatted = false;
  for (const node of nodes) {
    const start = all(node).find((n) => n.type === 'string_start');
    if (start === undefined) throw fail(node);
    const prefix = start.text.replace(/['"]+$/, '').toLowerCase();
    const raw = prefix.includes('r');
    if (prefix.includes('b')) bytes++;
    if (!prefix.includes('f')) {
      const end = all(node).find((n) => n.type === 'string_end')!;
      const text = node.text.slice(start.text.length, node.text.length - end.text.length).replace(/\r\n?/g, '\n');
      parts.push(raw ? text : unescape(text, prefix.includes('b')));
      continue;
    }
    formatted = true;
    parts.push(...formattedParts(node, raw));
  }
  if (bytes > 0 && bytes < nodes.length) throw fail(nodes[0]!, 'cannot mix bytes and nonbytes literals');
  if (bytes > 0) {
    return { ...at, kind: 'Bytes', value: Array.from(parts.join(''), (c) => c.charCodeAt(0) & 255) };
  }
  if (!formatted) return { ...at, kind: 'Str', value: parts.join('') };
  return { ...at, kind: 'FString', parts };
}

/** The texts and holes between the quotes of an f-string, or of a format specifier. */
function formattedParts(node: Node, raw: boolean): (string | FormatHole)[] {
  const out: (string | FormatHole)[] = [];
  const source = node.text;
  const base = node.startIndex;
  const text = (from: number, to: number): void => {
    if (to <= from) return;
    const piece = source.slice(from, to).replace(/\r\n?/g, '\n').replace(/\{\{/g, '{').replace(/\}\}/g, '}');
    out.push(raw ? piece : unescape(piece, false));
  };
  // a specifier begins with its colon
  let at = node.type === 'format_specifier' ? 1 : 0;
  let end = source.length;
  for (const n of all(node)) {
    if (n.type === 'string_start') at = n.endIndex - base;
    else if (n.type === 'string_end') end = n.startIndex - base;
    else if (n.type === 'interpolation' || n.type === 'format_expression') {
      text(at, n.startIndex - base);
      out.push(hole(n, raw));
      at = n.endIndex - base;
    }
  }
  text(at, end);
  return out;
}

function hole(node: Node, raw: boolean): FormatHole {
  const value = node.childForFieldName('expression') ?? named(node)[0];
  if (value === undefined || value === null) throw fail(node, 'f-string: empty expression not allowed');
  const conversion = named(node).find((n) => n.type === 'type_conversion');
  const spec = named(node).find((n) => n.type === 'format_specifier');
  const equals = all(node).find((n) => n.type === '=' && n.startIndex >= value.endIndex);
  let shown: string | null = null;
  if (equals !== undefined) {
    const stop = (conversion ?? spec)?.startIndex ?? node.endIndex - 1;
    shown = node.text.slice(1, stop - node.startIndex);
  }
  const code = conversion?.text.slice(1) ?? null;
  if (code !== null && !'rsa'.includes(code))
    throw fail(node, `f-string: invalid conversion character '${code}': expected 's', 'r', or 'a'`);
  return {
    value: expr(value),
    conversion: (code as 'r' | null) ?? (equals !== undefined && spec === undefined ? 'r' : null),
    spec: spec === undefined ? null : formattedParts(spec, raw),
    shown,
  };
}
