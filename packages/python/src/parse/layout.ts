import { indentationError, type PythonSyntaxError, syntaxError } from './syntaxError';

const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const BLOCKS = /^(if|elif|else|for|while|try|except|finally|with|def|class)\b/;
/** CPython refuses brackets and blocks beyond these depths. */
const MAX_BRACKETS = 200;
const MAX_INDENTS = 100;

interface Logical {
  readonly line: number;
  readonly indent: string;
  /** The code of the logical line with strings blanked out. */
  readonly code: string;
  readonly lastLine: number;
  readonly lastColumn: number;
}

/** Splits text into logical lines; throws for brackets and strings that do not close. */
function logicalLines(source: string): Logical[] {
  const out: Logical[] = [];
  const open: { readonly c: string; readonly line: number; readonly column: number }[] = [];
  let line = 1;
  let lineStart = 0;
  let code = '';
  let start: { line: number; indent: string } | null = null;
  let i = 0;
  const n = source.length;
  const finish = (at: number): void => {
    if (start !== null && code.trim() !== '') {
      out.push({ ...start, code: code.trim(), lastLine: line, lastColumn: at - lineStart });
    }
    code = '';
    start = null;
  };
  while (i < n) {
    const c = source[i]!;
    if (start === null) {
      const indent = /^[ \t\f]*/.exec(source.slice(i, i + 2000))![0];
      start = { line, indent };
      i += indent.length;
      if (indent.length > 0) continue;
    }
    if (c === '\n') {
      if (open.length === 0) finish(i);
      else code += ' ';
      i++;
      line++;
      lineStart = i;
      continue;
    }
    if (c === '#') {
      while (i < n && source[i] !== '\n') i++;
      continue;
    }
    if (c === '\\' && (source[i + 1] === '\n' || (source[i + 1] === '\r' && source[i + 2] === '\n'))) {
      i += source[i + 1] === '\n' ? 2 : 3;
      line++;
      lineStart = i;
      code += ' ';
      continue;
    }
    if (c === '"' || c === "'") {
      const prefix = /[a-zA-Z]*$/.exec(code)![0].toLowerCase();
      const formatted = prefix.includes('f') && /^(f|fr|rf)$/.test(prefix);
      const begin = { line, column: i - lineStart };
      const triple = source.startsWith(c.repeat(3), i);
      const end = stringEnd(source, i, c, triple, formatted);
      if (end < 0) {
        throw triple
          ? syntaxError(
              `unterminated triple-quoted string literal (detected at line ${source.split('\n').length})`,
              begin.line,
              begin.column,
            )
          : syntaxError(`unterminated string literal (detected at line ${line})`, begin.line, begin.column);
      }
      for (let j = i; j < end; j++) {
        if (source[j] === '\n') {
          line++;
          lineStart = j + 1;
        }
      }
      code += '""';
      i = end;
      continue;
    }
    if ('([{'.includes(c)) {
      open.push({ c, line, column: i - lineStart });
      if (open.length > MAX_BRACKETS) throw syntaxError('too many nested parentheses', line, i - lineStart);
    } else if (')]}'.includes(c)) {
      const last = open.pop();
      if (last === undefined) throw syntaxError(`unmatched '${c}'`, line, i - lineStart);
      if (last.c !== CLOSING[c]) {
        const where = last.line === line ? '' : ` on line ${last.line}`;
        throw syntaxError(
          `closing parenthesis '${c}' does not match opening parenthesis '${last.c}'${where}`,
          line,
          i - lineStart,
        );
      }
    }
    code += c;
    i++;
  }
  const left = open[open.length - 1];
  if (left !== undefined) throw syntaxError(`'${left.c}' was never closed`, left.line, left.column);
  finish(n);
  return out;
}

/** Where a string ends, or -1; holes of f-strings may hold strings of their own. */
function stringEnd(source: string, at: number, quote: string, triple: boolean, formatted: boolean): number {
  const close = triple ? quote.repeat(3) : quote;
  let i = at + close.length;
  let depth = 0;
  while (i < source.length) {
    const c = source[i]!;
    if (c === '\\') {
      i += 2;
      continue;
    }
    if (!triple && c === '\n' && depth === 0) return -1;
    if (source.startsWith(close, i) && (depth === 0 || !nestsQuote(source, i, quote))) return i + close.length;
    if (formatted) {
      if (c === '{') {
        if (depth === 0 && source[i + 1] === '{') i++;
        else depth++;
      } else if (c === '}' && depth > 0) depth--;
      else if (depth > 0 && (c === '"' || c === "'") && c !== quote) {
        const inner = stringEnd(source, i, c, source.startsWith(c.repeat(3), i), false);
        if (inner > 0) {
          i = inner;
          continue;
        }
      }
    }
    i++;
  }
  return -1;
}
/** Python before 3.12: the same quote always ends the string. */
const nestsQuote = (_source: string, _at: number, _quote: string): boolean => false;

/**
 * Checks brackets, strings, indentation and the colons of compound statements, in Python's words.
 *
 * @throws PythonSyntaxError for the first mistake.
 */
export function checkLayout(source: string): void {
  const lines = logicalLines(source);
  const indents = [''];
  let expects: { word: string; line: number } | null = null;
  for (const [i, l] of lines.entries()) {
    if (/^match\b.*:$/.test(l.code) && /^case\b/.test(lines[i + 1]?.code ?? '')) {
      throw syntaxError('match statements are not there in Stele; write if/elif instead', l.line, l.indent.length);
    }
    const current = indents[indents.length - 1]!;
    const width = l.indent.replace(/\t/g, '        ').length;
    const before = current.replace(/\t/g, '        ').length;
    if (expects !== null) {
      if (width <= before) {
        throw indentationError(
          `expected an indented block after ${described(expects.word)} on line ${expects.line}`,
          l.line,
          l.indent.length,
        );
      }
      indents.push(l.indent);
      if (indents.length > MAX_INDENTS)
        throw indentationError('too many levels of indentation', l.line, l.indent.length);
    } else if (width > before) {
      throw indentationError('unexpected indent', l.line, l.indent.length);
    } else if (width < before) {
      while (indents.length > 1 && indents[indents.length - 1]!.replace(/\t/g, '        ').length > width)
        indents.pop();
      if (indents[indents.length - 1]!.replace(/\t/g, '        ').length !== width) {
        throw indentationError(
          'unindent does not match any outer indentation level',
          l.line,
          l.indent.length + l.code.length,
        );
      }
    }
    expects = null;
    const word = /^(async\s+)?(\w+)/.exec(l.code)?.[2] ?? '';
    if (BLOCKS.test(l.code.replace(/^async\s+/, ''))) {
      const colon = colonPlace(l.code);
      if (colon < 0) {
        // `else` may be a name in broken text; anything else lacks its colon
        throw colonError(l);
      }
      if (colon === l.code.length - 1) expects = { word: describedWord(word, l.code), line: l.line };
    }
  }
  if (expects !== null) {
    const last = lines[lines.length - 1]!;
    throw indentationError(
      `expected an indented block after ${described(expects.word)} on line ${expects.line}`,
      last.lastLine,
      last.lastColumn,
    );
  }
}

const colonError = (l: Logical): PythonSyntaxError =>
  /^(if|elif|while)\b[^=]*[^=!<>:]=[^=]/.test(l.code) && !/[([{]/.test(l.code)
    ? syntaxError(
        "invalid syntax. Maybe you meant '==' or ':=' instead of '='?",
        l.line,
        l.indent.length + l.code.search(/[^=!<>:]=[^=]/) + 1,
      )
    : syntaxError("expected ':'", l.lastLine, l.lastColumn);

const describedWord = (word: string, code: string): string =>
  word === 'def' || word === 'class' ? word : code.split(/\W/)[0]!;
function described(word: string): string {
  if (word === 'def') return 'function definition';
  if (word === 'class') return 'class definition';
  return `'${word}' statement`;
}

/** The place of the colon that ends a compound statement's head. */
function colonPlace(code: string): number {
  let depth = 0;
  // a lambda outside of brackets has a colon of its own
  let lambdas = 0;
  for (let i = 0; i < code.length; i++) {
    const c = code[i]!;
    if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    else if (depth > 0) continue;
    else if (c === 'l' && /^lambda\b/.test(code.slice(i, i + 7)) && !/\w/.test(code[i - 1] ?? ' ')) lambdas++;
    else if (c === ':' && code[i + 1] !== '=') {
      if (lambdas === 0) return i;
      lambdas--;
    }
  }
  return -1;
}
