export {
  BytesList,
  Example,
  Feature,
  FeatureList,
  FeatureLists,
  Features,
  FloatList,
  Int64List,
  SequenceExample,
} from '../io/protos';
export { Checkpoint } from './checkpoint';
export { CheckpointManager } from './manager';
export { list_variables, load_checkpoint, load_variable } from './reader';
export { get_checkpoint_state, latest_checkpoint } from './state';
