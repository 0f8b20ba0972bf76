const counts = new Map<string, number>();

/** `MaxPooling2D` as `max_pooling2d`. */
export const toSnakeCase = (name: string): string =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** `dense`, `dense_1`, ...: a name that no object of this session has yet. */
export function uniqueName(prefix: string): string {
  const n = counts.get(prefix) ?? 0;
  counts.set(prefix, n + 1);
  return n === 0 ? prefix : `${prefix}_${n}`;
}
export const autoName = (prefix: string): string => uniqueName(toSnakeCase(prefix));
export const resetNames = (): void => counts.clear();

interface Scope {
  readonly name: string;
  readonly caller: unknown;
}
const scopes: Scope[] = [];
/** Runs a function while variables made in it get this name before theirs in their path; a caller opens its own once. */
export function inScope<T>(name: string, body: () => T, caller: unknown = undefined): T {
  if (caller !== undefined && scopes.at(-1)?.caller === caller) return body();
  scopes.push({ name, caller });
  try {
    return body();
  } finally {
    scopes.pop();
  }
}
export const scopedPath = (name: string): string => [...scopes.map((s) => s.name), name].join('/');
