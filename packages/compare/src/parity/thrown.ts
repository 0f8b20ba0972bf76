/** What JavaScript throws where the library itself is wrong, not the call. */
const internal =
  /^(Cannot (read|set|convert|destructure|mix)|.* is not (a function|iterable|a constructor|defined)|Maximum call stack|Invalid array (length|buffer)|Invalid typed array|Reduce of empty array)/;

/** The text of an error that no caller should see, or null for an ordinary one. */
export function internalError(error: unknown): string | null {
  if (!(error instanceof Error)) return `an internal error: ${String(error)}`;
  return internal.test(error.message) ? `an internal error: ${error.name}: ${error.message}` : null;
}
