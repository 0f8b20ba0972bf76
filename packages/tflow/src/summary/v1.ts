import {
  type EventFile,
  type Histogram,
  readSummary,
  type SummaryImage,
  type SummaryValue,
  writeSummary,
} from '@stele/core/formats/events';
import { bind } from '../dispatch';
import { toPath } from '../io/strings';
import { eventFileIn } from './index';

/** One value of a summary of TensorFlow 1. */
export class Value {
  readonly tag: string;
  readonly simple_value: number | undefined;
  readonly histo: Histogram | undefined;
  readonly image: SummaryImage | undefined;
  constructor(...args: readonly unknown[]) {
    const given = bind('Value', ['tag', 'simple_value', 'histo', 'image'], args);
    this.tag = String(given.tag ?? '');
    this.simple_value = given.simple_value === undefined ? undefined : Number(given.simple_value);
    this.histo = given.histo as Histogram | undefined;
    this.image = given.image as SummaryImage | undefined;
  }
  get plain(): SummaryValue {
    const { tag, simple_value: simple, histo: histogram, image } = this;
    return {
      tag,
      ...(simple === undefined ? {} : { simple }),
      ...(histogram ? { histogram } : {}),
      ...(image ? { image } : {}),
    };
  }
}
/** @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/Summary */
export class Summary {
  static readonly Value = Value;
  value: Value[];
  constructor(...args: readonly unknown[]) {
    this.value = [...((bind('Summary', ['value'], args).value as Iterable<Value> | undefined) ?? [])];
  }
  static FromString(bytes: Uint8Array): Summary {
    return summaryFrom(bytes);
  }
  ParseFromString(bytes: Uint8Array): number {
    this.value = summaryFrom(bytes).value;
    return bytes.length;
  }
  SerializeToString(): Uint8Array {
    return writeSummary(this.value.map((v) => v.plain));
  }
}

/** What bytes of a serialised summary say. */
export function summaryFrom(bytes: Uint8Array): Summary {
  const read = readSummary(bytes).map(
    ({ tag, simple, histogram, image }) =>
      new Value({
        tag,
        ...(simple === undefined ? {} : { simple_value: simple }),
        ...(histogram === undefined ? {} : { histo: histogram }),
        ...(image === undefined ? {} : { image }),
      }),
  );
  return new Summary({ value: read });
}

/**
 * Writes summaries of TensorFlow 1 into an event file.
 *
 * ```ts
 * const { FileWriter } = tf.compat.v1.summary;
 * const { Summary } = tf.compat.v1;
 * const writer = new FileWriter('logs');
 * writer.add_summary(new Summary({ value: [new Summary.Value({ tag: 'loss', simple_value: 0.5 })] }), 1);
 * writer.close();
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/summary/FileWriter
 */
export class FileWriter {
  private readonly file: EventFile;
  constructor(...args: readonly unknown[]) {
    const given = bind(
      'FileWriter.__init__',
      ['logdir', 'graph', 'max_queue', 'flush_secs', 'graph_def', 'filename_suffix', 'session'],
      args,
    );
    this.file = eventFileIn(toPath('FileWriter()', given.logdir), String(given.filename_suffix ?? ''));
  }
  add_summary(summary: Summary | Uint8Array, global_step: unknown = 0): void {
    const { value } = summary instanceof Summary ? summary : summaryFrom(summary);
    this.file.add(
      Number(global_step ?? 0),
      value.map((v) => v.plain),
    );
  }
  add_graph(_graph?: unknown, _global_step?: unknown): void {}
  flush(): void {
    this.file.flush();
  }
  close(): void {
    this.file.flush();
  }
  reopen(): void {}
  [Symbol.dispose](): void {
    this.close();
  }
}
