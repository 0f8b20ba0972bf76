import { hostFiles } from '@stele/core';
import { type LoggedEvent, readEvents, type SummaryValue } from '@stele/core/formats/events';
import { RecordError } from '@stele/core/formats/tfrecord';
import { define } from '../define';
import { DataLossError, NotFoundError } from '../errors';
import { TensorProto } from '../io/protos';
import { toPath } from '../io/strings';

/** One value of a summary, by protobuf's field names. */
export class EventValue {
  readonly tag: string;
  readonly metadata: {
    readonly plugin_data: { readonly plugin_name: string; readonly content: Uint8Array };
    readonly display_name: string;
    readonly summary_description: string;
    readonly data_class: number;
  };
  readonly simple_value: number;
  readonly tensor: TensorProto;
  readonly histo: SummaryValue['histogram'];
  readonly image: SummaryValue['image'];
  private readonly kind: string | null;
  constructor({ tag, plugin, simple, tensor, histogram, image }: SummaryValue) {
    this.tag = tag;
    this.metadata = {
      plugin_data: { plugin_name: plugin?.name ?? '', content: plugin?.content ?? new Uint8Array(0) },
      display_name: '',
      summary_description: plugin?.description ?? '',
      data_class: plugin?.dataClass ?? 0,
    };
    this.simple_value = simple ?? 0;
    this.tensor = new TensorProto(tensor ?? { dtype: 'float32', shape: [0], data: new Float32Array(0) });
    this.histo = histogram;
    this.image = image;
    this.kind =
      simple !== undefined ? 'simple_value' : tensor ? 'tensor' : histogram ? 'histo' : image ? 'image' : null;
  }
  WhichOneof(_group = 'value'): string | null {
    return this.kind;
  }
  HasField(name: string): boolean {
    return this.kind === name;
  }
}

/** One event of a file. */
export class Event {
  readonly wall_time: number;
  readonly step: number;
  readonly file_version: string;
  readonly graph_def: Uint8Array;
  readonly summary: { readonly value: readonly EventValue[] };
  private readonly kind: string | null;
  constructor({ time, step, version, graph, values }: LoggedEvent) {
    this.wall_time = time;
    this.step = step;
    this.file_version = version ?? '';
    this.graph_def = graph ?? new Uint8Array(0);
    this.summary = { value: values.map((v) => new EventValue(v)) };
    this.kind = version !== undefined ? 'file_version' : graph ? 'graph_def' : values.length > 0 ? 'summary' : null;
  }
  WhichOneof(_group = 'what'): string | null {
    return this.kind;
  }
  HasField(name: string): boolean {
    return this.kind === name;
  }
}

/**
 * The events of an event file, in order.
 * @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/train/summary_iterator
 */
export const summary_iterator = define(
  'tf.compat.v1.train.summary_iterator',
  'path',
  (path: unknown): Generator<Event, void, undefined> => events(toPath('summary_iterator()', path)),
);
function* events(path: string): Generator<Event, void, undefined> {
  const files = hostFiles('summary_iterator()', 'use readEvents of @stele/core/formats/events');
  if (!files.exists(path)) throw new NotFoundError(`${path}; No such file or directory`);
  try {
    for (const event of readEvents(files.read(path))) yield new Event(event);
  } catch (error) {
    throw error instanceof RecordError ? new DataLossError(error.sentence) : error;
  }
}
