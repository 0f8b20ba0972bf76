import { PyFloat } from './tensor/printing/pythonText';

/** What zod's schemas offer of their objects; core itself imports no validator. */
export interface OptionsSchema<T> {
  readonly shape?: Readonly<Record<string, unknown>>;
  safeParse(value: unknown):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly OptionsIssue[] };
      };
}
interface OptionsIssue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** An options object has a key that the call does not know, or a value that it cannot take. */
export class OptionsError extends TypeError {
  /** The keys that the call does not know. */
  readonly unknown: readonly string[];
  /** The option whose value does not fit, and that value. */
  readonly refused: { readonly option: string; readonly value: unknown } | null;
  constructor(message: string, unknown: readonly string[] = [], refused: OptionsError['refused'] = null) {
    super(message);
    this.name = 'TypeError';
    this.unknown = unknown;
    this.refused = refused;
  }
}

/** Number of single-letter changes, insertions and deletions between two words. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The known name that a misspelt one most likely means; undefined if none is near. */
export function nearestName(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  const lower = word.toLowerCase();
  for (const name of known) {
    const other = name.toLowerCase();
    // a known name inside the word counts as near, and so do its initials: inital_lr finds lr and learning_rate
    const parts = lower.split('_');
    const initials = other.replace(/([a-z0-9])[a-z0-9]*_*/g, '$1');
    const inside = (name.length > 1 && parts.includes(other)) || (initials.length > 1 && parts.includes(initials));
    const apart = inside ? 1 : editDistance(lower, other);
    // among names equally near, the one written in the same case
    const distance = apart + editDistance(word, name) / 1000;
    if (distance < least && (inside || apart <= Math.max(2, Math.ceil(name.length / 3)))) {
      best = name;
      least = distance;
    }
  }
  return best;
}

/** Floats that Python marked as such (2.0, not 2) are plain numbers to an option. */
function unmarked(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([k, v]) => [k, unmarkFloats(v)]));
}
/** The numbers behind marked floats, in lists too. */
export function unmarkFloats(value: unknown): unknown {
  if (value instanceof PyFloat) return value.value;
  return Array.isArray(value) && value.some((v) => v instanceof PyFloat || Array.isArray(v))
    ? value.map(unmarkFloats)
    : value;
}

/**
 * Parses a trailing options object; `call` is how the framework names the call in its errors.
 *
 * @throws OptionsError that names the unknown key and the nearest known one, or the value that does not fit.
 *
 * ```ts
 * parseOptions('SGD.__init__()', z.strictObject({ lr: z.number().default(0.001) }), { lr: 0.1 }); // { lr: 0.1 }
 * ```
 */
export function parseOptions<T>(call: string, schema: OptionsSchema<T>, given: unknown): T {
  const parsed = schema.safeParse(unmarked(given ?? {}));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues.find((i) => i.code === 'unrecognized_keys') ?? parsed.error.issues[0]!;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys?.[0] : undefined;
  if (unknown !== undefined) {
    const near = nearestName(unknown, Object.keys(schema.shape ?? {}));
    throw new OptionsError(
      `${call} got an unexpected keyword argument '${unknown}'${near === undefined ? '' : `. Did you mean '${near}'?`}`,
      issue.keys,
    );
  }
  const where = issue.path.map(String).join('.');
  const option = issue.path.length === 0 ? null : String(issue.path[0]);
  throw new OptionsError(
    `${call}: ${option === null ? 'the options' : `option '${where}'`}: ${issue.message}`,
    [],
    option === null ? null : { option, value: (given as Record<string, unknown>)[option] },
  );
}

/** Whether a value is an object literal: the form that keyword arguments take. */
export const isKeywords = (x: unknown): x is Record<string, unknown> => {
  if (typeof x !== 'object' || x === null) return false;
  const prototype = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
};

/**
 * Python's call convention: positional arguments, then one trailing object of keyword arguments, checked by a zod
 * object whose keys are in the order of the original's parameters. `required` says how many of them have no default,
 * `places` how many may be given by position; the rest are keyword-only.
 */
export function bind<T>(
  call: string,
  schema: OptionsSchema<T>,
  required: number,
  args: readonly unknown[],
  places: number = Object.keys(schema.shape ?? {}).length,
): T {
  const names = Object.keys(schema.shape ?? {});
  const last = args.at(-1);
  const keywords = isKeywords(last) ? last : null;
  const positional = keywords === null ? args : args.slice(0, -1);
  if (positional.length > places)
    throw new TypeError(
      `${call} takes ${required === places ? '' : `from ${required + 1} to `}${places + 1} positional arguments but ${positional.length + 1} were given`,
    );
  const given: Record<string, unknown> = {};
  positional.forEach((value, i) => {
    if (value !== undefined) given[names[i]!] = value;
  });
  for (const [key, value] of Object.entries(keywords ?? {})) {
    if (key in given) throw new TypeError(`${call} got multiple values for argument '${key}'`);
    if (value !== undefined) given[key] = value;
  }
  const unknown = Object.keys(given).find((key) => !names.includes(key));
  const missing = unknown === undefined ? names.slice(0, required).filter((name) => !(name in given)) : [];
  if (missing.length > 0) {
    const list = missing.map((name) => `'${name}'`);
    throw new TypeError(
      `${call} missing ${list.length} required positional argument${list.length === 1 ? '' : 's'}: ${list.length === 1 ? list[0] : `${list.slice(0, -1).join(', ')}${list.length > 2 ? ',' : ''} and ${list.at(-1)}`}`,
    );
  }
  return parseOptions(call, schema, given);
}
