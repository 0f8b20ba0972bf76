import { type Bytes, ByteWriter, bytesOf, concatBytes, crc32c, maskCrc } from '../bytes';
import { ProtoWriter } from '../protobuf';

// The event files that TensorBoard reads: records of a length, its checksum, an Event message and its checksum.

function record(data: Uint8Array): Bytes {
  const length = new ByteWriter().u32(data.length).u32(0).done();
  const check = (bytes: Uint8Array): Bytes => new ByteWriter().u32(maskCrc(crc32c(bytes))).done();
  return concatBytes([length, check(length), data, check(data)]);
}

/** Puts event files together. */
export const eventFile = {
  /** A record with a summary (see below) at a step; the time is in seconds since 1970. */
  event: (summary: Uint8Array, step: number, time: number): Bytes =>
    record(new ProtoWriter().double(1, time).int(2, step).bytes(5, summary).done()),
  /** A whole file: the version first, then the records. */
  join: (records: readonly Uint8Array[], time = Date.now() / 1000): Bytes =>
    concatBytes([record(new ProtoWriter().double(1, time).text(3, 'brain.Event:2').done()), ...records]),
};

const float32 = 1;
const float64 = 2;
const text = 7;
/** A summary of one value: its tag, the tensor and which of TensorBoard's plugins shows it. */
function summary(
  tag: string,
  plugin: string,
  content: Uint8Array | null,
  tensor: (t: ProtoWriter) => void,
  dataClass: number | null,
): Bytes {
  return new ProtoWriter()
    .message(1, (value) => {
      value.text(1, tag).message(9, (metadata) => {
        metadata.message(1, (data) => {
          data.text(1, plugin);
          if (content !== null) data.bytes(2, content);
        });
        if (dataClass !== null) metadata.int(4, dataClass);
      });
      value.message(8, tensor);
    })
    .done();
}

/** One number. */
export const scalarSummary = (tag: string, value: number): Bytes =>
  summary(
    tag,
    'scalars',
    new Uint8Array(0),
    (t) =>
      t
        .int(1, float32)
        .message(2, () => {})
        .bytes(4, bytesOf(Float32Array.of(value))),
    1,
  );
/** A text under a plugin of its own. */
export const textSummary = (tag: string, value: string, plugin: string): Bytes =>
  summary(
    tag,
    plugin,
    new TextEncoder().encode('1'),
    (t) =>
      t
        .int(1, text)
        .message(2, () => {})
        .text(8, value),
    null,
  );

/** How many values fall into each of (at most) 30 equal parts of their range. */
export function histogramSummary(tag: string, values: readonly number[], parts = 30): Bytes {
  const rows = bucketsOf(values, parts);
  return summary(
    tag,
    'histograms',
    new Uint8Array(0),
    (t) =>
      t
        .int(1, float64)
        .message(2, (shape) => {
          shape.message(2, (d) => d.int(1, rows.length)).message(2, (d) => d.int(1, 3));
        })
        .bytes(4, bytesOf(Float64Array.from(rows.flat()))),
    2,
  );
}
function bucketsOf(values: readonly number[], parts: number): number[][] {
  if (values.length === 0) return [];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  // one value alone fills the last part of a range around it
  if (high === low) {
    const edge = (i: number): number => low - 0.5 + i / parts;
    return Array.from({ length: parts }, (_, i) => [edge(i), edge(i + 1), i === parts - 1 ? values.length : 0]);
  }
  const width = (high - low) / parts;
  const counts = new Float64Array(parts);
  for (const v of values) counts[Math.min(parts - 1, Math.floor((v - low) / width))]!++;
  return Array.from(counts, (n, i) => [low + i * width, i === parts - 1 ? high : low + (i + 1) * width, n]);
}
