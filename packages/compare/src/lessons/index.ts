import { binary } from './binary';
import { classifier } from './classifier';
import { cnn } from './cnn';
import type { Lesson } from './lesson';
import { regression } from './regression';

export { imageBatch } from './images';
export type { Lesson, LessonData } from './lesson';

/** The lessons that can be compared; the first is the default. */
export const lessons: readonly Lesson[] = [classifier, cnn, regression, binary];
