import { Language, type Node, Parser } from 'web-tree-sitter';
import type { Program } from './ast';
import { block } from './convert';
import { resetDepth } from './expressions';
import { checkLayout } from './layout';
import { PythonSyntaxError, syntaxError } from './syntaxError';

/** The two WebAssembly files that the parser needs; in Node they are found by themselves. */
export interface ParserFiles {
  /** The bytes of `web-tree-sitter.wasm`. */
  readonly engine?: Uint8Array;
  /** The bytes of `tree-sitter-python.wasm`. */
  readonly grammar: Uint8Array;
}

let parser: Parser | null = null;
let loading: Promise<void> | null = null;
let finder: (() => Promise<ParserFiles>) | null = null;

/** Says where the parser's files come from when nobody hands them over; Node's entry does. */
export function setParserFinder(find: () => Promise<ParserFiles>): void {
  finder = find;
}

/** Loads the parser once; afterwards parsing is synchronous. */
export function loadParser(files?: ParserFiles): Promise<void> {
  loading ??= (async () => {
    const given = files ?? (await finder?.());
    if (given === undefined) {
      throw new Error(
        'loadParser: hand over the bytes of tree-sitter-python.wasm (and web-tree-sitter.wasm), or import @stele/python/node in Node.',
      );
    }
    await Parser.init(given.engine === undefined ? undefined : { wasmBinary: given.engine });
    const language = await Language.load(given.grammar);
    parser = new Parser();
    parser.setLanguage(language);
  })();
  loading.catch(() => {
    loading = null;
  });
  return loading;
}

/** Whether `parse` can be called. */
export const parserLoaded = (): boolean => parser !== null;

function firstError(node: Node): Node | null {
  if (node.isError || node.isMissing) return node;
  if (!node.hasError) return null;
  for (const child of node.children) {
    const found = child === null ? null : firstError(child);
    if (found !== null) return found;
  }
  return node;
}

const SEQUENCES = new Set(['argument_list', 'list', 'tuple', 'set', 'parenthesized_expression']);

/** What the line at fault most likely lacks, as Python would guess. */
function guess(line: string, row: number): PythonSyntaxError | null {
  const indent = line.length - line.trimStart().length;
  const hint = "Maybe you meant '==' instead of '='?";
  if (/^\s*(\d[\d.]*|'[^']*'|"[^"]*")\s*=[^=]/.test(line)) {
    return syntaxError(`cannot assign to literal here. ${hint}`, row + 1, indent);
  }
  const constant = /^\s*(None|True|False)\s*=[^=]/.exec(line);
  if (constant !== null) return syntaxError(`cannot assign to ${constant[1]}`, row + 1, indent);
  if (/^\s*[\w.]+\([^()]*\)\s*=[^=]/.test(line)) {
    return syntaxError(`cannot assign to function call here. ${hint}`, row + 1, indent);
  }
  const head = /^\s*(?:if|elif|while)\s+(\w+)\s*=[^=]/.exec(line);
  if (head !== null) {
    return syntaxError(
      "invalid syntax. Maybe you meant '==' or ':=' instead of '='?",
      row + 1,
      line.indexOf(head[1]!, indent + 2),
    );
  }
  return null;
}

function describe(node: Node, lines: readonly string[]): PythonSyntaxError {
  const { row, column } = node.startPosition;
  const guessed = guess(lines[row] ?? '', row);
  if (guessed !== null) return guessed;
  if (node.isMissing) {
    return syntaxError(/^[:)\]}]$/.test(node.type) ? `expected '${node.type}'` : 'invalid syntax', row + 1, column);
  }
  const before = node.previousNamedSibling;
  if (
    node.parent !== null &&
    SEQUENCES.has(node.parent.type) &&
    before !== null &&
    node.namedChildCount === 1 &&
    node.childCount === 1
  ) {
    return syntaxError(
      'invalid syntax. Perhaps you forgot a comma?',
      before.startPosition.row + 1,
      before.startPosition.column,
    );
  }
  // the last leaf of an error node is where the grammar gave up
  const leaves: Node[] = [];
  const collect = (n: Node): void => {
    if (leaves.length > 50) return;
    if (n.childCount === 0) leaves.push(n);
    for (const c of n.children) if (c !== null) collect(c);
  };
  collect(node);
  const at = leaves.find((n) => n.isError) ?? leaves[leaves.length - 1] ?? node;
  return syntaxError('invalid syntax', at.startPosition.row + 1, at.startPosition.column);
}

/**
 * Parses a file. Needs `loadParser` before.
 *
 * @throws PythonSyntaxError with file, line, the source line and a caret.
 */
export function parse(source: string, fileName: string): Program {
  if (parser === null) throw new Error('parse: the parser is not loaded yet; await loadParser() first.');
  const text = source.replace(/^\ufeff/, '');
  const lines = text.split(/\r\n|\r|\n/);
  try {
    const zero = text.indexOf('\0');
    if (zero >= 0) throw syntaxError('source code cannot contain null bytes', 1, 0);
    checkLayout(text.replace(/\r\n?/g, '\n'));
    const tree = parser.parse(text.endsWith('\n') ? text : `${text}\n`);
    if (tree === null) throw syntaxError('invalid syntax', 1, 0);
    try {
      const wrong = firstError(tree.rootNode);
      if (wrong !== null) throw describe(wrong, lines);
      return { fileName, lines, body: block(tree.rootNode) };
    } finally {
      tree.delete();
    }
  } catch (e) {
    resetDepth();
    if (e instanceof PythonSyntaxError) throw e.located(fileName, lines);
    if (e instanceof RangeError) throw syntaxError('too many nested expressions', 1, 0).located(fileName, lines);
    throw e;
  }
}
