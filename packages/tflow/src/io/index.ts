export { decode_csv } from '../data/csv';
export {
  decode_base64,
  decode_image,
  decode_jpeg,
  decode_png,
  decode_raw,
  encode_base64,
  encode_png,
  is_jpeg,
  read_file,
  write_file,
} from './files';
export {
  FixedLenFeature,
  FixedLenSequenceFeature,
  parse_example,
  parse_single_example,
  VarLenFeature,
} from './parsing';
export { TFRecordOptions, TFRecordWriter } from './records';
export { parse_sequence_example, parse_single_sequence_example } from './sequences';
export { make_ndarray, make_tensor_proto, parse_tensor, serialize_tensor } from './tensors';
