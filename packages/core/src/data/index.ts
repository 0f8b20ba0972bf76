export { FormatError } from '../formats/bytes';
export { digitNames, drawDigits } from './digits';
export type { Labelled } from './drawing';
export { type EmbeddedName, embeddedDataset, type ImageDataset } from './embedded';
export { drawGarments, garmentNames } from './garments';
export { checkPairs, type IdxExpectation, readIdx, writeIdx } from './idx';
