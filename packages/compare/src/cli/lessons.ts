/** The names of the lessons that `stele compare` runs, the default first; known without loading their facades. */
export const lessonNames = ['fashion-mnist', 'mnist-cnn', 'linear-regression', 'binary-classifier'] as const;
