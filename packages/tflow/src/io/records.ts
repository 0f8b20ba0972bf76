import { hostFiles } from '@stele/core';
import { type Compression, FormatError, RecordError, readRecords, writeRecords } from '@stele/core/formats/tfrecord';
import { UNKNOWN_CARDINALITY } from '../data/cardinality';
import { Dataset } from '../data/dataset';
import { define } from '../define';
import { bind } from '../dispatch';
import { DataLossError, kernelError, NotFoundError, valueError } from '../errors';
import { TensorSpec } from '../spec';
import { StringTensor } from '../strings';
import { Closing } from './closing';
import { toPath, toStrings } from './strings';

const compressions = ['', 'GZIP', 'ZLIB'];
function compressionOf(value: unknown): Compression {
  const name = value instanceof TFRecordOptions ? value.compression_type : (value ?? '');
  if (!compressions.includes(String(name))) throw valueError(`Not a valid compression_type: "${String(name)}"`);
  return String(name) as Compression;
}

/** @see https://www.tensorflow.org/api_docs/python/tf/io/TFRecordOptions */
export class TFRecordOptions {
  readonly compression_type: Compression;
  constructor(...args: readonly unknown[]) {
    this.compression_type = compressionOf(
      bind('TFRecordOptions', ['compression_type', 'compression_level'], args).compression_type,
    );
  }
}

/**
 * Writes a file of records, each with its checksums; the file is there after `flush` or `close`.
 *
 * ```ts
 * using writer = new tf.io.TFRecordWriter('numbers.tfrecord');
 * writer.write(tf.io.serialize_tensor(tf.constant([1, 2])));
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/io/TFRecordWriter
 */
export class TFRecordWriter extends Closing {
  private readonly path: string;
  private readonly compression: Compression;
  private readonly records: Uint8Array[] = [];

  constructor(...args: readonly unknown[]) {
    super();
    const { path, options } = bind('TFRecordWriter', ['path', 'options'], args);
    this.path = toPath('TFRecordWriter()', path);
    this.compression = compressionOf(options);
    this.flush();
  }
  /** One record: bytes, text, or a string tensor of one element. */
  write(record: unknown): void {
    if (this.closed) throw Object.assign(new Error('Writer is closed.'), { name: 'FailedPreconditionError' });
    const { values } = toStrings('TFRecordWriter.write()', record);
    if (values.length !== 1) throw new TypeError(`write() takes one record, received ${values.length}`);
    this.records.push(values[0]!.slice());
  }
  flush(): void {
    const files = hostFiles('TFRecordWriter', 'use writeRecords of @stele/core/formats/tfrecord');
    files.write(this.path, writeRecords(this.records, this.compression));
  }
}

const next = (text: string, Kind?: new (message: string) => Error): Error => kernelError('IteratorGetNext', text, Kind);
const kernelOfNext = (error: Error): Error => {
  error.message = error.message.replace('IteratorGetNext_device', 'IteratorGetNext_output_types_1_device');
  return error;
};

/** The records of one file, read when they are asked for, with TensorFlow's errors. */
export function* recordsOf(path: string, compression: Compression): Generator<StringTensor, void, undefined> {
  const files = hostFiles('TFRecordDataset', 'use readRecords of @stele/core/formats/tfrecord');
  if (!files.exists(path)) throw kernelOfNext(next(`${path}; No such file or directory`, NotFoundError));
  try {
    for (const record of readRecords(files.read(path), compression)) yield new StringTensor([record], []);
  } catch (error) {
    if (error instanceof RecordError) throw kernelOfNext(next(error.sentence, DataLossError));
    if (error instanceof FormatError) throw kernelOfNext(next(error.message, DataLossError));
    throw error;
  }
}

/**
 * The records of one or several files, as string tensors.
 *
 * ```ts
 * for (const record of new tf.data.TFRecordDataset('numbers.tfrecord')) tf.io.parse_tensor(record, tf.int32);
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/data/TFRecordDataset
 */
export class TFRecordDataset extends Dataset<StringTensor> {
  constructor(...args: readonly unknown[]) {
    const { filenames, compression_type } = bind(
      'TFRecordDataset',
      ['filenames', 'compression_type', 'buffer_size', 'num_parallel_reads', 'name'],
      args,
    );
    if (filenames === undefined)
      throw new TypeError("TFRecordDataset.__init__() missing 1 required positional argument: 'filenames'");
    const compression = compressionOf(compression_type);
    super(
      function* () {
        const paths =
          filenames instanceof Dataset
            ? [...filenames].map((name) => toPath('TFRecordDataset()', name))
            : Array.isArray(filenames)
              ? filenames.map((name) => toPath('TFRecordDataset()', name))
              : toStrings(
                  'TFRecordDataset()',
                  filenames instanceof StringTensor ? filenames : toPath('TFRecordDataset()', filenames),
                ).values.map((name) => new TextDecoder().decode(name));
        for (const path of paths) yield* recordsOf(path, compression);
      },
      UNKNOWN_CARDINALITY,
      () => TensorSpec.of([], 'string'),
      'TFRecordDatasetV2',
    );
  }
}

/** The records of a file, as bytes. */
export const tf_record_iterator = define(
  'tf.compat.v1.io.tf_record_iterator',
  'path, options=None',
  function* (path: unknown, options?: unknown): Generator<Uint8Array, void, undefined> {
    try {
      for (const record of recordsOf(toPath('tf_record_iterator()', path), compressionOf(options)))
        yield record.values[0]!;
    } catch (error) {
      if (error instanceof Error)
        error.message = error.message.replace(/^\{\{.*?\}\} /, '').replace(/ \[Op:IteratorGetNext\] name: $/, '');
      throw error;
    }
  },
);
