import { bind } from '../dispatch';
import { kernelError } from '../errors';
import { TensorSpec } from '../spec';
import { StringTensor } from '../strings';
import { inIterator, int64 } from './arguments';
import { UNKNOWN_CARDINALITY } from './cardinality';
import { Dataset } from './dataset';
import { bytesOf, compressionOf, fileNames } from './fileNames';

const text = (): TensorSpec => TensorSpec.of([], 'string');

/**
 * The lines of text files, without their ends.
 *
 * ```ts
 * tf.io.write_file('notes.txt', 'title\nfirst');
 * [...new tf.data.TextLineDataset('notes.txt').skip(1)].map(String); // ["tf.Tensor(b'first', shape=(), dtype=string)"]
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/data/TextLineDataset
 */
export class TextLineDataset extends Dataset<StringTensor> {
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'TextLineDatasetV2.__init__',
      ['filenames', 'compression_type', 'buffer_size', 'num_parallel_reads', 'name'],
      args,
    );
    if (o.filenames === undefined)
      throw new TypeError("TextLineDatasetV2.__init__() missing 1 required positional argument: 'filenames'");
    const names = fileNames('TextLineDataset()', o.filenames);
    const compression = compressionOf('TextLineDataset', o.compression_type);
    super(
      function* () {
        for (const path of names()) {
          const bytes = bytesOf('TextLineDataset', path, compression);
          let from = 0;
          while (from < bytes.length) {
            const at = bytes.indexOf(10, from);
            const end = at < 0 ? bytes.length : at;
            yield new StringTensor([bytes.slice(from, end > from && bytes[end - 1] === 13 ? end - 1 : end)], []);
            from = end + 1;
          }
        }
      },
      UNKNOWN_CARDINALITY,
      text,
      'TextLineDatasetV2',
    );
  }
}

/**
 * The pieces of equal length of binary files.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/FixedLengthRecordDataset
 */
export class FixedLengthRecordDataset extends Dataset<StringTensor> {
  constructor(...args: readonly unknown[]) {
    const o = bind(
      'FixedLengthRecordDatasetV2.__init__',
      [
        'filenames',
        'record_bytes',
        'header_bytes',
        'footer_bytes',
        'buffer_size',
        'compression_type',
        'num_parallel_reads',
        'name',
      ],
      args,
    );
    const names = fileNames('FixedLengthRecordDataset()', o.filenames);
    const [size, head, foot] = [
      int64('record_bytes', o.record_bytes),
      int64('header_bytes', o.header_bytes, 0),
      int64('footer_bytes', o.footer_bytes, 0),
    ];
    if (size < 1) throw kernelError('FixedLengthRecordDatasetV2', '`record_bytes` must be > 0');
    const compression = compressionOf('FixedLengthRecordDatasetV2', o.compression_type);
    super(
      function* () {
        for (const path of names()) {
          const bytes = bytesOf('FixedLengthRecordDataset', path, compression);
          const body = bytes.length - head - foot;
          if (body % size !== 0)
            throw inIterator(
              `Excess bytes: file "${path}" has body length ${body} bytes, which is not an exact multiple of the record length (${size} bytes).`,
            );
          for (let at = head; at < head + body; at += size) yield new StringTensor([bytes.slice(at, at + size)], []);
        }
      },
      UNKNOWN_CARDINALITY,
      text,
      'FixedLengthRecordDatasetV2',
    );
  }
}
