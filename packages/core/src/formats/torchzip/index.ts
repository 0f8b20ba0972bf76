export { FormatError } from '../bytes';
export { CheckpointError, type CheckpointErrorType } from './errors';
export { type ReadCheckpointOptions, readTorchZip } from './read';
export {
  arrayOf,
  ComplexRecord,
  contiguousStrides,
  DeviceRecord,
  DTypeRecord,
  mapTensors,
  recordOf,
  SizeRecord,
  StorageRecord,
  sizeRecord,
  TensorRecord,
} from './records';
export { type WriteCheckpointOptions, writeTorchLegacy, writeTorchZip } from './write';
