/** A mistake in the text of a program, before anything runs. */
export class PythonSyntaxError extends Error {
  /** Line from 1. */
  readonly line: number;
  /** Column from 0. */
  readonly column: number;
  readonly plain: string;
  fileName = '<string>';
  text = '';

  constructor(kind: string, message: string, line: number, column: number) {
    super(message);
    this.name = kind;
    this.plain = message;
    this.line = line;
    this.column = column;
  }

  /** Names the file and shows the line with a caret under the column. */
  located(fileName: string, lines: readonly string[]): this {
    this.fileName = fileName;
    this.text = lines[this.line - 1] ?? '';
    return this;
  }

  /** As Python prints it. */
  report(): string {
    const shown = this.text.trimStart();
    const offset = Math.max(0, this.column - (this.text.length - shown.length));
    const caret =
      this.name === 'SyntaxError' || shown !== '' ? `    ${shown.trimEnd()}\n    ${' '.repeat(offset)}^\n` : '';
    return `  File "${this.fileName}", line ${this.line}\n${caret}${this.name}: ${this.plain}`;
  }
}

/** A SyntaxError at a line (from 1) and column (from 0). */
export const syntaxError = (message: string, line: number, column: number): PythonSyntaxError =>
  new PythonSyntaxError('SyntaxError', message, line, column);

/** An IndentationError. */
export const indentationError = (message: string, line: number, column: number): PythonSyntaxError =>
  new PythonSyntaxError('IndentationError', message, line, column);
