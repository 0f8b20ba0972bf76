import { nearestName } from '@stele/core';

/** The error for a name that is none of those known, with the nearest one and the list. */
export function unknownName(what: string, name: string, known: readonly string[]): Error {
  const near = nearestName(name, known);
  return new Error(
    `there is no ${what} "${name}"${near === undefined ? '' : ` (did you mean "${near}"?)`}; there are: ${known.join(', ')}`,
  );
}
