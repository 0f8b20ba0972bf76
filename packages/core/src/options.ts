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
  constructor(message: string) {
    super(message);
    this.name = 'TypeError';
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
    // a known name inside the word counts as near, so that inital_lr finds lr
    const inside = name.length > 1 && lower.split('_').includes(other);
    const distance = inside ? 1 : editDistance(lower, other);
    if (distance < least && (inside || distance <= Math.max(2, Math.ceil(name.length / 3)))) {
      best = name;
      least = distance;
    }
  }
  return best;
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
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues.find((i) => i.code === 'unrecognized_keys') ?? parsed.error.issues[0]!;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys?.[0] : undefined;
  if (unknown !== undefined) {
    const near = nearestName(unknown, Object.keys(schema.shape ?? {}));
    throw new OptionsError(
      `${call} got an unexpected keyword argument '${unknown}'${near === undefined ? '' : `. Did you mean '${near}'?`}`,
    );
  }
  const where = issue.path.map(String).join('.');
  throw new OptionsError(`${call}: ${where === '' ? 'the options' : `option '${where}'`}: ${issue.message}`);
}
