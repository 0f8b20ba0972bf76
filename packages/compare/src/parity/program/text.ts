/** What of a TensorFlow message depends on the run, the machine or the kernel, not on the mistake. */
const incidental: readonly RegExp[] = [
  /\{\{function_node [^}]*\}\}\s*/g,
  /\s*\[Op:\w+\](?: name:[^\n]*)?/g,
  /(?: at)? 0x(?:<addr>|[0-9a-f]+)/g,
  /<addr>/g,
];

const plain = (message: string): string => incidental.reduce((text, part) => text.replace(part, ''), message).trim();

/** The first sentence of a message: what it is about. */
export function mainSentence(message: string): string {
  const text = plain(message);
  const line = text.split('\n').find((l) => l.trim() !== '') ?? '';
  const end = /[.:](?=\s+[A-Z])/.exec(line);
  return (end === null || end.index < 12 ? line : line.slice(0, end.index)).replace(/\s+/g, ' ').trim();
}

/** Elements of a printed Python set have no order. */
const sets = (text: string): string =>
  text.replace(/\{([^{}:]*)\}/g, (_, inner: string) => `{${inner.split(', ').sort().join(', ')}}`);

/** Whether a message says what the recorded one says in its main sentence. */
export function sameSentence(got: string, want: string): boolean {
  const sentence = sets(mainSentence(want));
  return sets(plain(got).replace(/\s+/g, ' ')).includes(sentence);
}

/** Texts but for addresses. */
export const withoutAddresses = (text: string): string => text.replace(/0x(?:<addr>|[0-9a-f]+)/g, '0x<addr>');
