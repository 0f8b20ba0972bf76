import { bind, isKeywords, nearestName, OptionsError } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { z } from 'zod';
import { valueError } from './errors';
import { refusal } from './refusals';

/** The parameters of one of Keras' callables: those with places, in the original's order, then keyword-only ones. */
export interface Signature<S extends z.ZodRawShape> {
  readonly schema: z.ZodObject<S, z.core.$strict>;
  readonly required: number;
  readonly places: number;
}

/** A signature whose first `required` parameters have no default. */
export function signature<P extends z.ZodRawShape, K extends z.ZodRawShape = Record<never, never>>(
  required: number,
  positional: P,
  keywordOnly?: K,
): Signature<P & K> {
  const schema = z.strictObject({ ...positional, ...keywordOnly }) as unknown as z.ZodObject<P & K, z.core.$strict>;
  return { schema, required, places: Object.keys(positional).length };
}

/** What a caller may pass by keyword. */
export type Keywords<S> = S extends Signature<infer P> ? z.input<z.ZodObject<P, z.core.$strict>> : never;
/** What a callable gets, defaults filled in. */
export type Parameters<S> = S extends Signature<infer P> ? z.output<z.ZodObject<P, z.core.$strict>> : never;

/** Arguments by position, as many as wanted, then one object with the others by keyword; or all by keyword. */
export type Call<Required extends readonly unknown[], Optional extends readonly unknown[], All> =
  | readonly [keywords: All]
  | Places<Required, Optional, Partial<All>>;
type Places<Given extends readonly unknown[], Rest extends readonly unknown[], K> =
  | readonly [...given: Given, keywords?: K]
  | (Rest extends readonly [infer Next, ...infer Others] ? Places<[...Given, Next | undefined], Others, K> : never);

/**
 * Reads a call's arguments by a signature.
 * @throws TypeError in Python's wording for too many, missing, doubled or unknown arguments.
 */
export function read<S extends z.ZodRawShape>(
  call: string,
  { schema, required, places }: Signature<S>,
  args: readonly unknown[],
): z.output<z.ZodObject<S, z.core.$strict>> {
  try {
    return bind(call, schema as never, required, isPlainValue(args.at(-1)) ? [...args, {}] : args, places);
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const { refused } = error;
    throw (
      (refused === null ? null : refusal(call, refused.option, refused.value)) ??
      inKerasWords(error, call, schema as z.ZodObject, args)
    );
  }
}

/** What a call gave for a parameter, by its name or place, before it was read. */
export function givenTo(args: readonly unknown[], name: string, place: number): unknown {
  const last = args.at(-1);
  if (isKeywords(last) && name in last) return last[name];
  return isKeywords(last) && place === args.length - 1 ? undefined : args[place];
}
/** What layers and optimizers say of keywords that they do not know; other classes say it as Python does. */
function inKerasWords(error: OptionsError, call: string, { shape }: z.ZodObject, args: readonly unknown[]): Error {
  if (error.unknown.length === 0 || !call.endsWith('.__init__()')) return error;
  const given = args.at(-1) as Record<string, unknown>;
  const shown = `{${error.unknown.map((key) => `'${key}': ${pyRepr(given[key])}`).join(', ')}}`;
  const near = /Did you mean '\w+'\?/.exec(error.message)?.[0];
  const hint = near === undefined ? '' : `. ${near}`;
  if ('global_clipnorm' in shape) return valueError(`Argument(s) not recognized: ${shown}${hint}`);
  const isLayer = 'trainable' in shape && 'dtype' in shape && 'name' in shape && !('layers' in shape);
  if (!isLayer) return error;
  return valueError(`Unrecognized keyword arguments passed to ${call.replace('.__init__()', '')}: ${shown}${hint}`);
}

/** Whether a plain object is a value by itself: a saved object's configuration, or an array in parts. */
const isPlainValue = (x: unknown): boolean => isKeywords(x) && ('class_name' in x || ('data' in x && 'dtype' in x));

/** A parameter of the original of which Stele knows one value; any other is an error that says what is missing. */
export const only = <T>(value: T, what: string) =>
  z
    .custom<T>((given) => given === value, `${what} not there in Stele yet, so only the default can be given`)
    .optional();

/** The optional arguments after a function's tensors: by position, or in one object. */
export type Tail<Optional extends readonly unknown[], All> = Call<[], Optional, Partial<All>>;

/** The same convention for functions that run at every step: defaults by name, in order, and no schema. */
export function tail<T extends object>(call: string, defaults: T, args: readonly unknown[]): T {
  if (args.length === 0) return defaults;
  const names = Object.keys(defaults);
  const last = args.at(-1);
  const keywords = isKeywords(last) ? last : {};
  const positional = isKeywords(last) ? args.slice(0, -1) : args;
  if (positional.length > names.length)
    throw new TypeError(`${call}() takes ${names.length} optional arguments but ${positional.length} were given`);
  const out = { ...defaults } as Record<string, unknown>;
  positional.forEach((value, i) => {
    if (value !== undefined) out[names[i]!] = value;
  });
  for (const [name, value] of Object.entries(keywords)) {
    if (!names.includes(name)) {
      const near = nearestName(name, names);
      throw new TypeError(
        `${call}() got an unexpected keyword argument '${name}'${near === undefined ? '' : `. Did you mean '${near}'?`}`,
      );
    }
    if (value !== undefined) out[name] = value;
  }
  return out as T;
}

/** An element type by name, as a policy or its configuration, or as an object that has one, such as `tf.float32`. */
export const dtypeOption = z
  .custom<string | { readonly name: string } | { readonly config: unknown } | null>(
    (v) => v === null || typeof v === 'string' || nameOf(v) !== null,
    'expected the name of a dtype',
  )
  .transform((v) => (v === null || typeof v === 'string' ? v : nameOf(v)!));
function nameOf(v: unknown): string | null {
  const { name, config } = v as { name?: unknown; config?: { name?: unknown } };
  const found = typeof name === 'string' ? name : config?.name;
  return typeof found === 'string' ? found : null;
}
