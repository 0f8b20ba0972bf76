import './graphLoop';

export { TFRecordDataset } from '../io/records';
export { AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY } from './cardinality';
export { Dataset } from './dataset';
export * as experimental from './experimental';
export { FixedLengthRecordDataset, TextLineDataset } from './files';
export { DatasetIterator as Iterator } from './iterator';
export { Options } from './options';
export { DatasetSpec } from './structure';
