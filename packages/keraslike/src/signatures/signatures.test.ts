import * as keras from '../index';
import { constraints } from './constraints';
import { initializers } from './initializers';
import { layers } from './layers';
import { losses } from './losses';
import { metrics } from './metrics';
import { optimizers } from './optimizers';
import { optimizers_schedules } from './optimizers_schedules';
import { regularizers } from './regularizers';

type Table = Readonly<Record<string, string>>;
const words: Readonly<Record<string, unknown>> = { None: null, True: true, False: false };

/** A default as Python writes it, as a value; undefined for what is no literal. */
function literal(text: string): unknown {
  if (text in words) return words[text];
  if (/^-?[\d.]+(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^'.*'$/.test(text)) return text.slice(1, -1);
  const list = /^[[(](.*?),?[\])]$/.exec(text);
  return list === null ? undefined : list[1] === '' ? [] : list[1]!.split(',').map((part) => literal(part.trim()));
}
/** The parameters that have a literal default, with it. */
function defaults(signature: string): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [, name, text] of signature.matchAll(/(\w+)=((?:\([^)]*\)|\[[^\]]*\]|[^,])+)/g)) {
    const value = literal(text!.trim());
    if (value !== undefined) out[name!] = value;
  }
  return out;
}

const cases = (
  [
    ['layers', keras.layers, layers],
    ['losses', keras.losses, losses],
    ['metrics', keras.metrics, metrics],
    ['optimizers', keras.optimizers, optimizers],
    ['schedules', keras.optimizers.schedules, optimizers_schedules],
    ['initializers', keras.initializers, initializers],
    ['regularizers', keras.regularizers, regularizers],
    ['constraints', keras.constraints, constraints],
  ] as readonly [string, object, Table][]
).flatMap(([namespace, members, table]) =>
  Object.entries(table)
    .filter(([name]) => /^[A-Z]/.test(name) && name in members)
    .map(([name, signature]) => [`${namespace}.${name}`, (members as never)[name], signature] as const),
);

test.each(cases)('%s knows every keyword that Keras gives a default, and takes that default', (_, Class, signature) => {
  const Made = Class as new (options: object) => unknown;
  let message = '';
  try {
    new Made(defaults(signature));
  } catch (error) {
    message = (error as Error).message;
  }
  // what has no default may be missing; a keyword may not be unknown, nor its default refused
  expect(message).not.toMatch(/unexpected keyword argument|option '/);
});
