/** What of a TensorFlow message depends on the run, the machine or the kernel, not on the mistake. */
const incidental: readonly RegExp[] = [
  /\{\{function_node [^}]*\}\}\s*/g,
  /\s*\[Op:\w+\](?: name:[^\n]*)?/g,
  /(?: at)? 0x(?:<addr>|[0-9a-f]+)/g,
  /<addr>/g,
  // a dataset's node is numbered within the process
  /(?<=\w+Dataset):\d+(?= transformation)/g,
  // a function's name ends in how many the process had made
  /__inference_\w+/g,
];

const bold = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const inBold = new RegExp(`${String.fromCharCode(27)}\\[1m([\\s\\S]*?)${String.fromCharCode(27)}\\[0m`);

/** What is said inside the frames that tf.function, sessions and Keras' layers put around a message. */
function unwrapped(message: string): string {
  if (message.startsWith('in user code:'))
    return [...message.matchAll(/^\s*(?:[\w.]*(?:Error|Exception|Stop\w*)): ([\s\S]*)$/gm)].at(-1)?.[1] ?? message;
  if (message.startsWith('Graph execution error:')) return /^Node: .*\n([\s\S]*)$/m.exec(message)?.[1] ?? message;
  return inBold.exec(message)?.[1] ?? message;
}

const plain = (message: string): string =>
  incidental.reduce((text, part) => text.replace(part, ''), unwrapped(message).replace(bold, '')).trim();

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
