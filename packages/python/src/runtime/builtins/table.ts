/** Python's built-in names; each family adds its own. */
export const builtins = new Map<string, unknown>();
