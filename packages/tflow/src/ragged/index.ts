import './functions';

export {
  boolean_mask,
  constant,
  map_flat_values,
  range,
  row_splits_to_segment_ids,
  segment_ids_to_row_splits,
  stack,
} from './build';
