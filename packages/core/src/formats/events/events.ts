import { type Bytes, concatBytes } from '../bytes';
import { ProtoMessage, ProtoWriter } from '../protobuf';
import { type ProtoTensor, readTensorProto, writeTensorProto } from '../tensorproto';
import { frameRecord, readRecords } from '../tfrecord';
import type { Histogram } from './histograms';

export interface SummaryImage {
  readonly height: number;
  readonly width: number;
  readonly colorspace: number;
  readonly encoded_image_string: Uint8Array;
}

/** One value of a summary: a tensor under a plugin, or one of the older forms. */
export interface SummaryValue {
  readonly tag: string;
  readonly plugin?: {
    readonly name: string;
    readonly content: Uint8Array;
    readonly dataClass?: number;
    readonly description?: string;
  };
  readonly simple?: number;
  readonly histogram?: Histogram;
  readonly image?: SummaryImage;
  readonly tensor?: ProtoTensor;
}
export interface LoggedEvent {
  readonly time: number;
  readonly step: number;
  readonly version?: string;
  readonly graph?: Uint8Array;
  readonly values: readonly SummaryValue[];
}

function readValue(m: ProtoMessage): SummaryValue {
  const meta = m.message(9);
  const plugin = meta.message(1);
  const histo = m.message(5);
  const image = m.message(4);
  return {
    tag: m.text(1),
    ...(m.has(9)
      ? {
          plugin: {
            name: plugin.text(1),
            content: plugin.bytes(2),
            dataClass: meta.int(4),
            description: meta.text(3),
          },
        }
      : {}),
    ...(m.has(2) ? { simple: m.float(2) } : {}),
    ...(m.has(5)
      ? {
          histogram: {
            min: histo.double(1),
            max: histo.double(2),
            num: histo.double(3),
            sum: histo.double(4),
            sum_squares: histo.double(5),
            bucket_limit: histo.reals(6, 8),
            bucket: histo.reals(7, 8),
          },
        }
      : {}),
    ...(m.has(4)
      ? {
          image: {
            height: image.int(1),
            width: image.int(2),
            colorspace: image.int(3),
            encoded_image_string: image.bytes(4),
          },
        }
      : {}),
    ...(m.has(8) ? { tensor: readTensorProto(m.bytes(8)) } : {}),
  };
}

/** The events of a file, in order. @throws RecordError for a damaged or cut record. */
export function* readEvents(file: Uint8Array): Generator<LoggedEvent, void, undefined> {
  for (const record of readRecords(file)) {
    const m = new ProtoMessage(record, 'event');
    yield {
      time: m.double(1),
      step: m.int(2),
      ...(m.has(3) ? { version: m.text(3) } : {}),
      ...(m.has(4) ? { graph: m.bytes(4) } : {}),
      values: m.has(5) ? m.message(5).messages(1).map(readValue) : [],
    };
  }
}

function writeValue(out: ProtoWriter, { tag, plugin, simple, histogram: h, image, tensor }: SummaryValue): void {
  out.text(1, tag);
  if (simple !== undefined) out.float(2, simple);
  if (image !== undefined)
    out.message(4, (m) =>
      m.int(1, image.height).int(2, image.width).int(3, image.colorspace).bytes(4, image.encoded_image_string),
    );
  if (h !== undefined)
    out.message(5, (m) => {
      m.double(1, h.min).double(2, h.max).double(3, h.num).double(4, h.sum).double(5, h.sum_squares);
      m.bytes(6, new Uint8Array(Float64Array.from(h.bucket_limit).buffer));
      m.bytes(7, new Uint8Array(Float64Array.from(h.bucket).buffer));
    });
  if (tensor !== undefined) out.bytes(8, writeTensorProto(tensor));
  if (plugin !== undefined)
    out.message(9, (m) => {
      m.message(1, (p) => p.text(1, plugin.name).bytes(2, plugin.content));
      if (plugin.description) m.text(3, plugin.description);
      if (plugin.dataClass) m.int(4, plugin.dataClass);
    });
}

/** Values as the bytes of one summary, without an event around them. */
export function writeSummary(values: readonly SummaryValue[]): Bytes {
  const out = new ProtoWriter();
  for (const value of values) out.message(1, (m) => writeValue(m, value));
  return out.done();
}
/** The values of such bytes. */
export const readSummary = (bytes: Uint8Array): SummaryValue[] =>
  new ProtoMessage(bytes, 'summary').messages(1).map(readValue);

/** One event, framed as a record; parts put together make a file. */
export function writeEvent(event: LoggedEvent): Bytes {
  const out = new ProtoWriter().double(1, event.time);
  if (event.step !== 0) out.int(2, event.step);
  if (event.version !== undefined) out.text(3, event.version);
  if (event.graph !== undefined) out.bytes(4, event.graph);
  if (event.values.length > 0)
    out.message(5, (summary) => {
      for (const value of event.values) summary.message(1, (m) => writeValue(m, value));
    });
  return frameRecord(out.done());
}

/** A whole file of events, the version first. */
export const writeEvents = (events: readonly LoggedEvent[], time = Date.now() / 1000): Bytes =>
  concatBytes([{ time, step: 0, version: 'brain.Event:2', values: [] }, ...events].map(writeEvent));
