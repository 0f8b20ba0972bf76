import { allocateException, type PyException, toException } from './exceptions';
import { state } from './state';
import { str } from './text';
import { builtin, isSubclass, type PyClass, typeName, typeOf } from './types';

/** A text that shows itself without quotes. */
class Verbatim {
  text = '';
  __repr__(): string {
    return this.text;
  }
  __str__(): string {
    return this.text;
  }
}
/** Not to be made anew under another text: flow control, and what already tells where it came from. */
const kept = ['StopIteration', 'GeneratorExit', 'KeyboardInterrupt', 'SystemExit'];
const shown = 'in user code:';

/**
 * An exception out of a function that became a graph, in a text that shows the lines of the function, as TensorFlow
 * does. Classes that are no Python's own, with arguments of their own, stay as they are.
 */
export function userError(thrown: unknown): unknown {
  const e = toException(thrown);
  const cls = typeOf(e) as PyClass;
  const text = str(e);
  const plain = e.$args.length === 1 && typeof e.$args[0] === 'string';
  const own = builtin(typeName(e)) === cls && !kept.some((name) => isSubclass(cls, builtin(name)));
  if (!plain || !own || text.startsWith(shown)) return e;
  const lines = [...e.$frames].reverse().map(({ file, line, name }) => {
    const source = state.sources.get(file)?.[line - 1]?.trim() ?? '';
    return `    File "${file}", line ${line}, in ${name}  *\n        ${source}\n`;
  });
  const whole = `${shown}\n\n${lines.join('')}\n    ${typeName(e)}: ${text.replaceAll('\n', '\n    ')}\n`;
  // the text of a KeyError is its key, quoted; this one shows as it is
  const key = typeName(e) === 'KeyError' ? Object.assign(new Verbatim(), { text: whole }) : whole;
  const made: PyException = allocateException(cls, [key]);
  made.$frames.push(...e.$frames);
  made.$cause = null;
  made.$suppress = true;
  return made;
}
