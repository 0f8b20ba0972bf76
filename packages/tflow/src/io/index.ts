export { decode_image, decode_jpeg, decode_png, decode_raw, encode_png, read_file, write_file } from './files';
export {
  FixedLenFeature,
  FixedLenSequenceFeature,
  parse_example,
  parse_single_example,
  VarLenFeature,
} from './parsing';
export { TFRecordOptions, TFRecordWriter } from './records';
export { make_ndarray, make_tensor_proto, parse_tensor, serialize_tensor } from './tensors';
