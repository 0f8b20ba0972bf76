/** The lessons that `stele compare` runs in lock-step. */
export const lessons = ['fashion-mnist'] as const;
