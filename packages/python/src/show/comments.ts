/** A comment of a Python file. */
export interface Comment {
  readonly line: number;
  readonly text: string;
  /** Whether it has its line for itself. */
  readonly alone: boolean;
}

/** The comments of a Python text; `#` inside of strings is none. */
export function commentsOf(lines: readonly string[]): Comment[] {
  const out: Comment[] = [];
  let quote: string | null = null;
  lines.forEach((text, i) => {
    for (let at = 0; at < text.length; at++) {
      const c = text[at]!;
      if (quote !== null) {
        if (c === '\\') at++;
        else if (text.startsWith(quote, at)) {
          at += quote.length - 1;
          quote = null;
        }
      } else if (c === '"' || c === "'") {
        quote = text.startsWith(c.repeat(3), at) ? c.repeat(3) : c;
        at += quote.length - 1;
      } else if (c === '#') {
        out.push({ line: i + 1, text: text.slice(at + 1).trim(), alone: text.slice(0, at).trim() === '' });
        break;
      }
    }
    if (quote !== null && quote.length === 1 && !text.endsWith('\\')) quote = null;
  });
  return out;
}
