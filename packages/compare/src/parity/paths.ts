/**
 * Whether a variable's path is the recorded one. A model made again from its configuration or a file is built in
 * another order than the model recorded, and Keras then leaves out the names around a layer:
 * `dense/kernel` for `sequential/dense/kernel`, `adam/dense_kernel_momentum` for `adam/sequential_dense_kernel_momentum`.
 */
export function pathFits(got: string, recorded: string): boolean {
  if (got === recorded || recorded.endsWith(`/${got}`)) return true;
  const [owner, rest] = split(got);
  const [wantedOwner, wantedRest] = split(recorded);
  return owner === wantedOwner && rest !== '' && wantedRest.endsWith(`_${rest}`);
}
function split(path: string): [string, string] {
  const at = path.indexOf('/');
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
}

/** The own paths, each replaced by the recorded one where it fits, so that lists compare and differences show. */
export const alignPaths = (got: readonly string[], recorded: readonly unknown[]): string[] =>
  got.map((path, i) => (typeof recorded[i] === 'string' && pathFits(path, recorded[i]) ? recorded[i] : path));

/** The variable a recorded path means: the one of that path, or else one with its last names, or the first that fits. */
export const findByPath = <T extends { path: unknown }>(variables: readonly T[], recorded: string): T | undefined =>
  variables.find((v) => String(v.path) === recorded) ??
  variables.find((v) => recorded.endsWith(`/${v.path}`)) ??
  variables.find((v) => pathFits(String(v.path), recorded));
