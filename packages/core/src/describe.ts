import { pyRepr } from './tensor/printing/pythonText';

/** A value as a message shows it: its text, and its class, `<class 'dict'>`. */
export interface Description {
  readonly text: string;
  readonly type: string;
}
type Describer = (value: unknown) => Description;

const named = (name: string): string => `<class '${name}'>`;
const plainly: Describer = (value) => {
  const text = pyRepr(value);
  if (value === null || value === undefined) return { text, type: named('NoneType') };
  switch (typeof value) {
    case 'string':
      return { text, type: named('str') };
    case 'boolean':
      return { text, type: named('bool') };
    case 'object':
      return { text, type: named(value instanceof Map ? 'dict' : value instanceof Set ? 'set' : 'object') };
    default:
      return { text, type: named(typeof value) };
  }
};

let describer: Describer = plainly;
/** Describes values as another language shows them, such as those of a script that runs on a facade. */
export function provideDescriptions(next: Describer): void {
  describer = next;
}
/** How a message shows a value that a call cannot take. */
export const describeValue = (value: unknown): Description => describer(value);
