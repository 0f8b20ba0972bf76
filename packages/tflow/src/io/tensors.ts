import { copyData, fromArray } from '@stele/core';
import { type ProtoTensor, readTensorProto, writeTensorProto } from '@stele/core/formats/tensorproto';
import { NDArray } from '@stele/core/numpy';
import { define } from '../define';
import { as_dtype, type DTypeLike, kernelName } from '../dtypes';
import { kernelError } from '../errors';
import { StringTensor } from '../strings';
import { type Tensor, type TensorLike, tfFamily, toTensor } from '../tensor';
import { TensorProto } from './protos';
import { isStringLike, scalarString, toBytes, toStrings } from './strings';

/** A tensor, or one of strings, with the values of a protocol buffer. */
export const fromProto = (proto: ProtoTensor): Tensor | StringTensor =>
  proto.dtype === 'string'
    ? new StringTensor(proto.data, proto.shape)
    : (fromArray(tfFamily, proto.data, proto.shape, proto.dtype) as Tensor);
export function toProto(value: unknown): ProtoTensor {
  if (isStringLike(value)) {
    const { values, sizes } = toStrings('tensor', value);
    return { dtype: 'string', shape: sizes, data: values };
  }
  const t = toTensor(value as TensorLike);
  return { dtype: t.scalarType, shape: t.sizes, data: copyData(t) };
}

/**
 * A tensor as the bytes of a TensorProto; `parse_tensor` reads them.
 *
 * ```ts
 * const bytes = tf.io.serialize_tensor(tf.constant([1, 2]));
 * String(tf.io.parse_tensor(bytes, tf.int32)); // 'tf.Tensor([1 2], shape=(2,), dtype=int32)'
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/io/serialize_tensor
 */
export const serialize_tensor = define('tf.io.serialize_tensor', 'tensor, name=None', (tensor: unknown) =>
  scalarString(writeTensorProto(toProto(tensor))),
);

/** @see https://www.tensorflow.org/api_docs/python/tf/io/parse_tensor */
export const parse_tensor = define(
  'tf.io.parse_tensor',
  'serialized, out_type, name=None',
  (serialized: unknown, out_type: DTypeLike): Tensor | StringTensor => {
    const bytes = toBytes('parse_tensor()', serialized);
    const wanted = as_dtype(out_type).name;
    let proto: ProtoTensor;
    try {
      proto = readTensorProto(bytes);
    } catch (error) {
      const shown = btoa(String.fromCharCode(...bytes.subarray(0, 1024)));
      throw kernelError(
        'ParseTensor',
        `Could not parse \`serialized\` as TensorProto, base64: ${shown} (${(error as Error).message})`,
      );
    }
    if (proto.dtype !== wanted)
      throw kernelError(
        'ParseTensor',
        `Type mismatch between parsed tensor (${kernelName(proto.dtype)}) and dtype (${kernelName(wanted)})`,
      );
    return fromProto(proto);
  },
);

/** A protocol buffer of a tensor's values. */
export const make_tensor_proto = define(
  'tf.make_tensor_proto',
  'values, dtype=None, shape=None, verify_shape=False, allow_broadcast=False',
  (values: unknown, dtype?: DTypeLike | null, shape?: readonly number[] | null): TensorProto => {
    const proto = isStringLike(values) ? toProto(values) : toProto(toTensor(values as TensorLike, dtype));
    return new TensorProto(shape === undefined || shape === null ? proto : { ...proto, shape: [...shape] });
  },
);
/** The array that a TensorProto holds; strings come as (nested lists of) bytes. */
export const make_ndarray = define('tf.make_ndarray', 'tensor', ({ tensor }: TensorProto): unknown =>
  tensor.dtype === 'string' ? new StringTensor(tensor.data, tensor.shape).numpy() : new NDArray(tensor, true),
);
