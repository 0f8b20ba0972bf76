/** Runs a body and keeps what it writes to standard output. */
export function printed<T>(body: () => T): { result: T; text: string } {
  const { write } = process.stdout;
  const { log } = console;
  let text = '';
  process.stdout.write = ((part: string | Uint8Array): boolean => {
    text += String(part);
    return true;
  }) as typeof write;
  console.log = (...parts: unknown[]): void => {
    text += `${parts.join(' ')}\n`;
  };
  try {
    return { result: body(), text };
  } finally {
    process.stdout.write = write;
    console.log = log;
  }
}

const escape = String.fromCharCode(27);
const colour = new RegExp(`${escape}\\[\\d+m`, 'g');
const duration = /(?<![\w.])\d+(?:us|ms|s)(?=\/step|[ -]|$)|(?<![\w.])\d+:\d\d(?::\d\d)?(?= )/g;

/** The last frame of every line without colours, times as `<T>`: what recordings of printed text keep. */
export const printedLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r') + 1))
    .map((line) => line.replaceAll('\b', '').replace(colour, '').replace(duration, '<T>').trimEnd());
