export { endOfHdf5, looksLikeHdf5, readHdf5 } from './read';
export {
  groupAt,
  type Hdf5Array,
  type Hdf5Dataset,
  type Hdf5Group,
  type Hdf5Node,
  type Hdf5Value,
  newGroup,
  nodeAt,
} from './types';
export { writeHdf5 } from './write';
